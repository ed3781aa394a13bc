"""The way of a part: prepared by its seller, fetched or brought, received by its buyer; and no other way."""

import random
from enum import StrEnum
from pathlib import Path

import pytest
from flask import Flask

from marketplace.dashboard.queries import desk
from marketplace.kernel.access import Actor
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.machine import Machine
from marketplace.kernel.money import Rupiah
from marketplace.orders import queries, services
from marketplace.orders.models import Order, OrderState, PartState, Suborder
from marketplace.sellers.queries import SellerCard
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, orders, sellers


def bought(way: str = "pickup") -> tuple[str, Actor, Actor]:
    """Return a paid order's code, its buyer, and its seller."""
    shop = sellers.shop(trusted=True)
    variant, rina = catalog.basket(of=shop), orders.guest()
    orders.filled(rina, variant)
    services.choose_delivery(shop.id, queries.Wish(way), by=rina)
    code = services.buy(orders.checkout(queries.cart(rina).total.amount), by=rina).code
    orders.decided(code, rina)
    return code, rina, sellers.runs(shop)


def state(code: str, by: Actor) -> str:
    return queries.own_order(code, by).parts[0].state


def test_a_part_is_prepared_and_fetched(app: Flask) -> None:
    code, rina, siti = bought()
    services.advance(f"{code}-1", PartState.ACCEPTED, by=siti)
    services.advance(f"{code}-1", PartState.READY, by=siti)
    assert queries.own_order(code, rina).parts[0].may_be_received
    services.receive(code, 1, by=rina)
    services.receive(code, 1, by=rina)
    assert state(code, rina) == "received"


def test_a_part_is_sent_with_its_receipt_number(app: Flask) -> None:
    code, rina, siti = bought("own")
    services.advance(f"{code}-1", PartState.SHIPPED, by=siti, receipt_number="JNE 0123")
    services.advance(f"{code}-1", PartState.SHIPPED, by=siti)
    part = queries.own_order(code, rina).parts[0]
    assert (part.state, part.receipt_number, part.may_be_received) == ("shipped", "JNE 0123", True)
    names = [(step.name, step.state) for step in part.steps]
    assert names == [
        ("waiting_payment", "done"),
        ("new", "done"),
        ("shipped", "done"),
        ("received", "now"),
        ("completed", "next"),
    ], "a step that was passed over is not told"
    assert part.steps[2].detail == "JNE 0123"


def test_what_is_fetched_is_not_sent(app: Flask) -> None:
    code, _rina, siti = bought()
    with pytest.raises(Conflict) as refused:
        services.advance(f"{code}-1", PartState.SHIPPED, by=siti)
    assert refused.value.code == "pickup"


def test_what_is_not_on_its_way_cannot_have_come(app: Flask) -> None:
    code, rina, siti = bought("own")
    with pytest.raises(Conflict):
        services.receive(code, 1, by=rina)
    services.advance(f"{code}-1", PartState.READY, by=siti)
    with pytest.raises(Conflict):
        services.receive(code, 1, by=rina)
    with pytest.raises(NotFound):
        services.receive(code, 2, by=rina)


def test_nothing_goes_back(app: Flask) -> None:
    code, _rina, siti = bought()
    services.advance(f"{code}-1", PartState.READY, by=siti)
    with pytest.raises(Conflict):
        services.advance(f"{code}-1", PartState.ACCEPTED, by=siti)


def test_another_seller_knows_nothing_of_it(app: Flask) -> None:
    """Guard (R26.3): whose part a seller works on."""
    code, rina, siti = bought()
    other = sellers.runs(sellers.shop(name="Warung Lain", phone="081388887777"))
    for stranger in (other, rina, orders.guest()):
        with pytest.raises(NotFound):
            queries.seller_order(f"{code}-1", stranger)
        with pytest.raises(NotFound):
            services.advance(f"{code}-1", PartState.READY, by=stranger)
        assert queries.waiting_count(stranger) == 0
    assert queries.waiting_count(siti) == 1
    for wrong in (f"{code}-2", code, f"{code}-x", "-1", f"{code}-99999999999999999999"):
        with pytest.raises(NotFound):
            queries.seller_order(wrong, siti)


