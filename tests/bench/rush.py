"""Everybody at the till at once: guests with full carts who press the button together."""

import re
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import quantiles
from threading import Barrier

from tests.bench.buyers import Buyer

AT_THE_SHELVES = 8
"""How many fill their carts at once; at the till all come together."""
SHORT = re.compile(r"Sudah habis\.|[Tt]inggal \d")
"""What is short is named on the page, with what is left of it (R4.2)."""
Basket = Mapping[str, int]


@dataclass(frozen=True)
class Heard:
    """What a buyer heard at the till, and after how many seconds."""

    status: int
    path: str
    page: str
    seconds: float

    @property
    def outcome(self) -> str:
        """Tell in a word what the last page says; anything that is neither comes back as its status."""
        if self.status == 200 and self.path.startswith("/bayar/"):
            return "ordered"
        return "sold out" if self.status == 409 and SHORT.search(self.page) else str(self.status)


def at_the_till(port: int, wanted: Basket, kelurahan: str) -> tuple[Buyer, dict[str, str]]:
    """Let a new guest fill a cart and the checkout form; return their browser and the form."""
    buyer = Buyer(port)
    form = buyer.fill(wanted, kelurahan)
    # It opens again by itself; a server need not keep it for as long as the others take.
    buyer.connection.close()
    return buyer, form


def rush(port: int, baskets: Sequence[Basket], kelurahan: str) -> list[Heard]:
    """Let a guest for each basket come to the till, release all of them at once and return what they heard."""
    with ThreadPoolExecutor(AT_THE_SHELVES) as shelves:
        ready = list(shelves.map(lambda basket: at_the_till(port, basket, kelurahan), baskets))
    together = Barrier(len(ready))

    def press(buyer: Buyer, form: dict[str, str]) -> Heard:
        together.wait()
        begun = time.monotonic()
        status, path = buyer.ask("POST", "/beli", form)
        seconds = time.monotonic() - begun
        buyer.connection.close()
        return Heard(status, path, buyer.page, seconds)

    with ThreadPoolExecutor(len(ready)) as crowd:
        return list(crowd.map(lambda one: press(*one), ready))


def waits(heard: Sequence[Heard]) -> tuple[float, float]:
    """Return after how many seconds 95 of a hundred had heard, and all."""
    seconds = [one.seconds for one in heard]
    return quantiles(seconds, n=20)[18], max(seconds)
