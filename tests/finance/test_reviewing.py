"""Payments in review at the officers' desk: what happened is told, and one of them decides once, with a reason (R6.4, R23)."""

import re
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.finance.queries import reviewing
from marketplace.kernel.access import SYSTEM, Actor, Grant
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotAllowed
from marketplace.kernel.models import AuditEntry
from marketplace.kernel.outbox import relay
from marketplace.kernel.slots import verifiers
from marketplace.orders import queries as orders_queries
from marketplace.orders import services as orders_services
from marketplace.payments import queries, services
from tests.factories import catalog, orders
from tests.factories.accounts import person, signed_in
from tests.finance.test_size import statements
from tests.orders.test_doubt import charges, told_of

LIST = "/admin/uang/tinjauan"
WHY = "Bukti transfer dicek, jumlahnya benar."


@pytest.fixture
def desk(app: Flask, client: FlaskClient) -> FlaskClient:
    return signed_in(client, person("Rini Bendahara", grants=(Grant("finance_officer"),)))


def reviewed(by: Actor) -> tuple[str, queries.Charge]:
    """Let a guest pay an order in another currency than was asked for."""
    code = orders.ordered(by, catalog.basket()).code
    (charge,) = charges(code, by)
    told_of(charge, currency="USD")
    relay()
    return code, queries.charge(charge.id)


def decided(desk: FlaskClient, charge: queries.Charge, what: str, why: str = WHY, sure: str = "1"):
    return desk.post(f"{LIST}/{charge.id}", data={"keputusan": what, "why": why, "yakin": sure})


def told() -> list[str]:
    return [said for check in verifiers for said in check()]


def state(code: str, by: Actor) -> str:
    return orders_queries.own_order(code, by).state


def test_a_payment_in_review_is_found_looked_at_and_taken_as_it_came(desk: FlaskClient) -> None:
    rina = orders.guest()
    code, charge = reviewed(rina)
    assert f'href="{LIST}"' in desk.get("/admin/uang").text
    page = desk.get(LIST).text
    assert f"{LIST}/{charge.id}" in page
    one = desk.get(f"{LIST}/{charge.id}").text
    for part in ("Pembayaran ditinjau", "Pesanan ditinjau", "mata uang", "45.000", "Terima uangnya"):
        assert part in one, part
    done = decided(desk, charge, "settle")
    assert (done.status_code, state(code, rina)) == (303, "paid")
    assert queries.charge(charge.id).state == "settled"
    after = desk.get(f"{LIST}/{charge.id}").text
    assert "Rini Bendahara" in after, "who decided"
    assert WHY in after
    assert "keputusan" not in after
    late = decided(desk, charge, "cancel")
    assert late.status_code == 409
    assert "sudah diputuskan" in late.text
    assert told() == []


def test_the_order_whose_money_went_back_is_cancelled_in_one_step(desk: FlaskClient) -> None:
    rina = orders.guest()
    code, charge = reviewed(rina)
    assert decided(desk, charge, "cancel").status_code == 303
    assert (state(code, rina), queries.charge(charge.id).cause) == ("cancelled", "returned")
    actions = [one.content["action"] for one in session.scalars(select(AuditEntry))]
    assert {"charge.returned", "order.cancelled"} <= set(actions)
    assert told() == []


def test_without_a_reason_or_the_tick_nothing_is_decided_and_nothing_typed_is_lost(desk: FlaskClient) -> None:
    rina = orders.guest()
    code, charge = reviewed(rina)
    for why, sure, field in (("x", "1", "f-why"), (WHY, "", "f-yakin")):
        refused = desk.post(
            f"{LIST}/{charge.id}", data={"keputusan": "settle", "why": why, **({"yakin": sure} if sure else {})}
        )
        assert (refused.status_code, f'href="#{field}"' in refused.text) == (422, True)
        assert f'value="{why}"' in refused.text
    assert decided(desk, charge, "returned").status_code == 422, "of an order in review more has to be said"
    assert decided(desk, charge, "anything").status_code == 422
    assert state(code, rina) == "review"


def test_an_order_that_is_left_in_review_after_its_money_went_back_is_listed_and_cancelled(desk: FlaskClient) -> None:
    rina = orders.guest()
    code, charge = reviewed(rina)
    services.note_returned(charge.id, "Dikembalikan lewat bank.", by=SYSTEM)
    page = desk.get(LIST).text
    assert "Pesanan yang ditinjau tanpa pembayaran" in page
    one = desk.get(f"{LIST}/{charge.id}").text
    assert 'value="settle"' not in one
    assert decided(desk, charge, "settle").status_code == 422
    assert decided(desk, charge, "cancel").status_code == 303
    assert state(code, rina) == "cancelled"


def test_the_list_is_read_page_by_page_with_the_same_number_of_statements(
    desk: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reviewing, "AT_ONCE", 4)
    rina = orders.guest()
    reviewed(rina)
    first = statements(desk.get(LIST))
    for _more in range(5):
        reviewed(orders.guest())
    assert statements(desk.get(LIST)) == first <= 12
    shown = set(re.findall(rf"{LIST}/([0-9a-f-]+)\"", desk.get(LIST).text))
    (following,) = re.findall(rf"{LIST}\?setelah=[0-9a-f-]+", desk.get(LIST).text)
    rest = set(re.findall(rf"{LIST}/([0-9a-f-]+)\"", desk.get(following).text))
    assert (len(shown), len(rest), shown & rest) == (4, 2, set())
    assert desk.get(f"{LIST}?setelah=bukan-id").status_code == 200


def test_nobody_else_decides(app: Flask) -> None:
    rina = orders.guest()
    code, charge = reviewed(rina)
    for role in ("programme_officer", "auditor"):
        visitor = signed_in(app.test_client(), person(grants=(Grant(role),)))
        assert visitor.get(LIST).status_code == 403
        assert decided(visitor, charge, "settle").status_code == 403
    for act in (orders_services.settle_reviewed, orders_services.cancel_reviewed):
        with pytest.raises(NotAllowed):
            act(code, WHY, by=rina)
    with pytest.raises(NotAllowed):
        services.note_returned(charge.id, WHY, by=rina)
    assert state(code, rina) == "review"


def test_an_unknown_payment_is_nowhere(desk: FlaskClient) -> None:
    assert desk.get(f"{LIST}/{uuid4()}").status_code == 404
