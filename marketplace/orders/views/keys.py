"""What pages and programs send alike: the one-time key, where they come from, and how a program hears of a refusal."""

import re
from collections.abc import Callable, Sequence
from ipaddress import ip_address, ip_network
from typing import TypeVar
from uuid import UUID

from flask import request

from marketplace.kernel.errors import Invalid
from marketplace.kernel.forms import Form, Input
from marketplace.kernel.idempotency import Key
from marketplace.kernel.ids import token_hash
from marketplace.orders.forms import CheckoutIn, GiveBackIn, PayAgainIn

K = TypeVar("K", CheckoutIn, GiveBackIn, PayAgainIn)
M = TypeVar("M", bound=Input)
R = TypeVar("R")
UNFIT = 400
SHOP = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SIX, NEIGHBOURHOOD = 6, 64
"""Who has one address of the newer kind has all that share its first 64 bits."""


def shops_named(written: Sequence[str]) -> list[UUID]:
    """Return the shops whose ids an address or a form names; what is none is passed over."""
    return [UUID(one) for one in written if SHOP.fullmatch(one)]


def programs() -> bool:
    """Tell whether a program asks: it sends JSON, and waits for nobody."""
    return request.mimetype == "application/json"


def keyed(form: Form[K]) -> Form[K]:
    """Give a form its one-time key, from the header ``Idempotency-Key`` or the field ``kunci``.

    Raises Invalid with the status 400 when it is missing, too long or has control characters (R3.1).
    """
    given = request.get_json(silent=True) if programs() else request.form
    typed = given.get("kunci") if given else ""
    key = request.headers.get("Idempotency-Key") or (typed.strip() if isinstance(typed, str) else "")
    try:
        Key.of("", key, None)
    except Invalid as unfit:
        unfit.status = UNFIT
        raise
    if form.data is not None:
        form.data = form.data.model_copy(update={"kunci": key})
    return form


def submitted(form: Form[M], act: Callable[[M], R]) -> R | None:
    """Do what ``form.submit`` does; a program hears of a refusal by a problem document instead of a page (R18.5)."""
    if not programs():
        return form.submit(act)
    if form.data is None:
        raise Invalid(form.errors)
    return act(form.data)


def neighbourhood() -> str:
    """Return a hash of where the request comes from; nothing for an address that is not of the wide network.

    Such a one is a proxy's that nobody told us of, or this machine's own, and stands for everybody.
    """
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    if not address.is_global:
        return ""
    return token_hash(
        str(ip_network((address, NEIGHBOURHOOD), strict=False)) if address.version == SIX else str(address)
    )
