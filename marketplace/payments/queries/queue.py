"""Open charges that their gateways are to be asked about, in a row for each gateway."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, tuple_

from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.payments import models
from marketplace.payments.models import ChargeState

AT_ONCE = 200
"""How many open charges are read at a time."""
Place = tuple[datetime, UUID]
"""Where a charge stands among the open ones: the end of its time, and its id."""
FIRST: Place = (datetime.fromtimestamp(0, tz=clock.JAKARTA), UUID(int=0))
"""In front of them all."""


@dataclass(frozen=True)
class Queue:
    """Open charges that their gateways are to be asked about; one that stays open does not stand in the others' way."""

    name: str
    wanted: ColumnElement[bool]

    def gateways(self) -> tuple[str, ...]:
        """Return the keys of the gateways that have such charges."""
        found = select(models.Charge.gateway).where(models.Charge.state == ChargeState.OPENED, self.wanted).distinct()
        return tuple(sorted(row.gateway for row in rows(found)))

    def places(self, gateway: str, after: Place) -> Iterator[Place]:
        """Yield the charges of a gateway behind a place, those first whose time ends first."""
        place = (models.Charge.expires_at, models.Charge.id)
        statement = select(*place).where(
            models.Charge.state == ChargeState.OPENED, models.Charge.gateway == gateway, self.wanted
        )
        ordered = statement.order_by(*place).limit(AT_ONCE)
        while found := rows(ordered.where(tuple_(*place) > after)):
            for row in found:
                after = (row.expires_at, row.id)
                yield after


@dataclass(frozen=True)
class RefundQueue:
    """Refunds that their gateways are to be asked about, each row read anew."""

    name: str
    before: datetime

    def gateways(self) -> tuple[str, ...]:
        """Return the keys of the gateways that have such refunds."""
        return tuple(sorted(row.gateway for row in rows(self._wanted(models.Charge.gateway).distinct())))

    def places(self, gateway: str, after: Place) -> Iterator[Place]:
        """Yield the refunds of a gateway behind a place, the oldest first."""
        place = (models.Refund.asked_at, models.Refund.id)
        ordered = self._wanted(*place).where(models.Charge.gateway == gateway).order_by(*place).limit(AT_ONCE)
        while found := rows(ordered.where(tuple_(*place) > after)):
            for row in found:
                after = (row.asked_at, row.id)
                yield after

    def _wanted(self, *columns: Any) -> Select[*tuple[Any, ...]]:  # noqa: ANN401 - columns of either table
        joined = select(*columns).select_from(models.Refund).join(models.Charge)
        return joined.where(models.Refund.state.in_(("taken", "sent")), models.Refund.asked_at <= self.before)


def unanswered_refunds(before: datetime) -> RefundQueue:
    """Return the refunds taken before a moment whose gateway has not said how they ended."""
    return RefundQueue("refunds", before)


def due_charges(now: datetime) -> Queue:
    """Return the open charges whose time is over."""
    return Queue("due", models.Charge.expires_at <= now)


def unanswered_charges(before: datetime) -> Queue:
    """Return the open charges made before a moment whose gateway's answer was never kept."""
    return Queue("unanswered", (models.Charge.created_at <= before) & models.Charge.pay_path.is_(None))


def waiting_charges(before: datetime) -> Queue:
    """Return the charges open at their gateway since before a moment."""
    return Queue("waiting", (models.Charge.created_at <= before) & models.Charge.pay_path.is_not(None))
