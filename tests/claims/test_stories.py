"""From a cracked lid to the money back: how claims end, with money, goods and books."""

from uuid import UUID

import pytest

from marketplace.claims import queries, services
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.outbox import relay
from marketplace.orders import queries as order_queries
from marketplace.orders import services as order_services
from marketplace.payments import queries as payments
from tests.factories import catalog, claims, orders
from tests.orders.living import lies, refund_fails, whole
from tests.orders.paying import charge_of, shelf

pytestmark = pytest.mark.usefixtures("app")


def state(claim_id: UUID) -> str:
    return claims.kept(claim_id).state


def test_a_shop_accepts_and_the_money_goes_back_at_once() -> None:
    rina, basket = orders.guest(), catalog.basket()
    code = claims.received(rina, basket)
    claim = claims.opened(code, rina)
    siti = claims.team(claim)
    services.answer(claim, claims.offer("setuju"), by=siti)
    services.answer(claim, claims.offer("setuju"), by=siti)
    relay()

    paid = order_queries.own_order(code, rina).total
    row = claims.kept(claim)
    assert (row.state, row.refunded_idr, row.worth_idr) == ("resolved", paid, paid)
    assert charge_of(code, rina).refunded == paid
    assert lies(f"held:{row.suborder_id}") == 0
    assert shelf(basket) == (9, 0), "paying back puts nothing on the shelf"
    assert whole() == []


def test_part_of_the_money_is_offered_and_accepted() -> None:
    rina = orders.guest()
    code = claims.received(rina)
    claim = claims.opened(code, rina, harap="part", nilai=20_000)
    siti = claims.team(claim)
    with pytest.raises(Invalid):
        services.answer(claim, claims.offer("uang", 45_001), by=siti)
    with pytest.raises(Invalid):
        services.answer(claim, claims.offer("uang"), by=siti)
    services.answer(claim, claims.offer("uang", 15_000), by=siti)
    services.answer(claim, claims.offer("uang", 15_000), by=siti)
    services.answer_offer(code, 1, claims.reply("setuju"), by=rina)
    services.answer_offer(code, 1, claims.reply("setuju"), by=rina)
    assert claims.kept(claim).refunded_idr.amount == 15_000
    assert lies(f"held:{claims.kept(claim).suborder_id}") == 45_000 - 15_000
    assert whole() == []


def test_goods_go_back_are_looked_at_and_stand_on_the_shelf_again() -> None:
    rina, basket = orders.guest(), catalog.basket()
    code = claims.received(rina, basket)
    claim = claims.opened(code, rina, alasan="changed_mind")
    siti = claims.team(claim)
    services.answer(claim, claims.offer("setuju"), by=siti)
    assert state(claim) == "returning", "who changed their mind sends the goods back first"
    with pytest.raises(Invalid):
        services.answer_offer(code, 1, claims.reply("dikirim"), by=rina)
    services.answer_offer(code, 1, claims.reply("dikirim", kiriman="JNE 0099"), by=rina)
    with pytest.raises(Conflict):
        services.withdraw(code, 1, by=rina)
    services.check_return(claim, claims.checked("sesuai", layak=True), by=siti)
    services.check_return(claim, claims.checked("sesuai", layak=True), by=siti)
    row = claims.kept(claim)
    assert (row.state, row.refunded_idr, row.sent_back) == ("resolved", row.worth_idr, "JNE 0099")
    assert shelf(basket) == (10, 0)
    assert whole() == []


def test_a_replacement_leaves_the_shelf_and_no_money_moves() -> None:
    rina, basket = orders.guest(), catalog.basket()
    code = claims.received(rina, basket)
    claim = claims.opened(code, rina, harap="replacement")
    siti = claims.team(claim)
    services.answer(claim, claims.offer("setuju"), by=siti)
    services.send_replacement(claim, claims.sent(), by=siti)
    services.send_replacement(claim, claims.sent(), by=siti)
    assert shelf(basket) == (8, 0)
    services.answer_offer(code, 1, claims.reply("sampai"), by=rina)
    services.answer_offer(code, 1, claims.reply("sampai"), by=rina)
    row = claims.kept(claim)
    assert (row.state, row.refund_id, row.replacement) == ("resolved", None, "Dibawa Bang Udin")
    assert whole() == []


def test_without_goods_for_a_replacement_the_shop_pays_back_instead() -> None:
    rina, basket = orders.guest(), catalog.basket(stock=1)
    code = claims.received(rina, basket)
    claim = claims.opened(code, rina, harap="replacement")
    siti = claims.team(claim)
    services.answer(claim, claims.offer("setuju"), by=siti)
    with pytest.raises(Conflict) as refused:
        services.send_replacement(claim, claims.sent(), by=siti)
    assert (refused.value.code, state(claim)) == ("sold_out", "replacing")
    services.pay_instead(claim, by=siti)
    assert claims.kept(claim).refunded_idr == claims.kept(claim).worth_idr
    assert whole() == []


