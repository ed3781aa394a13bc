"""Addresses, numbers and places to go next: what is taken, and in which one form it is kept."""

import pytest

from marketplace.accounts.forms import local_path
from marketplace.accounts.queries import normal_email, normal_phone, phone_shown


@pytest.mark.parametrize(
    "typed",
    [
        "081234567890",
        "0812-3456-7890",
        "+62 812 3456 7890",
        "6281234567890",
        "+6281234567890",
        "(0812) 3456.7890",
        "+62081234567890",
    ],
)
def test_a_number_is_kept_in_one_form_however_it_was_typed(typed: str) -> None:
    assert normal_phone(typed) == "+6281234567890"


@pytest.mark.parametrize(
    "typed",
    ["", "0812", "08123456789012", "021-5551234", "abc", "+1 202 555 0147", "٠٨١٢٣٤٥٦٧٨٩٠", "0812345678a", "08" * 3000],
)
def test_what_is_no_mobile_number_here_is_refused(typed: str) -> None:
    assert normal_phone(typed) is None


def test_a_number_is_shown_in_groups() -> None:
    assert phone_shown("+6281234567890") == "0812-3456-7890"


def test_an_address_is_kept_in_lower_case() -> None:
    assert normal_email("  Siti.Aminah@Contoh.Example ") == "siti.aminah@contoh.example"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "siti",
        "siti@",
        "@contoh.example",
        "siti@contoh",
        "si ti@contoh.example",
        "siti..a@contoh.example",
        "siti@contoh.example\r\nBcc: x@y.example",
        "a" * 65 + "@contoh.example",
        "siti@" + "a" * 250 + ".example",
        "<siti@contoh.example>",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    assert normal_email(typed) is None


@pytest.mark.parametrize(
    "wanted", ["/", "/akun", "/cari?q=nasi+uduk&hal=2", "/p/ABCDEFGH-kerak-telor#ulasan", "/cari?q=100%25"]
)
def test_a_path_of_ours_is_followed(wanted: str | None) -> None:
    assert local_path(wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        None,
        "https://jahat.example/",
        "//jahat.example",
        "///jahat.example",
        "/\\jahat.example",
        "\\\\jahat.example",
        "javascript:alert(1)",
        "/%2Fjahat.example",
        "/%252Fjahat.example",
        "/%5Cjahat.example",
        "/%25255Cjahat.example",
        "/\t/jahat.example",
        "/%09/jahat.example",
        "/a%0d%0aSet-Cookie:x=1",
        " /akun",
        "akun",
        "/%25252525252Fjahat.example",
    ],
)
def test_anything_else_leads_to_the_start_page(wanted: str | None) -> None:
    assert local_path(wanted) == "/"
