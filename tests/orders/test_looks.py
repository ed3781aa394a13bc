"""Who of a shop saw a buyer's name, number and address stands in the audit log (R22.1, R23.1)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.kernel import audit
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session
from marketplace.kernel.models import AuditEntry
from marketplace.orders import queries, services
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, orders, sellers
from tests.factories.accounts import as_actor, signed_in


def browser_of(app: Flask) -> FlaskClient:
    made = app.test_client()
    made.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return made


def looks(of: Actor) -> list[str]:
    """Return what stands in the audit log of somebody's looks at buyers."""
    entries = session.scalars(select(AuditEntry.content).where(AuditEntry.stream.startswith("orders:")))
    return [entry["thing"] for entry in entries if (entry["action"], entry["by"]) == (queries.VIEW, of.reference)]


def test_a_look_at_a_buyers_data_is_noted_once_for_each_person_part_and_day(
    app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = sellers.shop(trusted=True)
    code = orders.paid(orders.guest(), catalog.basket(of=mine))
    other = orders.paid(orders.guest(), catalog.basket(of=mine, name="Bakul"))
    siti, ani = sellers.keeper(mine), sellers.keeper(mine)
    here, there = (signed_in(browser_of(app), who) for who in (siti, ani))
    page = here.get(f"/lapak/pesanan/{code}-1")
    part = queries.seller_order(f"{code}-1", sellers.runs(mine)).part.id
    assert "0812-3456-7890" in page.text
    assert looks(as_actor(siti)) == [str(part)]
    with monkeypatch.context() as patch:
        patch.setattr(services, "note_view", None)
        assert here.get(f"/lapak/pesanan/{code}-1").status_code == 200, "a second look writes nothing"
    assert here.get("/lapak/pesanan").status_code == 200
    assert len(looks(as_actor(siti))) == 1, "the list shows no number and no address"
    there.get(f"/lapak/pesanan/{code}-1")
    here.get(f"/lapak/pesanan/{other}-1")
    assert (len(looks(as_actor(siti))), looks(as_actor(ani))) == (2, [str(part)])
    clock.set("2026-11-28T00:00:00+07:00")
    here.get(f"/lapak/pesanan/{code}-1")
    here.get(f"/lapak/pesanan/{code}-1")
    assert len(looks(as_actor(siti))) == 3
    assert list(audit.broken()) == []


def test_who_may_not_see_a_part_leaves_no_look(app: Flask) -> None:
    code = orders.paid(orders.guest(), catalog.basket())
    other = sellers.keeper(sellers.shop(name="Lain"))
    assert signed_in(browser_of(app), other).get(f"/lapak/pesanan/{code}-1").status_code == 404
    assert looks(as_actor(other)) == []
