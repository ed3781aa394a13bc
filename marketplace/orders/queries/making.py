"""What of some goods a shop makes only so many of for one day. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from marketplace.catalog.queries import Offer
from marketplace.delivery.queries import Making


def making(wanted: Iterable[tuple[Offer, int, Mapping[date, int]]]) -> tuple[Making, ...]:
    """Return it for a shop's goods: what is offered, how many are wanted, and how many are promised by day.

    Each product comes once, however many of its variants are wanted.
    """
    found: dict[UUID, Making] = {}
    for offer, qty, gone in wanted:
        if offer.daily_units is None:
            continue
        before = found[offer.product_id].units if offer.product_id in found else 0
        found[offer.product_id] = Making(
            product_id=offer.product_id, name=offer.name, units=before + qty, most=offer.daily_units, gone=gone
        )
    return tuple(found.values())
