"""The officer's decisions: what waits is counted, and what went back from nobody gets somebody who bears it."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.kernel import clock as time
from marketplace.kernel.access import Grant
from marketplace.kernel.outbox import relay
from marketplace.kernel.slots import verifiers
from marketplace.payments import queries, services
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, orders, sellers
from tests.factories.accounts import person, signed_in
from tests.payments.gateways import Bench
from tests.payments.paying_out import FRIDAY, lies
from tests.standins.stripe import Stripe

CHECKS = "/admin/uang/periksa"
WHY = "Penjual setuju menanggungnya."


@pytest.fixture
def desk(app: Flask, client: FlaskClient, clock: TestClock) -> FlaskClient:
    clock.set(FRIDAY)
    return signed_in(client, person("Rini Bendahara", grants=(Grant("finance_officer"),)))


def paid_by_card(bench: Bench) -> tuple[queries.Charge, str]:
    """Let a guest pay an order of one shop by card; return the charge and whom the shop's money is owed to."""
    shop = sellers.shop(trusted=True)
    placed = orders.ordered(orders.guest(), catalog.basket(of=shop), gateway="stripe")
    charge = queries.latest(placed.charge.reference)
    assert charge is not None
    bench.pay(charge.provider_ref or "")
    services.ask(charge.id)
    relay()
    return queries.charge(charge.id), str(shop.id)


def found() -> None:
    services.recon(time.now() - timedelta(hours=1))
    relay()


def told() -> list[str]:
    return [said for check in verifiers for said in check()]


def test_a_lost_dispute_is_borne_by_the_shop_with_a_reason(desk: FlaskClient, stripe_bench: Bench) -> None:
    there = stripe_bench.there
    assert isinstance(there, Stripe)
    charge, shop = paid_by_card(stripe_bench)
    ref = there.books.open_dispute({"payment_intent": charge.payment_ref})["id"]
    found()
    (dispute,) = queries.disputes()
    path = f"/admin/uang/sengketa/{dispute.id}/beban"
    early = desk.post(path, data={"who": "loss", "why": WHY})
    assert early.status_code == 409, "its bank still asks"
    there.books.end_dispute(ref, won=False)
    found()
    assert "Dapur Ibu Siti" in desk.get(CHECKS).text
    unknown = desk.post(path, data={"who": str(UUID(int=5)), "why": WHY})
    assert (unknown.status_code, lies(f"payable:{shop}")) == (422, 0)
    assert desk.post(path, data={"who": "loss", "why": "x"}).status_code == 422
    assert any("is lost and waits" in said for said in told())
    assert desk.post(path, data={"who": "all", "why": WHY}).status_code == 303
    assert desk.post(path, data={"who": "all", "why": WHY}).status_code == 404, "somebody decided it already"
    assert (lies(f"payable:{shop}"), lies(f"dispute:{dispute.id}")) == (0, 0)
    assert queries.balances("held") == {}, "its part was not finished: all that was held for it is gone"
    relay()
    assert told() == []


def test_a_refund_made_at_the_provider_s_desk_is_the_programme_s_loss(desk: FlaskClient, stripe_bench: Bench) -> None:
    there = stripe_bench.there
    assert isinstance(there, Stripe)
    charge, shop = paid_by_card(stripe_bench)
    there.books.make_refund({"payment_intent": charge.payment_ref, "amount": 1_000_000})
    found()
    assert (lies("suspense"), queries.waiting_counts().suspended) == (-10_000, 1)
    (one,) = queries.suspended()
    path = f"/admin/uang/pengembalian/{one.id}/beban"
    assert desk.post(path, data={"who": "loss", "why": WHY}).status_code == 303
    assert (lies("suspense"), lies("loss"), lies(f"payable:{shop}")) == (0, -10_000, 0)
    assert desk.post(path, data={"who": "loss", "why": WHY}).status_code == 404
    assert told() == []


def test_what_waits_is_counted_where_the_day_begins(desk: FlaskClient, stripe_bench: Bench) -> None:
    there = stripe_bench.there
    assert isinstance(there, Stripe)
    charge, _shop = paid_by_card(stripe_bench)
    there.books.open_dispute({"payment_intent": charge.payment_ref})
    found()
    assert queries.waiting_counts().disputes == 1
    page = desk.get("/admin/uang").text
    assert f"{CHECKS}#sengketa" in page


def test_an_account_at_a_provider_is_typed_at_the_desk(desk: FlaskClient, stripe_bench: Bench) -> None:
    there = stripe_bench.there
    assert isinstance(there, Stripe)
    shop = sellers.shop(trusted=True)
    account = str(there.books.make_account({"type": "express"}, ready=True)["id"])
    path = "/admin/uang/rekening/hubungan"
    typed = {"shop": shop.code, "bank": "stripe", "number": "4000123412341234"}
    wrong = desk.post(path, data=typed)
    assert (wrong.status_code, f'value="{shop.code}"' in wrong.text) == (422, True)
    assert desk.post(path, data={**typed, "shop": "TIDAKADA"}).status_code == 422
    assert desk.post(path, data={**typed, "number": account}).status_code == 303
    (kept,) = queries.bank_accounts(str(shop.id))
    assert (kept.state, kept.masked) == ("given", f"Stripe ••••{account[-4:]}")
