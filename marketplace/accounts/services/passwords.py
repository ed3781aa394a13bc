"""Passwords: Argon2id, verified exactly as typed, and not the ones that everybody tries (R14.3)."""

import functools
import secrets
from collections.abc import Iterable
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY

from marketplace.kernel.errors import Invalid
from marketplace.kernel.plugin import current
from marketplace.kernel.words import Words, _

SHORTEST, LONGEST = 10, 128
FEWEST_SIGNS = 4
NO_PASSWORD = "!"  # noqa: S105 - no password has this hash
COMMON = Path(__file__).parent.parent / "data" / "common_passwords.txt"


def hash_of(password: str) -> str:
    """Return the hash to store; ``PASSWORD_PROFILE=cheapest`` is for tests, where hundreds of people sign in."""
    return _hasher(str(current().setting("PASSWORD_PROFILE"))).hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Tell whether the password belongs to the hash; without one the same work is done for nothing."""
    profile = str(current().setting("PASSWORD_PROFILE"))
    known = stored is not None and stored != NO_PASSWORD
    try:
        _hasher(profile).verify(stored if known and stored else _nobody(profile), password)
    except (VerificationError, InvalidHashError):
        return False
    return known


def is_old(stored: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return _hasher(str(current().setting("PASSWORD_PROFILE"))).check_needs_rehash(stored)


def check(password: str, *, about: Iterable[str | None], field: str = "password") -> None:
    """Raise Invalid on the field for a password that somebody else would guess; ``about`` is what others know of the person."""
    if faults := password_faults(password, about=about, field=field):
        raise Invalid(faults)


def password_faults(password: str, *, about: Iterable[str | None], field: str = "password") -> dict[str, list[Words]]:
    """Return what ``check`` would raise: a sentence on the field, or nothing for a password that is good."""
    if not SHORTEST <= len(password) <= LONGEST:
        return {field: [_("Choose a password of 10 to 128 characters.")]}
    plain = password.casefold()
    known = {text.casefold() for text in about if text}
    known |= {text.partition("@")[0] for text in known}
    if plain in _common() or plain in known or len(set(plain)) < FEWEST_SIGNS:
        return {field: [_("This password is easy to guess. Choose another one, for example three or four words.")]}
    return {}


@functools.cache
def _hasher(profile: str) -> PasswordHasher:
    return PasswordHasher.from_parameters(CHEAPEST if profile == "cheapest" else RFC_9106_LOW_MEMORY)


@functools.cache
def _nobody(profile: str) -> str:
    return _hasher(profile).hash(secrets.token_urlsafe())


@functools.cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text(encoding="utf-8").split("\n")) - {""}
