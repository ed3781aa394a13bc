"""What may be complained about, until when, by whom and with what evidence."""

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from marketplace.claims import queries, services
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.orders import services as order_services
from marketplace.orders.queries.orders import page_token
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, claims, orders, reviews, sellers
from tests.factories.accounts import as_actor, person
from tests.orders.living import NOON, at, bought, sent
from tests.payments.paying_out import forged

pytestmark = pytest.mark.usefixtures("app")


def food() -> object:
    shop = sellers.shop(trusted=True)
    return catalog.variants(catalog.product(catalog.shallots(), of=shop))[0]


def test_the_same_form_twice_is_one_claim_and_another_one_waits() -> None:
    rina = orders.guest()
    code = claims.received(rina)
    first = services.open_claim(code, claims.complaint(code, rina), by=rina)
    assert services.open_claim(code, claims.complaint(code, rina), by=rina) == first
    with pytest.raises(Conflict) as refused:
        services.open_claim(code, claims.complaint(code, rina, alasan="wrong"), by=rina)
    assert refused.value.code == "claimed"
    assert len(queries.of_order(code, rina).claims) == 1


def test_the_database_itself_keeps_a_second_claim_out() -> None:
    """Guard (R26.3): one claim under way about a part."""
    rina = orders.guest()
    claims.opened(claims.received(rina), rina)
    twin = "jsonb_build_object('id', gen_random_uuid(), 'number', 2)"
    with pytest.raises(IntegrityError, match="uq_claims_claims_open"):
        forged(f"INSERT INTO claims_claims SELECT (jsonb_populate_record(c, {twin})).* FROM claims_claims c")  # noqa: S608


def test_a_piece_is_claimed_once_unless_it_was_withdrawn() -> None:
    rina = orders.guest()
    code = claims.received(rina)
    claims.opened(code, rina)
    services.withdraw(code, 1, by=rina)
    services.withdraw(code, 1, by=rina)
    claim = claims.opened(code, rina)
    services.answer(claim, claims.offer("uang", 1_000), by=claims.team(claim))
    services.answer_offer(code, 2, claims.reply("setuju"), by=rina)
    with pytest.raises(Invalid) as refused:
        claims.opened(code, rina)
    assert set(refused.value.fields) == {"baris"}


def test_nobody_but_the_buyer_complains() -> None:
    rina = orders.guest()
    code = claims.received(rina)
    told = claims.complaint(code, rina)
    for other in (
        orders.guest(),
        as_actor(person("Joko Asing")),
        reviews.team(queries.of_order(code, rina).parts[0].seller_id),
    ):
        with pytest.raises(NotFound):
            services.open_claim(code, told, by=other)
    with pytest.raises(NotFound):
        services.open_claim(code, told, by=orders.guest(), token="0" * 32)
    token = page_token(queries.of_order(code, rina).parts[0].order_id)
    assert services.open_claim(code, told, by=orders.guest(), token=token).number == 1


def test_lines_of_others_and_too_many_pieces_are_refused() -> None:
    rina = orders.guest()
    code, other = (
        claims.received(rina),
        claims.received(rina, catalog.basket(of=sellers.shop(name="Lain", phone="081388880001", trusted=True))),
    )
    foreign = queries.of_order(other, rina).parts[0].lines[0].id
    with pytest.raises(NotFound):
        claims.opened(code, rina, baris=[{"barang": foreign, "jumlah": 1}])
    own = queries.of_order(code, rina).parts[0].lines[0].id
    for rows in ([{"barang": own, "jumlah": 2}], [], [{"barang": own, "jumlah": 1}, {"barang": own, "jumlah": 1}]):
        with pytest.raises(Invalid) as refused:
            claims.opened(code, rina, baris=rows)
        assert set(refused.value.fields) == {"baris"}
    with pytest.raises(Invalid) as refused:
        claims.opened(code, rina, harap="part", nilai=45_001)
    assert set(refused.value.fields) == {"nilai"}


