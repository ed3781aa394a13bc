"""Amounts in words, as a treasurer would write them."""

import random

import pytest

from marketplace.documents.queries import in_words
from marketplace.kernel.money import Rupiah

VALUES = {"satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9}
GROUPS = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12, "kuadriliun": 10**15, "kuintiliun": 10**18}


def read(words: str) -> int:
    """Read an amount in words; written apart from what writes it."""
    total, below, last = 0, 0, 0
    for word in words.removesuffix(" rupiah").split():
        if word in VALUES:
            last = VALUES[word]
            below += last
        elif word in ("sepuluh", "sebelas"):
            below += 10 if word == "sepuluh" else 11
        elif word in ("belas", "puluh", "ratus"):
            below += {"belas": 10, "puluh": 9 * last, "ratus": 99 * last}[word]
        elif word == "seratus":
            below += 100
        elif word == "seribu":
            total += 1_000
        else:
            total, below = total + below * GROUPS[word], 0
    return total + below


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "nol rupiah"),
        (1, "satu rupiah"),
        (10, "sepuluh rupiah"),
        (11, "sebelas rupiah"),
        (19, "sembilan belas rupiah"),
        (20, "dua puluh rupiah"),
        (21, "dua puluh satu rupiah"),
        (100, "seratus rupiah"),
        (111, "seratus sebelas rupiah"),
        (1_000, "seribu rupiah"),
        (1_001, "seribu satu rupiah"),
        (2_100, "dua ribu seratus rupiah"),
        (11_000, "sebelas ribu rupiah"),
        (21_000, "dua puluh satu ribu rupiah"),
        (66_000, "enam puluh enam ribu rupiah"),
        (101_000, "seratus satu ribu rupiah"),
        (1_000_000, "satu juta rupiah"),
        (1_001_000, "satu juta seribu rupiah"),
        (1_280_000, "satu juta dua ratus delapan puluh ribu rupiah"),
        (1_000_000_001, "satu miliar satu rupiah"),
        (-15_000, "minus lima belas ribu rupiah"),
    ],
)
def test_an_amount_is_written_as_people_say_it(amount: int, words: str) -> None:
    assert in_words(Rupiah(amount)) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "zero rupiah"),
        (1_000, "one thousand rupiah"),
        (1_001, "one thousand one rupiah"),
        (66_000, "sixty-six thousand rupiah"),
        (192_500, "one hundred ninety-two thousand five hundred rupiah"),
        (5_000_001, "five million one rupiah"),
        (1_280_013, "one million two hundred eighty thousand thirteen rupiah"),
        (20_040_000_110, "twenty billion forty million one hundred ten rupiah"),
        (-15_000, "minus fifteen thousand rupiah"),
    ],
)
def test_an_english_paper_says_it_in_english(amount: int, words: str) -> None:
    assert in_words(Rupiah(amount), "en") == words


def test_every_amount_reads_back() -> None:
    draw = random.Random(2026)
    amounts = [*range(1, 2_500), *(10**power + add for power in range(1, 19) for add in (-1, 0, 1))]
    amounts += [draw.randrange(1, 10 ** draw.randrange(1, 19)) for _turn in range(5_000)] + [2**63 - 1]
    assert [amount for amount in amounts if read(in_words(Rupiah(amount))) != amount] == []
