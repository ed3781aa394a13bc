"""How somebody stands with their second factor."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from marketplace.accounts.models import Link, Purpose, RecoveryCode, SecondFactor
from marketplace.accounts.policies import NEED_SECOND_FACTOR
from marketplace.accounts.queries.sealing import Sealing
from marketplace.accounts.queries.totp import SECRET_BYTES
from marketplace.kernel import clock, ids
from marketplace.kernel.access import Grant
from marketplace.kernel.db import session
from marketplace.kernel.plugin import current

SEALING = Sealing("SECOND_FACTOR_KEYS", "accounts.second_factor")


@dataclass(frozen=True, slots=True)
class Standing:
    """A second factor that is set up: since when, and how many recovery codes are left."""

    since: datetime
    codes_left: int


def second_factor(person_id: UUID) -> Standing | None:
    """Return how a person's second factor stands; None when they have none."""
    left = select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    row = session.execute(
        select(SecondFactor.since, left.scalar_subquery().label("left")).where(SecondFactor.person_id == person_id)
    ).one_or_none()
    return None if row is None else Standing(row.since, row.left)


def needs_second_factor(grants: tuple[Grant, ...]) -> bool:
    """Tell whether one of these roles opens only with a second factor (R14.3)."""
    return any(grant.role in NEED_SECOND_FACTOR for grant in grants)


def secret_to_be(setup: UUID, person_id: UUID) -> bytes:
    """Return the secret that a page offers to a person: derived from the site's secret, stored nowhere before it is taken."""
    key = current().settings.secret_key.encode()
    return hmac.new(key, f"accounts.second_factor:{setup}:{person_id}".encode(), hashlib.sha256).digest()[:SECRET_BYTES]


def secret_of(person_id: UUID) -> bytes | None:
    """Return the secret of a person, for checking codes only; None when there is none. Raises SealBrokenError."""
    sealed = session.scalar(select(SecondFactor.secret_sealed).where(SecondFactor.person_id == person_id))
    return None if sealed is None else SEALING.unseal(sealed, str(person_id))


def last_step(person_id: UUID) -> int:
    """Return the step of the last code that a person used, 0 before the first."""
    return session.scalar(select(SecondFactor.last_step).where(SecondFactor.person_id == person_id)) or 0


def asked_person(token: str) -> UUID | None:
    """Return whose second factor is asked for under this token; None when it is none, used or too old."""
    return session.scalar(
        select(Link.person_id).where(
            Link.token_hash == ids.token_hash(token),
            Link.purpose == Purpose.SECOND,
            Link.closed.is_(False),
            Link.expires_at > clock.now(),
        )
    )
