"""What is known of letters: facts for the outside, and what the verifier asks."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import func, select

from marketplace.kernel.db import session
from marketplace.notifications.models import Mail


def state_of(message_id: str) -> str | None:
    """Return how a letter stands, None when it was never begun."""
    return session.scalar(select(Mail.state).where(Mail.message_id == message_id))


def mail_facts() -> Iterator[Mapping[str, Any]]:
    """Give a row for each letter, without its address (R0.4)."""
    found = select(Mail.message_id, Mail.to_hash, Mail.template, Mail.sent_at, Mail.state).order_by(Mail.id)
    for row in session.execute(found).mappings():
        yield dict(row)


def broken() -> Iterator[str]:
    """Yield a sentence when letters were given up: somebody has not been told."""
    given_up = session.scalar(select(func.count()).select_from(Mail).where(Mail.state == "given_up"))
    if given_up:
        yield f"mails: {given_up} begun twice and never heard of again"
