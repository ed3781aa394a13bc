"""Ten questions of auditors: an order that raises each, and its nearest neighbour that does not."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from marketplace.catalog.models import Price, Product, Variant
from marketplace.eorder import queries, services
from marketplace.eorder.forms import SendIn
from marketplace.eorder.models import Finding, Line, Need, Order, OrderState, Payment, Receipt
from marketplace.eorder.models.acts import PP
from marketplace.eorder.queries import FLAGS
from marketplace.kernel import clock, ids
from marketplace.kernel.access import Grant
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Invalid
from marketplace.kernel.money import Rupiah
from tests.factories import eorder as of
from tests.factories import sellers
from tests.factories.accounts import person

LOOK = {flag.key: flag for flag in FLAGS}


def found(key: str, case: of.Case) -> bool:
    facts = LOOK[key].look(case.order_id)
    if facts is not None:
        assert str(LOOK[key].explain(facts))
    return facts is not None


@transactional
def set_order(case: of.Case, **values: object) -> None:
    session.execute(update(Order).where(Order.id == case.order_id).values(**values))


def test_orders_that_were_split_below_a_limit_are_shown_together(app: Flask) -> None:
    office = of.desk()
    first = of.order_in(OrderState.DRAFT, of=office)
    assert not found("split", first)
    second = of.order_in(OrderState.DRAFT, of=office)
    assert found("split", second)  # Twice 1.28 million, the tax limit is two.
    set_order(first, made_at=clock.now() - timedelta(days=8))
    assert not found("split", second)
    set_order(first, made_at=clock.now(), state=OrderState.CANCELLED)
    assert not found("split", second)


def test_the_same_pair_for_the_fifth_time(app: Flask) -> None:
    office, shop = of.desk(value=500_000_000, ceiling=500_000_000), sellers.shop(trusted=True)
    for _turn in range(3):
        of.order_in(OrderState.ACCEPTED, of=office, shop=shop)
    fourth = of.order_in(OrderState.DRAFT, of=office, shop=shop)
    assert not found("repeat_pair", fourth)
    assert found("repeat_pair", of.order_in(OrderState.DRAFT, of=office, shop=shop))


def test_a_letter_ten_minutes_after_the_need_is_fast_and_a_second_later_is_not(app: Flask) -> None:
    case = of.order_in(OrderState.LETTER_ISSUED)
    began = session.get_one(Need, session.get_one(Order, case.order_id).need_id).prepared_at
    set_order(case, issued_at=began + timedelta(minutes=9, seconds=59))
    assert found("flash", case)
    set_order(case, issued_at=began + timedelta(minutes=10))
    assert not found("flash", case)


def test_goods_that_are_new_on_sale(app: Flask) -> None:
    case = of.order_in(OrderState.DRAFT)
    product = session.query(Line).filter_by(order_id=case.order_id).one().product_id

    @transactional
    def published(ago: timedelta) -> None:
        session.execute(update(Product).where(Product.id == product).values(published_at=clock.now() - ago))

    published(timedelta(hours=71))
    assert found("new_listing", case)
    published(timedelta(hours=73))
    assert not found("new_listing", case)


@pytest.mark.parametrize(("was", "up", "down"), [(29_000, True, True), (29_090, True, True), (29_091, False, False)])
def test_a_price_that_went_up_by_more_than_a_tenth_and_came_down(app: Flask, was: int, *, up: bool, down: bool) -> None:
    case = of.order_in(OrderState.DRAFT)
    variant = session.query(Line).filter_by(order_id=case.order_id).one().variant_id

    @transactional
    def priced(amount: int, when: timedelta) -> None:
        session.add(
            Price(id=ids.uuid7(), variant_id=variant, price_idr=Rupiah(amount), since=clock.now() + when, by="system")
        )

    priced(was, timedelta(days=-30))
    priced(32_000, timedelta(days=-3))
    set_order(case, made_at=clock.now() + timedelta(seconds=1))
    assert found("price_swing", case) is up
    assert not found("price_swing_after", case)
    priced(was, timedelta(days=5))
    assert found("price_swing_after", case) is down


def test_a_price_far_above_the_others(app: Flask) -> None:
    case = of.order_in(OrderState.DRAFT)
    for price in (25_600, 25_600, 25_600, 25_600, 25_600):
        of.boxes(sellers.shop(trusted=True, name=f"Dapur {ids.short_code()}"), price=price)
    assert not found("price_outlier", case)  # 32,000 is a quarter above, not more.

    @transactional
    def cheaper() -> None:
        session.execute(update(Variant).where(Variant.price_idr == Rupiah(25_600)).values(price_idr=Rupiah(25_599)))

    cheaper()
    assert found("price_outlier", case)


def test_an_official_who_runs_the_shop_or_has_its_phone(app: Flask) -> None:
    case = of.order_in(OrderState.DRAFT)
    assert not found("self_deal", case)
    twin = person("Pratiwi Puspita", phone="+6281234567890")
    set_order(case, prepared_by=twin)
    assert found("self_deal", case)
    other = person("Pratiwi Puspita", grants=(Grant("seller", "seller", str(case.shop.id)),))
    set_order(case, prepared_by=other)
    assert found("self_deal", case)


def test_a_receipt_written_down_days_later(app: Flask) -> None:
    case = of.order_in(OrderState.ARRIVED)

    @transactional
    def came(ago: timedelta, number: int) -> None:
        now = clock.now()
        session.add(
            Receipt(
                id=ids.uuid7(), order_id=case.order_id, number=number, key=ids.token(), came_at=now - ago, at=now,
                by=case.desk[PP].id,
            )
        )  # fmt: skip

    came(timedelta(hours=72), 1)
    assert not found("backdated", case)
    came(timedelta(hours=73), 2)
    assert found("backdated", case)


def test_a_december_of_more_than_three_months_is_asked_about(app: Flask) -> None:
    office = of.desk(value=500_000_000, ceiling=500_000_000)
    first = of.order_in(OrderState.ACCEPTED, of=office)
    year = clock.today().year
    midsummer = clock.now().replace(year=year, month=6, day=15)
    set_order(first, made_at=midsummer, total_idr=Rupiah(4_693_336), goods_idr=Rupiah(4_693_336))
    case = of.order_in(OrderState.DRAFT, of=office)
    set_order(case, made_at=clock.now().replace(year=year, month=12, day=15))
    assert found("year_end", case)  # 1.28 million is more than three times 426,666.
    set_order(first, total_idr=Rupiah(4_693_337), goods_idr=Rupiah(4_693_337))
    assert not found("year_end", case)
    set_order(case, made_at=midsummer)
    assert not found("year_end", case)


def test_a_payment_without_proof(app: Flask) -> None:
    case = of.order_in(OrderState.PAID)

    @transactional
    def paid(proof: str | None) -> None:
        session.query(Payment).delete()
        session.add(
            Payment(
                id=ids.uuid7(), order_id=case.order_id, number=1, way="UP", reference=ids.token(), paid_on=clock.today(),
                gross_idr=Rupiah(1),
                base_idr=Rupiah(1), kept_idr=Rupiah(0), net_idr=Rupiah(1), proof_key=proof, by=case.desk[PP].id,
                at=clock.now(),
            )
        )  # fmt: skip

    paid("private/proof")
    assert not found("doc_gap", case)
    paid(None)
    assert found("doc_gap", case)


def test_what_is_found_wants_a_reason_before_it_is_sent_and_blocks_nothing_else(app: Flask) -> None:
    """Guard (R26.3): flags ask for a reason."""
    of.method()
    office = of.desk()
    of.order_in(OrderState.DRAFT, of=office)
    case = of.order_in(OrderState.DRAFT, of=office)
    with pytest.raises(Invalid) as refused:
        services.send(case.code, SendIn(), by=case.by(PP))
    assert list(refused.value.fields) == ["tanda-split-alasan"]
    reason = {"tanda": "split", "alasan": "Dua rapat yang berbeda harinya"}
    services.send(case.code, SendIn.model_validate({"tanda": [reason]}), by=case.by(PP))
    assert queries.order(case.code, case.by(PP)).state == OrderState.PENDING_APPROVAL
    assert {row.flag for row in session.query(Finding).filter_by(order_id=case.order_id)} == {"split"}


def test_every_flag_says_who_owns_it_and_what_it_rests_on() -> None:
    assert len(FLAGS) == 11  # The swing of a price is looked at before and after.
    assert all(flag.owner and flag.basis and str(flag.label) for flag in FLAGS)
