"""Guests who buy: from the product page to a paid order, with ordinary forms and cookies."""

import http.client
import itertools
import re
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.cookies import SimpleCookie
from statistics import quantiles
from urllib.parse import urlencode, urlsplit

VALUE = re.compile(r'name="(?P<name>[\w-]+)"[^>]*?value="(?P<value>[^"]*)"')
GATEWAY = re.compile(r"/sandbox/[0-9A-Za-z_-]+")
OK = 200
STATEMENTS = re.compile(r"sql;desc=(\d+)")


NUMBERS = itertools.count(1)
"""Each comes with a number of their own: what one number may hold unpaid is limited."""


class Buyer:
    """A browser without script: cookies, redirects, and a count of the SQL statements its requests needed."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.origin = f"http://127.0.0.1:{port}"
        self.cookies: dict[str, str] = {}
        self.statements = 0
        self.page = ""

    def ask(
        self, method: str, path: str, form: dict[str, str] | None = None, *, follow: bool = True
    ) -> tuple[int, str]:
        """Send a request and ``follow`` where it leads; return status and path of the last page."""
        headers = {
            "Origin": self.origin,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        body = None
        if form is not None:
            body, headers["Content-Type"] = urlencode(form), "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        self.page = answer.read().decode(errors="replace")
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        found = STATEMENTS.search(answer.headers.get("Server-Timing", ""))
        self.statements += int(found[1]) if found else 0
        if follow and answer.status in (302, 303, 307, 308) and (target := answer.headers["Location"]):
            parts = urlsplit(target)
            return self.ask("GET", parts.path + (f"?{parts.query}" if parts.query else ""))
        return answer.status, path

    def hidden(self) -> dict[str, str]:
        """Return the hidden values of the page's forms."""
        return {one["name"]: one["value"] for one in VALUE.finditer(self.page)}

    def fill(self, wanted: Mapping[str, int], kelurahan: str) -> dict[str, str]:
        """Put so many of each variant into the cart, and return the checkout as it is filled in."""
        for variant, qty in wanted.items():
            self.ask("POST", "/keranjang", {"varian": variant, "jumlah": str(qty)})
        status, _path = self.ask("GET", "/beli")
        if status != OK:
            message = f"the checkout answered {status}"
            raise RuntimeError(message)
        hidden = self.hidden()
        return {
            "nama": "Rina Pembeli", "whatsapp": f"0812{next(NUMBERS):08d}", "kelurahan": kelurahan, "alamat": "Jalan Uji 1",
            "kunci": hidden.get("kunci", ""), "expected_total_idr": hidden.get("expected_total_idr", ""), "gateway": "sandbox",
        }  # fmt: skip

    def buy(self, variants: Iterable[str], kelurahan: str) -> bool:
        """Put one of each variant into the cart, order, pay in the sandbox; tell whether the order says it is paid."""
        form = self.fill(dict.fromkeys(variants, 1), kelurahan)
        status, path = self.ask("POST", "/beli", form)
        page = GATEWAY.search(self.page)
        if status != OK or page is None:
            return False
        status, path = self.ask("POST", page[0], {"aksi": "paid"})
        return status == OK and path.startswith("/bayar/")


@dataclass(frozen=True)
class Bought:
    """What so many buyers at once came to: orders a second, how many went through, milliseconds of one, statements of one."""

    per_second: float
    done: int
    p50: float
    p95: float
    statements: int


def orders_per_second(port: int, variants: list[str], kelurahan: str, *, buyers: int, orders: int) -> Bought:
    """Let buyers place so many orders of two things each, and pay them."""

    def one(number: int) -> tuple[bool, float, int]:
        buyer, first, began = Buyer(port), number * 2 % len(variants), time.monotonic()
        went = buyer.buy([variants[first], variants[(first + 1) % len(variants)]], kelurahan)
        return went, time.monotonic() - began, buyer.statements

    started = time.monotonic()
    with ThreadPoolExecutor(buyers) as pool:
        done = list(pool.map(one, range(orders)))
    elapsed = time.monotonic() - started
    cuts = quantiles([seconds * 1000 for _ok, seconds, _count in done], n=20)
    return Bought(
        per_second=len(done) / elapsed,
        done=sum(ok for ok, _seconds, _count in done),
        p50=cuts[9],
        p95=cuts[18],
        statements=done[-1][2],
    )
