"""Amounts in Indonesian words, as official papers write them beside the figures."""

from marketplace.kernel.money import Rupiah

SMALL = (
    "", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas",
)  # fmt: skip
GROUPS = ("", "ribu", "juta", "miliar", "triliun", "kuadriliun", "kuintiliun")
TEN, TWENTY, HUNDRED, TWO_HUNDRED, THOUSAND = 10, 20, 100, 200, 1_000


def in_words(amount: Rupiah) -> str:
    """Return an amount in words: *satu juta seribu rupiah*; in front of a negative one stands *minus*."""
    parts: list[str] = []
    rest = abs(amount.amount)
    for group in GROUPS:
        rest, below = divmod(rest, THOUSAND)
        if below == 1 and group == "ribu":
            parts.insert(0, "seribu")
        elif below:
            parts.insert(0, f"{_below_thousand(below)} {group}".rstrip())
    said = " ".join(parts) or "nol"
    return f"{'minus ' if amount.amount < 0 else ''}{said} rupiah"


def _below_thousand(value: int) -> str:
    if value < len(SMALL):
        return SMALL[value]
    if value < TWENTY:
        return f"{SMALL[value - TEN]} belas"
    if value < HUNDRED:
        return f"{SMALL[value // TEN]} puluh {SMALL[value % TEN]}".rstrip()
    hundreds = "seratus" if value < TWO_HUNDRED else f"{SMALL[value // HUNDRED]} ratus"
    return f"{hundreds} {_below_thousand(value % HUNDRED)}".rstrip()
