"""The link to an order in its letters: what opens the order in a browser that did not place it (R15.6)."""

import re

from flask import Response, request

from marketplace.kernel.plugin import current
from marketplace.orders.queries import OrderPage
from marketplace.orders.queries.orders import plain_code
from marketplace.web.gate import cookie_header

KEPT = re.compile(r"([0-9A-Z]{8}):([0-9a-f]{32})")
MOST_KEPT, KEPT_SECONDS = 5, 24 * 3600
"""As many orders as somebody pays side by side, and as long as an unpaid order stands."""


def told() -> str:
    """Return the token that the address or the form brought; links and forms of the page carry it on."""
    return request.values.get("token", "")


def token(code: str) -> str:
    """Return what opens an order here: the token that was brought, else the one this browser keeps from earlier."""
    return told() or _kept().get(plain_code(code), "")


def shown(page: str, order: OrderPage) -> Response:
    """Answer with a page of an order; the browser that its link opened it for keeps the right to it for a day.

    So it can go to the gateway and come back: the way back is told to the gateway, and therefore holds no token.
    """
    answer = Response(page, mimetype="text/html")
    kept = _kept()
    if order.by_link and told() and kept.get(order.code) != told():
        kept.pop(order.code, None)
        newest = [(order.code, told()), *kept.items()][:MOST_KEPT]
        value = ".".join(f"{code}:{opens}" for code, opens in newest)
        answer.headers.add("Set-Cookie", cookie_header(cookie(), value, max_age=KEPT_SECONDS))
    return answer


def cookie() -> str:
    """Return the name of the cookie in which a browser keeps what opens orders there."""
    return "__Host-pesanan" if current().settings.secure else "pesanan"


def _kept() -> dict[str, str]:
    return dict(KEPT.findall(request.cookies.get(cookie(), ""))[:MOST_KEPT])
