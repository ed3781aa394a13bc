"""What the turn of a day brings: certificates that ran out or were revoked, and reminders of those that soon do."""

from datetime import timedelta

from sqlalchemy import or_, select

from marketplace.kernel import clock
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.outbox import emit
from marketplace.p3dn.events import CertificateEnds, RungMoved
from marketplace.p3dn.models import Certificate, CertificateState, Covering

REMINDED = (90, 60, 30)
"""So many days before a certificate ends its shop is reminded."""
AT_ONCE = 200


@transactional
def turn_of_the_day() -> int:
    """Tell what fell with the day that ended, and remind of what soon does; return how many certificates. Harmless again."""
    today = clock.today()
    return _ended(today) + _soon(today)


def _ended(today: object) -> int:
    over = select(Certificate).where(
        Certificate.end_told.is_(False),
        Certificate.state.in_([str(CertificateState.CHECKED), str(CertificateState.REVOKED)]),
        or_(Certificate.expires_on < today, Certificate.revoked_on <= today),
    )
    found = list(session.scalars(over.order_by(Certificate.id).limit(AT_ONCE).with_for_update(skip_locked=True)))
    for one in found:
        one.end_told = True
        for (product_id,) in rows(select(Covering.product_id).where(Covering.certificate_id == one.id)):
            emit(RungMoved(product_id=str(product_id)))
    return len(found)


def _soon(today: object) -> int:
    told = 0
    for days, until in ((days, clock.today() + timedelta(days=days)) for days in REMINDED):
        near = select(Certificate).where(
            Certificate.state == CertificateState.CHECKED,
            Certificate.expires_on >= today,
            Certificate.expires_on <= until,
            or_(Certificate.warned == 0, Certificate.warned > days),
        )
        for one in session.scalars(near.order_by(Certificate.id).limit(AT_ONCE).with_for_update(skip_locked=True)):
            left = (one.expires_on - clock.today()).days
            mark = min(limit for limit in REMINDED if left <= limit)
            if one.warned == 0 or one.warned > mark:
                one.warned, told = mark, told + 1
                emit(CertificateEnds(certificate_id=str(one.id), seller_id=str(one.seller_id), days=left))
    return told