def test_the_desk_decides_with_a_reason_that_both_read() -> None:
    rina = orders.guest()
    code = claims.received(rina)
    claim = claims.opened(code, rina)
    services.answer(claim, claims.offer("uang", 5_000), by=claims.team(claim))
    services.answer_offer(code, 1, claims.reply("tolak", catatan="Itu terlalu sedikit."), by=rina)
    dewi = claims.officer()
    with pytest.raises(Invalid):
        services.decide(claim, claims.decision("sebagian", 99_000_000), by=dewi)
    services.decide(claim, claims.decision("sebagian", 30_000), by=dewi)
    services.decide(claim, claims.decision("sebagian", 30_000), by=dewi)
    row = claims.kept(claim)
    assert (row.state, row.refunded_idr.amount, row.decision) == (
        "resolved",
        30_000,
        "Fotonya jelas menunjukkan retak.",
    )
    assert [said.body for said in queries.own_claim(code, 1, rina).messages] == [claims.WORDS, "Itu terlalu sedikit."]
    assert whole() == []


def test_what_came_back_wrong_goes_to_the_desk_which_turns_it_down() -> None:
    rina = orders.guest()
    code = claims.received(rina)
    claim = claims.opened(code, rina, alasan="changed_mind")
    siti, dewi = claims.team(claim), claims.officer()
    services.answer(claim, claims.offer("setuju"), by=siti)
    services.answer_offer(code, 1, claims.reply("dikirim", kiriman="Gojek"), by=rina)
    with pytest.raises(Invalid):
        services.check_return(claim, claims.checked("tidak"), by=siti)
    services.check_return(claim, claims.checked("tidak", catatan="Sudah dipakai dan robek."), by=siti)
    with pytest.raises(Invalid):
        services.decide(claim, claims.decision("kembali"), by=dewi)
    services.decide(claim, claims.decision("tolak"), by=dewi)
    row = claims.kept(claim)
    assert (row.state, row.refund_id, row.due_at) == ("rejected", None, None)
    assert whole() == []


def test_of_two_lines_one_piece_goes_back_and_the_rest_is_the_shops() -> None:
    rina, (first, second, _third) = orders.guest(), orders.two_shops()
    orders.filled(rina, first, qty=3)
    code = claims.received(rina, second)
    part = queries.of_order(code, rina).parts[0]
    rows = [{"barang": part.lines[0].id, "jumlah": 1}]
    claim = claims.opened(code, rina, baris=rows)
    row = claims.kept(claim)
    assert not row.whole
    services.answer(claim, claims.offer("setuju"), by=claims.team(claim))
    after = queries.of_order(code, rina).parts[0]
    assert [line.left for line in after.lines] == [part.lines[0].left - 1, *(line.left for line in part.lines[1:])]
    assert claims.kept(claim).refunded_idr == row.worth_idr
    assert whole() == []


def test_what_somebody_else_paid_back_meanwhile_does_not_go_back_twice() -> None:
    rina = orders.guest()
    code = claims.received(rina)
    claim = claims.opened(code, rina)
    part = queries.of_order(code, rina).parts[0]
    order_services.pay_back(part.id, {part.lines[0].id: 1}, "claim", by=claims.officer())
    services.answer(claim, claims.offer("setuju"), by=claims.team(claim))
    row = claims.kept(claim)
    assert (row.state, row.refunded_idr.amount, row.refund_id) == ("resolved", 0, None)
    assert charge_of(code, rina).refunded == order_queries.own_order(code, rina).total
    assert whole() == []


def test_a_refund_that_failed_is_seen_by_the_desk_and_paid_anew() -> None:
    rina = orders.guest()
    code = claims.received(rina)
    claim = claims.opened(code, rina)
    services.answer(claim, claims.offer("setuju"), by=claims.team(claim))
    relay()
    refund_fails(charge_of(code, rina))
    relay()
    row = claims.kept(claim)
    assert row.unpaid_at is not None
    first = row.refund_id
    assert queries.desk_count(claims.officer()) == 1
    services.repay(claim, by=claims.officer())
    services.repay(claim, by=claims.officer())
    relay()
    again = claims.kept(claim)
    assert (again.unpaid_at, again.refunded_idr) == (None, row.worth_idr)
    assert again.refund_id != first
    assert payments.refund(again.refund_id).state == "succeeded"
    assert whole() == []
