"""Local content in what offices buy: a reason for the lower rung, and the letter's word in every report (F6, F9, R11.8)."""

from uuid import UUID

from flask import Flask
from sqlalchemy import delete, select, text, update

from marketplace.catalog.models import Category, Product
from marketplace.eorder import services
from marketplace.eorder.forms import ApproveIn
from marketplace.eorder.models import Comparison, Line, Minutes, Order, OrderState
from marketplace.eorder.models.acts import PPK
from marketplace.eorder.queries.flag_local import LOWER_RUNG, lower_rung
from marketplace.eorder.services.recording import count
from marketplace.kernel.db import rows, session, transactional
from marketplace.p3dn import queries as p3dn_queries
from marketplace.p3dn.models import ByKey, ByShop, ByUnit, Entry
from marketplace.testing.plugin import TestClock
from tests.eorder.fulfilling import Way, accepted
from tests.factories import catalog, p3dn, sellers
from tests.factories import eorder as of
from tests.factories.accounts import PASSWORD


def entries(way: Way) -> list[Entry]:
    return list(session.scalars(select(Entry).where(Entry.code == way.case.code).order_by(Entry.seq)))


def bought(boxes: int = 40) -> Way:
    way = accepted()
    way.ship()
    way.receive(40)
    way.signed(boxes, "none" if boxes == 40 else "reduce")
    return way


def product_of(case: of.Case) -> UUID:
    return session.scalars(select(Line.product_id).where(Line.order_id == case.order_id)).one()


def test_what_both_signed_counts_with_office_programme_and_package(app: Flask) -> None:
    way = bought(30)
    (only,) = entries(way)
    assert (only.value_idr.amount, only.qty, only.channel) == (30 * 32_000, 30, "eorder")
    assert (only.unit_code, only.local_class, only.umk, only.jakpreneur) == (
        way.case.desk.unit_code,
        "UNKNOWN",
        True,
        True,
    )
    assert only.programme
    assert only.package
    assert list(p3dn_queries.broken()) == []


@transactional
def forget(**values: object) -> None:
    """Let the ledger not know of anything yet, as before there was one."""
    session.execute(update(Line).values(local={}, origin="domestic"))
    if values:
        session.execute(update(Order).values(**values))
    for table in (Entry, ByKey, ByUnit, ByShop):
        session.execute(text(f"ALTER TABLE {table.__tablename__} DISABLE TRIGGER USER"))
        session.execute(delete(table))
        session.execute(text(f"ALTER TABLE {table.__tablename__} ENABLE TRIGGER USER"))


def test_training_counts_nowhere(app: Flask) -> None:
    way = bought()
    forget(training=True)
    session.expire_all()
    assert services.count_earlier() == 0
    order = session.get_one(Order, way.case.order_id)
    minutes = session.scalars(select(Minutes).where(Minutes.order_id == order.id)).one()
    assert count(order, minutes) == 0


def test_the_letter_keeps_what_the_goods_were_on_its_day(app: Flask, clock: TestClock) -> None:
    """Guard (R26.3): minutes count what the letter said of the goods."""
    clock.set("2026-11-23T09:00:00+07:00")
    case = of.order_in(OrderState.PENDING_APPROVAL)
    product = product_of(case)
    p3dn.stated(product)
    p3dn.certified(case.shop, product, berlaku="2026-11-30")
    of.held(case)
    services.approve(case.code, ApproveIn(password=PASSWORD), by=case.by(PPK))
    (line,) = rows(select(Line.origin, Line.local).where(Line.order_id == case.order_id))
    assert (line.origin, line.local["tkdn"], line.local["certificate"]) == ("preferred", 4235, p3dn.NUMBER)
    clock.set("2026-12-01T00:00:00+07:00")
    assert p3dn_queries.rung(product).tkdn == 0
    way = Way(case)
    services.accept(case.code, by=case.seller)
    way.ship()
    way.receive(40)
    way.signed(40)
    (only,) = entries(way)
    assert (only.local_class, only.tkdn, only.certificate) == ("PDN_TKDN", 4235, p3dn.NUMBER)


def test_minutes_from_before_the_ledger_are_counted_once(app: Flask) -> None:
    way = bought()

    forget()
    session.expire_all()
    assert (services.count_earlier(), services.count_earlier()) == (1, 0)
    assert [one.local_class for one in entries(way)] == ["PDN_NO_TKDN"]


def test_an_import_wants_a_reason(app: Flask) -> None:
    case = of.order_in(OrderState.DRAFT)
    assert lower_rung(case.order_id) is None
    p3dn.stated(product_of(case), "abroad")
    facts = lower_rung(case.order_id)
    assert facts is not None
    assert str(LOWER_RUNG.explain(facts))


def test_below_the_market_s_least_wants_a_reason_and_the_clock_takes_the_question_away(
    app: Flask, clock: TestClock
) -> None:
    """A product of 40 % in the category makes 25 % the least (domain 4.2); when its certificate ends nobody is asked."""
    clock.set("2026-11-23T09:00:00+07:00")
    case = of.order_in(OrderState.DRAFT)
    p3dn.stated(product_of(case))
    assert lower_rung(case.order_id) is None
    other = sellers.shop(trusted=True, name="Dapur Bu Rini")
    category = category_of(case)
    best = catalog.product(catalog.shallots(category=category), of=other)
    p3dn.certified(other, best, berlaku="2026-12-31")
    facts = lower_rung(case.order_id)
    assert facts is not None
    assert (facts["lines"][0]["market"], facts["lines"][0]["least"]) == (True, 2500)
    clock.set("2027-01-01T00:00:00+07:00")
    assert lower_rung(case.order_id) is None


def category_of(case: of.Case) -> str:
    found = (
        select(Category.slug).join(Product, Product.category_id == Category.id).where(Product.id == product_of(case))
    )
    return str(session.scalars(found).one())


def test_a_lower_rung_than_beside_it_wants_a_reason(app: Flask) -> None:
    case = of.order_in(OrderState.DRAFT)
    p3dn.stated(product_of(case))
    item = str(session.scalars(select(Line.item_id).where(Line.order_id == case.order_id)).one())

    @transactional
    def beside(rung: str, missing: list[str]) -> None:
        shop = {"id": "lain", "missing": missing, "lines": [{"item": item, "rung": rung}]}
        session.execute(update(Comparison).values(seen={"shops": [shop]}))

    for rung, missing, asked in (
        ("certified", [], True),
        ("low", [], True),
        ("domestic", [], False),
        ("unknown", [], False),
        ("certified", ["Air minum"], False),
    ):
        beside(rung, missing)
        session.expire_all()
        assert (lower_rung(case.order_id) is not None) is asked, (rung, missing)
