"""What shops offer of delivery, and groups of a cart, the least that is valid."""

from datetime import date
from uuid import UUID

from marketplace.delivery import services
from marketplace.delivery.forms import OptionsIn
from marketplace.delivery.queries import Group
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.money import Rupiah
from marketplace.sellers.queries import SellerCard
from tests.factories import sellers

EVERY_DAY = ["1", "2", "3", "4", "5", "6", "7"]
CENTRE, SOUTH, ISLANDS = "31.71.08", "31.74.01", "31.01.01"


def shop(**changes: object) -> SellerCard:
    """Open a shop in Johar Baru that works every day."""
    return sellers.shop(opening_days=EVERY_DAY, **changes)


def offers(seller_id: UUID, *options: dict[str, object], **limits: object) -> None:
    """Let a shop offer these methods, the fetching alone unless it says more."""
    told = {"options": list(options) or [{"method": "pickup"}], **limits}
    services.set_options(seller_id, OptionsIn.model_validate(told), by=SYSTEM)


def group(one: SellerCard, **changes: object) -> Group:
    """Return what a cart holds of a shop: half a kilogram for Rp 50.000."""
    told: dict[str, object] = {
        "seller_id": one.id,
        "kecamatan_code": one.kecamatan_code,
        "opening_days": one.opening_days,
        "goods": Rupiah(50_000),
        "weight_g": 500,
        "units": 1,
        **changes,
    }
    return Group(**told)  # type: ignore[arg-type]


def place(one: SellerCard, day: date, units: int = 1, slot: str = "") -> services.Place:
    """Return a place of a shop's day."""
    return services.Place(one.id, day, slot, units)
