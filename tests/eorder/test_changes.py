"""Changes of an accepted order: both sides agree, and budget, goods and the shop's day follow (E13)."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from marketplace.catalog.models import Stock
from marketplace.delivery.models import Day
from marketplace.eorder import queries, services
from marketplace.eorder.forms import ApproveIn, ChangeAnswerIn, ChangeIn, ChangeRefusalIn, SendIn, ShipIn
from marketplace.eorder.models import SHOP, Change, Need, Order, OrderState
from marketplace.eorder.models.acts import PP, PPK
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.money import Rupiah
from marketplace.offices import queries as offices
from tests.factories import eorder as of
from tests.factories.accounts import PASSWORD

FIRST = ChangeAnswerIn(nomor=1)


def seen(case: of.Case) -> queries.OrderView:
    return queries.order(case.code, SYSTEM)


def accepted(ceiling: int = 100_000_000, **method: Any) -> of.Case:
    """Return an order that went the whole way to its shop's word."""
    of.method(**method)
    case = of.order_in(OrderState.DRAFT, of=of.desk(ceiling=ceiling))
    services.send(case.code, SendIn(), by=case.by(PP))
    services.approve(case.code, ApproveIn(password=PASSWORD), by=case.by(PPK))
    services.accept(case.code, by=case.by(SHOP))
    return case


def change(case: of.Case, qty: int | None = None, **told: object) -> ChangeIn:
    lines = [] if qty is None else [{"baris": str(seen(case).lines[0].id), "jumlah": qty}]
    return ChangeIn.model_validate({"jumlah": lines, "alasan": "Peserta rapat berubah", **told})


def stands(case: of.Case) -> tuple[int, int, int]:
    """Return what the budget holds, what is on the shelf and how many orders the shop's days hold."""
    (line,) = offices.lines(case.desk.unit_code, clock.today().year, SYSTEM)
    variant = seen(case).lines[0].variant_id
    stock = session.query(Stock).filter_by(variant_id=variant).populate_existing().one()
    assert stock.reserved == 0
    days = session.query(Day).filter_by(seller_id=case.shop.id, slot="").populate_existing().all()
    return line.committed.amount, stock.on_hand, sum(one.units_taken for one in days)


def test_more_boxes_on_another_day_are_held_once_the_shop_says_yes(app: Flask) -> None:
    case = accepted()
    tomorrow = clock.today() + timedelta(days=1)
    services.propose_change(case.code, change(case, 50, hari=tomorrow, jam="10:00"), by=case.by(PPK))
    assert (stands(case), seen(case).waits_for) == (
        (1_280_000, 460, 40),
        (SHOP,),
    )  # Nothing before the other side accepts.
    with pytest.raises(Conflict) as refused:
        services.ship(case.code, ShipIn(catatan="Mobil B 1234 XY"), by=case.by(SHOP))
    assert refused.value.code == "change"
    services.accept_change(case.code, FIRST, by=case.by(SHOP))
    found = seen(case)
    assert (found.total, found.day, found.hour, found.lines[0].qty) == (Rupiah(1_600_000), tomorrow, "10:00", 50)
    assert stands(case) == (1_600_000, 450, 50)
    kept = session.query(Change).one()
    assert (kept.was["total_idr"], kept.wanted["total_idr"], kept.state) == (1_280_000, 1_600_000, "accepted")
    assert list(offices.broken()) == []


def test_changes_follow_one_another_and_what_is_called_off_gives_all_of_it_back(app: Flask) -> None:
    """Guard (R26.3): calling off gives back exactly what was held."""
    case = accepted()
    for number, qty in enumerate((50, 30, 45), start=1):
        services.propose_change(case.code, change(case, qty), by=case.by(PPK))
        services.accept_change(case.code, ChangeAnswerIn(nomor=number), by=case.by(SHOP))
        assert stands(case) == (qty * 32_000, 500 - qty, qty)
    services.propose_change(case.code, change(case, jenis="cancel"), by=case.by(SHOP))
    services.accept_change(case.code, ChangeAnswerIn(nomor=4), by=case.by(PPK))
    assert (seen(case).state, stands(case)) == (OrderState.CANCELLED, (0, 500, 0))
    order = session.get_one(Order, case.order_id)
    assert session.get_one(Need, order.need_id, populate_existing=True).state == "open"
    assert list(offices.broken()) == []


def test_nobody_accepts_their_own_change_but_may_take_it_back(app: Flask) -> None:
    """Guard (R26.3): both sides consent to a change."""
    case = accepted()
    services.propose_change(case.code, change(case, 30), by=case.by(PPK))
    with pytest.raises(Conflict) as refused:
        services.accept_change(case.code, FIRST, by=case.by(PPK))
    assert refused.value.code == "own_change"
    services.refuse_change(case.code, ChangeRefusalIn(nomor=1, alasan="Salah hitung"), by=case.by(PP))
    with pytest.raises(Conflict) as refused:
        services.accept_change(case.code, FIRST, by=case.by(SHOP))
    assert refused.value.code == "stale"
    assert (seen(case).total, seen(case).waits_for) == (Rupiah(1_280_000), (SHOP,))


def test_more_than_the_cap_of_its_own_day_is_refused_even_where_todays_is_higher(app: Flask) -> None:
    """Guard (R26.3): a change stays under the cap of the order's own method."""
    case = accepted(up_to_idr=Rupiah(1_599_999))
    of.method(up_to_idr=Rupiah(200_000_000), above_idr=Rupiah(1_599_999))
    with pytest.raises(Conflict) as refused:
        services.propose_change(case.code, change(case, 50), by=case.by(PPK))
    assert (refused.value.code, refused.value.facts["cap_idr"]) == ("method", 1_599_999)


def test_one_rupiah_too_little_in_the_line_changes_nothing_at_all(app: Flask) -> None:
    """Guard (R26.3): the budget is asked again at a change."""
    case = accepted(ceiling=1_599_999)
    services.propose_change(case.code, change(case, 50), by=case.by(PPK))
    with pytest.raises(Conflict) as refused:
        services.accept_change(case.code, FIRST, by=case.by(SHOP))
    assert refused.value.code == "over_line"
    assert (seen(case).lines[0].qty, stands(case)) == (40, (1_280_000, 460, 40))


def test_more_money_is_asked_for_by_who_approves_it(app: Flask) -> None:
    """Guard (R26.3): who only prepares does not bind the office to more."""
    case = accepted()
    with pytest.raises(Conflict) as refused:
        services.propose_change(case.code, change(case, 50), by=case.by(PP))
    assert refused.value.code == "approver"
    services.propose_change(case.code, change(case, 30), by=case.by(PP))


def test_a_price_that_fell_is_not_paid_for_what_is_added(app: Flask) -> None:
    case = accepted()
    of.reprice(seen(case).lines[0].variant_id, 31_000)
    with pytest.raises(Conflict) as refused:
        services.propose_change(case.code, change(case, 50), by=case.by(PPK))
    assert refused.value.code == "price_fell"


def test_a_change_that_changes_nothing_or_leaves_nothing_is_said_so(app: Flask) -> None:
    case = accepted()
    for wrong in (
        change(case, 40),
        change(case, 0),
        change(case),
        change(case, hari=clock.today() - timedelta(days=1)),
    ):
        with pytest.raises(Invalid):
            services.propose_change(case.code, wrong, by=case.by(PPK))
    assert session.query(Change).count() == 0
