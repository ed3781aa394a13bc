"""Guests who buy: from the product page to a paid order, with ordinary forms and cookies."""

import http.client
import re
import time
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

VALUE = re.compile(r'name="(?P<name>[\w-]+)"[^>]*?value="(?P<value>[^"]*)"')
GATEWAY = re.compile(r"/sandbox/[0-9A-Za-z_-]+")
STATEMENTS = re.compile(r"sql;desc=(\d+)")


class Buyer:
    """A browser without script: cookies, redirects, and a count of the SQL statements its requests needed."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.origin = f"http://127.0.0.1:{port}"
        self.cookies: dict[str, str] = {}
        self.statements = 0
        self.page = ""

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Send a request and follow where it leads; return status and path of the last page."""
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
        if answer.status in (302, 303, 307, 308) and (target := answer.headers["Location"]):
            parts = urlsplit(target)
            return self.ask("GET", parts.path + (f"?{parts.query}" if parts.query else ""))
        return answer.status, path

    def hidden(self) -> dict[str, str]:
        """Return the hidden values of the page's forms."""
        return {one["name"]: one["value"] for one in VALUE.finditer(self.page)}

    def buy(self, variants: list[str], kelurahan: str) -> bool:
        """Put one of each variant into the cart, order, pay in the sandbox; tell whether the order says it is paid."""
        for variant in variants:
            self.ask("POST", "/keranjang", {"varian": variant, "jumlah": "1"})
        self.ask("GET", "/beli")
        hidden = self.hidden()
        form = {
            "nama": "Rina Pembeli", "whatsapp": "081200009999", "kelurahan": kelurahan, "alamat": "Jalan Uji 1",
            "kunci": hidden.get("kunci", ""), "expected_total_idr": hidden.get("expected_total_idr", ""), "gateway": "sandbox",
        }  # fmt: skip
        status, path = self.ask("POST", "/beli", form)
        page = GATEWAY.search(self.page)
        if status != 200 or page is None:
            return False
        status, path = self.ask("POST", page[0], {"aksi": "paid"})
        return status == 200 and path.startswith("/bayar/")


def orders_per_second(
    port: int, variants: list[str], kelurahan: str, *, buyers: int, orders: int
) -> tuple[float, int, int]:
    """Let buyers place so many orders; return orders a second, how many went through, and statements of the last one."""

    def one(number: int) -> tuple[bool, int]:
        buyer = Buyer(port)
        first = number * 2 % len(variants)
        return buyer.buy([variants[first], variants[(first + 1) % len(variants)]], kelurahan), buyer.statements

    started = time.monotonic()
    with ThreadPoolExecutor(buyers) as pool:
        done = list(pool.map(one, range(orders)))
    elapsed = time.monotonic() - started
    return len(done) / elapsed, sum(ok for ok, _count in done), done[-1][1]
