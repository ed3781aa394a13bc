"""Claims, the pieces they are about, and what was said and shown."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import PERSONAL, Base, Identified, at_least
from marketplace.kernel.machine import Machine, Stateful
from marketplace.kernel.money import Rupiah


class ClaimState(StrEnum):
    """Whose turn it is; the last three are ends."""

    OPEN = "open"
    OFFERED = "offered"
    ESCALATED = "escalated"
    """The programme's desk decides."""
    RETURNING = "returning"
    RETURNED = "returned"
    REPLACING = "replacing"
    REPLACED = "replaced"
    RESOLVED = "resolved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Reason(StrEnum):
    """What is wrong."""

    NOT_COME = "not_come"
    BROKEN = "broken"
    MISSING = "missing"
    WRONG = "wrong"
    QUALITY = "quality"
    LATE = "late"
    CHANGED_MIND = "changed_mind"


class Wish(StrEnum):
    """What the buyer asks for: all that the pieces cost, an amount of it, or others instead."""

    REFUND = "refund"
    PART = "part"
    REPLACEMENT = "replacement"


class Way(StrEnum):
    """How a claim may end for the better: an amount, goods back and then money, or other goods."""

    MONEY = "money"
    RETURN = "return"
    REPLACEMENT = "replacement"


class Role(StrEnum):
    """Who acts or speaks."""

    BUYER = "buyer"
    SELLER = "seller"
    DESK = "desk"
    TIMER = "timer"


ENDS = (ClaimState.RESOLVED, ClaimState.REJECTED, ClaimState.WITHDRAWN)
UNDER_WAY = text("state NOT IN ('resolved', 'rejected', 'withdrawn')")
"""As the indexes say it, which no parameter could be matched with."""


class Claim(Stateful, Base):
    """A complaint about pieces of a part. ``code`` and ``part_number`` are copies, to make addresses of."""

    __tablename__ = "claims_claims"
    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        Index("uq_claims_claims_open", "suborder_id", unique=True, postgresql_where=UNDER_WAY),
        Index("ix_claims_claims_seller", "seller_id", "id"),
        Index("ix_claims_claims_due", "due_at", "id", postgresql_where=text("due_at IS NOT NULL")),
        at_least("number", 1),
        at_least("worth_idr"),
        at_least("refunded_idr"),
        CheckConstraint("refunded_idr <= worth_idr", name="refunded_is_worth"),
        CheckConstraint("wished_idr > 0 AND wished_idr <= worth_idr", name="wished_is_worth"),
        CheckConstraint("offered_idr > 0 AND offered_idr <= worth_idr", name="offered_is_worth"),
        CheckConstraint("(refund_id IS NULL) = (refunded_idr = 0)", name="refund_has_its_sum"),
        CheckConstraint(
            "(due_at IS NULL) = (state IN ('resolved', 'rejected', 'withdrawn'))", name="due_while_under_way"
        ),
    )
    machine = Machine[StrEnum](
        ClaimState.OPEN,
        {
            ClaimState.OPEN: (
                ClaimState.OFFERED,
                ClaimState.RETURNING,
                ClaimState.REPLACING,
                ClaimState.ESCALATED,
                ClaimState.RESOLVED,
                ClaimState.WITHDRAWN,
            ),
            ClaimState.OFFERED: (
                ClaimState.RESOLVED,
                ClaimState.RETURNING,
                ClaimState.REPLACING,
                ClaimState.ESCALATED,
                ClaimState.WITHDRAWN,
            ),
            ClaimState.ESCALATED: (
                ClaimState.RESOLVED,
                ClaimState.RETURNING,
                ClaimState.REPLACING,
                ClaimState.REJECTED,
                ClaimState.WITHDRAWN,
            ),
            ClaimState.RETURNING: (ClaimState.RETURNED, ClaimState.REJECTED, ClaimState.WITHDRAWN),
            ClaimState.RETURNED: (ClaimState.RESOLVED, ClaimState.ESCALATED),
            ClaimState.REPLACING: (ClaimState.REPLACED, ClaimState.RESOLVED),
            ClaimState.REPLACED: (ClaimState.RESOLVED, ClaimState.ESCALATED),
            ClaimState.RESOLVED: (),
            ClaimState.REJECTED: (),
            ClaimState.WITHDRAWN: (),
        },
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders_orders.id"))
    suborder_id: Mapped[UUID] = mapped_column(ForeignKey("orders_suborders.id"), index=True)
    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers_sellers.id"))
    code: Mapped[str] = mapped_column(Text)
    part_number: Mapped[int] = mapped_column(SmallInteger)
    number: Mapped[int] = mapped_column(SmallInteger)
    reason: Mapped[str] = mapped_column(Text)
    wish: Mapped[str] = mapped_column(Text)
    wished_idr: Mapped[Rupiah | None]
    whole: Mapped[bool]
    """It is about all that is left of the part, so that the delivery goes back with it."""
    worth_idr: Mapped[Rupiah]
    """What was paid for all this; nobody gets more."""
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    offer: Mapped[str] = mapped_column(Text, default="")
    """The ``Way`` that the shop offered last, empty before."""
    offered_idr: Mapped[Rupiah | None]
    decision: Mapped[str] = mapped_column(Text, default="", info=PERSONAL)
    """The desk's reason, in its words."""
    sent_back: Mapped[str] = mapped_column(Text, default="", info=PERSONAL)
    """How the buyer sent the goods back: a tracking number or who took them."""
    returned_at: Mapped[datetime | None]
    replacement: Mapped[str] = mapped_column(Text, default="", info=PERSONAL)
    """How the shop sent other goods."""
    replaced_at: Mapped[datetime | None]
    refund_id: Mapped[UUID | None] = mapped_column(ForeignKey("orders_refunds.refund_id"), index=True)
    refunded_idr: Mapped[Rupiah] = mapped_column(default=Rupiah(0))
    unpaid_at: Mapped[datetime | None]
    """Since when it is known that the refund failed; None once a new one is on its way."""


class ClaimLine(Base):
    """So many pieces of a line of the order."""

    __tablename__ = "claims_lines"
    __table_args__ = (at_least("qty", 1),)

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims_claims.id"), primary_key=True)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("orders_lines.id"), primary_key=True, index=True)
    qty: Mapped[int]


class ClaimMessage(Identified, Base):
    """What somebody wrote in the thread of a claim; ``author`` as the history names actors, and it is nobody once erased."""

    __tablename__ = "claims_messages"
    __table_args__ = (Index("ix_claims_messages_claim", "claim_id", "id"),)

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims_claims.id"))
    role: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text, index=True)
    body: Mapped[str] = mapped_column(Text, info=PERSONAL)
    at: Mapped[datetime]


class ClaimPhoto(Base):
    """A photo of a message."""

    __tablename__ = "claims_photos"

    picture_id: Mapped[UUID] = mapped_column(primary_key=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("claims_messages.id"), index=True)
