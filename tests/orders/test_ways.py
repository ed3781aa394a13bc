"""How each shop's goods come: chosen in the cart, priced by the address, held as a place of a day, and frozen in the order."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from marketplace.accounts.queries import find_kelurahan
from marketplace.catalog.models import Stock
from marketplace.delivery import services as delivery
from marketplace.delivery.models import Booking, BookingState, Courier
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.ids import token
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.slots import verifiers
from marketplace.orders import queries, services
from marketplace.orders.forms import PayAgainIn, RowIn
from marketplace.orders.models import Line, Order, Suborder
from marketplace.payments.models import SandboxState
from marketplace.sellers import services as shops
from marketplace.sellers.queries import SellerCard
from tests.factories import catalog, orders, sellers
from tests.factories import delivery as ways
from tests.orders.test_pages import filled_in, put

REGULAR = {"method": "courier", "courier": "reguler"}


def in_order() -> list[str]:
    return [said for check in verifiers for said in check()]


def sold_by(*options: dict[str, object], **limits: object) -> tuple[SellerCard, Any]:
    """Open a shop that offers these ways; return it with a basket of Rp 45.000."""
    one = sellers.shop(trusted=True, opening_days=ways.EVERY_DAY)
    ways.offers(one.id, *options, **limits)
    return one, catalog.basket(of=one)


def days_on(ahead: int) -> date:
    return clock.today() + timedelta(days=ahead)


def saw(cart: queries.Cart) -> list[str]:
    """Return what the form of the checkout says of each shop's delivery."""
    told = []
    for group in cart.groups:
        assert group.way.time is not None
        assert group.way.choice is not None
        time = group.way.time
        told.append(f"{group.seller.id} {time.day.on} {time.slot or '-'} {group.way.choice.key}")
    return told


def test_a_courier_costs_what_its_tariff_says_for_the_buyers_kecamatan(app: Flask) -> None:
    """A basket weighs what its seller said: unknown is one kilogram, and the price is open until the address is."""
    _shop, basket = sold_by(REGULAR)
    rina = orders.guest()
    services.put(basket, 1, by=rina)
    nowhere = queries.cart(rina)
    assert (nowhere.shipping_open, nowhere.total) == (True, Rupiah(45_000))
    there = queries.cart(rina, ways.SOUTH)
    assert (there.shipping_open, there.shipping, there.total) == (False, Rupiah(11_000), Rupiah(56_000))
    with pytest.raises(Conflict) as refused:
        services.place(orders.checkout(45_000), by=rina)
    assert refused.value.code == "total_changed"
    assert refused.value.facts == {"old": 45_000, "new": 54_000}, "Johar Baru is nearer than the south"
    code = services.place(orders.checkout(54_000), by=rina).code
    part = session.scalars(select(Suborder)).one()
    assert (part.delivery, part.delivery_code, part.shipping_idr) == ("courier", "reguler", Rupiah(9_000))
    assert part.delivery_label.startswith("Kurir")
    assert queries.own_order(code, rina).total == Rupiah(54_000)
    assert in_order() == []


def test_a_day_is_booked_with_the_order_kept_with_the_payment_and_given_back_with_the_cancelling(app: Flask) -> None:
    shop, basket = sold_by({"method": "pickup", "slots": ["09-12", "13-16"]}, daily_orders=2, slot_orders=1)
    rina, dian = orders.guest(), orders.guest()
    for buyer in (rina, dian):
        services.put(basket, 2, by=buyer)
    first = services.buy(orders.checkout(90_000, antar=saw(queries.cart(rina))), by=rina)
    booking = session.scalars(select(Booking)).one()
    assert (booking.seller_id, booking.slot, booking.units, booking.state) == (shop.id, "09-12", 2, "held")
    other = queries.cart(dian).groups[0].way.time
    assert other is not None
    assert other.slot == "13-16", "the first slot is taken"
    orders.decided(first.code, rina)
    session.expire_all()
    assert session.scalars(select(Booking.state)).one() == BookingState.KEPT
    second = services.buy(orders.checkout(90_000), by=dian)
    assert in_order() == []
    services.cancel(second.code, by=dian)
    assert sorted(session.scalars(select(Booking.state))) == ["given_back", "kept"]
    assert in_order() == []


