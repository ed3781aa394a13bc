"""Amounts in words, as official papers write them beside the figures."""

from collections.abc import Callable, Sequence

from marketplace.kernel.money import Rupiah

SMALL = (
    "", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas",
)  # fmt: skip
GROUPS = ("", "ribu", "juta", "miliar", "triliun", "kuadriliun", "kuintiliun")
ENGLISH = "en"
ENGLISH_SMALL = (
    "", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
ENGLISH_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ENGLISH_GROUPS = ("", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion")
TEN, TWENTY, HUNDRED, TWO_HUNDRED, THOUSAND = 10, 20, 100, 200, 1_000


def in_words(amount: Rupiah, language: str = "id") -> str:
    """Return an amount in words: *satu juta seribu rupiah*, or *one million one thousand rupiah*."""
    english = language == ENGLISH
    said = _grouped(abs(amount.amount), _english if english else _indonesian, ENGLISH_GROUPS if english else GROUPS)
    if not english:
        # One thousand has a word of its own, but not as the end of a longer number of thousands.
        said = [("seribu" if one == "satu ribu" else one) for one in said]
    return f"{'minus ' if amount.amount < 0 else ''}{' '.join(said) or ('zero' if english else 'nol')} rupiah"


def _grouped(rest: int, below_thousand: Callable[[int], str], groups: Sequence[str]) -> list[str]:
    """Return the words of each group of three digits, the highest first."""
    parts: list[str] = []
    for group in groups:
        rest, below = divmod(rest, THOUSAND)
        if below:
            parts.insert(0, f"{below_thousand(below)} {group}".rstrip())
    return parts


def _indonesian(value: int) -> str:
    if value < len(SMALL):
        return SMALL[value]
    if value < TWENTY:
        return f"{SMALL[value - TEN]} belas"
    if value < HUNDRED:
        return f"{SMALL[value // TEN]} puluh {SMALL[value % TEN]}".rstrip()
    hundreds = "seratus" if value < TWO_HUNDRED else f"{SMALL[value // HUNDRED]} ratus"
    return f"{hundreds} {_indonesian(value % HUNDRED)}".rstrip()


def _english(value: int) -> str:
    if value < TWENTY:
        return ENGLISH_SMALL[value]
    if value < HUNDRED:
        ones = ENGLISH_SMALL[value % TEN]
        return f"{ENGLISH_TENS[value // TEN]}{'-' if ones else ''}{ones}"
    return f"{ENGLISH_SMALL[value // HUNDRED]} hundred {_english(value % HUNDRED)}".rstrip()
