"""Refunds of lines, pieces and sums of a part, before and after its seller has the money; the books follow each (R5.6, R7)."""

from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.outbox import relay
from marketplace.orders import services
from marketplace.orders.models import Line
from marketplace.orders.queries.giving_back import Back, Bought, fee_share, rest, shares
from marketplace.orders.services.refunding import refund_part
from marketplace.orders.services.releasing import complete
from marketplace.orders.services.steps import locked_part
from marketplace.payments import queries as payments
from marketplace.payments.services import Posting, draw
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, orders, sellers
from tests.orders.living import NOON, at, lies, part, refund_fails, row
from tests.orders.paying import charge_of, whole

LINE = uuid4()


def bought(qty: int, goods: int, tax: int = 0) -> dict[UUID, Bought]:
    return {LINE: Bought(line_id=LINE, qty=qty, goods=Rupiah(goods), tax=Rupiah(tax))}


def after(lines: dict[UUID, Bought], *wanted: Back) -> tuple[list[tuple[int, int]], dict[UUID, Bought]]:
    """Pay back one after the other; return goods and tax of each, and what stands then."""
    given = []
    for one in wanted:
        (share,) = shares(lines, [one])
        line = lines[LINE]
        lines = {
            LINE: Bought(
                line_id=LINE, qty=line.qty, goods=line.goods, tax=line.tax, back_qty=line.back_qty + share.qty,
                back_goods=line.back_goods + share.goods, back_tax=line.back_tax + share.tax,
            )
        }  # fmt: skip
        given.append((share.goods.amount, share.tax.amount))
    return given, lines


def test_three_pieces_of_100_000_go_back_one_by_one_to_the_last_rupiah() -> None:
    one = Back(line_id=LINE, qty=1)
    given, left = after(bought(3, 100_000), one, one, one)
    assert given == [(33_333, 0), (33_333, 0), (33_334, 0)]
    assert rest(left) == ()


def test_three_of_ten_boxes_bring_their_share_of_the_city_tax() -> None:
    given, left = after(bought(10, 350_000, 35_000), Back(line_id=LINE, qty=3))
    assert given == [(105_000, 10_500)]
    assert fee_share(Rupiah(7_000), Rupiah(350_000), ZERO, Rupiah(105_000)) == Rupiah(2_100)
    (rested,) = rest(left)
    assert (rested.qty, rested.goods.amount, rested.tax.amount) == (7, 245_000, 24_500)


def test_a_sum_off_the_price_leaves_the_pieces_and_never_more_than_was_paid() -> None:
    given, left = after(bought(2, 40_000, 4_000), Back(line_id=LINE, amount=Rupiah(11_000)))
    assert given == [(10_000, 1_000)]
    given, left = after(left, Back(line_id=LINE, qty=2))
    assert given == [(30_000, 3_000)]
    with pytest.raises(Conflict):
        shares(left, [Back(line_id=LINE, amount=Rupiah(1))])


@pytest.mark.parametrize("wanted", [Back(line_id=LINE, qty=4), Back(line_id=LINE, qty=-1)])
def test_more_pieces_than_were_bought_are_refused_with_what_is_left(wanted: Back) -> None:
    with pytest.raises(Conflict) as refused:
        shares(bought(3, 30_000), [wanted])
    assert (refused.value.code, refused.value.facts["qty"]) == ("too_much", 3)


@pytest.mark.parametrize("wanted", [[Back(line_id=uuid4(), qty=1)], [Back(line_id=LINE, qty=1)] * 2])
def test_foreign_lines_and_lines_named_twice_are_refused(wanted: list[Back]) -> None:
    with pytest.raises(Conflict) as refused:
        shares(bought(3, 30_000), wanted)
    assert refused.value.code == "line"


def came(clock: TestClock, qty: int = 3) -> tuple[str, Actor, UUID]:
    """Let a guest buy pieces of 45,000 and fetch them; return the order's code, the buyer, and the shop."""
    clock.set(NOON)
    shop = sellers.shop(trusted=True)
    variant, rina = catalog.basket(of=shop), orders.guest()
    code = services.buy(orders.checkout(orders.filled(rina, variant, qty=qty)), by=rina).code
    orders.decided(code, rina)
    siti = sellers.runs(shop)
    services.advance(f"{code}-1", "ready", by=siti)
    services.advance(f"{code}-1", "received", by=siti, shown=services.HandOver(handed_to="Rina"))
    return code, rina, shop.id


@transactional
def back(code: str, *wanted: Back, shipping: int = 0) -> UUID | None:
    order, its = locked_part(code, 1)
    return refund_part(order, its, wanted, Rupiah(shipping), "claim", by=SYSTEM, why="pecah di jalan")


