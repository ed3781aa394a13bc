"""What a delivery costs: pure, in whole numbers."""

from dataclasses import dataclass

from marketplace.delivery.models import Method
from marketplace.kernel.money import ZERO, Rupiah

KILOGRAM = 1_000


@dataclass(frozen=True)
class Freight:
    """A courier's tariff between two zones, with the courier's own divisor."""

    first: Rupiah
    next: Rupiah
    divisor: int
    days_least: int
    days_most: int


@dataclass(frozen=True)
class Pricing:
    """What of an option makes its price."""

    method: Method
    flat: Rupiah = ZERO
    free_from: Rupiah | None = None


def kilograms(weight_g: int, volume_ml: int, divisor: int) -> int:
    """Return the kilograms that a courier counts: by weight or by volume, whichever is more, each one that is begun."""
    by_weight = -(-weight_g // KILOGRAM)
    by_volume = -(-volume_ml // divisor)  # A millilitre is a cubic centimetre.
    return max(by_weight, by_volume, 1)


def priced(option: Pricing, freight: Freight | None, weight_g: int, volume_ml: int, goods: Rupiah) -> Rupiah | None:
    """Return the price of a delivery; None when the courier has no tariff for it.

    Goods that are worth ``free_from`` travel free, but only where anything goes at all.
    """
    if option.method is Method.COURIER:
        if freight is None:
            return None
        price = freight.first + freight.next * (kilograms(weight_g, volume_ml, freight.divisor) - 1)
    else:
        price = option.flat if option.method is Method.OWN else ZERO
    return ZERO if option.free_from is not None and goods >= option.free_from else price