def test_food_needs_a_photo_and_has_six_hours(clock: TestClock) -> None:
    clock.set(NOON)
    rina = orders.guest()
    code = claims.received(rina, food())
    with pytest.raises(Invalid) as refused:
        claims.opened(code, rina)
    assert set(refused.value.fields) == {"photo"}
    with pytest.raises(Invalid) as refused:
        claims.opened(code, rina, alasan="changed_mind")
    assert set(refused.value.fields) == {"alasan"}
    photo = claims.evidence(code, rina)
    clock.set("2026-11-27T17:59:00+07:00")
    made = services.open_claim(code, claims.complaint(code, rina), by=rina, photos=[photo])
    assert queries.own_claim(code, made.number, rina).photos == {photo}
    services.withdraw(code, 1, by=rina)
    clock.set("2026-11-27T18:00:00+07:00")
    with pytest.raises(Conflict) as over:
        services.open_claim(code, claims.complaint(code, rina), by=rina, photos=[photo])
    assert over.value.code == "over"


def test_goods_have_two_days_and_then_the_money_is_the_shops(clock: TestClock) -> None:
    clock.set(NOON)
    rina = orders.guest()
    code = claims.received(rina)
    clock.set("2026-11-29T12:00:00+07:00")
    with pytest.raises(Conflict) as over:
        claims.opened(code, rina)
    assert over.value.code == "over"


def test_what_never_came_is_complained_about_when_it_is_late(clock: TestClock) -> None:
    clock.set(NOON)
    code, rina, siti, _basket = bought("own")
    with pytest.raises(Conflict):
        claims.opened(code, rina, alasan="not_come")
    sent(code, siti)
    part = queries.of_order(code, rina).parts[0]
    late = queries.late_since(part)
    assert late is not None
    with pytest.raises(Conflict) as early:
        claims.opened(code, rina, alasan="not_come")
    assert early.value.code == "early"
    clock.set(late.isoformat())
    with pytest.raises(Invalid):
        claims.opened(code, rina, alasan="broken")
    claim = claims.opened(code, rina, alasan="not_come")
    assert claims.kept(claim).worth_idr.amount == queries.of_order(code, rina).parts[0].shipping_left.amount + 45_000
    at(clock, "2026-12-20T12:00:00+07:00")
    assert queries.of_order(code, rina).parts[0].state == "shipped", (
        "while somebody objects it does not count as received"
    )


def test_six_photos_and_no_more_and_only_of_this_part() -> None:
    rina = orders.guest()
    code = claims.received(rina)
    photos = [claims.evidence(code, rina) for _n in range(2)]
    with pytest.raises(Invalid):
        services.open_claim(code, claims.complaint(code, rina), by=rina, photos=photos * 4)
    with pytest.raises(Invalid):
        services.open_claim(code, claims.complaint(code, rina), by=rina, photos=[order_id_of(code, rina)])


def order_id_of(code: str, by: object) -> object:
    return queries.of_order(code, by).parts[0].order_id


def test_a_part_takes_five_claims() -> None:
    rina = orders.guest()
    code = claims.received(rina)
    for number in range(1, 6):
        claims.opened(code, rina)
        services.withdraw(code, number, by=rina)
    with pytest.raises(Conflict) as refused:
        claims.opened(code, rina)
    assert refused.value.code == "many"


def test_an_open_claim_keeps_the_money_and_its_end_lets_it_go(app: Flask, clock: TestClock) -> None:
    clock.set(NOON)
    rina = orders.guest()
    code = claims.received(rina)
    claims.opened(code, rina)
    at(clock, "2026-11-29T11:00:00+07:00")
    assert at(clock, "2026-11-29T13:00:00+07:00") == 0
    assert queries.of_order(code, rina).parts[0].state == "received"
    services.withdraw(code, 1, by=rina)
    assert order_services.deadlines() == 1
    assert queries.of_order(code, rina).parts[0].completed