def test_a_seller_sees_only_what_is_paid_sorted_into_tabs(app: Flask) -> None:
    shop = sellers.shop(trusted=True)
    variant, siti, rina = catalog.basket(of=shop), sellers.runs(shop), orders.guest()
    unpaid = orders.ordered(orders.guest(), variant).code
    code = orders.paid(rina, variant)
    assert queries.tab_counts(siti) == {"proses": 1, "siap": 0, "dikirim": 0, "selesai": 0, "batal": 0}
    assert [row.code for row in queries.seller_orders(siti, "proses").items] == [code]
    with pytest.raises(NotFound):
        queries.seller_order(f"{unpaid}-1", siti)
    services.advance(f"{code}-1", PartState.READY, by=siti)
    assert queries.tab_counts(siti) == {"proses": 0, "siap": 1, "dikirim": 0, "selesai": 0, "batal": 0}
    assert [row.code for row in queries.seller_orders(siti, "siap").items] == [code]
    assert queries.waiting_count(siti) == 0, "only the buyer can act now"
    services.receive(code, 1, by=rina)
    assert queries.tab_counts(siti)["selesai"] == 1


def test_what_is_ready_to_be_sent_still_waits_for_its_seller(app: Flask) -> None:
    code, _rina, siti = bought("own")
    services.advance(f"{code}-1", PartState.READY, by=siti)
    assert queries.tab_counts(siti)["proses"] == queries.waiting_count(siti) == 1


@pytest.mark.parametrize("machine", [Order.machine, Suborder.machine])
def test_random_walks_never_leave_the_table(machine: Machine[StrEnum]) -> None:
    drawn = random.Random(2)
    for _walk in range(500):
        here = machine.start
        for _step in range(40):
            options = machine.moves[here]
            if not options:
                break
            here = drawn.choice(options)
            assert here in machine.moves


@pytest.mark.parametrize("to", [one for one in PartState if one is not PartState.NEW])
def test_from_every_state_only_the_tables_moves_succeed(app: Flask, to: PartState) -> None:
    """Each service takes a part only where the machine lets it, whatever was done before.

    Guard (R26.3): the moves of the table.
    """
    code, _rina, siti = bought("own")
    if to is PartState.CANCELLED:
        return
    if to not in (PartState.ACCEPTED, PartState.READY, PartState.SHIPPED):
        assert not Suborder.machine.allows(PartState.NEW, to)
        return
    services.advance(f"{code}-1", to, by=siti, receipt_number="JNE 0123")
    for target in (PartState.ACCEPTED, PartState.READY, PartState.SHIPPED):
        if target is to or Suborder.machine.allows(to, target):
            continue
        with pytest.raises(Conflict):
            services.advance(f"{code}-1", target, by=siti, receipt_number="JNE 0123")


def test_the_drawings_in_the_docs_are_the_machines() -> None:
    page = Path(__file__).parents[2] / "docs" / "plugins" / "orders.md"
    said = page.read_text(encoding="utf-8")
    assert Order.machine.drawing() in said
    assert Suborder.machine.drawing() in said
    assert OrderState.PLACED in said


def test_a_desk_tells_what_was_paid_today_as_jakarta_counts_days(app: Flask, clock: TestClock) -> None:
    siti, joko = sellers.shop(trusted=True), sellers.shop(trusted=True, name="Anyaman Pak Joko", phone="081299990000")
    first, second, other = catalog.basket(of=siti), catalog.basket(name="Bakul Nasi", of=siti), catalog.basket(of=joko)

    def figures(shop: SellerCard) -> list[int | Rupiah]:
        return [one.value for one in desk("lapak", sellers.runs(shop)).today]

    assert figures(siti) == [0, Rupiah(0)]
    clock.set("2026-11-26T23:59:59+07:00")
    orders.paid(orders.guest(), first)
    assert figures(siti) == [1, Rupiah(45_000)]

    clock.set("2026-11-27T00:00:00+07:00")
    assert figures(siti) == [0, Rupiah(0)], "midnight in Jakarta, not in Greenwich"
    orders.paid(orders.guest(), first, second, other)
    code = orders.paid(orders.guest(), second)
    orders.ordered(orders.guest(), first)
    services.advance(f"{code}-1", PartState.ACCEPTED, by=sellers.runs(siti))
    assert figures(siti) == [2, Rupiah(135_000)], "own parts only, whatever their state, and nothing unpaid"
    assert figures(joko) == [1, Rupiah(45_000)]
    assert figures(sellers.shop(name="Toko baru", phone="081299990001")) == [0, Rupiah(0)]
