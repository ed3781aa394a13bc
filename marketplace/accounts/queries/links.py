"""Mailed links: whether a token opens anything, whom a link goes to, and its address, made only when the letter is written."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select

from marketplace.accounts.models import CODE_DIGITS, Link, Person, PersonState, Purpose
from marketplace.kernel import clock, ids
from marketplace.kernel.db import session
from marketplace.kernel.plugin import current
from marketplace.notifications.slots import Recipient

PATHS = {Purpose.RESET: "/masuk/sandi-baru", Purpose.PROOF: "/akun/bukti-email"}


def token_of(link_id: UUID, purpose: Purpose) -> str:
    """Return the token of a link: derived from the site's secret, so that it rests nowhere (R14.5)."""
    return ids.derived_token(current().settings.secret_key, link_id, f"accounts.{purpose}")


def code_of(link_id: UUID) -> str:
    """Return the six digits that the letter of a link says; they too rest nowhere."""
    return f"{int(token_of(link_id, Purpose.CODE), 16) % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def link_is_open(token: str, purpose: Purpose) -> bool:
    """Tell whether a token still opens what it was made for."""
    found = select(Link.id).where(
        Link.token_hash == ids.token_hash(token),
        Link.purpose == purpose,
        Link.person_id.is_not(None),
        Link.closed.is_(False),
        Link.expires_at > clock.now(),
    )
    return session.scalar(found) is not None


def link_recipients(link_id: str) -> tuple[Recipient, ...]:
    """Return whom a link is mailed to: its person if there is one, they may act, and the link still opens."""
    row = session.execute(
        select(Person.email, Person.name, Person.language)
        .join(Link, Link.person_id == Person.id)
        .where(
            Link.id == UUID(link_id),
            Link.closed.is_(False),
            Link.expires_at > clock.now(),
            Person.email.is_not(None),
            Person.state == PersonState.ACTIVE,
        )
    ).one_or_none()
    return () if row is None else (Recipient(str(row.email), row.name, row.language),)


def reset_address(link_id: str) -> Mapping[str, str]:
    """Return what the letter about a new password says: ``address``, from PUBLIC_BASE_URL and never from a request."""
    return _address(link_id, Purpose.RESET)


def proof_address(link_id: str) -> Mapping[str, str]:
    """Return what the letter that proves an address says."""
    return _address(link_id, Purpose.PROOF)


def _address(link_id: str, purpose: Purpose) -> Mapping[str, str]:
    base = current().settings.public_base_url
    return {"address": f"{base}{PATHS[purpose]}?token={token_of(UUID(link_id), purpose)}"}
