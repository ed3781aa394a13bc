"""What was offered in a negotiation, and what was proposed to change: every version, the first first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from marketplace.eorder.models import Change, ChangeState, Offer
from marketplace.eorder.queries.beside import sheet
from marketplace.eorder.queries.reading import OrderView
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferView:
    """What one side offered in one turn, the price of a piece by line; money in rupiah."""

    id: UUID
    turn: int
    side: str
    prices: Mapping[UUID, Rupiah]
    shipping: Rupiah
    total: Rupiah
    note: str
    at: datetime
    answer_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An order as it was, or was to be: quantities by line, day, hour and total."""

    quantities: Mapping[UUID, int]
    day: date
    hour: str
    total: Rupiah


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """A change that was proposed; ``wanted`` is None where the order was to be called off."""

    id: UUID
    number: int
    kind: str
    side: str
    state: str
    was: Version
    wanted: Version | None
    why: str
    at: datetime
    answered_at: datetime | None

    @property
    def open(self) -> bool:
        """Tell whether the other side has not answered yet."""
        return self.state == ChangeState.OPEN


def offers_of(order_id: UUID) -> tuple[OfferView, ...]:
    """Return the offers of a negotiation by turn; the caller asked whether the actor may see the order."""
    found = rows(select(Offer.__table__).where(Offer.order_id == order_id).order_by(Offer.turn))
    return tuple(
        OfferView(
            id=row.id,
            turn=row.turn,
            side=row.side,
            prices={UUID(line): Rupiah(price) for line, price in row.prices.items()},
            shipping=row.shipping_idr,
            total=row.total_idr,
            note=row.note,
            at=row.at,
            answer_by=row.answer_by,
        )
        for row in found
    )


def changes_of(order_id: UUID) -> tuple[ChangeView, ...]:
    """Return the changes of an order by number; the caller asked whether the actor may see the order."""
    found = rows(select(Change.__table__).where(Change.order_id == order_id).order_by(Change.number))
    return tuple(_change(row) for row in found)


def next_shop(found: OrderView) -> str:
    """Return the name of the shop that comes after an order's own in its comparison, by total; empty for none."""
    seen = sheet(found.comparison_id).seen.get("shops", ())
    others = [one for one in seen if one.get("id") != str(found.seller_id)]
    lowest = min(others, key=lambda one: one.get("total_idr", 0), default=None)
    return str(lowest["name"]) if lowest else ""


def _change(row: Row[Any]) -> ChangeView:
    return ChangeView(
        id=row.id,
        number=row.number,
        kind=row.kind,
        side=row.side,
        state=row.state,
        was=_version(row.was),
        wanted=_version(row.wanted) if row.wanted else None,
        why=row.why,
        at=row.at,
        answered_at=row.answered_at,
    )


def _version(told: Mapping[str, Any]) -> Version:
    return Version(
        quantities={UUID(line): qty for line, qty in told["lines"].items()},
        day=date.fromisoformat(told["day"]),
        hour=told["hour"],
        total=Rupiah(told["total_idr"]),
    )
