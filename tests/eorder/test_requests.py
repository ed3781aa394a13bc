"""Several shops are asked what they would take, and their answers become prices (E8)."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.eorder import queries, services
from marketplace.eorder.forms_needs import AnswerIn, AskIn, DropIn
from marketplace.eorder.models import OrderState, Request, RequestState
from marketplace.eorder.models.acts import PP
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.models import StoredEvent
from marketplace.kernel.money import Rupiah
from marketplace.testing.plugin import TestClock
from tests.eorder.test_need_pages import appointed, browser
from tests.eorder.test_needs import choice, kitchens, need_in
from tests.factories import eorder as of
from tests.factories.accounts import signed_in
from tests.factories.eorder import Desk


def asked(desk: Desk, *prices: int) -> tuple[str, list[Any], list[str]]:
    """Let an office ask shops; return the need, the shops and the requests by shop."""
    shops = kitchens(*prices)
    code = services.make_need(need_in(desk), by=desk[PP])
    services.ask(code, AskIn(toko=[one.id for one in shops]), by=desk[PP])
    need = queries.need(code, desk[PP])
    codes = {one.seller_id: one.code for one in queries.requests_for(need.id)}
    return code, shops, [codes[one.id] for one in shops]


def answer(code: str, shop: Any, price: int, **changes: Any) -> AnswerIn:
    found, need = queries.request_of(code, of.runs(shop))
    item, words, _qty, _note = need.items[0]
    variant = queries.own_offers(found.seller_id, words)[0].variant_id
    told = {"antar": 0, "catatan": "Dengan air mineral", "baris": [{"barang": item, "varian": variant, "harga": price}]}
    return AnswerIn.model_validate({**told, **changes})


def states() -> list[str]:
    return list(session.scalars(select(Request.state).order_by(Request.id)))


def test_an_answer_stands_in_the_comparison_and_becomes_the_price_of_the_order(app: Flask) -> None:
    desk = of.desk()
    code, shops, requests = asked(desk, 32_000, 33_000, 34_000)
    services.answer_request(requests[2], answer(requests[2], shops[2], 30_000), by=of.runs(shops[2]))
    sheet = queries.compare(queries.need(code, desk[PP]))
    assert sheet.lowest is not None
    assert sheet.lowest.seller.id == shops[2].id
    part = sheet.lowest.parts[0]
    assert (part.price, part.offer.price, part.asked) == (Rupiah(30_000), Rupiah(34_000), True)
    order = queries.order(services.choose(code, choice(code, desk, shops[2]), by=desk[PP]), desk[PP])
    assert (order.goods, order.shipping, order.state) == (Rupiah(1_200_000), Rupiah(0), OrderState.DRAFT)
    assert order.lines[0].public == Rupiah(34_000)


def test_an_office_never_pays_more_than_everybody(app: Flask) -> None:
    """Guard (R26.3): an answer is not above the public price, also when that falls later."""
    desk = of.desk()
    code, shops, requests = asked(desk, 32_000)
    with pytest.raises(Invalid) as said:
        services.answer_request(requests[0], answer(requests[0], shops[0], 32_001), by=of.runs(shops[0]))
    assert "baris-0-harga" in said.value.fields
    services.answer_request(requests[0], answer(requests[0], shops[0], 31_000), by=of.runs(shops[0]))
    variant = queries.compare(queries.need(code, desk[PP])).columns[0].parts[0].offer.variant_id
    of.reprice(variant, 29_000)
    assert queries.compare(queries.need(code, desk[PP])).columns[0].parts[0].price == Rupiah(29_000)


def test_a_shop_answers_for_itself_and_once(app: Flask) -> None:
    """Guard (R26.3): a request is its shop's."""
    desk = of.desk()
    _code, shops, requests = asked(desk, 32_000, 33_000)
    mine = answer(requests[0], shops[0], 31_000)
    with pytest.raises(NotFound):
        services.answer_request(requests[0], mine, by=of.runs(shops[1]))
    with pytest.raises(NotFound):
        queries.request_of(requests[0], of.runs(shops[1]))
    foreign = answer(requests[1], shops[1], 30_000).baris
    with pytest.raises(Invalid):
        services.answer_request(requests[0], mine.model_copy(update={"baris": foreign}), by=of.runs(shops[0]))
    services.answer_request(requests[0], mine, by=of.runs(shops[0]))
    with pytest.raises(Conflict):
        services.answer_request(requests[0], mine, by=of.runs(shops[0]))


