"""Who hears of certificates, and what their letters say."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.accounts import queries as accounts
from marketplace.kernel.db import session
from marketplace.notifications.slots import Recipient
from marketplace.p3dn.events import CertificateDecided, CertificateEnds
from marketplace.p3dn.models import Certificate
from marketplace.sellers import queries as sellers


def team(event: CertificateDecided | CertificateEnds) -> tuple[Recipient, ...]:
    """Return the team of the shop whose certificate it is."""
    return accounts.recipients(sellers.team(UUID(event.seller_id)))


def context(event: CertificateDecided | CertificateEnds) -> Mapping[str, Any]:
    """Return what letters about a certificate say."""
    columns = (Certificate.number, Certificate.expires_on, Certificate.refused, Certificate.revoked_on)
    found = session.execute(select(*columns).where(Certificate.id == UUID(event.certificate_id))).one()
    return {
        "number": found.number,
        "expires_on": found.expires_on,
        "why": found.refused,
        "revoked_on": found.revoked_on,
        "state": getattr(event, "state", ""),
        "days": getattr(event, "days", 0),
        "path": "/lapak/p3dn",
    }
