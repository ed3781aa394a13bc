"""Browsers in which somebody came in before: what strangers try elsewhere is not counted against them (R14.4).

Such a browser carries a number of its own and, for each of the last people who came in there, a token made of the number and
the person. It opens nothing; it only lets wrong tries in this browser be counted apart.
"""

import hmac
import re
from uuid import UUID

from marketplace.kernel import ids
from marketplace.kernel.plugin import current

MOST_PEOPLE = 3
WRITTEN = re.compile(rf"([0-9a-f]{{32}})((?:\.[0-9a-f]{{32}}){{1,{MOST_PEOPLE}}})")


def remember(written: str, person_id: UUID) -> str:
    """Return what a browser keeps from now on, in which this person just came in; ``written`` is what it kept before."""
    browser, tokens = _read(written) or (ids.uuid7(), [])
    token = _token(browser, person_id)
    newest = [token, *(one for one in tokens if one != token)][:MOST_PEOPLE]
    return ".".join((browser.hex, *newest))


def known(written: str, person_id: UUID | None) -> str | None:
    """Return what to count the tries of this browser for this person under; None when they never came in there."""
    found = _read(written)
    if found is None or person_id is None:
        return None
    browser, tokens = found
    token = _token(browser, person_id)
    came_in = [hmac.compare_digest(one, token) for one in tokens]
    return ids.token_hash(token) if any(came_in) else None


def _read(written: str) -> tuple[UUID, list[str]] | None:
    found = WRITTEN.fullmatch(written)
    return (UUID(found[1]), found[2][1:].split(".")) if found else None


def _token(browser: UUID, person_id: UUID) -> str:
    return ids.derived_token(current().settings.secret_key, browser, f"accounts.known {person_id}")
