"""A cart of twenty shops becomes one order of twenty parts in one transaction, by as many statements as one of two shops."""

from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from marketplace.kernel.db import session
from marketplace.kernel.slots import verifiers
from marketplace.orders.models import Order, Suborder
from marketplace.testing.plugin import Live
from tests.factories import catalog, sellers
from tests.orders.pages import filled_in, put

WIDE = 20
WRITTEN = {
    "orders_suborders": "order_id = CAST(:id AS uuid)",
    "orders_lines": "suborder_id IN (SELECT id FROM orders_suborders WHERE order_id = CAST(:id AS uuid))",
    "catalog_reservations": "starts_with(reference, :id)",
    "delivery_bookings": "starts_with(reference, :id)",
}
STATEMENTS = 25


def transactions(table: str, which: str, order: UUID) -> set[str]:
    asked = text(f"SELECT DISTINCT xmin::text FROM {table} WHERE {which}")  # noqa: S608 - our own names
    return set(session.scalars(asked, {"id": str(order)}))


def placed(client: FlaskClient, shops: int) -> int:
    """Buy one thing of each of so many shops; return how many statements it took to place that."""
    client.delete_cookie("tamu")
    for number in range(shops):
        shop = sellers.shop(trusted=True, name=f"Anyaman {shops} {number}", phone=f"0812{shops:02d}{number:06d}")
        assert put(client, catalog.basket(name=f"Tampah {number}", of=shop)).status_code == 303
    answer = client.post("/beli", data=filled_in(client.get("/beli")))
    assert answer.status_code == 303, answer.text
    return int(answer.headers["Server-Timing"].rpartition("=")[2])


def test_twenty_shops_are_one_order_written_in_one_transaction(live: Live) -> None:
    client = live.app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    placed(client, 2)
    few = placed(client, 2)
    many = placed(client, WIDE)

    assert many == few <= STATEMENTS, "what one more shop costs is rows, not statements"
    order = session.scalars(select(Order.id).order_by(Order.id.desc()).limit(1)).one()
    parts = select(func.count()).select_from(Suborder).where(Suborder.order_id == order)
    assert session.scalar(parts) == WIDE
    # PostgreSQL marks each row with the transaction that wrote it; afterwards the charge alone is written to, by its page.
    number = transactions("orders_orders", "id = CAST(:id AS uuid)", order)
    assert len(number) == 1
    assert all(transactions(table, which, order) == number for table, which in WRITTEN.items())
    assert [said for check in verifiers for said in check()] == []
