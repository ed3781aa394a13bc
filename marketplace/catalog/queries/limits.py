"""Prices among the words of a search: "keripik di bawah 50 ribu" asks for keripik, up to Rp 50,000."""

import re
from dataclasses import dataclass

from marketplace.catalog.forms import DEAREST

_AMOUNT = (
    r"(?:(?P<{0}rp>rp\.?\s*)?(?P<{0}n>\d{{1,3}}(?:\.\d{{3}})+|\d{{1,9}})(?:,(?P<{0}part>\d{{1,2}}))?"
    r"(?:\s*(?P<{0}unit>ribuan|ribu|rb-?an|rb|jutaan|juta|jt|k)(?![\w]))?)(?![\w,.]*\d)"
)
_LESS = r"di\s?bawah|kurang\s+dari|paling\s+mahal|mak(?:s|simal|simum)|max|s(?:ampai|/d)|hingga|<=?|budget|bujet"
_MORE = r"di\s?atas|lebih\s+dari|paling\s+murah|min(?:imal|imum)?|mulai(?:\s+dari)?|>=?"
_SPAN = re.compile(rf"(?<!\w){_AMOUNT.format('a')}\s*(?:-|–|sampai|hingga|s/d)\s*{_AMOUNT.format('b')}", re.IGNORECASE)
_ONE = re.compile(
    rf"(?<![\w.,])(?:(?:harga\s+)?(?:(?P<less>{_LESS})|(?P<more>{_MORE}))\s*)?(?:harga\s+)?{_AMOUNT.format('a')}"
    r"(?:\s*ke\s+(?P<side>bawah|atas)(?!\w))?",
    re.IGNORECASE,
)
_TIMES = {"r": 1_000, "k": 1_000, "j": 1_000_000}
LEAST_BARE = 1_000
"""A smaller number without a unit is no price, even after "di bawah": di bawah 50 may be grams."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a text asks besides its words, in rupiah; ``text`` is the rest."""

    text: str
    low: int | None = None
    high: int | None = None


def limits_in(text: str) -> Limits:
    """Read the prices in a text: a range, a limit, or an amount alone, which is the most that somebody would pay.

    An amount is a number with a unit of money (15rb, 1,5 juta, Rp 7.500) or after a word such as "maksimal"; other numbers
    (isi 12, 250 ml, 24k) stay words, as do amounts that nothing can cost. Of several the last of each side holds.
    """
    low: int | None = None
    high: int | None = None
    rest = text
    span = _SPAN.search(text)
    if span and (span["bunit"] or span["arp"] or span["brp"]):
        unit = span["aunit"] or span["bunit"]
        ends = sorted((_rupiah(span["an"], span["apart"], unit), _rupiah(span["bn"], span["bpart"], span["bunit"])))
        if ends[1] <= DEAREST.amount:
            low, high = ends
            rest = f"{text[: span.start()]} {text[span.end() :]}"
    kept: list[str] = []
    at = 0
    for one in _ONE.finditer(rest):
        amount = _rupiah(one["an"], one["apart"], one["aunit"])
        said = one["less"] or one["more"] or one["side"]
        money = one["arp"] or (one["aunit"] or "k").casefold() != "k" or (said and amount >= LEAST_BARE)
        if not money or amount > DEAREST.amount:
            continue
        if one["more"] or (one["side"] or "").casefold() == "atas":
            low = amount
        else:
            high = amount
        kept.append(rest[at : one.start()])
        at = one.end()
    left = " ".join(" ".join((*kept, rest[at:])).split())
    return Limits(left, low, high)


def _rupiah(number: str, part: str | None, unit: str | None) -> int:
    """Return an amount in rupiah, a rest below one left out."""
    times = _TIMES[unit[0].casefold()] if unit else 1
    hundredths = int(number.replace(".", "")) * 100 + int((part or "0").ljust(2, "0"))
    return hundredths * times // 100