def line_of(code: str, by: Actor) -> UUID:
    (found,) = rows(select(Line.id).where(Line.suborder_id == part(code, by).id))
    return UUID(str(found.id))


@transactional
def finish(code: str) -> None:
    complete(*locked_part(code, 1), by=SYSTEM)


def test_pieces_that_go_back_before_the_end_lower_the_fee_and_after_it_bring_it_back(
    app: Flask, clock: TestClock
) -> None:
    code, rina, shop = came(clock)
    piece = Back(line_id=line_of(code, rina), qty=1)
    back(code, piece)
    relay()
    held, own = f"held:{part(code, rina).id}", f"payable:{shop}"
    assert lies(held) == 90_000
    finish(code)
    assert (lies(held), lies(own), lies("fee")) == (0, 88_200, 1_800), "two per cent of two pieces"
    back(code, piece)
    relay()
    assert (lies(own), lies("fee")) == (44_100, 900)
    assert charge_of(code, rina).refunded.amount == 90_000
    assert whole() == []


def test_a_seller_who_was_paid_out_owes_what_goes_back_later(app: Flask, clock: TestClock) -> None:
    code, rina, shop = came(clock, qty=1)
    finish(code)
    payments_out(shop)
    back(code, Back(line_id=line_of(code, rina), qty=1))
    assert lies(f"payable:{shop}") == -44_100, "the price less the fee, which comes back too"


@transactional
def payments_out(shop: UUID) -> None:
    draw(
        Posting(
            id=f"payout:{uuid4()}", debit=f"payable:{shop}", credit=f"payout:{uuid4()}", amount=Rupiah(44_100),
            kind="payout", ref=str(shop),
        )
    )  # fmt: skip


def test_never_more_goes_back_than_was_paid_whoever_asks(app: Flask, clock: TestClock) -> None:
    code, rina, _shop = came(clock)
    line = line_of(code, rina)
    back(code, Back(line_id=line, qty=2))
    with pytest.raises(Conflict):
        back(code, Back(line_id=line, qty=2))
    with pytest.raises(Conflict):
        back(code, Back(line_id=line, amount=Rupiah(45_001)))
    with pytest.raises(Conflict):
        back(code, shipping=1)
    assert charge_of(code, rina).refunded.amount == 90_000
    relay()
    assert whole() == []


def test_the_table_itself_refuses_more_pieces_than_were_bought(app: Flask, clock: TestClock) -> None:
    """Guard (R26.3): refunded pieces <= bought, in the table of lines."""
    code, rina, _shop = came(clock)
    line = session.get_one(Line, line_of(code, rina))

    @transactional
    def more() -> None:
        session.get_one(Line, line.id).refunded_qty = 4
        session.flush()

    with pytest.raises(IntegrityError, match="refunded_was_bought"):
        more()


@pytest.mark.parametrize("when", ["before", "between", "after"])
def test_a_refund_that_fails_gives_the_money_and_the_fee_to_where_they_belong(
    app: Flask, clock: TestClock, when: str
) -> None:
    """R7.4: the bank refuses it before the completion, after a completion in between, or it was taken after that."""
    code, rina, shop = came(clock)
    held, own = f"held:{part(code, rina).id}", f"payable:{shop}"
    if when == "after":
        finish(code)
    back(code, Back(line_id=line_of(code, rina), qty=1))
    relay()
    if when == "between":
        finish(code)
    refund_fails(charge_of(code, rina))
    relay()
    relay()
    if when == "before":
        assert lies(held) == 135_000
        finish(code)
    fee = 1_800 if when == "between" else 2_700
    assert (lies(held), lies(own), lies("fee")) == (0, 135_000 - fee, fee)
    assert row(code, rina).refunded_idr == ZERO
    assert [said for said in whole() if "refund" not in said] == []
    back(code, Back(line_id=line_of(code, rina), qty=3))
    relay()
    assert charge_of(code, rina).refunded.amount == 135_000


def test_what_waits_to_be_sent_is_cancelled_and_not_paid_back_in_part(app: Flask, clock: TestClock) -> None:
    clock.set(NOON)
    rina = orders.guest()
    code = orders.paid(rina, catalog.basket())
    with pytest.raises(Conflict) as refused:
        back(code, Back(line_id=line_of(code, rina), qty=1))
    assert refused.value.code == "state"
    assert at(clock, "2026-11-27T12:01:00+07:00") == 0
    assert [one.amount for one in payments.refunds_of(charge_of(code, rina).id)] == []