def test_a_shop_that_declined_is_shown_with_its_reason_and_not_chosen(app: Flask) -> None:
    desk = of.desk()
    code, shops, requests = asked(desk, 32_000, 33_000)
    services.decline_request(requests[0], DropIn(alasan="Dapur penuh hari itu"), by=of.runs(shops[0]))
    sheet = queries.compare(queries.need(code, desk[PP]))
    assert "Dapur penuh" in str(sheet.column(shops[0].id).why_not)
    assert sheet.able == (sheet.column(shops[1].id),)


def test_the_clock_reminds_at_half_and_then_the_time_is_over(app: Flask, clock: TestClock) -> None:
    desk = of.desk()
    code, shops, requests = asked(desk, 32_000)
    need = queries.need(code, desk[PP])
    one = queries.requests_for(need.id)[0]
    assert services.requests_due() == 0
    clock.set((one.asked_at + (one.answer_by - one.asked_at) / 2 + timedelta(minutes=1)).isoformat())
    assert [services.requests_due(), services.requests_due()] == [1, 0]
    clock.set((one.answer_by + timedelta(minutes=1)).isoformat())
    with pytest.raises(Conflict) as late:
        services.answer_request(requests[0], answer(requests[0], shops[0], 31_000), by=of.runs(shops[0]))
    assert late.value.code == "late"
    assert [services.requests_due(), services.requests_due()] == [1, 0]
    assert states() == [RequestState.EXPIRED]
    told = session.scalars(
        select(StoredEvent.payload).where(StoredEvent.name.like("%RequestMoved")).order_by(StoredEvent.id)
    )
    assert [one["state"] for one in told] == ["open", "reminder", "expired"]


def test_nobody_is_asked_twice_nor_until_after_the_day_itself(app: Flask) -> None:
    desk = of.desk()
    code, shops, _requests = asked(desk, 32_000)
    with pytest.raises(Invalid) as said:
        services.ask(code, AskIn(toko=[shops[0].id]), by=desk[PP])
    assert "toko" in said.value.fields
    other = kitchens(33_000)[0]
    with pytest.raises(Invalid) as said:
        services.ask(code, AskIn(toko=[other.id], hari=10), by=desk[PP])
    assert "hari" in said.value.fields


def test_whom_the_unit_asked_before_is_invited_later(app: Flask) -> None:
    desk = of.desk()
    _code, shops, _requests = asked(desk, 32_000)
    fresh = kitchens(40_000)[0]
    need = queries.need(services.make_need(need_in(desk), by=desk[PP]), desk[PP])
    assert [one.seller.id for one in queries.invited(need, queries.candidates(need))] == [fresh.id, shops[0].id]


def test_the_pages_of_asking_and_answering(app: Flask) -> None:
    desk = appointed()
    shop = kitchens(32_000)[0]
    code = services.make_need(need_in(desk), by=desk[PP])
    office = browser(app, desk)
    assert shop.name in office.get(f"/pengadaan/kebutuhan/{code}/tanya").text
    assert office.post(f"/pengadaan/kebutuhan/{code}/tanya", data={"hari": "1"}).status_code == 422
    sent = office.post(f"/pengadaan/kebutuhan/{code}/tanya", data={"toko": str(shop.id), "hari": "1"})
    assert sent.status_code == 303
    need = queries.need(code, desk[PP])
    request = queries.requests_for(need.id)[0]
    keeper = of.runs(shop)
    assert keeper.id is not None
    assert len(queries.requests_of([shop.id])) == 1
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    lapak = signed_in(client, keeper.id)
    path = f"/lapak/permintaan/tanya/{request.code}"
    assert queries.shop_count(keeper) == 1
    assert path in lapak.get("/lapak/permintaan").text
    assert "40 × nasi kotak" in lapak.get(path).text
    item = str(need.items[0][0])
    variant = str(queries.own_offers(shop.id, "nasi kotak")[0].variant_id)
    told = {"antar": "0", "baris-0-barang": item, "baris-0-varian": variant, "baris-0-harga": "99.000"}
    wrong = lapak.post(path, data=told)
    assert wrong.status_code == 422
    assert "32.000" in wrong.text
    assert lapak.post(path, data={**told, "baris-0-harga": "31.000"}).status_code == 303
    assert office.get(path).status_code in (403, 404)
    assert "31.000" in office.get(f"/pengadaan/bandingkan?kebutuhan={code}").text
    assert lapak.get(f"/pengadaan/bandingkan?kebutuhan={code}").status_code in (403, 404)
