"""What the public paid lately: the newest sales of a variant, and nothing that was not sold."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update

from marketplace.catalog.models import Variant
from marketplace.kernel.db import session, transactional
from marketplace.kernel.money import Rupiah
from marketplace.orders.queries import going_rates as rates
from tests.factories import catalog, orders, sellers


@transactional
def costs(variant: UUID, price: int) -> None:
    session.execute(update(Variant).where(Variant.id == variant).values(price_idr=Rupiah(price)))


def sold(variant: UUID, *prices: int) -> None:
    for price in prices:
        costs(variant, price)
        orders.paid(orders.guest(), variant)


def basket() -> UUID:
    return catalog.basket(name="Tampah Bambu", of=sellers.shop(trusted=True))


def test_the_middle_of_the_newest_sales_is_what_it_goes_for(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    variant, other = basket(), basket()
    sold(variant, 90_000, 40_000, 45_000, 44_000)
    assert rates.going_rates([variant, other]) == {variant: rates.GoingRate(Rupiah(44_000), 4)}
    monkeypatch.setattr(rates, "LAST", 1)
    assert rates.going_rates([variant])[variant] == rates.GoingRate(Rupiah(44_000), 1)
    assert rates.going_rates([]) == {}


def test_an_unpaid_order_is_no_sale(app: Flask) -> None:
    variant = basket()
    orders.ordered(orders.guest(), variant)
    assert rates.going_rates([variant]) == {}
