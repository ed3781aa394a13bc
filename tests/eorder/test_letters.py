"""From the draft to the shop's answer: what is held, who signs, and what is given back."""

import threading
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import TimeoutError as NoConnection

from marketplace.catalog.models import Stock
from marketplace.eorder import queries, services
from marketplace.eorder.forms import ApproveIn, ReasonIn, SendIn
from marketplace.eorder.models import Line, Need, NeedState, Order, OrderState
from marketplace.eorder.models.acts import PA, PP, PPK
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import speaking
from marketplace.offices import queries as offices
from marketplace.sellers import queries as sellers
from marketplace.sellers.models import Paper
from marketplace.testing.plugin import Live, TestClock
from tests.eorder.test_need_pages import appointed, browser
from tests.factories import eorder as of
from tests.factories.accounts import PASSWORD

SIGNED = ApproveIn(password=PASSWORD)
REASON = "Rapat yang berbeda"
WITH_REASONS = SendIn.model_validate({"tanda": [{"tanda": flag.key, "alasan": REASON} for flag in queries.FLAGS]})
WHY = ReasonIn(alasan="Acara ditunda ke bulan depan")


def state(case: of.Case) -> OrderState:
    return OrderState(queries.order(case.code, SYSTEM).state)


def budget(case: of.Case) -> tuple[int, int]:
    (line,) = offices.lines(case.desk.unit_code, clock.today().year, SYSTEM)
    return line.committed.amount, line.free.amount


def shelf(case: of.Case) -> tuple[int, int]:
    line = session.query(Line).filter_by(order_id=case.order_id).one()
    stock = session.query(Stock).filter_by(variant_id=line.variant_id).populate_existing().one()
    return stock.on_hand, stock.reserved


def need_of(case: of.Case) -> str:
    order = session.get_one(Order, case.order_id)
    return str(session.get_one(Need, order.need_id, populate_existing=True).state)


@transactional
def run_out(case: of.Case, last: date) -> None:
    session.execute(update(Paper).where(Paper.seller_id == case.shop.id).values(valid_until=last))


def drafted(**changes: object) -> of.Case:
    of.method(what="goods")
    return of.order_in(OrderState.DRAFT, **changes)


def test_an_order_is_sent_approved_and_accepted_with_everything_held_on_the_way(app: Flask) -> None:
    case = drafted()
    services.send(case.code, SendIn(), by=case.by(PP))
    assert (state(case), budget(case), shelf(case)) == (OrderState.PENDING_APPROVAL, (1_280_000, 98_720_000), (500, 40))
    assert (queries.order(case.code, SYSTEM).waits_for, need_of(case)) == ((PPK,), NeedState.ORDERED)
    services.approve(case.code, SIGNED, by=case.by(PPK))
    assert (state(case), shelf(case)) == (OrderState.LETTER_ISSUED, (460, 0))
    services.accept(case.code, by=case.seller)
    assert (state(case), budget(case)) == (OrderState.ACCEPTED, (1_280_000, 98_720_000))


def test_papers_that_ran_out_since_are_named_and_nobody_approves(app: Flask) -> None:
    """Guard (R26.3): papers of the shop hold on the day of the letter."""
    case = drafted()
    services.send(case.code, SendIn(), by=case.by(PP))
    yesterday = clock.today() - timedelta(days=1)
    run_out(case, yesterday)
    with pytest.raises(Conflict) as refused:
        services.approve(case.code, SIGNED, by=case.by(PPK))
    assert refused.value.code == "papers"
    with speaking("id"):
        assert "NIB" in str(refused.value.said)
    assert (state(case), budget(case)) == (OrderState.PENDING_APPROVAL, (1_280_000, 98_720_000))
    assert sellers.papers_lacking_of([case.shop.id], clock.today())[case.shop.id] != ()


def test_who_declines_gives_everything_back_and_the_need_looks_for_another_shop(app: Flask) -> None:
    case = drafted()
    services.send(case.code, SendIn(), by=case.by(PP))
    services.approve(case.code, SIGNED, by=case.by(PPK))
    services.decline(case.code, ReasonIn(alasan="Dapur penuh hari itu"), by=case.seller)
    assert (state(case), budget(case), shelf(case)) == (OrderState.DECLINED, (0, 100_000_000), (500, 0))
    assert need_of(case) == NeedState.OPEN


def test_what_is_sent_back_can_be_sent_anew(app: Flask) -> None:
    case = drafted()
    for _turn in range(2):
        services.send(case.code, SendIn(), by=case.by(PP))
        services.send_back(case.code, WHY, by=case.by(PPK))
        assert (state(case), budget(case), shelf(case)) == (OrderState.DRAFT, (0, 100_000_000), (500, 0))
    services.send(case.code, SendIn(), by=case.by(PP))
    services.cancel(case.code, WHY, by=case.by(PP))
    assert (state(case), budget(case), need_of(case)) == (OrderState.CANCELLED, (0, 100_000_000), NeedState.OPEN)


def test_what_was_sent_back_leaves_its_need_free_for_another_shop(app: Flask) -> None:
    """Else nobody could choose again, and the need were lost."""
    case = drafted()
    services.send(case.code, SendIn(), by=case.by(PP))
    services.send_back(case.code, WHY, by=case.by(PPK))
    assert need_of(case) == NeedState.OPEN
    services.send(case.code, SendIn(), by=case.by(PP))
    services.send_back(case.code, WHY, by=case.by(PPK))
    services.cancel(case.code, WHY, by=case.by(PP))
    assert (state(case), need_of(case)) == (OrderState.CANCELLED, NeedState.OPEN)


