"""A cart becomes an order: all of it or nothing, once, at the prices its buyer saw."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from marketplace.catalog.models import Stock, Variant
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.money import Rupiah
from marketplace.orders import queries, services
from marketplace.orders.events import OrderPlaced
from marketplace.orders.models import CartLine, Order
from marketplace.payments import queries as payments
from marketplace.sellers import services as shops
from marketplace.sellers.forms import ReasonIn
from marketplace.testing.plugin import Outbox
from tests.factories import catalog, orders, sellers


def stock(variant: UUID) -> tuple[int, int]:
    row = session.execute(select(Stock.on_hand, Stock.reserved).where(Stock.variant_id == variant)).one()
    return row.on_hand, row.reserved


@transactional
def reprice(variant: UUID, amount: int) -> None:
    session.execute(update(Variant).where(Variant.id == variant).values(price_idr=Rupiah(amount)))


def orders_there() -> int:
    return session.scalar(select(func.count()).select_from(Order)) or 0


def test_a_guest_orders_from_two_shops_and_gets_one_order_with_two_parts(app: Flask, outbox: Outbox) -> None:
    first, second, third = orders.two_shops()
    rina = orders.guest()

    placed = orders.ordered(rina, first, second, third)

    page = queries.own_order(placed.code, rina)
    assert page.total == Rupiah(135_000)
    assert [(part.seller_name, part.total.amount, len(part.lines)) for part in page.parts] == [
        ("Dapur Ibu Siti", 90_000, 2),
        ("Anyaman Pak Joko", 45_000, 1),
    ]
    assert [stock(variant) for variant in (first, second, third)] == [(10, 1)] * 3
    assert queries.cart(rina).groups == ()
    charge = payments.latest(page.reference)
    assert charge is not None
    assert (charge.state, charge.amount, charge.pay_path and charge.pay_path[:9]) == ("opened", page.total, "/sandbox/")
    assert outbox.named(OrderPlaced) == [{"order_id": str(page.id), "code": placed.code, "total_idr": 135_000}]


def test_the_same_form_twice_is_one_order(app: Flask) -> None:
    """Guards (R26.3): one use of a key in a scope and an operation; the key of an order that is placed."""
    variant, rina = catalog.basket(), orders.guest()
    form = orders.checkout(orders.filled(rina, variant))

    once, again = services.buy(form, by=rina), services.buy(form, by=rina)

    assert (again.code, once.replayed, again.replayed) == (once.code, False, True)
    assert orders_there() == 1
    assert stock(variant) == (10, 1)


def test_the_same_key_with_other_words_is_refused(app: Flask) -> None:
    """Guard (R26.3): the fingerprint of a request."""
    variant, rina = catalog.basket(), orders.guest()
    form = orders.checkout(orders.filled(rina, variant))
    services.buy(form, by=rina)
    with pytest.raises(Invalid):
        services.buy(form.model_copy(update={"nama": "Orang Lain"}), by=rina)


def test_a_second_form_finds_an_empty_cart(app: Flask) -> None:
    variant, rina = catalog.basket(), orders.guest()
    total = orders.filled(rina, variant)
    services.buy(orders.checkout(total), by=rina)
    with pytest.raises(Conflict) as refused:
        services.buy(orders.checkout(total), by=rina)
    assert refused.value.code == "empty_cart"


def test_a_form_without_a_key_orders_nothing(app: Flask) -> None:
    variant, rina = catalog.basket(), orders.guest()
    form = orders.checkout(orders.filled(rina, variant), kunci="")
    with pytest.raises(Invalid):
        services.buy(form, by=rina)
    assert orders_there() == 0


def test_a_changed_price_is_told_before_anything_is_ordered(app: Flask) -> None:
    """Guard (R26.3): the total that the buyer saw."""
    variant, rina = catalog.basket(), orders.guest()
    seen = orders.filled(rina, variant)
    reprice(variant, 50_000)

    with pytest.raises(Conflict) as refused:
        services.buy(orders.checkout(seen), by=rina)

    assert (refused.value.code, refused.value.facts) == ("total_changed", {"old": 45_000, "new": 50_000})
    assert orders_there() == 0
    assert stock(variant) == (10, 0)
    cart = queries.cart(rina)
    assert cart.price_changed
    services.agree(by=rina)
    assert not queries.cart(rina).price_changed
    services.buy(orders.checkout(50_000), by=rina)


def test_a_later_price_changes_nothing_in_an_order(app: Flask) -> None:
    variant, rina = catalog.basket(), orders.guest()
    code = orders.ordered(rina, variant).code
    reprice(variant, 99_000)
    assert queries.own_order(code, rina).parts[0].lines[0].price == Rupiah(45_000)


def test_what_is_sold_out_meanwhile_stops_only_its_shop(app: Flask) -> None:
    first, _second, third = orders.two_shops()
    rina, quicker = orders.guest(), orders.guest()
    orders.filled(rina, first, third)
    services.put(third, 10, by=quicker)
    services.buy(orders.checkout(450_000), by=quicker)

    cart = queries.cart(rina)
    assert [group.seller.name for group in cart.blocked] == ["Anyaman Pak Joko"]
    assert cart.total == Rupiah(45_000)
    with pytest.raises(Conflict) as refused:
        services.buy(orders.checkout(90_000), by=rina)
    assert refused.value.code == "blocked"

    left_out = [group.seller.id for group in cart.blocked]
    placed = services.buy(orders.checkout(45_000, tanpa=left_out), by=rina)

    assert len(queries.own_order(placed.code, rina).parts) == 1
    assert [group.seller.name for group in queries.cart(rina).groups] == ["Anyaman Pak Joko"]


def test_a_shop_that_was_suspended_blocks_only_itself(app: Flask) -> None:
    first, _second, third = orders.two_shops()
    rina = orders.guest()
    orders.filled(rina, first, third)
    joko = queries.cart(rina).groups[1].seller
    shops.suspend(joko.id, ReasonIn(reason="Dokumen tidak lengkap sejak Mei."), by=SYSTEM)
    assert [group.seller.name for group in queries.cart(rina).blocked] == ["Anyaman Pak Joko"]


def test_delivery_by_the_seller_costs_the_flat_price_once_for_the_part(app: Flask) -> None:
    first, second, third = orders.two_shops()
    rina = orders.guest()
    orders.filled(rina, first, second, third)
    siti = queries.cart(rina).groups[0].seller
    services.choose_delivery(siti.id, queries.Wish("own"), by=rina)

    assert queries.cart(rina).total == Rupiah(145_000)
    placed = services.buy(orders.checkout(145_000), by=rina)

    page = queries.own_order(placed.code, rina)
    assert [(part.delivery, part.shipping.amount) for part in page.parts] == [("seller", 10_000), ("pickup", 0)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kelurahan": "Kampung Antah Berantah"}, "kelurahan"),
        ({"gateway": "emas-batangan"}, "gateway"),
    ],
)
def test_what_cannot_be_accepted_is_said_beside_its_field(app: Flask, changes: dict[str, str], field: str) -> None:
    variant, rina = catalog.basket(), orders.guest()
    form = orders.checkout(orders.filled(rina, variant)).model_copy(update=changes)
    with pytest.raises(Invalid) as refused:
        services.buy(form, by=rina)
    assert list(refused.value.fields) == [field]
    assert orders_there() == 0


def test_more_than_there_is_cannot_be_put_into_a_cart(app: Flask) -> None:
    variant, rina = catalog.basket(stock=3), orders.guest()
    with pytest.raises(Invalid):
        services.put(variant, 4, by=rina)
    services.put(variant, 2, by=rina)
    services.put(variant, 2, by=rina)
    assert queries.cart(rina).groups[0].items[0].qty == 3


def test_buying_at_once_does_not_add_to_what_is_there(app: Flask) -> None:
    variant, rina = catalog.basket(), orders.guest()
    services.put(variant, 2, by=rina)
    services.put(variant, 1, by=rina, adds=False)
    assert queries.cart(rina).groups[0].items[0].qty == 2


def test_a_cart_has_an_end(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, _third = orders.two_shops()
    rina = orders.guest()
    services.put(first, 1, by=rina)
    monkeypatch.setitem(app.extensions["jkp"].settings.extra, "CART_LINES", 1)
    services.put(first, 1, by=rina)
    with pytest.raises(Conflict) as refused:
        services.put(second, 1, by=rina)
    assert refused.value.code == "cart_full"


def test_quantities_change_and_zero_takes_out(app: Flask) -> None:
    variant, rina = catalog.basket(), orders.guest()
    services.put(variant, 1, by=rina)
    services.set_quantity(variant, 5, by=rina)
    assert queries.cart(rina).goods == Rupiah(225_000)
    services.set_quantity(variant, 0, by=rina)
    assert queries.cart(rina).groups == ()
    with pytest.raises(NotFound):
        services.set_quantity(variant, 2, by=rina)


def test_a_guests_cart_joins_the_persons_at_sign_in(app: Flask) -> None:
    first, second, _third = orders.two_shops()
    guest = orders.guest()
    siti = sellers.runs()
    services.put(first, 1, by=siti)
    services.put(first, 3, by=guest)
    services.put(second, 1, by=guest)

    services.adopt(guest.guest_key, siti.id)

    quantities = {item.variant_id: item.qty for group in queries.cart(siti).groups for item in group.items}
    assert quantities == {first: 3, second: 1}
    assert session.scalar(select(func.count()).where(CartLine.owner == queries.owner(guest))) == 0


def test_a_strangers_order_is_not_there(app: Flask) -> None:
    """Guard (R26.3): whose order is shown."""
    variant, rina = catalog.basket(), orders.guest()
    code = orders.ordered(rina, variant).code
    for stranger in (orders.guest(), sellers.runs()):
        with pytest.raises(NotFound):
            queries.own_order(code, stranger)
        with pytest.raises(NotFound):
            services.cancel(code, by=stranger)
    token = queries.page_token(queries.own_order(code, rina).id)
    assert queries.own_order(code, orders.guest(), token).code == code
    with pytest.raises(NotFound):
        queries.own_order(code, orders.guest(), token[:-1] + "x")


def test_books_are_whole_after_all_that(app: Flask) -> None:
    first, second, third = orders.two_shops()
    rina = orders.guest()
    orders.ordered(rina, first, third)
    orders.paid(rina, second)
    assert list(queries.broken()) == []
    assert list(payments.broken()) == []
