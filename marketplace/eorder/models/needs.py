"""What an office wants, which shops were asked about it, and what was seen when one was chosen."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import PERSONAL, Base, Identified, at_least
from marketplace.kernel.machine import Machine, Stateful
from marketplace.kernel.money import Rupiah


class NeedState(StrEnum):
    """Whether a need still looks for a shop. One whose order came to nothing is open again."""

    OPEN = "open"
    ORDERED = "ordered"
    DROPPED = "dropped"


class Need(Stateful, Base):
    """What a unit wants to buy, for when and where, and of which package and line of its budget."""

    __tablename__ = "eorder_needs"
    __table_args__ = (
        at_least("people", 1),
        Index("ix_eorder_needs_unit", "unit_code", "year", "id"),
    )
    machine = Machine[StrEnum](
        NeedState.OPEN,
        {
            NeedState.OPEN: (NeedState.ORDERED, NeedState.DROPPED),
            NeedState.ORDERED: (NeedState.OPEN,),
            NeedState.DROPPED: (),
        },
    )

    code: Mapped[str] = mapped_column(Text, unique=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("accounts_organisations.code"))
    year: Mapped[int] = mapped_column(SmallInteger)
    """The fiscal year."""
    package_id: Mapped[UUID] = mapped_column(ForeignKey("offices_packages.id"))
    line_id: Mapped[UUID] = mapped_column(ForeignKey("offices_lines.id"))
    template: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    """The day on which it is wanted."""
    hour: Mapped[str] = mapped_column(Text, default="")
    """``HH:MM`` in Jakarta when it must be there at the latest; empty when any hour of the day will do."""
    hour_from: Mapped[str] = mapped_column(Text, default="")
    """The beginning of the delivery window, ``HH:MM``."""
    people: Mapped[int | None]
    menu: Mapped[str] = mapped_column(Text, default="")
    diet: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(Text, default="", info=PERSONAL)
    contact_phone: Mapped[str] = mapped_column(Text, default="", info=PERSONAL)
    ceiling_code: Mapped[str] = mapped_column(Text, default="")
    over_ceiling: Mapped[str] = mapped_column(Text, default="")
    """Why it may cost more than the ceiling."""
    prepared_by: Mapped[UUID] = mapped_column(ForeignKey("accounts_people.id"), index=True)
    prepared_at: Mapped[datetime]


class NeedItem(Identified, Base):
    """One thing that is needed, in the words of whoever needs it."""

    __tablename__ = "eorder_need_items"
    __table_args__ = (UniqueConstraint("need_id", "position"), at_least("position", 1), at_least("qty", 1))

    need_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_needs.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    words: Mapped[str] = mapped_column(Text)
    """What the shops are searched by."""
    qty: Mapped[int]
    note: Mapped[str] = mapped_column(Text, default="")


class NeedPlace(Identified, Base):
    """A place to which a need, or a part of it, is brought; without quantities there is one place."""

    __tablename__ = "eorder_need_places"
    __table_args__ = (UniqueConstraint("need_id", "position"), at_least("position", 1), at_least("qty", 1))

    need_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_needs.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    place: Mapped[str] = mapped_column(Text)
    floor: Mapped[str] = mapped_column(Text, default="")
    kelurahan_code: Mapped[str] = mapped_column(ForeignKey("accounts_areas.code"))
    qty: Mapped[int | None]
    """How many of the (only) item come here, where there are several places."""


class RequestState(StrEnum):
    """Whether a shop that was asked has answered."""

    OPEN = "open"
    ANSWERED = "answered"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Request(Stateful, Base):
    """A need as one shop is asked about it."""

    __tablename__ = "eorder_requests"
    __table_args__ = (
        UniqueConstraint("need_id", "seller_id"),
        at_least("delivery_idr"),
        Index("ix_eorder_requests_seller", "seller_id", "id"),
        Index("ix_eorder_requests_due", "answer_by", postgresql_where="state = 'open'"),
    )
    machine = Machine[StrEnum](
        RequestState.OPEN,
        {
            RequestState.OPEN: (
                RequestState.ANSWERED,
                RequestState.DECLINED,
                RequestState.EXPIRED,
                RequestState.WITHDRAWN,
            ),
            RequestState.ANSWERED: (RequestState.WITHDRAWN,),
            RequestState.DECLINED: (),
            RequestState.EXPIRED: (),
            RequestState.WITHDRAWN: (),
        },
    )

    code: Mapped[str] = mapped_column(Text, unique=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_needs.id"))
    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers_sellers.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime]
    answer_by: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    """When the shop was reminded: half of its time had passed."""
    answered_at: Mapped[datetime | None]
    delivery_idr: Mapped[Rupiah | None]
    """What the shop asks for bringing it; None as long as it has not answered."""
    answer: Mapped[str] = mapped_column(Text, default="")


class RequestLine(Base):
    """What a shop offers for one thing that is needed, and at which price a piece."""

    __tablename__ = "eorder_request_lines"
    __table_args__ = (at_least("qty", 1), at_least("unit_idr", 1))

    request_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_requests.id"), primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_need_items.id"), primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("catalog_variants.id"))
    qty: Mapped[int]
    unit_idr: Mapped[Rupiah]


class Comparison(Identified, Base):
    """What was seen of several shops when one was chosen, frozen with its digest."""

    __tablename__ = "eorder_comparisons"
    __table_args__ = (
        Index("ix_eorder_comparisons_need", "need_id", "id"),
        CheckConstraint("length(digest) = 64", name="digest_is_sha256"),
    )

    need_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_needs.id"))
    seen: Mapped[dict[str, Any]] = mapped_column(JSONB)
    digest: Mapped[str] = mapped_column(Text)
    """SHA-256 of ``seen`` as canonical JSON."""
    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers_sellers.id"))
    """The shop that was chosen."""
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why not the lowest total."""
    few: Mapped[str] = mapped_column(Text, default="")
    """Why fewer were compared than the method wants."""
    by: Mapped[UUID] = mapped_column(ForeignKey("accounts_people.id"), index=True)
    at: Mapped[datetime]
