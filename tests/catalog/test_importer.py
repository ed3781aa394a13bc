"""Many products come from a table: said first, then all of it or nothing, and the same table twice changes nothing."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from marketplace.catalog import importer, queries, services, sheet
from marketplace.catalog.commands import import_products
from marketplace.catalog.forms import ProductIn
from marketplace.catalog.importer import Given, Plan
from marketplace.catalog.models import Product, StockMove
from marketplace.catalog.services import CategoryIn
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import db, session
from marketplace.kernel.errors import Conflict, Invalid, NotAllowed
from marketplace.kernel.words import speaking
from marketplace.sellers.queries import SellerCard
from marketplace.testing.plugin import Live
from marketplace.web import counting
from tests.factories.sellers import runs, shop

REAL = Path(__file__).parent.parent / "data" / "real_products.csv"
TREE = (
    CategoryIn(slug="makanan-kemasan", name="Makanan kemasan", name_en="Packaged food", food=True),
    CategoryIn(slug="kriya", name="Kriya", name_en="Crafts"),
    CategoryIn(slug="lainnya", name="Lainnya", name_en="Other"),
)
HEAD = "Nama Produk;Kategori;Harga;Stok;Satuan\n"


@pytest.fixture
def mine(app: Flask) -> SellerCard:
    services.load_categories(TREE)
    return shop(trusted=True)


def table(*lines: str, head: str = HEAD) -> sheet.Sheet:
    return sheet.read((head + "\n".join(lines)).encode())


def brought(mine: SellerCard, *lines: str) -> Plan:
    return importer.carry_out(mine.id, table(*lines), Given(), by=runs(mine))


def test_a_plan_writes_nothing(mine: SellerCard) -> None:
    planned = importer.plan(mine.id, table("Vas rotan;Kriya;45.000;3;pcs"), Given(), by=runs(mine))
    assert (len(planned.new), len(planned.changed), planned.same, planned.faulty) == (1, 0, 0, 0)
    assert queries.listings([mine.id]).items == ()


def test_what_was_planned_is_written_and_can_be_bought(mine: SellerCard) -> None:
    brought(mine, "Vas rotan;Kriya;45.000;3;pcs", "Tas pandan;crafts;Rp 80.000;;set")
    found = {one.name: one for one in queries.listings([mine.id]).items}
    assert {name: (one.state, one.price.amount, one.free, one.unit) for name, one in found.items()} == {
        "Vas rotan": ("published", 45_000, 3, "pcs"),
        "Tas pandan": ("published", 80_000, 0, "set"),
    }


def test_the_same_table_twice_changes_nothing(mine: SellerCard) -> None:
    lines = ("Vas rotan;Kriya;45.000;3;pcs", "Keripik;Makanan kemasan;15000;9;pack")
    brought(mine, *lines)
    moves = session.scalar(select(func.count()).select_from(StockMove))
    again = brought(mine, *lines)
    assert (len(again.new), len(again.changed), again.same) == (0, 0, 2)
    assert session.scalar(select(func.count()).select_from(StockMove)) == moves


def test_a_new_price_changes_that_product_alone(mine: SellerCard) -> None:
    brought(mine, "Vas rotan;Kriya;45.000;3;pcs", "Tas pandan;Kriya;80.000;1;pcs")
    again = brought(mine, "VAS  rotan;Kriya;47.500;3;pcs", "Tas pandan;Kriya;80.000;1;pcs")
    assert (len(again.new), len(again.changed), again.same) == (0, 1, 1)
    assert {one.price.amount for one in queries.listings([mine.id]).items} == {47_500, 80_000}


def test_food_without_its_halal_state_stays_a_draft(mine: SellerCard) -> None:
    planned = brought(mine, "Keripik;Makanan kemasan;15000;9;pack")
    assert [one.state for one in queries.listings([mine.id]).items] == ["draft"]
    assert any("halal" in notice.text for notice in planned.notices)


def test_food_with_its_certificate_is_shown(mine: SellerCard) -> None:
    head = "nama,kategori,harga,stok,halal,nomor halal\n"
    line = "Keripik,Makanan kemasan,15000,9,bersertifikat,ID31110000123450124"
    importer.carry_out(mine.id, table(line, head=head), Given(), by=runs(mine))
    assert [one.state for one in queries.listings([mine.id]).items] == ["published"]


def test_an_unknown_category_goes_to_lainnya_with_a_notice(mine: SellerCard) -> None:
    planned = brought(mine, "Lampu;Gaming;45.000;3;pcs")
    assert [one.category for one in queries.listings([mine.id]).items] == ["lainnya"]
    assert any(notice.parts.get("name") == "Gaming" for notice in planned.notices)


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        ("Vas;Kriya;15,000;3;pcs", "Harga", "15,000"),
        ("Vas;Kriya;0;3;pcs", "Harga", "0"),
        ("Vas;Kriya;;3;pcs", "Harga", ""),
        ("Va;Kriya;15000;3;pcs", "Nama Produk", "Va"),
        (";Kriya;15000;3;pcs", "Nama Produk", ""),
        ("Vas;Kriya;15000;-3;pcs", "Stok", "-3"),
        ("Vas;Kriya;15000;banyak;pcs", "Stok", "banyak"),
        ("Vas;Kriya;15000;3;karung", "Satuan", "karung"),
        ("Tas baru;Kriya;15000;3;pcs", "Nama Produk", "Tas baru"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_column_and_nothing_is_written(
    mine: SellerCard, line: str, column: str, value: str
) -> None:
    rows = table("Tas baru;Kriya;80.000;1;pcs", line)
    planned = importer.plan(mine.id, rows, Given(), by=runs(mine))
    assert [(fault.row, fault.column, fault.value) for fault in planned.faults] == [(3, column, value)]
    assert len(planned.new) + len(planned.changed) + planned.same + planned.faulty == 2
    with pytest.raises(Invalid):
        importer.carry_out(mine.id, rows, Given(), by=runs(mine))
    assert queries.listings([mine.id]).items == ()


def test_every_bad_cell_of_a_row_is_named_at_once(mine: SellerCard) -> None:
    head = "Nama Produk;Harga;Kategori;Halal\n"
    planned = importer.plan(mine.id, table(";abc;;", "<b>x</b>;-5;Foo;entah", head=head), Given(), by=runs(mine))
    assert {(fault.row, fault.column, fault.value) for fault in planned.faults} == {
        (2, "Nama Produk", ""),
        (2, "Harga", "abc"),
        (3, "Halal", "entah"),
        (3, "Harga", "-5"),
    }
    assert planned.faulty == 2
    with speaking("en"):
        assert "Enter product name" in {str(fault.reason) for fault in planned.faults}


@pytest.mark.parametrize(("rows", "said"), [(1, "1 product goes to"), (2, "2 products go to")])
def test_notices_count_as_people_do(mine: SellerCard, rows: int, said: str) -> None:
    planned = importer.plan(
        mine.id, table(*(f"Lampu {one};Gaming;9000;3;pcs" for one in range(rows))), Given(), by=runs(mine)
    )
    with speaking("en"):
        assert any(said in str(notice) for notice in planned.notices)
    with speaking("id"):
        assert any(f"{rows} produk masuk" in str(notice) for notice in planned.notices)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"nama,harga,harga\nx,1,2\n", "twice"),
        (b"nama;keterangan\nx;y\n", "missing"),
        ("nama;harga\nkué;1\n".encode("latin-1"), "UTF-8"),
        (b'nama;harga\n"Vas;1\n', "quotation"),
        (b"PK\x03\x04\x00", "CSV"),
        (b"x" * (5 * 1024 * 1024 + 1), "5 MB"),
        (b"nama,harga\n" + b"Vas,1000\n" * 10_001, "10,000 rows"),
    ],
)
def test_a_file_that_is_no_table_says_what_to_do(app: Flask, content: bytes, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        sheet.read(content)
    with speaking("en"):
        assert said in str(refused.value.fields["file"][0])


def test_a_byte_order_mark_and_quoted_line_breaks_are_read(app: Flask) -> None:
    read = sheet.read('\ufeffnama,deskripsi,harga\n"Vas","dua\nbaris",1500\n\nTas,,2500\n'.encode())
    assert [(row.number, dict(row.cells)) for row in read.rows] == [
        (2, {"name": "Vas", "description": "dua\nbaris", "price_idr": "1500"}),
        (4, {"name": "Tas", "price_idr": "2500"}),
    ]


def test_the_shop_of_others_takes_nothing(mine: SellerCard) -> None:
    other = shop(name="Toko lain")
    with pytest.raises(NotAllowed):
        importer.plan(other.id, table("Vas;Kriya;15000;3;pcs"), Given(), by=runs(mine))


def test_654_real_products_come_in_at_once_with_few_statements(mine: SellerCard) -> None:
    counting.begin()
    done = importer.carry_out(mine.id, sheet.read(REAL.read_bytes()), Given(25), by=SYSTEM)
    assert counting.statements() < 60
    assert (len(done.new), done.faulty) == (654, 0)
    drafts = select(func.count()).where(Product.seller_id == mine.id, Product.state == "draft")
    assert session.scalar(drafts) == 30  # its rows of Food and Drink
    again = importer.plan(mine.id, sheet.read(REAL.read_bytes()), Given(25), by=SYSTEM)
    assert (len(again.new), len(again.changed), again.same) == (0, 0, 654)


def test_the_command_says_first_and_writes_only_what_is_whole(mine: SellerCard, app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "produk.csv"
    file.write_text(HEAD + "Vas rotan;Kriya;45.000;3;pcs\n", encoding="utf-8")
    run = app.test_cli_runner().invoke
    assert "Nothing was written" in run(import_products, [str(file), "--seller", mine.code, "--dry-run"]).output
    assert queries.listings([mine.id]).items == ()
    assert "wait for a review" not in run(import_products, [str(file), "--seller", mine.code, "--dry-run"]).output
    assert '"new": 1' in run(import_products, [str(file), "--seller", mine.code, "--json"]).output
    assert len(queries.listings([mine.id]).items) == 1
    file.write_text(HEAD + "Vas;Kriya;15,000;3;pcs\n", encoding="utf-8")
    faulty = run(import_products, [str(file), "--seller", mine.code])
    assert (faulty.exit_code, "row 2, column Harga" in faulty.output) == (1, True)
    assert run(import_products, [str(file), "--seller", "NOSUCH22"]).exit_code == 1


def test_halal_is_said_in_words_we_know(mine: SellerCard) -> None:
    head = "nama,kategori,harga,stok,halal\n"
    lines = ("Dendeng,Makanan kemasan,15000,9,tidak halal", "Keripik,Makanan kemasan,15000,9,iya")
    planned = importer.plan(mine.id, table(*lines, head=head), Given(), by=runs(mine))
    assert [(fault.row, fault.column, fault.value) for fault in planned.faults] == [(3, "halal", "iya")]
    assert str(planned.new[0].data.halal) == "non_halal_declared"


def test_a_number_alone_means_certified(mine: SellerCard) -> None:
    head = "nama,kategori,harga,stok,no. halal\n"
    planned = importer.plan(
        mine.id, table("Keripik,Makanan kemasan,15000,9,ID31110000123450124", head=head), Given(), by=runs(mine)
    )
    assert [(str(step.data.halal), step.draft) for step in planned.new] == [("certified", False)]


def test_a_row_changes_one_variant_and_leaves_its_siblings(mine: SellerCard) -> None:
    two = [{"sku": "K-250", "name": "250 g", "price_idr": 20_000, "stock": 4}]
    two.append({"sku": "K-500", "name": "500 g", "price_idr": 35_000, "stock": 2})
    told = {"name": "Vas rotan", "category": "kriya", "unit": "pcs", "domestic": True, "variants": two}
    made = services.create_product(mine.id, ProductIn.model_validate(told), by=SYSTEM)
    head = "nama,harga,sku\n"
    importer.carry_out(mine.id, table("Vas rotan,36.000,K-500", head=head), Given(), by=runs(mine))
    product = queries.listing(made)
    assert product is not None
    assert [(one.sku, one.name, one.price.amount, one.on_hand) for one in product.variants] == [
        ("K-250", "250 g", 20_000, 4),
        ("K-500", "500 g", 36_000, 2),
    ]
    assert product.domestic


def test_a_stock_in_the_table_is_a_count(mine: SellerCard) -> None:
    brought(mine, "Vas rotan;Kriya;45.000;3;pcs")
    brought(mine, "Vas rotan;Kriya;45.000;8;pcs")
    assert [one.free for one in queries.listings([mine.id]).items] == [8]


def test_of_two_imports_at_once_one_is_refused(live: Live) -> None:
    services.load_categories(TREE)
    mine = shop(trusted=True)
    with db.engine.connect() as other:
        other.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"catalog.import {mine.id}"}
        )
        with pytest.raises(Conflict):
            brought(mine, "Vas rotan;Kriya;45.000;3;pcs")
    brought(mine, "Vas rotan;Kriya;45.000;3;pcs")
    assert len(queries.listings([mine.id]).items) == 1


def test_the_command_says_what_is_wrong_with_a_file(mine: SellerCard, app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "produk.csv"
    file.write_bytes("nama;harga\nkué;1\n".encode("latin-1"))
    refused = app.test_cli_runner().invoke(import_products, [str(file), "--seller", mine.code])
    assert (refused.exit_code, "UTF-8" in refused.output) == (1, True)


def test_the_command_says_what_still_keeps_products_from_being_on_sale(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "produk.csv"
    file.write_text(HEAD + "Vas rotan;Kriya;45.000;3;pcs\nVas bambu;Kriya;45.000;3;pcs\n", encoding="utf-8")
    run = app.test_cli_runner().invoke
    services.load_categories(TREE)
    watched, closed = shop(), shop(active=False)
    said = run(import_products, [str(file), "--seller", watched.code]).output
    assert "2 new products of this shop wait for a review at /admin/produk" in said
    assert f"jkp sellers trust {watched.code}" in said
    # All of it is there now: nothing new is left to wait.
    assert '"waiting": 0' in run(import_products, [str(file), "--seller", watched.code, "--json"]).output
    assert (
        "nothing of it is on sale before it is active"
        in run(import_products, [str(file), "--seller", closed.code]).output
    )
