"""Prices among the words of a search."""

import pytest

from marketplace.catalog.queries.limits import Limits, limits_in


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("keripik 20rb", Limits("keripik", None, 20_000)),
        ("keripik dibawah 50rb", Limits("keripik", None, 50_000)),
        ("keripik di bawah 50 ribu pedas", Limits("keripik pedas", None, 50_000)),
        ("50rb ke bawah", Limits("", None, 50_000)),
        ("keripik 10rb-an", Limits("keripik", None, 10_000)),
        ("snack box rapat 15rb isi 3", Limits("snack box rapat isi 3", None, 15_000)),
        ("nasi kotak harga maksimal 30.000", Limits("nasi kotak", None, 30_000)),
        ("hampers max 200k", Limits("hampers", None, 200_000)),
        ("hampers di atas 1,5 juta", Limits("hampers", 1_500_000, None)),
        ("batik 100-200rb", Limits("batik", 100_000, 200_000)),
        ("batik 200 ribu sampai 100 ribu", Limits("batik", 100_000, 200_000)),
        ("batik min 100rb max 300rb", Limits("batik", 100_000, 300_000)),
        ("tas Rp 75.000", Limits("tas", None, 75_000)),
    ],
)
def test_an_amount_of_money_is_a_limit(typed: str, read: Limits) -> None:
    assert limits_in(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "kopi 250ml", "isi 12", "5 kg beras", "cincin 24k", "min 10 pcs", "di bawah 50", "kain 2,5 m", "paket 2024",
        "kopi 3in1", "31.74.01", "rp", "999999999 juta", "", "kepulauan seribu",
    ],
)  # fmt: skip
def test_other_numbers_stay_words(typed: str) -> None:
    assert limits_in(typed) == Limits(typed)
