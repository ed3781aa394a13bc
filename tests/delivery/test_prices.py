"""What a delivery costs: by weight, by volume, and where nothing goes."""

import pytest

from marketplace.delivery.models import Method
from marketplace.delivery.queries import Freight, Pricing, priced
from marketplace.delivery.queries.pricing import kilograms
from marketplace.kernel.money import ZERO, Rupiah

REGULAR = Freight(Rupiah(9_000), Rupiah(4_000), 6_000, 1, 2)
COURIER = Pricing(Method.COURIER)
GOODS = Rupiah(100_000)


@pytest.mark.parametrize(
    ("weight_g", "volume_ml", "kg"),
    [
        (0, 0, 1),
        (1, 0, 1),
        (1_000, 0, 1),
        (1_001, 0, 2),
        (2_000, 6_000, 2),
        (500, 6_000, 1),
        (500, 6_001, 2),
        (3_000, 12_001, 3),
        (3_001, 12_000, 4),
    ],
)
def test_a_courier_counts_each_kilogram_begun_of_weight_or_volume(weight_g, volume_ml, kg):
    assert kilograms(weight_g, volume_ml, 6_000) == kg
    assert priced(COURIER, REGULAR, weight_g, volume_ml, GOODS) == Rupiah(9_000 + 4_000 * (kg - 1))


def test_another_divisor_makes_light_parcels_heavier():
    assert kilograms(500, 12_000, 6_000) == 2
    assert kilograms(500, 12_000, 4_000) == 3


def test_without_a_tariff_there_is_no_price_however_much_is_bought():
    assert priced(COURIER, None, 500, 0, GOODS) is None
    assert priced(Pricing(Method.COURIER, free_from=Rupiah(1)), None, 500, 0, GOODS) is None


def test_own_delivery_has_its_flat_price_and_fetching_none():
    assert priced(Pricing(Method.OWN, Rupiah(8_000)), None, 99_000, 0, GOODS) == Rupiah(8_000)
    assert priced(Pricing(Method.PICKUP, Rupiah(8_000)), None, 500, 0, GOODS) == ZERO


@pytest.mark.parametrize("option", [Pricing(Method.OWN, Rupiah(8_000), GOODS), Pricing(Method.COURIER, ZERO, GOODS)])
def test_free_from_counts_from_exactly_that_amount(option):
    assert priced(option, REGULAR, 500, 0, GOODS) == ZERO
    assert priced(option, REGULAR, 500, 0, GOODS - Rupiah(1)) != ZERO