def test_goods_and_days_are_let_go_and_held_again_together(app: Flask) -> None:
    """The payment runs out, another order takes the only place of the day, and paying again asks about the next day."""
    _shop, basket = sold_by({"method": "pickup"}, daily_orders=1)
    rina, dian = orders.guest(), orders.guest()
    code = orders.ordered(rina, basket).code
    orders.decided(code, rina, SandboxState.EXPIRED)
    services.let_go(queries.own_order(code, rina).reference, "expired")
    assert session.scalars(select(Booking.state)).one() == BookingState.GIVEN_BACK
    services.put(basket, 1, by=dian)
    day = queries.cart(dian).groups[0].way.time
    part = session.scalars(select(Suborder)).one()
    assert day is not None
    assert day.day.on == part.promised_on
    orders.ordered(dian, basket)
    with pytest.raises(Conflict) as refused:
        services.pay_again(code, PayAgainIn(gateway="sandbox", kunci=token()), by=rina)
    assert refused.value.code == "day_gone"
    assert session.scalars(select(Stock.reserved)).one() == 2, "only the other order holds goods"


def test_a_day_that_filled_meanwhile_is_told_with_the_next_one_and_nothing_is_ordered(app: Flask) -> None:
    """Guard (R26.3): a day that another way stands in the place of."""
    shop, basket = sold_by({"method": "pickup"}, daily_orders=1)
    rina = orders.guest()
    services.put(basket, 1, by=rina)
    seen = saw(queries.cart(rina))
    delivery.book("somebody", [delivery.Place(shop.id, days_on(0), "", 1)])
    with pytest.raises(Conflict) as refused:
        services.place(orders.checkout(45_000, antar=seen), by=rina)
    assert refused.value.code == "day_gone"
    change = refused.value.facts["changes"][0]
    assert (change["old"], change["new"]) == (f"pickup {days_on(0)}", f"pickup {days_on(1)}")
    assert session.scalars(select(Order.id)).all() == []
    assert len(queries.cart(rina).groups) == 1, "the cart is as it was"
    services.place(orders.checkout(45_000, antar=saw(queries.cart(rina))), by=rina)


@pytest.mark.parametrize(
    "told",
    ["", "somewhere", "{shop} 2026-13-45 - pickup", "{shop} - 25:00 pickup", "{shop} -", "' 2026-11-27 - pickup"],
)
def test_what_a_form_says_of_days_is_read_strictly(app: Flask, told: str) -> None:
    with pytest.raises(ValueError, match="antar"):
        orders.checkout(45_000, antar=[told.format(shop="01a20422-6695-70ff-a49a-8b3fd5f2ebd1")])


@pytest.mark.parametrize("way", ["courier:kilat", "own", "drone", "joint:1", "pickup:1", "courier:"])
def test_a_way_that_the_shop_does_not_offer_is_refused_beside_its_field(app: Flask, way: str) -> None:
    shop, basket = sold_by({"method": "pickup"}, REGULAR)
    rina = orders.guest()
    services.put(basket, 1, by=rina)
    with pytest.raises(Invalid) as refused:
        services.save([RowIn(varian=basket, jumlah=1, pengantaran=way)], by=rina)
    assert list(refused.value.fields) == ["baris-0-pengantaran"]
    seen = f"{shop.id} {days_on(0)} - {way}"
    with pytest.raises(Conflict) as gone:
        services.place(orders.checkout(45_000, antar=[seen]), by=rina)
    assert gone.value.code == "day_gone"


