"""The link in the letters: it opens an order in another browser, which can pay there and come back."""

import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from structlog.testing import CapturingLogger

from marketplace.kernel.access import Actor
from marketplace.kernel.db import session
from marketplace.kernel.outbox import relay
from marketplace.orders import queries
from marketplace.orders.events import OrderPlaced
from marketplace.orders.models import Order
from marketplace.orders.policies import OWN, Ownership
from marketplace.orders.views.link import MOST_KEPT
from marketplace.payments.models import Charge
from marketplace.web import answers
from tests.factories import catalog, orders
from tests.factories.accounts import as_actor, person, signed_in


@pytest.fixture
def elsewhere(app: Flask) -> FlaskClient:
    """Give a browser that placed nothing."""
    other = app.test_client()
    other.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return other


def order_id(code: str) -> UUID:
    return session.scalars(select(Order.id).where(Order.code == code)).one()


def mailed(code: str, path: str = "pay_path") -> str:
    """Return the link as the letter about the order has it."""
    told = OrderPlaced(order_id=str(order_id(code)), code=code, total_idr=1)
    link: str = queries.order_context(told)[path]
    return link


def place() -> str:
    return orders.ordered(orders.guest(), catalog.basket()).code


def pay_here(browser: FlaskClient, page: str) -> str:
    """Pay as the page leads; return where the gateway sends the browser."""
    door = re.search(r'href="(/sandbox/[0-9a-f]+)"', page)
    assert door is not None
    back = browser.post(door[1], data={"aksi": "paid"}).location
    assert back is not None
    return back


def test_who_opens_the_mailed_link_elsewhere_pays_and_comes_back(
    elsewhere: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = CapturingLogger()
    monkeypatch.setattr(answers, "log", log)
    code = place()
    waiting = elsewhere.get(mailed(code))
    back = pay_here(elsewhere, waiting.text)
    done = elsewhere.get(back)

    assert (done.status_code, "Pembayaran diterima" in done.text) == (200, True)
    relay()
    followed = elsewhere.get(f"/pesanan/{code}")
    assert (followed.status_code, "Jalan Percetakan Negara 12" in followed.text) == (200, True)
    token = mailed(code).rpartition("=")[2]
    assert token not in back
    assert token not in session.scalars(select(Charge.return_path)).one()
    assert [call.kwargs["status"] for call in log.calls] == [200, 303, 200, 200]
    assert token not in repr(log.calls)
    assert token not in followed.text, "what the cookie opens does not go into the page"


def test_the_link_to_the_order_opens_its_payment_too_and_its_acts(elsewhere: FlaskClient) -> None:
    code = place()
    opened = elsewhere.get(mailed(code, "order_path"))
    cookie = opened.headers["Set-Cookie"]
    assert cookie.startswith("pesanan=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=86400"} <= set(cookie.split("; "))
    assert elsewhere.get(f"/bayar/{code}").status_code == 200
    assert elsewhere.post(f"/pesanan/{code}/pembatalan").location == f"/pesanan/{code}"
    assert "Dibatalkan" in elsewhere.get(f"/pesanan/{code}").text


def test_a_link_opens_its_own_order_and_no_other(elsewhere: FlaskClient) -> None:
    """Guard (R26.3): the token of a mailed link."""
    code, other = place(), place()
    elsewhere.get(mailed(code))
    assert elsewhere.get(f"/bayar/{other}").status_code == 404
    token = mailed(code).rpartition("=")[2]
    assert elsewhere.get(f"/bayar/{other}?token={token}").status_code == 404
    elsewhere.set_cookie("pesanan", f"{other}:{token}")
    assert elsewhere.get(f"/bayar/{other}").status_code == 404


@pytest.mark.parametrize("whose", [Ownership(None, None), Ownership(None, "")])
@pytest.mark.parametrize("nobody", [Actor(kind="guest"), Actor(kind="system")])
def test_nobody_owns_an_order_by_having_no_key(nobody: Actor, whose: Ownership) -> None:
    """Guard (R26.3): a guest without a key owns nothing."""
    assert not OWN.allows(nobody, whose)


@pytest.mark.parametrize("kept", ["", "x", "x" * 3000, "é", "AAAA2222:" + "0" * 32, "JKP:.:..::" * 9])
def test_an_invented_cookie_opens_nothing(elsewhere: FlaskClient, kept: str) -> None:
    code = place()
    elsewhere.set_cookie("pesanan", kept)
    assert elsewhere.get(f"/bayar/{code}").status_code == 404
    assert elsewhere.get(mailed(code)).status_code == 200


def test_orders_opened_side_by_side_all_come_back_up_to_a_number(elsewhere: FlaskClient) -> None:
    codes = [place() for _order in range(MOST_KEPT + 1)]
    for code in codes:
        assert elsewhere.get(mailed(code)).status_code == 200
    found = [elsewhere.get(f"/bayar/{code}").status_code for code in codes]
    assert found == [404] + [200] * MOST_KEPT


def test_an_owners_browser_keeps_nothing_of_the_link(app: Flask, client: FlaskClient) -> None:
    buyer = person()
    here = signed_in(client, buyer)
    code = orders.ordered(as_actor(buyer), catalog.basket()).code
    answer = here.get(mailed(code))
    assert answer.status_code == 200
    assert "pesanan=" not in repr(answer.headers.getlist("Set-Cookie"))


def test_signing_out_takes_the_right_of_a_link_along(elsewhere: FlaskClient) -> None:
    code = place()
    here = signed_in(elsewhere, person())
    assert here.get(mailed(code)).status_code == 200
    assert here.get(f"/pesanan/{code}").status_code == 200
    gone = here.post("/keluar")
    assert any(one.startswith("pesanan=;") for one in gone.headers.getlist("Set-Cookie"))
    assert here.get(f"/pesanan/{code}").status_code == 404


@pytest.mark.parametrize("path", ["order_path", "pay_path"])
def test_the_page_of_a_link_is_named_to_nobody(elsewhere: FlaskClient, path: str) -> None:
    answer = elsewhere.get(mailed(place(), path))
    assert answer.status_code == 200
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_coming_back_into_a_browser_without_any_right_leads_to_the_look_up(elsewhere: FlaskClient) -> None:
    code = place()
    sent = [elsewhere.get(f"/bayar/{asked}?kembali=1") for asked in (code, "23456789")]
    assert [(answer.status_code, answer.location) for answer in sent] == [
        (303, f"/lacak?kode={code}"),
        (303, "/lacak?kode=23456789"),
    ]
    assert f'value="{code}"' in elsewhere.get(f"/lacak?kode={code}").text
    assert elsewhere.get(f"/bayar/{code}").status_code == 404
