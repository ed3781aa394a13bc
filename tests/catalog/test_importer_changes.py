"""A table for products that are there: what it says happens, all of it, and what it does not say stays."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalog import importer, queries, services, sheet
from marketplace.catalog.importer import Given, Plan
from marketplace.catalog.models import Price, Stock, Variant
from marketplace.catalog.queries.checks import broken
from marketplace.catalog.services import CategoryIn, StockLine, consume, reserve
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import db, session
from marketplace.kernel.errors import Invalid
from marketplace.kernel.words import speaking
from marketplace.sellers.queries import SellerCard
from marketplace.testing.plugin import Live
from marketplace.web import counting
from tests.factories import catalog
from tests.factories.sellers import runs, shop

TREE = (
    CategoryIn(slug="makanan-kemasan", name="Makanan kemasan", name_en="Packaged food", food=True),
    CategoryIn(slug="kriya", name="Kriya", name_en="Crafts"),
    CategoryIn(slug="rumah", name="Rumah", name_en="Home"),
    CategoryIn(slug="lainnya", name="Lainnya", name_en="Other"),
)


@pytest.fixture
def mine(app: Flask) -> SellerCard:
    services.load_categories(TREE)
    return shop(trusted=True)


def table(*lines: str) -> sheet.Sheet:
    return sheet.read("\n".join(lines).encode())


def planned(mine: SellerCard, *lines: str) -> Plan:
    return importer.plan(mine.id, table(*lines), Given(), by=runs(mine))


def brought(mine: SellerCard, *lines: str) -> Plan:
    return importer.carry_out(mine.id, table(*lines), Given(), by=runs(mine))


def shirt(mine: SellerCard, *, published: bool = True) -> UUID:
    sizes = [
        {"sku": "A", "name": "S", "price_idr": 10_000, "stock": 5},
        {"sku": "B", "name": "M", "price_idr": 20_000, "stock": 5},
    ]
    data = catalog.listing(name="Kaos polos", category="kriya", description="Katun.", variants=sizes)
    made = services.create_product(mine.id, data, by=SYSTEM)
    if published:
        services.submit(made, by=SYSTEM)
    return made


def prices() -> dict[str, int]:
    session.expire_all()
    return {row.sku: row.price_idr.amount for row in session.execute(select(Variant.sku, Variant.price_idr))}


def stocks() -> dict[str, int]:
    return {
        row.sku: row.on_hand
        for row in session.execute(select(Variant.sku, Stock.on_hand).join(Stock, Stock.variant_id == Variant.id))
    }


def faults(plan: Plan) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.value) for fault in plan.faults]


def variant(sku: str) -> UUID:
    return session.scalars(select(Variant.id).where(Variant.sku == sku)).one()


def test_two_variants_of_one_product_change_together_and_once(mine: SellerCard) -> None:
    made = shirt(mine)
    lines = ("sku,nama,harga,stok", "A,Kaos polos,11000,", "B,Kaos polos,22000,9")
    done = brought(mine, *lines)
    assert (len(done.changed), len(done.products), done.same) == (2, 1, 0)
    assert (prices(), stocks()) == ({"A": 11_000, "B": 22_000}, {"A": 5, "B": 9})
    again = brought(mine, *lines)
    assert (len(again.changed), again.same) == (0, 2)
    listing = queries.listing(made)
    assert listing is not None
    assert [one.name for one in listing.variants] == ["S", "M"]
    assert len(session.scalars(select(Price.id)).all()) == 4
    assert list(broken()) == []


def test_rows_of_one_product_must_agree_on_what_they_share(mine: SellerCard) -> None:
    shirt(mine)
    head = "sku,nama,harga,satuan,keterangan"
    wrong = planned(mine, head, "A,Kaos polos,11000,pcs,Katun halus", "B,Kaos oblong,20000,lusin,")
    assert faults(wrong) == [(3, "nama", "Kaos oblong"), (3, "satuan", "lusin")]
    assert (len(wrong.changed), wrong.same, wrong.faulty) == (1, 0, 1)
    with speaking("en"):
        assert "Row 2 says something else of the same product." in {str(fault.reason) for fault in wrong.faults}
    unsaid = brought(mine, head, "A,Kaos polos,10000,,", "B,Kaos polos,21000,,Katun halus")
    assert (len(unsaid.changed), unsaid.same) == (1, 1)
    assert queries.listings([mine.id]).items[0].description == "Katun halus"


@pytest.mark.parametrize("line", ["Keripik singkong,Rp 125,000,20", "Vas,250,000,,x"])
def test_a_row_with_more_cells_than_the_header_is_a_fault(mine: SellerCard, line: str) -> None:
    wrong = planned(mine, "nama,harga,stok", "Tas,10000,1", line)
    assert [(fault.row, fault.column) for fault in wrong.faults] == [(3, "")]
    assert wrong.faults[0].value in line
    with speaking("en"):
        assert "more cells than the header" in str(wrong.faults[0].reason)
    assert (len(wrong.new), wrong.faulty) == (1, 1)


def test_empty_cells_beyond_the_header_are_nothing(mine: SellerCard) -> None:
    assert not planned(mine, "nama,harga,stok", "Tas,10000,1,,", 'Vas,"250.000",1, ').faults


def test_a_stock_below_what_is_reserved_is_said_at_its_cell(mine: SellerCard) -> None:
    brought(mine, "sku,nama,harga,stok", "A,Vas rotan,10000,5", "B,Tas,10000,5")
    reserve("JKP-1", [StockLine(variant("B"), 4)], until=clock.now() + timedelta(hours=1))
    lines = ("sku,nama,harga,stok", "A,Vas rotan,10000,6", "B,Tas,10000,2")
    assert faults(planned(mine, *lines)) == [(3, "stok", "2")]
    with pytest.raises(Invalid):
        brought(mine, *lines)
    assert stocks() == {"A": 5, "B": 5}


@pytest.mark.parametrize(
    ("head", "line", "column"),
    [
        ("sku,nama,harga,kategori", "B,Tas,10000,Makanan kemasan", "kategori"),
        ("sku,nama,harga,kategori,halal", "B,Tas,10000,Makanan kemasan,dalam proses", "halal"),
        ("sku,nama,harga,kategori,halal", "B,Tas,10000,Makanan kemasan,bersertifikat", "kategori"),
    ],
)
def test_what_is_on_show_stays_fit_for_it(mine: SellerCard, head: str, line: str, column: str) -> None:
    brought(mine, "sku,nama,harga,kategori", "A,Vas rotan,10000,Kriya", "B,Tas,10000,Kriya")
    wrong = planned(mine, head, line)
    assert [(fault.row, fault.column) for fault in wrong.faults] == [(2, column)]
    fit = f"{head.replace(',halal', '')},halal"
    assert not planned(mine, fit, "B,Tas,10000,Makanan kemasan,tidak halal").faults


def test_a_draft_may_be_food_without_its_halal_state(mine: SellerCard) -> None:
    shirt(mine, published=False)
    assert not planned(mine, "sku,nama,harga,kategori", "A,Kaos polos,10000,Makanan kemasan").faults


def test_the_sku_of_a_removed_variant_is_said_at_its_cell(mine: SellerCard) -> None:
    made = shirt(mine)
    left = catalog.listing(
        name="Kaos polos", category="kriya", variants=[{"sku": "A", "name": "S", "price_idr": 10_000}]
    )
    services.update_product(made, left, by=SYSTEM)
    assert faults(planned(mine, "sku,nama,harga", "B,Kaos polos,11000")) == [(2, "sku", "B")]


def test_what_changed_since_the_dry_run_is_told_by_row_and_column(
    mine: SellerCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought(mine, "sku,nama,harga,stok", "A,Vas rotan,10000,5", "B,Tas,10000,5")
    lines = ("sku,nama,harga,stok", "A,Vas rotan,10000,6", "B,Tas,10000,2")
    looked = planned(mine, *lines)
    reserve("JKP-1", [StockLine(variant("B"), 4)], until=clock.now() + timedelta(hours=1))
    monkeypatch.setattr(importer, "plan", lambda *_args, **_named: looked)
    with pytest.raises(Invalid) as refused:
        brought(mine, *lines)
    with speaking("en"):
        [said] = [str(one) for one in refused.value.fields["file"]]
    assert said.startswith("Row 3, column stok: 4 are reserved")
    session.rollback()


def test_a_taken_sku_is_told_by_its_row(mine: SellerCard, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ("sku,nama,harga", "A,Vas rotan,10000", "B,Tas,10000")
    looked = planned(mine, *lines)
    services.create_product(
        mine.id, catalog.listing(category="kriya", variants=[{"sku": "B", "price_idr": 900}]), by=SYSTEM
    )
    monkeypatch.setattr(importer, "plan", lambda *_args, **_named: looked)
    with pytest.raises(Invalid) as refused:
        brought(mine, *lines)
    with speaking("en"):
        assert str(refused.value.fields["file"][0]).startswith("Row 3, ")


@pytest.mark.parametrize("guess", ["Electronics", "Kitchen"])
def test_a_category_put_right_by_hand_stays_when_the_table_comes_again(mine: SellerCard, guess: str) -> None:
    lines = ("nama,harga,kategori", f"Vas rotan,10000,{guess}")
    brought(mine, *lines)
    [found] = queries.listings([mine.id]).items
    assert found.category.partition("-")[0] == ("lainnya" if guess == "Electronics" else "rumah")
    right = catalog.listing(name="Vas rotan", category="kriya", description="", variants=[{"price_idr": 10_000}])
    services.update_product(found.id, right, by=SYSTEM)
    again = brought(mine, *lines)
    assert (len(again.changed), again.same) == (0, 1)
    with speaking("en"):
        assert f"We have no category {guess}: 1 product stays in the category it is in." in map(str, again.notices)
    dearer = brought(mine, "nama,harga,kategori", f"Vas rotan,12000,{guess}")
    assert len(dearer.changed) == 1
    assert [one.category for one in queries.listings([mine.id]).items] == ["kriya"]
    brought(mine, "nama,harga,kategori", "Vas rotan,12000,Rumah")
    assert [one.category for one in queries.listings([mine.id]).items] == ["rumah"]


def test_a_name_with_spaces_to_spare_is_the_same_the_second_time(mine: SellerCard) -> None:
    lines = ("nama,harga", '"Vas   rotan ",10000')
    brought(mine, *lines)
    assert planned(mine, *lines).same == 1


def test_goods_sold_since_are_not_brought_back_by_another_cell(mine: SellerCard) -> None:
    brought(mine, "sku,nama,harga,stok", "A,Vas rotan,10000,5")
    reserve("JKP-1", [StockLine(variant("A"), 2)], until=clock.now() + timedelta(hours=1))
    consume("JKP-1")
    brought(mine, "sku,nama,harga", "A,Vas rotan,12000")
    assert stocks() == {"A": 3}
    brought(mine, "sku,nama,harga,stok", "A,Vas rotan,12500,3")
    assert stocks() == {"A": 3}
    assert list(broken()) == []


def many(add: int, stock: int) -> sheet.Sheet:
    lines = (f"Anyaman nomor {at:04d},Kriya,{10_000 + at + add},{stock}" for at in range(300))
    return table("nama,kategori,harga,stok", *lines)


def test_a_whole_table_of_changes_takes_few_statements(mine: SellerCard) -> None:
    importer.carry_out(mine.id, many(0, 5), Given(), by=SYSTEM)
    session.expunge_all()
    counting.begin()
    done = importer.carry_out(mine.id, many(1, 6), Given(), by=SYSTEM)
    assert len(done.changed) == 300
    assert counting.statements() < 60
    assert set(stocks().values()) == {6}
    assert min(prices().values()) == 10_001
    assert list(broken()) == []


def test_an_import_takes_stock_in_the_order_in_which_buyers_do(live: Live) -> None:
    services.load_categories(TREE)
    mine = shop(trusted=True)
    brought(mine, "sku,nama,harga,stok", "A,Vas rotan,10000,5", "B,Tas,10000,5")
    first, last = sorted(session.scalars(select(Variant.id)))
    backwards = ["A,Vas rotan,10000,6", "B,Tas,10000,6"]
    backwards.sort(key=lambda line: variant(line[0]), reverse=True)
    session.remove()
    outcome: list[Plan] = []

    def work() -> None:
        with live.app.app_context():
            outcome.append(brought(mine, "sku,nama,harga,stok", *backwards))
            session.remove()

    lock = select(Stock.variant_id).with_for_update(nowait=True)
    with db.engine.connect() as buyer:
        buyer.execute(lock.where(Stock.variant_id == first))
        thread = threading.Thread(target=work)
        thread.start()
        for _turn in range(2_000):
            waiting = (
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if session.connection().exec_driver_sql(waiting).scalar():
                break
            session.rollback()
            threading.Event().wait(0.005)
        # It waits for the first and has not taken the last: nobody can wait for it in a circle.
        buyer.execute(lock.where(Stock.variant_id == last))
        buyer.commit()
    thread.join(20)
    assert len(outcome) == 1
    assert stocks() == {"A": 6, "B": 6}