def test_a_day_that_is_none_of_those_shown_is_refused_beside_its_field(app: Flask) -> None:
    _shop, basket = sold_by({"method": "pickup"})
    rina = orders.guest()
    services.put(basket, 1, by=rina)
    services.save([RowIn(varian=basket, jumlah=1, hari=f"{days_on(2)}")], by=rina)
    time = queries.cart(rina).groups[0].way.time
    assert time is not None
    assert time.day.on == days_on(2)
    for wrong in (f"{days_on(-1)}", f"{days_on(2)} 09-12", f"{days_on(400)}"):
        with pytest.raises(Invalid) as refused:
            services.save([RowIn(varian=basket, jumlah=1, hari=wrong)], by=rina)
        assert list(refused.value.fields) == ["baris-0-hari"]


def test_a_shop_that_does_not_bring_there_never_stops_the_others(app: Flask) -> None:
    near, basket = sold_by({"method": "own", "flat": 5_000, "kecamatan": [ways.SOUTH]})
    _far, other = sold_by({"method": "pickup"})
    rina = orders.guest()
    orders.filled(rina, basket, other)
    with pytest.raises(Conflict) as refused:
        services.place(orders.checkout(95_000), by=rina)
    assert refused.value.code == "blocked"
    services.place(orders.checkout(45_000, tanpa=[near.id]), by=rina)
    assert [group.seller.id for group in queries.cart(rina).groups] == [near.id], "what was left out waits in the cart"


def test_a_shop_whose_only_courier_ended_is_shown_with_its_reason_and_the_rest_is_bought(
    app: Flask, client: FlaskClient
) -> None:
    _shop, basket = sold_by(REGULAR)
    _other, mat = sold_by({"method": "pickup"})
    ended("reguler")
    for variant in (basket, mat):
        put(client, variant)
    page = client.get("/keranjang")
    assert page.status_code == 200
    assert "Toko ini sedang tidak menawarkan pengantaran." in page.text
    assert re.search(r'data-uji="total-bayar">Rp\xa045\.000<', page.text)


@transactional
def ended(courier: str) -> None:
    session.execute(update(Courier).where(Courier.code == courier).values(valid=False))


def test_the_first_button_of_the_checkout_is_the_one_that_pays(app: Flask, client: FlaskClient) -> None:
    """Enter presses the first one: it shall not work out the delivery again, nor go back to the cart."""
    _shop, basket = sold_by(REGULAR)
    put(client, basket)
    form = re.search(r'(?s)<form [^>]*id="beli".*?</form>', client.get("/beli").text)
    assert form is not None
    buttons = re.findall(r"<button[^>]*>", form[0])
    assert "formaction" not in buttons[0]
    assert any("/beli/pengantaran" in button for button in buttons)


def test_taxes_and_fee_are_frozen_with_their_rule_and_what_comes_later_changes_nothing(app: Flask) -> None:
    shop = sellers.shop(trusted=True, opening_days=ways.EVERY_DAY)
    shops.update(shop.id, sellers.profile(taxes=["vat_registered"], opening_days=ways.EVERY_DAY), by=sellers.runs(shop))
    basket = catalog.basket(of=shop)
    rina = orders.guest()
    code = orders.paid(rina, basket)
    part, line = session.scalars(select(Suborder)).one(), session.scalars(select(Line)).one()
    assert (part.goods_idr, part.included_tax_idr, part.tax_idr, part.total_idr) == (
        Rupiah(45_000), Rupiah(4_459), ZERO, Rupiah(45_000),
    )  # fmt: skip
    assert (part.fee_num, part.fee_den, part.fee_idr) == (2, 100, Rupiah(811)), "2 % of 40,541"
    assert (line.tax_code, line.tax_num, line.tax_den, line.included_tax_idr) == ("vat", 11, 100, Rupiah(4_459))
    shops.update(shop.id, sellers.profile(taxes=[], opening_days=ways.EVERY_DAY), by=sellers.runs(shop))
    taxes = queries.own_order(code, rina).parts[0].taxes
    assert [(str(tax.name), tax.rate, tax.law, tax.amount, tax.inside) for tax in taxes] == [
        ("PPN", "11\u00a0%", "PMK 131/2024", Rupiah(4_459), True)
    ]
    assert in_order() == []


