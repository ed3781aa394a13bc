"""Desks show what waits, in order, and only to those who may sit there."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from marketplace.dashboard import queries
from marketplace.dashboard.slots import Figure, Tile, figures, tiles
from marketplace.kernel import clock
from marketplace.kernel import plugin as plugins
from marketplace.kernel.access import Actor, Grant
from marketplace.kernel.db import session, transactional
from marketplace.kernel.ids import uuid7
from marketplace.kernel.models import Delivery, StoredEvent
from marketplace.kernel.money import Rupiah
from marketplace.kernel.plugin import Fill, Registry
from marketplace.kernel.words import Words
from tests.factories.accounts import person, signed_in
from tests.factories.sellers import keeper, shop

NOBODY = Actor(kind="guest", guest_key="x")


def tile(label: str, count: int, order: int, shell: str = "lapak") -> Fill[Tile]:
    return tiles(
        Tile(shell=shell, label=Words(label), count=lambda _actor: count, endpoint="dashboard.lapak", order=order)
    )


@pytest.fixture
def desk_of(app: Flask) -> Iterator[None]:
    before = plugins.current()  # the site of this test
    fills = (tile("to ship", 3, 20), tile("to answer", 1, 10), tile("sold out", 0, 5), tile("to check", 9, 1, "admin"))
    today = figures(Figure(shell="lapak", label=Words("sales"), value=lambda _actor: Rupiah(120_000)))  # noqa: S604
    held = {"dashboard.tiles": tuple(one.thing for one in fills), "dashboard.figures": (today.thing,)}
    plugins.enter(Registry(plugins=before.plugins, settings=before.settings, fills=held))
    yield
    plugins.enter(before)


def test_tasks_come_in_order_with_their_numbers_and_nothing_is_no_task(desk_of: None) -> None:
    desk = queries.desk("lapak", NOBODY)
    assert [(one.label.text, one.count) for one in desk.waiting] == [("to answer", 1), ("to ship", 3)]


def test_each_shell_has_its_own_desk(desk_of: None) -> None:
    assert [one.label.text for one in queries.desk("admin", NOBODY).waiting] == ["to check"]
    assert queries.desk("program", NOBODY) == queries.Desk((), ())


def test_today_knows_money_from_numbers(desk_of: None) -> None:
    (sales,) = queries.desk("lapak", NOBODY).today
    assert sales.money
    assert sales.value == Rupiah(120_000)


@transactional
def set_aside(number: int) -> None:
    event = uuid7()
    session.execute(insert(StoredEvent).values(id=event, name="bakery.BreadBaked", payload={}, at=clock.now()))
    for _number in range(number):
        aside = {"event_id": event, "handler": "bakery.ear", "state": "aside", "due_at": clock.now()}
        session.execute(insert(Delivery).values(**aside))


def test_an_admin_sees_how_many_messages_were_set_aside(app: Flask, client: FlaskClient) -> None:
    set_aside(3)
    signed_in(client, person(grants=(Grant("admin"),)))
    assert re.search(
        r'angka-nilai">3</span>\s*<span class="angka-nama">Pesan yang disisihkan', client.get("/admin").text
    )


def test_a_desk_without_tasks_says_that_all_is_done(app: Flask, client: FlaskClient) -> None:
    signed_in(client, keeper(shop()))
    assert "Beres. Tidak ada yang menunggu." in client.get("/lapak").text
    assert "All done. Nothing is waiting." in client.get("/lapak?bahasa=en").text


@pytest.mark.parametrize(
    ("role", "scope", "doors"),
    [
        ("seller", "seller", {"/lapak"}),
        ("kecamatan_officer", "area", {"/program"}),
        ("programme_officer", "everywhere", {"/program"}),
        ("auditor", "everywhere", set()),
        ("admin", "everywhere", {"/program", "/admin"}),
    ],
)
def test_only_those_with_the_role_sit_down(client: FlaskClient, role: str, scope: str, doors: set[str]) -> None:
    scope_id = {"seller": str(shop().id), "area": "31.71.08"}.get(scope, "")
    signed_in(client, person(grants=(Grant(role, scope, scope_id),)))
    answers = {path: client.get(path).status_code for path in ("/lapak", "/program", "/admin")}
    assert answers == {path: 200 if path in doors else 403 for path in answers}


def test_a_guest_is_asked_to_sign_in(client: FlaskClient) -> None:
    for path in ("/lapak", "/program", "/admin"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"].startswith("/masuk")) == (303, True)
