"""A training unit goes the whole way of an order, and nobody outside of its room notices."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.catalog.models import Stock
from marketplace.delivery.models import Booking
from marketplace.documents import queries as documents
from marketplace.documents.models import Paper as StoredPaper
from marketplace.documents.slots import Paper
from marketplace.eorder import letters, letters_requests, money_letters, queries, services
from marketplace.eorder.forms import ApproveIn, ReasonIn, SendIn
from marketplace.eorder.forms_needs import AskIn
from marketplace.eorder.models import OrderState
from marketplace.eorder.models.acts import PP, PPK, RECEIVER, TREASURER
from marketplace.eorder.policies import playing
from marketplace.eorder.queries import paper_data
from marketplace.eorder.services.steps import begin
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.models import StoredEvent
from marketplace.sellers import queries as sold
from marketplace.sellers.queries import SellerCard
from tests.eorder import test_life as life
from tests.eorder.test_need_pages import browser
from tests.eorder.test_needs import choice, kitchens, need_in
from tests.factories import eorder as of
from tests.factories import sellers
from tests.factories.accounts import PASSWORD, signed_in
from tests.factories.eorder import Case, Desk
from tests.factories.offices import office, staffed

NOTICES = (*letters.NOTICES, *letters_requests.NOTICES, *money_letters.NOTICES)
COUNTED = ("eorder.ValueAccepted", "eorder.OrderPaid", "eorder.TaxPapersAsked")
"""What others count or act on, beyond the room."""
REASONS = SendIn.model_validate({"tanda": [{"tanda": one.key, "alasan": "Latihan"} for one in queries.FLAGS]})


def room() -> Desk:
    """Make a training unit with people for each duty."""
    staff = staffed(100_000_000, 100_000_000, office("Unit Latihan", training=True))
    return Desk(staff.means, {duty: one.actor for duty, one in staff.people.items()})


def practised(desk: Desk, shop: SellerCard, *, until: OrderState) -> Case:
    """Let a training unit order of a shop, and play it, until the order stands in a state."""
    of.method()
    need = services.make_need(need_in(desk), by=desk[PP])
    few = "Toko lain libur pada hari itu"
    code = services.choose(need, choice(need, desk, shop, sedikit=few), by=desk[PP])
    case = Case(desk, shop, player(desk), queries.order(code, SYSTEM).id, code)
    steps = (
        (OrderState.PENDING_APPROVAL, lambda: services.send(code, REASONS, by=desk[PP])),
        (OrderState.LETTER_ISSUED, lambda: services.approve(code, ApproveIn(password=PASSWORD), by=desk[PPK])),
        (OrderState.ACCEPTED, lambda: services.accept(code, by=case.seller)),
        (OrderState.SHIPPED, lambda: life.sent(case)),
        (OrderState.ARRIVED, lambda: life.came(case, 40)),
        (OrderState.INSPECTED, lambda: life.judged(case, 40, fungsi=True, lengkap=True, waktu=True)),
        (OrderState.BAST_SIGNED, lambda: life.signed(case)),
    )
    for state, step in steps:
        step()
        assert queries.order(code, SYSTEM).state == state
        if state == until:
            break
    return case


def player(desk: Desk) -> Actor:
    """Return somebody of the room as the shop."""
    return playing(desk[RECEIVER], queries.scope_of(desk[RECEIVER], desk.unit_code))


def heard_by(shop: SellerCard) -> list[str]:
    """Return of which events of e-order a letter goes to somebody of a shop."""
    team = set(sold.team(shop.id))
    events = {one.event.name(): one.event for one in NOTICES}
    told = [
        (row.name, events[row.name](**row.payload))
        for row in session.scalars(select(StoredEvent))
        if row.name in events
    ]
    return [
        name
        for name, event in told
        for notice in NOTICES
        if isinstance(event, notice.event) and team & {one.person_id for one in notice.to(event)}
    ]


def papers_of(case: Case) -> list[Paper]:
    """Return every paper of an order, whatever it is about."""
    ids = session.scalars(select(StoredPaper.id).where(StoredPaper.data["order"]["code"].astext == case.code))
    return [documents.paper(one) for one in ids]


def seen_of(shop: SellerCard) -> tuple[Any, ...]:
    """Return what a shop would notice: its inbox, what is owed to it, its shelf, its days, what it is told."""
    owner = of.runs(shop)
    return (
        len(queries.of_shops(owner, mine=True)) + len(queries.of_shops(owner, mine=False)),
        len(queries.ended_of_shops(owner)),
        session.scalar(select(func.sum(Stock.reserved))),
        session.scalar(select(func.sum(Stock.on_hand))),
        session.scalar(select(func.count()).select_from(Booking)),
        heard_by(shop),
    )


def test_the_room_goes_all_the_way_and_its_shop_notices_nothing(app: Flask) -> None:
    """Nobody outside hears, and nothing of it counts.

    Guard (R26.3): training orders reach no shop; training orders hold no goods; shops are told of no training order; shops
    are not told that practice was paid; no shop may have the papers of practice; nobody asks a shop for papers in practice;
    practice counts as no accepted value.
    """
    desk = room()
    (shop,) = kitchens(32_000)
    sellers.papered(shop)
    before = seen_of(shop)
    case = practised(desk, shop, until=OrderState.BAST_SIGNED)
    with pytest.raises(Conflict, match="training"):
        services.ask_for_tax_papers(case.code, by=desk[TREASURER])
    services.request_payment(case.code, by=desk[PPK])
    tax = queries.proposal(life.seen(case), life.seen(case).accepted, way="UP").taxes
    kept = [{"kode": one.code, "dipotong": str(one.amount.amount), "slip": f"BP-{one.code}"} for one in tax]
    services.pay(case.code, life.payment(pajak=kept), by=desk[TREASURER], proof=life.PROOF)
    assert queries.order(case.code, SYSTEM).state == OrderState.CLOSED
    assert seen_of(shop) == before
    assert not session.scalars(select(StoredEvent).where(StoredEvent.name.in_(COUNTED))).all()
    owner = of.runs(shop)
    papers = papers_of(case)
    assert len(papers) == 5
    for paper in papers:
        assert paper_data.may_have(desk[PPK], paper, "")
        assert not paper_data.may_have(owner, paper, "")
    with pytest.raises(NotFound):
        queries.order(case.code, owner)
    with pytest.raises(NotFound):
        begin(case.code, "accept", by=of.runs(shop))


def test_a_shop_hears_of_a_real_order(app: Flask) -> None:
    case = of.order_in(OrderState.LETTER_ISSUED)
    services.cancel(case.code, ReasonIn(alasan="Rapat batal"), by=case.by(PPK))
    assert heard_by(case.shop) == ["eorder.OrderMoved"]


def test_only_who_works_in_the_room_plays_the_shop(app: Flask) -> None:
    desk, other = room(), room()
    (shop,) = kitchens(32_000)
    sellers.papered(shop)
    case = practised(desk, shop, until=OrderState.LETTER_ISSUED)
    with pytest.raises(NotFound):
        services.accept(case.code, by=player(other))
    services.accept(case.code, by=player(desk))


def test_a_room_neither_asks_shops_nor_bargains_with_them(app: Flask) -> None:
    desk = room()
    (shop,) = kitchens(32_000)
    need = services.make_need(need_in(desk), by=desk[PP])
    with pytest.raises(Conflict, match="training"):
        services.ask(need, AskIn(toko=[shop.id]), by=desk[PP])
    code = services.choose(need, choice(need, desk, shop, sedikit="Toko lain libur"), by=desk[PP])
    with pytest.raises(Conflict) as refused:
        begin(code, "negotiate", by=desk[PP])
    assert refused.value.code == "training"


def test_a_number_used_in_practice_is_free_for_a_real_payment(app: Flask) -> None:
    desk = room()
    (shop,) = kitchens(32_000)
    sellers.papered(shop)
    case = practised(desk, shop, until=OrderState.BAST_SIGNED)
    services.request_payment(case.code, by=desk[PPK])
    tax = queries.proposal(life.seen(case), life.seen(case).accepted, way="UP").taxes
    kept = [{"kode": one.code, "dipotong": str(one.amount.amount), "slip": "BP-7"} for one in tax]
    services.pay(case.code, life.payment("TRF-77/2026", pajak=kept), by=desk[TREASURER])
    real = of.order_in(OrderState.PAYMENT_REQUESTED)
    services.pay(real.code, life.payment("TRF-77/2026"), by=real.by(TREASURER))
    assert [one.shown for one in queries.payments_of(real.order_id)] == ["TRF-77/2026"]


def test_what_was_practised_counts_for_nobody(app: Flask) -> None:
    desk = room()
    (shop,) = kitchens(32_000)
    sellers.papered(shop)
    practised(desk, shop, until=OrderState.BAST_SIGNED)
    real = of.desk()
    column = queries.compare(queries.need(services.make_need(need_in(real), by=real[PP]), real[PP])).columns[0]
    assert (column.past.orders, column.past.came, column.past.reviews) == (0, 0, 0)


def test_the_page_says_practice_and_plays_the_shop(app: Flask) -> None:
    desk = room()
    (shop,) = kitchens(32_000)
    sellers.papered(shop)
    case = practised(desk, shop, until=OrderState.LETTER_ISSUED)
    page = browser(app, desk)
    assert "Latihan" in page.get(f"/pengadaan/pesanan/{case.code}").text
    played = f"/pengadaan/latihan/{case.code}"
    assert f"{played}/terima" in page.get(played).text
    assert page.post(f"{played}/terima").location == f"{played}?sudah=accept"
    assert page.post(f"{played}/kirim", data={"catatan": "B 1 XY"}).status_code == 303
    assert page.post(f"{played}/apa-saja").status_code == 404
    assert queries.order(case.code, SYSTEM).state == OrderState.SHIPPED
    owner = of.runs(shop)
    assert owner.id is not None
    theirs = app.test_client()
    theirs.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    lapak = signed_in(theirs, owner.id)
    assert case.code not in lapak.get("/lapak/permintaan").text
    assert lapak.get(f"/lapak/permintaan/{case.code}").status_code == 404
    real = of.order_in(OrderState.LETTER_ISSUED)
    assert page.get(f"/pengadaan/latihan/{real.code}").status_code == 404
