"""Public sales in the ledger of local content: frozen at buying, counted at the end, taken back with a refund (R11.8)."""

from flask import Flask
from sqlalchemy import delete, select, text

from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.outbox import relay
from marketplace.orders import services
from marketplace.orders.models import Line
from marketplace.orders.queries.giving_back import Back
from marketplace.p3dn.models import ByKey, ByShop, ByUnit, Entry
from marketplace.payments import queries as payments
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, orders, p3dn, sellers
from tests.orders.living import NOON, part, refund_fails, whole
from tests.orders.paying import charge_of
from tests.orders.test_refund_lines import back, came, finish, line_of


def entries() -> list[tuple[int, str, str]]:
    session.expire_all()
    found = rows(select(Entry.value_idr, Entry.local_class, Entry.channel).order_by(Entry.seq))
    return [(one.value_idr.amount, one.local_class, one.channel) for one in found]


def test_a_sale_counts_when_nobody_can_object_to_it_any_more(app: Flask, clock: TestClock) -> None:
    code, _rina, _shop = came(clock)
    assert entries() == []
    finish(code)
    assert entries() == [(135_000, "UNKNOWN", "public")]
    assert whole() == []


def test_what_went_back_before_the_end_never_counts_and_what_goes_back_later_is_below_zero(
    app: Flask, clock: TestClock
) -> None:
    code, rina, _shop = came(clock)
    piece = Back(line_id=line_of(code, rina), qty=1)
    back(code, piece)
    relay()
    finish(code)
    back(code, piece)
    relay()
    assert [value for value, *_more in entries()] == [90_000, -45_000]
    assert whole() == []


def test_a_refund_that_fails_after_the_end_counts_again(app: Flask, clock: TestClock) -> None:
    """The money is the part's again, so is the value; a second refund of it takes back what counts by then."""
    code, rina, _shop = came(clock)
    finish(code)
    piece = Back(line_id=line_of(code, rina), qty=1)
    back(code, piece)
    relay()
    refund_fails(payments.charge(charge_of(code, rina).id))
    relay()
    assert [value for value, *_more in entries()] == [135_000, -45_000, 45_000]
    back(code, Back(line_id=line_of(code, rina), qty=3))
    relay()
    assert sum(value for value, *_more in entries()) == 0
    assert whole() == []


def test_a_sale_keeps_what_its_goods_were_when_they_were_bought(app: Flask, clock: TestClock) -> None:
    """Guard (R26.3): a public sale keeps what its goods were when they were bought."""
    clock.set(NOON)
    shop = sellers.shop(trusted=True)
    product = catalog.product(catalog.listing(domestic=True), of=shop)
    p3dn.certified(shop, product, berlaku="2026-12-01")
    rina = orders.guest()
    variant = catalog.variants(product)[0]
    code = services.buy(orders.checkout(orders.filled(rina, variant, qty=1)), by=rina).code
    orders.decided(code, rina)
    siti = sellers.runs(shop)
    clock.set("2026-12-02T09:00:00+07:00")
    p3dn.stated(product, "abroad")
    services.advance(f"{code}-1", "ready", by=siti)
    services.advance(f"{code}-1", "received", by=siti, shown=services.HandOver(handed_to="Rina"))
    finish(code)
    (line,) = rows(select(Line.local).where(Line.suborder_id == part(code, rina).id))
    assert (line.local["rung"], line.local["tkdn"], line.local["certificate"]) == ("preferred", 4235, p3dn.NUMBER)
    assert line.local["policy_id"]
    assert entries() == [(45_000, "PDN_TKDN", "public")]


def test_sales_from_before_the_ledger_are_counted_once_when_a_site_is_brought_up_to_date(
    app: Flask, clock: TestClock
) -> None:
    code, rina, _shop = came(clock)
    back(code, Back(line_id=line_of(code, rina), qty=1))
    relay()
    finish(code)
    _forget()
    assert services.count_earlier() == 1
    assert services.count_earlier() == 0
    assert [value for value, *_more in entries()] == [90_000]
    assert whole() == []


@transactional
def _forget() -> None:
    session.execute(text("ALTER TABLE p3dn_entries DISABLE TRIGGER p3dn_entries_only_grows"))
    for table in (Entry, ByKey, ByUnit, ByShop):
        session.execute(delete(table))
    session.execute(text("ALTER TABLE p3dn_entries ENABLE TRIGGER p3dn_entries_only_grows"))
    session.execute(text("UPDATE orders_lines SET local = '{}'"))