def test_one_rupiah_too_little_in_the_line_holds_nothing_at_all(app: Flask) -> None:
    """Guard (R26.3): an order beyond its budget is not sent."""
    case = drafted(of=of.desk(ceiling=1_279_999))
    with pytest.raises(Conflict) as refused:
        services.send(case.code, SendIn(), by=case.by(PP))
    assert (refused.value.code, refused.value.facts["short_idr"]) == ("over_line", 1)
    assert (state(case), budget(case), shelf(case)) == (OrderState.DRAFT, (0, 1_279_999), (500, 0))


def test_above_every_cap_the_page_says_which_rule_and_what_to_do(app: Flask) -> None:
    """Guard (R26.3): the cap of the method."""
    of.method(up_to_idr=Rupiah(1_279_999))
    case = of.order_in(OrderState.DRAFT)
    with pytest.raises(Conflict) as refused:
        services.send(case.code, SendIn(), by=case.by(PP))
    assert (refused.value.code, refused.value.facts["cap_idr"]) == ("no_method", 1_279_999)


def test_a_wrong_password_signs_nothing_and_guessing_ends(app: Flask) -> None:
    """Guard (R26.3): who approves types their password."""
    case = drafted()
    services.send(case.code, SendIn(), by=case.by(PP))
    for _guess in range(10):
        with pytest.raises(Invalid):
            services.approve(case.code, ApproveIn(password="bukan ini kata saya"), by=case.by(PPK))
    with pytest.raises(Conflict) as refused:
        services.approve(case.code, SIGNED, by=case.by(PPK))
    assert refused.value.status == 429
    assert state(case) == OrderState.PENDING_APPROVAL


def test_two_approvals_go_one_after_the_other(app: Flask) -> None:
    of.method(approvals=[PPK, PA])
    case = of.order_in(OrderState.DRAFT)
    services.send(case.code, SendIn(), by=case.by(PP))
    with pytest.raises(Conflict) as refused:
        services.approve(case.code, SIGNED, by=case.by(PA))
    assert refused.value.code == "not_next"
    services.approve(case.code, SIGNED, by=case.by(PPK))
    assert (state(case), queries.order(case.code, SYSTEM).waits_for) == (OrderState.PENDING_APPROVAL, (PA,))
    with pytest.raises(Conflict):
        services.approve(case.code, SIGNED, by=case.by(PPK))
    services.approve(case.code, SIGNED, by=case.by(PA))
    assert state(case) == OrderState.LETTER_ISSUED


def test_a_public_price_that_fell_is_the_offices_too(app: Flask) -> None:
    """Guard (R26.3): an office does not pay more than everybody."""
    case = drafted()
    line = session.query(Line).filter_by(order_id=case.order_id).one()
    of.reprice(line.variant_id, 31_000)
    with pytest.raises(Conflict) as refused:
        services.send(case.code, SendIn(), by=case.by(PP))
    assert refused.value.code == "price_fell"


def test_an_order_nobody_answers_ends_after_its_time_and_not_before(app: Flask, clock: TestClock) -> None:
    clock.set("2026-11-23T09:00+07:00")
    case = drafted()
    services.send(case.code, SendIn(), by=case.by(PP))
    clock.set("2026-11-26T16:59+07:00")
    with pytest.raises(Conflict) as refused:
        services.expire(case.code)
    assert refused.value.code == "early"
    clock.set("2026-11-26T17:00+07:00")
    services.expire(case.code)
    assert (state(case), budget(case), shelf(case)) == (OrderState.EXPIRED, (0, 100_000_000), (500, 0))


@pytest.mark.slow
def test_a_hundred_orders_at_once_never_pass_the_ceiling_of_their_line(live: Live) -> None:
    """Guard (R26.3): parallel submits on one budget line (R11.3)."""
    with live.app.app_context():
        of.method()
        office = of.desk(ceiling=37 * 1_280_000 + 1_279_999, value=500_000_000)
        shops = [of.order_in(OrderState.DRAFT, of=office) for _one in range(100)]
    outcomes: list[str] = []

    def submit(case: of.Case) -> None:
        with live.app.app_context():
            try:
                services.send(case.code, WITH_REASONS, by=case.by(PP))
                outcomes.append("sent")
            except Conflict as refused:
                outcomes.append(refused.code)

    def insist(case: of.Case) -> None:
        while True:
            try:
                return submit(case)
            except NoConnection:
                # A hundred share the connections of one process: who got none in five seconds presses again.
                continue

    threads = [threading.Thread(target=insist, args=(case,)) for case in shops]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with live.app.app_context():
        assert (outcomes.count("sent"), outcomes.count("over_line")) == (37, 63)
        (line,) = offices.lines(office.unit_code, clock.today().year, SYSTEM)
        assert line.committed == Rupiah(37 * 1_280_000)
        assert list(offices.broken()) == []


def test_a_line_of_the_budget_names_its_orders_and_why_money_came_back(app: Flask) -> None:
    desk = appointed()
    of.method(what="goods")
    case = of.order_in(OrderState.DRAFT, of=desk)
    services.send(case.code, SendIn(), by=case.by(PP))
    services.send_back(case.code, WHY, by=case.by(PPK))
    page = browser(app, desk).get(f"/pengadaan/anggaran/{desk.means.line_id}").text
    assert f'href="/pengadaan/pesanan/{case.code}"' in page
    assert "Dikembalikan sebelum disetujui" in page
    assert f"eorder:{case.order_id}" not in page
