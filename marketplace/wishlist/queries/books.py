"""The books of the wishlist: what ``jkp verify`` and ``jkp facts`` read, and what is kept of a person."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from marketplace.kernel.db import rows
from marketplace.kernel.models import StoredEvent
from marketplace.wishlist.events import BackInStock
from marketplace.wishlist.models import Alert, AlertState, Wish


def broken() -> Iterator[str]:
    """Yield a sentence for each alert that was told more than once, or without ever having waited (R26.1)."""
    alert = StoredEvent.payload["alert_id"].astext
    told = (
        select(alert.label("alert_id"), func.count().label("letters"))
        .where(StoredEvent.name == BackInStock.name())
        .group_by(alert)
        .having(func.count() > 1)
    )
    for row in rows(told):
        yield f"wishlist: the alert {row.alert_id} was told {row.letters} times"
    kept = {str(row.id) for row in rows(select(Alert.id).where(Alert.state == AlertState.TOLD))}
    for row in rows(select(alert.label("alert_id")).where(StoredEvent.name == BackInStock.name())):
        if row.alert_id not in kept:
            yield f"wishlist: the alert {row.alert_id} was told, but does not say so"


def alert_facts() -> Iterator[Mapping[str, Any]]:
    """Give a row for each alert, without its address (R0.4)."""
    found = select(Alert.id, Alert.product_id, Alert.state, Alert.asked_at, Alert.told_at).order_by(Alert.id)
    for row in rows(found):
        yield dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def export_person(person_id: UUID) -> dict[str, Any]:
    """Return what the wishlist keeps of a person, in plain JSON types."""
    mine = f"person:{person_id}"
    kept = rows(select(Wish.product_id, Wish.seen_idr, Wish.at).where(Wish.owner == mine).order_by(Wish.id))
    asked = select(Alert.product_id, Alert.email, Alert.state, Alert.asked_at).where(Alert.owner == mine)
    return {
        "wishes": [
            {"product": str(row.product_id), "seen_idr": row.seen_idr.amount, "at": row.at.isoformat()} for row in kept
        ],
        "alerts": [
            {
                "product": str(row.product_id),
                "email": row.email,
                "state": row.state,
                "asked_at": row.asked_at.isoformat(),
            }
            for row in rows(asked.order_by(Alert.id))
        ],
    }
