"""A shop with many orders reads its lists by indexes, as one with ten does, and in few statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, text
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from marketplace.kernel.db import session, transactional
from marketplace.testing.plugin import Live
from tests.factories import catalog, orders, sellers
from tests.factories.accounts import person, signed_in

MANY = 20_000
STATEMENTS = 12
GROWS = ("orders_orders", "orders_suborders", "orders_lines")
COPY_ORDERS = """
INSERT INTO orders_orders SELECT (jsonb_populate_record(o, jsonb_build_object(
    'id', ids.id, 'code', 'Q' || lpad(to_hex(ids.n), 7, '0'), 'placed_at', o.placed_at - ids.n * interval '1 minute',
    'recipient', 'Pembeli ' || ids.n))).*
FROM orders_orders o, ids WHERE o.code = :code
"""
COPY_PARTS = """
INSERT INTO orders_suborders SELECT (jsonb_populate_record(s, jsonb_build_object(
    'id', ids.id, 'order_id', ids.id, 'due_at', CASE WHEN ids.n % 50 = 0 THEN s.due_at + ids.n * interval '1 minute' END,
    'due_what', CASE WHEN ids.n % 50 = 0 THEN 'answer' END,
    'state', CASE WHEN ids.n % 50 = 0 THEN 'new' WHEN ids.n % 50 = 1 THEN 'cancelled' ELSE 'completed' END,
    'completed_at', CASE WHEN ids.n % 50 > 1 THEN s.paid_at END))).*
FROM orders_suborders s JOIN orders_orders o ON o.id = s.order_id, ids WHERE o.code = :code
"""
COPY_LINES = """
INSERT INTO orders_lines SELECT (jsonb_populate_record(l, jsonb_build_object('id', ids.id, 'suborder_id', ids.id))).*
FROM orders_lines l JOIN orders_suborders s ON s.id = l.suborder_id JOIN orders_orders o ON o.id = s.order_id, ids
WHERE o.code = :code
"""
PATHS = (
    "/lapak/pesanan",
    "/lapak/pesanan?tab=selesai",
    "/lapak/pesanan?tab=batal",
    "/lapak/pesanan?cari=Pembeli+77",
    "/lapak/pesanan?cari=tidak+ada",
    "/lapak/pesanan?cari=Q0000100",
)


@transactional
def many_like(code: str) -> None:
    """Copy an order with its part and line so many times; their money stands in no books."""
    session.execute(text("SET LOCAL statement_timeout = 0"))
    made = "CREATE TEMPORARY TABLE ids ON COMMIT DROP AS SELECT gen_random_uuid() AS id, n FROM generate_series(1, :many) AS n"
    session.execute(text(made), {"many": MANY})
    for copied in (COPY_ORDERS, COPY_PARTS, COPY_LINES):
        session.execute(text(copied), {"code": code})


def statements(answer: TestResponse) -> int:
    return int(answer.headers["Server-Timing"].rpartition("=")[2])


@contextmanager
def asked(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """Keep what is asked of the orders, with its parameters."""
    kept: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if any(table in statement for table in GROWS):
            kept.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield kept
    finally:
        event.remove(engine, "before_cursor_execute", keep)


def read_whole(engine: Engine, statement: str, parameters: Any) -> list[str]:
    """Return the steps of a statement's plan that read one of the growing tables from end to end."""
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars()
        return [step for step in plan if "Seq Scan" in step and any(f" {table}" in step for table in GROWS)]


@pytest.mark.slow
def test_a_shop_with_many_orders_reads_its_lists_by_indexes(live: Live, client: FlaskClient) -> None:
    owner = person("Siti Rahmawati")
    code = orders.paid(orders.guest(), catalog.basket(of=sellers.shop(trusted=True, owner_id=owner)))
    many_like(code)
    session.execute(text("ANALYZE orders_orders, orders_suborders, orders_lines"))
    session.commit()
    signed_in(client, owner)
    engine = live.app.extensions["sqlalchemy"].engines[None]
    for path in (*PATHS, f"/lapak/pesanan/{code}-1"):
        with asked(engine) as statements_asked:
            answer = client.get(path)
        assert answer.status_code == 200
        assert statements(answer) <= STATEMENTS, path
        assert statements_asked, path
        for statement, parameters in statements_asked:
            assert read_whole(engine, statement, parameters) == [], (path, statement)
    assert "999+" in client.get("/lapak/pesanan").text
    cursor = client.get("/lapak/pesanan?tab=selesai").text.partition("hal=")[2].partition('"')[0].partition("&")[0]
    first, second = client.get("/lapak/pesanan?tab=selesai"), client.get(f"/lapak/pesanan?tab=selesai&hal={cursor}")
    assert second.status_code == 200
    assert first.text != second.text
