"""Every page of an order in every state, for the office, the shop and whoever audits: it opens, and says what comes next."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.eorder.models import SHOP, OrderState
from marketplace.eorder.models.acts import PP, PPK, TREASURER
from tests.factories import eorder as of
from tests.factories.accounts import PASSWORD, opened

OFFICE_PAGES = ("", "/penerimaan", "/bast", "/pembayaran")


def browser(app: Flask, case: of.Case, duty: str) -> FlaskClient:
    """Return a browser in which whoever has a duty is signed in."""
    person = case.by(duty).id
    assert person is not None
    of.granted(person, duty, case.shop.id if duty == SHOP else case.desk.unit_code)
    made = app.test_client()
    made.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    made.set_cookie("sesi", opened(person).token)
    return made


@pytest.mark.parametrize("state", OrderState)
def test_every_page_of_an_order_opens(app: Flask, state: OrderState) -> None:
    case = of.order_in(state)
    for duty in (PP, PPK, TREASURER, "auditor"):
        client = browser(app, case, duty)
        for page in OFFICE_PAGES:
            answer = client.get(f"/pengadaan/pesanan/{case.code}{page}")
            assert answer.status_code == 200, (duty, page, answer.status_code)
        for page in (f"/pengadaan/pesanan/{case.code}/perubahan", f"/pengadaan/negosiasi/{case.code}"):
            answer = client.get(page, follow_redirects=True)
            assert answer.status_code == 200, (duty, page, answer.status_code)
        assert client.get("/pengadaan").status_code == 200
        assert client.get("/pengadaan/pesanan").status_code == 200
    shop = browser(app, case, SHOP)
    assert shop.get("/lapak/permintaan").status_code == 200
    shown = state not in (OrderState.DRAFT, OrderState.PENDING_APPROVAL)
    assert shop.get(f"/lapak/permintaan/{case.code}").status_code == (200 if shown else 404)


def test_who_approves_reads_the_rule_and_signs_on_one_page(app: Flask) -> None:
    case = of.order_in(OrderState.PENDING_APPROVAL)
    client = browser(app, case, PPK)
    page = client.get(f"/pengadaan/persetujuan/{case.code}").text
    assert "Perpres 46/2025" in page
    assert "Rp\u00a01.280.000" in page
    wrong = client.post(f"/pengadaan/persetujuan/{case.code}", data={"password": "bukan ini kata saya"})
    assert wrong.status_code == 422
    assert "Surat pesanan terbit" not in client.get(f"/pengadaan/pesanan/{case.code}").text
    of.held(case)
    right = client.post(f"/pengadaan/persetujuan/{case.code}", data={"password": PASSWORD})
    assert right.status_code == 303
    again = client.post(f"/pengadaan/persetujuan/{case.code}", data={"password": PASSWORD})
    assert again.status_code == 303


def test_who_prepared_an_order_is_told_before_they_type_a_password(app: Flask) -> None:
    case = of.order_in(OrderState.PENDING_APPROVAL)
    of.done(case, "send", PP, by=case.by(PPK))
    page = browser(app, case, PPK).get(f"/pengadaan/persetujuan/{case.code}").text
    assert "Bukan oleh orang yang sama" in page
    assert "Mengirim untuk disetujui" in page
    assert 'name="password"' not in page


def test_an_address_that_no_text_can_hold_is_nobodys(app: Flask) -> None:
    client = browser(app, of.order_in(OrderState.ACCEPTED), PPK)
    assert client.get("/pengadaan/pesanan/%00").status_code == 404
    assert client.get("/pengadaan/pesanan?toko=%00").status_code in {200, 404}
