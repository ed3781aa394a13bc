"""Codes by the clock, with the test vectors of RFC 4226 (appendix D) and RFC 6238 (appendix B)."""

from datetime import UTC, datetime

import pytest

from marketplace.accounts.queries import totp

SECRET = b"12345678901234567890"


def test_the_codes_of_rfc_4226() -> None:
    told = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]
    assert [totp.code_at(SECRET, count) for count in range(10)] == told


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_codes_of_rfc_6238(seconds: int, code: str) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    assert totp.code_at(SECRET, totp.step_of(moment), digits=8) == code
    assert totp.step_meant(SECRET, code[2:], moment) == seconds // 30


def test_a_phone_may_be_one_step_off_and_no_more() -> None:
    moment = datetime.fromtimestamp(2000000000, UTC)
    now = totp.step_of(moment)
    meant = [totp.step_meant(SECRET, totp.code_at(SECRET, now + off), moment) for off in range(-2, 3)]
    assert meant == [None, now - 1, now, now + 1, None]
    assert totp.step_meant(SECRET, "", moment) is None
    assert totp.step_meant(SECRET, "é", moment) is None


def test_an_app_reads_the_key_from_an_address() -> None:
    told = totp.address_of(SECRET, site="Jakpreneur", account="siti@contoh.example")
    assert told == (
        "otpauth://totp/Jakpreneur%3Asiti%40contoh.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Jakpreneur"
        "&algorithm=SHA1&digits=6&period=30"
    )
    assert totp.key_shown(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
