"""What was accepted is counted once, as it was on its day, and the sums are what the entries make (R11.9)."""

import random
from datetime import date
from itertools import pairwise
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from marketplace.kernel.db import rows, session
from marketplace.kernel.money import Rupiah
from marketplace.p3dn import queries, services
from marketplace.p3dn.models import ByKey, ByShop, ByUnit, Entry
from marketplace.p3dn.queries import Local
from marketplace.p3dn.services import Back
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, p3dn, sellers


def goods(tkdn: str = "42,35") -> tuple[UUID, UUID]:
    shop = sellers.shop(trusted=True)
    product = catalog.product(catalog.listing(domestic=True), of=shop)
    p3dn.certified(shop, product, tkdn=tkdn)
    return shop.id, product


def entries() -> list[Entry]:
    return list(session.scalars(select(Entry).order_by(Entry.seq)))


def test_a_fact_counts_once_however_often_it_is_told(app: Flask) -> None:
    """Guard (R26.3): a fact counts once in the ledger of local content."""
    seller, product = goods()
    told = p3dn.fact(seller, product)
    assert [p3dn.recorded(told), p3dn.recorded(told)] == [1, 0]
    (only,) = entries()
    assert (only.value_idr, only.local_class, only.tkdn, only.umk) == (Rupiah(1_000_000), "PDN_TKDN", 4235, True)
    (summed,) = rows(select(ByUnit.value_idr, ByUnit.entries, ByUnit.certified_idr, ByUnit.weighted))
    assert tuple(summed) == (Rupiah(1_000_000), 1, Rupiah(1_000_000), 4_235_000_000)


def test_an_entry_is_what_its_line_was_when_it_was_frozen(app: Flask, clock: TestClock) -> None:
    seller, product = goods()
    frozen = queries.rung(product)
    clock.set("2032-01-04T09:00:00+07:00")
    assert queries.rung(product).rung == "domestic"
    p3dn.recorded(p3dn.fact(seller, product, local=queries.thawed(frozen.frozen())))
    (only,) = entries()
    assert (only.rung, only.certificate, only.kind, str(only.policy_id)) == (
        "preferred",
        p3dn.NUMBER,
        "ik",
        frozen.policy_id,
    )


def test_what_comes_back_is_below_zero_on_its_own_day_as_what_it_was(app: Flask) -> None:
    seller, product = goods()
    p3dn.recorded(p3dn.fact(seller, product, day=date(2026, 11, 30)))
    back = Back(
        reference="kembali-1",
        line=1,
        day=date(2026, 12, 2),
        qty=3,
        value=Rupiah(300_000),
        of_references=("1",),
        of_line=1,
    )
    assert [p3dn.came_back([back]), p3dn.came_back([back])] == [1, 0]
    first, second = entries()
    assert (second.value_idr, second.qty, second.takes_back, second.tkdn) == (Rupiah(-300_000), -3, first.seq, 4235)
    months = rows(select(ByShop.since, ByShop.value_idr).where(ByShop.span == "month").order_by(ByShop.since))
    assert [tuple(one) for one in months] == [
        (date(2026, 11, 1), Rupiah(1_000_000)),
        (date(2026, 12, 1), Rupiah(-300_000)),
    ]
    assert list(queries.broken()) == []


def test_more_than_was_accepted_does_not_come_back_unseen(app: Flask) -> None:
    seller, product = goods()
    p3dn.recorded(p3dn.fact(seller, product))
    told = {
        "line": 1,
        "day": date(2026, 11, 2),
        "qty": 6,
        "value": Rupiah(600_000),
        "of_references": ("1",),
        "of_line": 1,
    }
    p3dn.came_back([Back(reference="a", **told), Back(reference="b", **told)])  # type: ignore[arg-type]
    assert any("more came back" in said for said in queries.broken())


def test_what_was_never_accepted_cannot_come_back(app: Flask) -> None:
    back = Back(reference="x", line=1, day=date(2026, 11, 2), qty=1, value=Rupiah(1), of_references=("?",), of_line=1)
    with pytest.raises(LookupError):
        p3dn.came_back([back])


@pytest.mark.parametrize("value", [0, -1])
def test_a_fact_is_worth_something(app: Flask, value: int) -> None:
    seller, product = goods()
    with pytest.raises(ValueError, match="worth"):
        p3dn.recorded(p3dn.fact(seller, product, value=Rupiah(value)))


def test_the_ledger_is_written_with_the_fact_or_not_at_all(app: Flask) -> None:
    seller, product = goods()
    with pytest.raises(RuntimeError, match="transaction"):
        services.record([p3dn.fact(seller, product)])


def test_nothing_that_was_written_changes(app: Flask) -> None:
    seller, product = goods()
    p3dn.recorded(p3dn.fact(seller, product))
    for statement in (
        update(Entry).values(name="lain"),
        text("DELETE FROM p3dn_entries"),
        text("TRUNCATE p3dn_entries"),
    ):
        with pytest.raises(DBAPIError, match="stays as it was written"), session.begin_nested():
            session.execute(statement)


def test_no_certificate_without_its_class_and_no_class_without_it(app: Flask) -> None:
    seller, product = goods()
    with pytest.raises(IntegrityError, match="class_has_its_certificate"):
        p3dn.recorded(p3dn.fact(seller, product, local=Local(rung="certified", tkdn=3000)))


def test_sums_are_what_the_entries_make_in_any_order(app: Flask) -> None:
    """A shuffled year of sales and returns: the recount finds nothing, and a sum that was touched is found."""
    draw = random.Random(20261123)
    seller, product = goods()
    other = sellers.shop(name="Kriya Pak Joko").id
    facts = [
        p3dn.fact(
            draw.choice([seller, other]),
            draw.choice([product, None]),
            reference=f"r{number}",
            day=date(2026, draw.randint(1, 12), draw.randint(1, 28)),
            channel=draw.choice(["eorder", "public"]),
            value=Rupiah(draw.randint(1, 9_999_999)),
            unit_code=draw.choice(["", "UJI-085"]),
            programme=draw.choice(["", "5.01.01"]),
            local=draw.choice([Local(rung="unknown"), Local(rung="domestic"), queries.rung(product)]),
        )
        for number in range(60)
    ]
    draw.shuffle(facts)
    for start, end in pairwise(range(0, 61, 5)):
        p3dn.recorded(*facts[start:end])
    back = {"line": 1, "day": date(2026, 12, 28), "qty": 1, "value": Rupiah(1), "of_line": 1}
    backs = [Back(reference=f"b{one.reference}", of_references=(one.reference,), **back) for one in facts[:10]]  # type: ignore[arg-type]
    p3dn.came_back(backs)
    assert list(queries.broken()) == []
    whole = sum(one.value.amount for one in facts) - 10
    sums = (
        select(func.sum(ByUnit.value_idr)),
        *(select(func.sum(ByKey.value_idr)).where(ByKey.part == part) for part in ("unit", "category")),
        *(select(func.sum(ByShop.value_idr)).where(ByShop.span == span) for span in ("month", "year")),
    )
    assert [session.scalar(one) for one in sums] == [Rupiah(whole)] * 5
    for table in (ByKey, ByUnit):
        session.execute(
            update(table).where(table.local_class == "UNKNOWN").values(value_idr=table.value_idr + Rupiah(1))
        )
    for name in ("key", "unit"):
        assert any(f"by {name}" in said for said in queries.broken())
    session.execute(text("UPDATE p3dn_by_shop SET domestic_idr = domestic_idr + 1 WHERE span = 'year'"))
    assert any("by shop" in said for said in queries.broken())
