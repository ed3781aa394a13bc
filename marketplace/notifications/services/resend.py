"""Having something told again, with a reason."""

from uuid import UUID

from sqlalchemy import select

from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _
from marketplace.notifications import policies, queries
from marketplace.notifications.events import ResendAsked
from marketplace.notifications.models import Mail
from marketplace.notifications.slots import INBOX


@transactional
def tell_again(mail_id: UUID, why: str, *, by: Actor) -> None:
    """Have one thing told again to whom it went, under a new key.

    Raises NotAllowed, NotFound, and Conflict ``on_its_way`` while it is still tried, ``too_old`` when nobody knows the words
    any more, ``in_the_inbox`` for what lies in our own database.
    """
    by.require(policies.LOG, None)
    row = session.execute(select(Mail).where(Mail.id == mail_id).with_for_update()).scalar_one_or_none()
    if row is None:
        raise NotFound
    if row.channel == INBOX:
        raise Conflict("in_the_inbox", _("It lies in the reader's inbox. Nothing is gained by putting it there twice."))
    if row.state in ("sending", "refused"):
        raise Conflict("on_its_way", _("It is still being tried. Wait until it is sent or given up."))
    if not row.to_hash or queries.event_of(row.delivery_id) is None:
        raise Conflict("too_old", _("What it said is no longer kept, or its reader is gone. Write to them yourself."))
    audit("notifications", "tell again", f"mail:{mail_id}", by=by, after={"why": why, "channel": row.channel})
    row.why = why
    emit(ResendAsked(mail_id=str(mail_id)))
