"""Messages with a wrong signature: each is counted by gateway and hour, and nothing else of them is kept (R6.2)."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from marketplace.kernel import clock as time
from marketplace.kernel.access import Grant
from marketplace.kernel.db import session
from marketplace.kernel.models import Move, StoredEvent
from marketplace.payments import commands, queries, services
from marketplace.payments.models import RefusedMessage, WebhookEvent
from marketplace.payments.services.refusing import SLOTS
from marketplace.testing.plugin import Live, TestClock
from tests.factories.accounts import person, signed_in

BODY = b'{"id": "evt_1", "rahasia": "jangan-simpan"}'
MORNING = "2026-11-27T09:59:00+07:00"


def forged(client: FlaskClient, gateway: str = "sandbox") -> int:
    return client.post(f"/webhook/{gateway}", data=BODY, headers={"Sandbox-Signature": "t=1,v1=00"}).status_code


def counted() -> list[tuple[str, int]]:
    return [(one.gateway, one.count) for one in queries.refused(time.now() - timedelta(days=7))]


def rows_of(model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_each_is_counted_in_its_hour_and_nothing_of_it_is_kept(
    app: Flask, client: FlaskClient, clock: TestClock
) -> None:
    """Guard (R26.3): without the count officers never hear of forged messages."""
    clock.set(MORNING)
    assert [forged(client) for _time in range(3)] == [400] * 3
    clock.set("2026-11-27T10:00:30+07:00")
    assert forged(client) == 400
    assert counted() == [("sandbox", 1), ("sandbox", 3)]
    (sums,) = queries.refused_by_gateway(time.now() - timedelta(days=7))
    assert (sums.count, sums.last_at) == (4, time.now())
    assert [rows_of(model) for model in (WebhookEvent, StoredEvent, Move)] == [0, 0, 0]
    kept = session.scalars(text("SELECT m::text FROM payments_refused_messages m"))
    assert not [one for one in kept if "jangan-simpan" in one or "evt_1" in one]


def test_a_webhook_that_is_nowhere_counts_nothing(app: Flask, client: FlaskClient) -> None:
    assert [forged(client, name) for name in ("tidakada", "stripe")] == [404, 404]
    assert counted() == []


def test_a_flood_is_counted_to_the_last_in_a_handful_of_rows(live: Live) -> None:
    """From eight at once; guard (R26.3): the upsert adds to what is there."""
    app = live.app

    def send(_number: int) -> int:
        return forged(app.test_client())

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(120))) == {400}
    with app.app_context():
        assert sum(count for _gateway, count in counted()) == 120
        assert rows_of(RefusedMessage) <= 2 * SLOTS


def test_the_command_and_the_desk_tell_of_them(app: Flask, client: FlaskClient, clock: TestClock) -> None:
    clock.set(MORNING)
    desk = signed_in(app.test_client(), person("Rini Bendahara", grants=(Grant("finance_officer"),)))
    assert "tanda tangan salah" not in desk.get("/admin/uang/periksa").text
    forged(client)
    forged(client)
    page = desk.get("/admin/uang/periksa").text
    assert "Pesan dengan tanda tangan salah" in page
    assert "sandbox" in page
    told = app.test_cli_runner().invoke(commands.webhooks, ["refused", "--json"])
    assert json.loads(told.output) == {
        "hour": "2026-11-27T02:00:00Z", "gateway": "sandbox", "refused": 2, "last_at": "2026-11-27T02:59:00Z",
    }  # fmt: skip
    plain = app.test_cli_runner().invoke(commands.webhooks, ["refused"])
    assert plain.output.split()[1:3] == ["sandbox", "2"]


def test_counts_are_forgotten_after_ninety_days(app: Flask, client: FlaskClient, clock: TestClock) -> None:
    clock.set(MORNING)
    forged(client)
    clock.set("2027-02-25T09:00:00+07:00")
    assert services.sweep_refused() == 0
    clock.set("2027-02-25T10:30:00+07:00")
    assert services.sweep_refused() == 1