def test_what_is_kept_for_later_is_not_bought_and_comes_back_with_one_press(app: Flask, client: FlaskClient) -> None:
    first, second, third = orders.two_shops()
    for variant in (first, second, third):
        put(client, variant)
    assert client.post(f"/keranjang/{second}/nanti").status_code == 303
    page = client.get("/keranjang")
    assert re.search(r'data-uji="total-bayar">Rp\xa090\.000<', page.text)
    assert 'data-uji="nanti"' in page.text
    assert client.post("/beli", data=filled_in(client.get("/beli"))).status_code == 303
    assert sorted(session.scalars(select(Line.variant_id))) == sorted([first, third])
    assert client.post(f"/keranjang/{second}/kembali").status_code == 303
    assert re.search(r'data-uji="total-bayar">Rp\xa045\.000<', client.get("/keranjang").text)


def test_without_script_the_checkout_is_worked_out_again_and_keeps_what_was_typed(
    app: Flask, client: FlaskClient
) -> None:
    _shop, basket = sold_by(REGULAR)
    put(client, basket)
    page = client.get("/beli")
    assert "Setelah alamat diisi" in page.text
    typed = typing(page, nama="Rina Kusuma", kelurahan=label("31.74.01.1001"), email="rina@")
    again = client.post("/beli/pengantaran", data=typed)
    assert again.status_code == 200
    assert re.search(r'data-uji="total-bayar">Rp\xa056\.000<', again.text)
    assert 'value="Rina Kusuma"' in again.text
    assert 'value="rina@"' in again.text
    sent = filled_in(again, kelurahan=typed["kelurahan"], antar=seen_on(again))
    assert client.post("/beli", data=sent).status_code == 303
    assert session.scalars(select(Order.total_idr)).one() == Rupiah(56_000)


def label(code: str) -> str:
    return find_kelurahan(code)[0].label


def seen_on(page: Any) -> str:
    found = re.search(r'name="antar" value="([^"]*)"', page.text)
    assert found is not None
    return found[1]


def typing(page: Any, **changes: str) -> Mapping[str, str]:
    return {**filled_in(page), **changes}


def test_a_day_that_filled_stands_side_by_side_with_the_new_one_on_the_page(app: Flask, client: FlaskClient) -> None:
    shop, basket = sold_by({"method": "pickup"}, daily_orders=1)
    put(client, basket)
    page = client.get("/beli")
    sent = filled_in(page, antar=seen_on(page))
    delivery.book("somebody", [delivery.Place(shop.id, days_on(0), "", 1)])
    refused = client.post("/beli", data=sent)
    assert refused.status_code == 409
    assert "Pengantaran berubah" in refused.text
    assert refused.text.count("<dd>") >= 2
    sent = filled_in(refused, antar=seen_on(refused))
    assert client.post("/beli", data=sent).status_code == 303


def test_signing_in_brings_the_ways_along(app: Flask) -> None:
    shop, basket = sold_by({"method": "pickup"}, REGULAR)
    rina = orders.guest()
    services.put(basket, 1, by=rina)
    services.choose_delivery(shop.id, queries.Wish("courier:reguler", days_on(1)), by=rina)
    person = sellers.newcomer()
    assert person.id is not None
    services.adopt(str(rina.guest_key), person.id)
    way = queries.cart(Actor(kind="person", id=person.id), ways.SOUTH).groups[0].way
    assert (way.choice and way.choice.key, way.time and way.time.day.on) == ("courier:reguler", days_on(1))
