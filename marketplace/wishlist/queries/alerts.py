"""Alerts: whether a product can be bought, whose letters go where, and what a letter's token opens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from marketplace.accounts import queries as accounts
from marketplace.catalog import queries as catalog
from marketplace.catalog.queries import OFFERS, Card
from marketplace.kernel import ids
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session
from marketplace.kernel.plugin import current
from marketplace.notifications.slots import Recipient
from marketplace.wishlist.events import AlertAsked, BackInStock
from marketplace.wishlist.models import OPEN, Alert, AlertState
from marketplace.wishlist.queries.wishes import owner

PURPOSE = "wishlist.alert"
MOST_SHOWN = 50
_THERE = (
    select(OFFERS.c.variant_id)
    .where(OFFERS.c.product_id == bindparam("product"), OFFERS.c.on_sale, OFFERS.c.available >= OFFERS.c.min_order)
    .limit(1)
)


def available(product_id: UUID) -> bool:
    """Tell whether some variant of a product can be bought now, in the smallest quantity that is sold."""
    return bool(rows(_THERE, {"product": product_id}))


def token_of(alert_id: UUID) -> str:
    """Return the token of an alert's letters: derived from the site's secret, so that it rests nowhere (R14.5)."""
    return ids.derived_token(current().settings.secret_key, alert_id, PURPOSE)


@dataclass(frozen=True)
class Told:
    """What the token of a letter opens."""

    state: str
    product: Card | None


def by_token(token: str) -> Told | None:
    """Return how the alert of a token stands; None for one that opens nothing any more."""
    found = session.execute(
        select(Alert.state, Alert.product_id).where(Alert.token_hash == ids.token_hash(token), Alert.state.in_(OPEN))
    ).one_or_none()
    return None if found is None else Told(found.state, next(iter(catalog.cards([found.product_id])), None))


def waiting_of(actor: Actor) -> list[Card]:
    """Return the products of whose return an actor is to be told."""
    wanted = (
        select(Alert.product_id)
        .where(Alert.owner == owner(actor), Alert.state == AlertState.WAITING)
        .order_by(Alert.asked_at.desc(), Alert.id.desc())
        .limit(MOST_SHOWN)
    )
    return catalog.cards([row.product_id for row in rows(wanted)])


def asked_recipient(event: AlertAsked) -> tuple[Recipient, ...]:
    """Return the address that is to be confirmed; nobody when it was confirmed or taken back meanwhile."""
    return _reached(UUID(event.alert_id), AlertState.ASKED)


def told_recipient(event: BackInStock) -> tuple[Recipient, ...]:
    """Return who is told that the goods are back."""
    return _reached(UUID(event.alert_id), AlertState.TOLD)


def _reached(alert_id: UUID, state: AlertState) -> tuple[Recipient, ...]:
    found = session.execute(
        select(Alert.reach, Alert.email, Alert.language).where(Alert.id == alert_id, Alert.state == state)
    ).one_or_none()
    if found is None:
        return ()
    if found.email:
        return (Recipient(found.email, "", found.language),)
    kind, _colon, key = found.reach.partition(":")
    return accounts.letter_to(key) if kind == "person" else ()


def confirm_context(event: AlertAsked) -> Mapping[str, Any]:
    """Return what the letter says that asks for the confirmation."""
    return said_of(UUID(event.alert_id))


def back_context(event: BackInStock) -> Mapping[str, Any]:
    """Return what the letter says that tells of the goods."""
    return said_of(UUID(event.alert_id))


def said_of(alert_id: UUID) -> Mapping[str, Any]:
    """Return what letters of an alert say: the product's name and page, its shop, and the address that ends the alert."""
    product_id = session.scalar(select(Alert.product_id).where(Alert.id == alert_id))
    card = next(iter(catalog.cards([product_id] if product_id else [])), None)
    return {
        "product": card.name if card else "",
        "shop": card.seller_name if card else "",
        "price": card.price if card else None,
        "product_path": card.url if card else "",
        "token_path": f"/kabar?token={token_of(alert_id)}",
    }
