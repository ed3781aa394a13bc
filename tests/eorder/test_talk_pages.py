"""E05, E01 and L17 in browsers: negotiating, changing, and what waits for whom."""

import re

from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts import services as accounts
from marketplace.eorder import queries
from marketplace.eorder.models import SHOP, OrderState
from marketplace.eorder.models.acts import PA, PP, PPK, RECEIVER
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.money import Rupiah
from marketplace.offices import services
from tests.eorder.test_changes import accepted
from tests.factories import eorder as of
from tests.factories import offices, sellers
from tests.factories.accounts import set_up, signed_in


def browser(app: Flask, case: of.Case, *duties: str) -> FlaskClient:
    """Return a browser of who holds the first of these duties of an order's office, or runs its shop."""
    who = case.by(duties[0])
    assert who.id is not None
    for duty in duties:
        if duty != SHOP:
            accounts.grant(who.id, duty, "organisation", case.desk.unit_code, by=SYSTEM)
    if duties[0] != SHOP:
        set_up(who.id)
    made = app.test_client()
    made.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return signed_in(made, who.id)


def filled_in(text: str, **changes: str) -> dict[str, str]:
    found = dict(re.findall(r'name="((?:harga|jumlah)-\d+-baris|penawaran|nomor)" value="([^"]*)"', text))
    return {**found, **changes}


def test_a_price_is_negotiated_page_by_page_until_it_is_agreed(app: Flask) -> None:
    of.method()
    case = of.order_in(OrderState.DRAFT)
    office, shop = browser(app, case, PP), browser(app, case, SHOP)
    here, there = f"/pengadaan/negosiasi/{case.code}", f"/lapak/permintaan/{case.code}/negosiasi"
    assert shop.get(there).status_code == 404  # The shop hears of it with the first offer.
    page = office.get(here)
    assert page.status_code == 200
    wrong = office.post(
        here, data=filled_in(page.text, **{"harga-0-harga": "40.000", "ongkir": "0", "catatan": "Mohon"})
    )
    assert (wrong.status_code, "Paling banyak" in wrong.text or "At most" in wrong.text) == (422, True)
    assert 'value="40.000"' in wrong.text
    assert "Mohon" in wrong.text
    sent = office.post(here, data=filled_in(page.text, **{"harga-0-harga": "30.000", "ongkir": "0"}))
    assert (sent.status_code, sent.location) == (303, f"{here}?sudah=offer")
    seen = shop.get(there)
    assert "Rp1.200.000" in seen.text.replace("\xa0", "")
    assert shop.get(f"/lapak/permintaan/{case.code}").status_code == 200
    answer = filled_in(seen.text, **{"harga-0-harga": "31.000", "ongkir": "0"})
    del answer["penawaran"]
    assert shop.post(there, data=answer).status_code == 303
    told = office.get(here)
    agreed = filled_in(told.text)
    for _twice in range(2):
        done = office.post(f"{here}/setuju", data={"penawaran": agreed["penawaran"]})
        assert done.status_code == 303
    found = queries.order(case.code, SYSTEM)
    assert (found.state, found.total) == (OrderState.DRAFT, Rupiah(1_240_000))
    assert office.get(here).status_code == shop.get(there).status_code == 200


def test_an_old_offer_is_not_agreed_to_and_the_page_says_why(app: Flask) -> None:
    of.method()
    case = of.order_in(OrderState.DRAFT)
    office, shop = browser(app, case, PP), browser(app, case, SHOP)
    here, there = f"/pengadaan/negosiasi/{case.code}", f"/lapak/permintaan/{case.code}/negosiasi"
    office.post(here, data=filled_in(office.get(here).text, **{"harga-0-harga": "30000", "ongkir": "0"}))
    old = filled_in(shop.get(there).text)["penawaran"]
    refused = office.post(f"{here}/setuju", data={"penawaran": old})
    assert refused.status_code == 409
    ended = office.post(f"{here}/akhiri", data={"alasan": "Tidak ada titik temu"})
    assert ended.status_code == 303
    assert shop.post(f"{there}/setuju", data={"penawaran": old}).status_code == 409


def test_a_change_is_proposed_by_the_office_and_accepted_on_a_phone(app: Flask) -> None:
    case = accepted()
    office, shop = browser(app, case, PPK), browser(app, case, SHOP)
    here, there = f"/pengadaan/pesanan/{case.code}/perubahan", f"/lapak/permintaan/{case.code}/perubahan"
    page = office.get(here)
    told = filled_in(page.text, **{"jenis": "change", "jumlah-0-jumlah": "50", "hari": "", "jam": "", "alasan": "x"})
    assert office.post(here, data=told).status_code == 422
    assert office.post(here, data={**told, "alasan": "Peserta bertambah"}).status_code == 303
    seen = shop.get(there)
    assert shop.post(f"{there}/setuju", data=filled_in(seen.text)).status_code == 303
    assert queries.order(case.code, SYSTEM).total == Rupiah(1_600_000)
    assert office.get(here).status_code == 200


def test_the_inbox_shows_what_waits_for_me_and_nothing_else(app: Flask) -> None:
    office = of.desk()
    mine = of.order_in(OrderState.PENDING_APPROVAL, of=office)
    other = of.order_in(OrderState.PENDING_APPROVAL)
    of.order_in(OrderState.SHIPPED, of=office)
    page = browser(app, mine, PPK, RECEIVER)
    text = page.get("/pengadaan").text
    assert mine.code in text
    assert other.code not in text
    assert page.get("/pengadaan?keadaan=shipped&peran=receiver").status_code == 200
    assert mine.code not in page.get("/pengadaan?keadaan=shipped").text
    assert page.get("/pengadaan?hal=kacau").status_code == 404
    listed = page.get(f"/pengadaan/pesanan?toko={mine.shop.name}&bulan=2020-01")
    assert (listed.status_code, mine.code in listed.text) == (200, False)
    assert mine.code in page.get(f"/pengadaan/pesanan?toko={mine.shop.name.lower()}").text


def test_an_inbox_is_paged_without_losing_or_repeating_anything(app: Flask) -> None:
    office = of.desk(ceiling=500_000_000, value=500_000_000)
    shop = sellers.shop(trusted=True, name="Dapur Ibu Siti")
    cases = [of.order_in(OrderState.PENDING_APPROVAL, of=office, shop=shop) for _one in range(5)]
    ppk = cases[0].by(PPK)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        found = queries.inbox(ppk, cursor=cursor, most=2)
        seen += [one.code for one in found.waiting]
        cursor = found.next
    assert sorted(seen) == sorted(case.code for case in cases)
    assert (found.all, found.states, found.duties) == (5, {"pending_approval": 5}, {PPK: 5})


def test_a_budget_holder_sees_what_waits_for_them_in_the_units_below(app: Flask) -> None:
    top = offices.office("Dinas Kominfotik")
    of.method(approvals=[PA])
    under = of.order_in(OrderState.PENDING_APPROVAL, approvals=[PA], waits_for=[PA])
    services.set_unit(offices.unit_in(under.desk.unit_code, parent_code=top), by=SYSTEM)
    beside = of.order_in(OrderState.PENDING_APPROVAL, approvals=[PA], waits_for=[PA])
    holder, officer = of.holding(PA, top), of.holding(PPK, top)
    assert [one.code for one in queries.inbox(holder).waiting] == [under.code]
    assert (queries.waiting_count(holder), queries.waiting_count(officer)) == (1, 0)
    assert beside.code not in [one.code for one in queries.listed(holder)]
