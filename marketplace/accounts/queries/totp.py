"""Codes that a phone and this site reckon alike from a secret and the clock: TOTP, RFC 6238, over HOTP, RFC 4226."""

import base64
import hmac
from datetime import datetime
from urllib.parse import quote, urlencode

DIGITS = 6
STEP_SECONDS = 30
SECRET_BYTES = 20
"""As long as the hash, HMAC-SHA-1: what every authenticator app reads, and what RFC 4226 advises."""
DRIFT = 1
"""How many steps a phone's clock may be off, either way."""
GROUP = 4


def step_of(moment: datetime) -> int:
    """Return the number of the step that an instant lies in."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_at(secret: bytes, step: int, *, digits: int = DIGITS) -> str:
    """Return the code of a step, with its leading zeros."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    at = mac[-1] & 0x0F
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}}"


def step_meant(secret: bytes, typed: str, moment: datetime) -> int | None:
    """Return the step whose code was typed, of the present one and its neighbours; None for a wrong code."""
    now = step_of(moment)
    near = [
        step
        for step in range(now - DRIFT, now + DRIFT + 1)
        if hmac.compare_digest(code_at(secret, step).encode(), typed.encode())
    ]
    return near[0] if near else None


def key_shown(secret: bytes) -> str:
    """Return a secret as people type it into an app: base32 in groups of four."""
    bare = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(bare[at : at + GROUP] for at in range(0, len(bare), GROUP))


def address_of(secret: bytes, *, site: str, account: str) -> str:
    """Return the address that an app reads from a picture, ``otpauth://totp/...``."""
    label = quote(f"{site}:{account}", safe="")
    key = base64.b32encode(secret).decode().rstrip("=")
    asked = {"secret": key, "issuer": site, "algorithm": "SHA1", "digits": DIGITS, "period": STEP_SECONDS}
    return f"otpauth://totp/{label}?{urlencode(asked, quote_via=quote)}"
