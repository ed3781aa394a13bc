"""The seller goes along the shelf: counts without script, warnings, and how each count came about (L08)."""

import re
from html.parser import HTMLParser
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.catalog import queries, services
from marketplace.catalog.models import Stock, StockMove
from marketplace.catalog.queries import shelf as shelves
from marketplace.catalog.queries.checks import broken
from marketplace.catalog.services import Count, StockLine, consume, put_back, release, reserve, stock_set
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session
from marketplace.sellers.queries import SellerCard
from tests.factories import catalog
from tests.factories.accounts import signed_in
from tests.factories.sellers import keeper, runs, shop

ADDRESS = "/lapak/stok"


class Typed(HTMLParser):
    """Reads what a browser would send of the form of the stock."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("id") == "stok"
        elif self.inside and tag == "input":
            self.sent[given["name"]] = given.get("value", "")


def typed(page: str) -> dict[str, str]:
    reader = Typed()
    reader.feed(page)
    return reader.sent


def row_of(sent: dict[str, str], variant: UUID) -> str:
    """Return the number that a variant has in the form."""
    return next(name.split("-")[1] for name, value in sent.items() if value == str(variant))


@pytest.fixture
def mine(app: Flask, client: FlaskClient) -> SellerCard:
    one = shop(trusted=True)
    signed_in(client, keeper(one))
    return one


def on_hand(variant: UUID) -> int:
    return session.execute(select(Stock.on_hand).where(Stock.variant_id == variant)).scalar_one()


def low_at(variant: UUID) -> int | None:
    return session.execute(select(Stock.low_at).where(Stock.variant_id == variant)).scalar_one()


def hold(variant: UUID, qty: int, reference: str = "pesanan-1") -> None:
    reserve(reference, [StockLine(variant, qty)], until=clock.now())


def test_many_counts_are_saved_with_one_press_and_each_is_a_move(client: FlaskClient, mine: SellerCard) -> None:
    first, second, third = (catalog.basket(of=mine, name=name) for name in ("Bakul", "Tampah", "Tikar"))
    sent = typed(client.get(ADDRESS).text)
    sent[f"baris-{row_of(sent, first)}-stok"] = "12"
    sent[f"baris-{row_of(sent, second)}-stok"] = "0"
    assert client.post(ADDRESS, data=sent).status_code == 303
    assert [on_hand(one) for one in (first, second, third)] == [12, 0, 10]
    counted = session.scalars(select(StockMove).where(StockMove.reason == "counted"))
    deltas = {move.variant_id: move.delta for move in counted}
    assert deltas == {first: 2, second: -10}
    assert list(broken()) == []


def test_without_script_plus_and_minus_save_one_more_or_less_and_what_else_was_typed(
    client: FlaskClient, mine: SellerCard
) -> None:
    first, second = (catalog.basket(of=mine, name=name) for name in ("Bakul", "Tampah"))
    sent = typed(client.get(ADDRESS).text)
    row, other = row_of(sent, first), row_of(sent, second)
    assert f'value="{row}:1"' in client.get(ADDRESS).text
    sent[f"baris-{other}-stok"] = "7"
    assert client.post(ADDRESS, data=sent | {"langkah": f"{row}:1"}).status_code == 303
    assert (on_hand(first), on_hand(second)) == (11, 7)
    again = typed(client.get(ADDRESS).text)
    assert client.post(ADDRESS, data=again | {"langkah": f"{row}:-1"}).status_code == 303
    assert on_hand(first) == 10
    stock_set(mine.id, [Count(first, 0)], by=SYSTEM)
    empty = typed(client.get(ADDRESS).text)
    assert client.post(ADDRESS, data=empty | {"langkah": f"{row}:-1"}).status_code == 303
    assert on_hand(first) == 0, "there is nothing below nothing"


@pytest.mark.parametrize("wrong", ["-1", "1,5", "1000001", "sepuluh", ""])
def test_a_count_that_is_none_is_said_beside_it_and_nothing_is_lost(
    client: FlaskClient, mine: SellerCard, wrong: str
) -> None:
    first, second = (catalog.basket(of=mine, name=name) for name in ("Bakul", "Tampah"))
    sent = typed(client.get(ADDRESS).text)
    row, other = row_of(sent, first), row_of(sent, second)
    answer = client.post(ADDRESS, data=sent | {f"baris-{row}-stok": wrong, f"baris-{other}-stok": "77"})
    assert answer.status_code == 422
    assert f'id="f-baris-{row}-stok-galat"' in answer.text
    assert 'value="77"' in answer.text
    assert (on_hand(first), on_hand(second)) == (10, 10)


def test_fewer_than_what_is_promised_is_refused_with_the_number(client: FlaskClient, mine: SellerCard) -> None:
    basket = catalog.basket(of=mine)
    hold(basket, 4)
    sent = typed(client.get(ADDRESS).text)
    answer = client.post(ADDRESS, data=sent | {"baris-0-stok": "3"})
    assert answer.status_code == 422
    assert re.search(r'id="f-baris-0-stok-galat".*?4 ', answer.text, re.DOTALL)
    assert on_hand(basket) == 10


def test_a_stale_count_is_refused_with_both_numbers_and_the_next_press_decides(
    client: FlaskClient, mine: SellerCard
) -> None:
    basket = catalog.basket(of=mine)
    sent = typed(client.get(ADDRESS).text)
    hold(basket, 2)
    consume("pesanan-1")
    refused = client.post(ADDRESS, data=sent | {"baris-0-stok": "15"})
    assert refused.status_code == 409
    assert re.search(r"</span> 15</dd>.*?</span> 8</dd>", refused.text, re.DOTALL)
    assert on_hand(basket) == 8
    mine_now = typed(refused.text)
    assert mine_now["baris-0-stok"] == "15"
    assert client.post(f"{ADDRESS}?ambil=0", data=mine_now).status_code == 303
    assert on_hand(basket) == 8, "the values of now were taken"
    assert client.post(ADDRESS, data=mine_now).status_code == 303
    assert on_hand(basket) == 15


def test_what_was_not_touched_is_no_count_though_it_was_sold_meanwhile(client: FlaskClient, mine: SellerCard) -> None:
    first, second = (catalog.basket(of=mine, name=name) for name in ("Bakul", "Tampah"))
    sent = typed(client.get(ADDRESS).text)
    hold(first, 3)
    consume("pesanan-1")
    sent[f"baris-{row_of(sent, second)}-stok"] = "20"
    assert client.post(ADDRESS, data=sent).status_code == 303
    assert (on_hand(first), on_hand(second)) == (7, 20)


def test_a_refused_form_keeps_its_numbers_though_the_list_is_another_by_now(
    client: FlaskClient, mine: SellerCard
) -> None:
    """Two run low; one is filled up elsewhere and leaves the list, while both stand in the seller's form."""
    first, second = (catalog.basket(of=mine, name=name) for name in ("Bakul", "Tampah"))
    services.set_shelf(mine.id, [Count(first, 1), Count(second, 1)], {first: 2, second: 2}, by=SYSTEM)
    sent = typed(client.get(f"{ADDRESS}?tampil=menipis").text)
    stock_set(mine.id, [Count(first, 50)], by=SYSTEM)
    wrong = {f"baris-{row_of(sent, first)}-stok": "9", f"baris-{row_of(sent, second)}-stok": "x"}
    again = typed(client.post(f"{ADDRESS}?tampil=menipis", data=sent | wrong).text)
    assert again[f"baris-{row_of(again, first)}-stok"] == "9"
    assert again[f"baris-{row_of(again, second)}-stok"] == "x"


def test_what_runs_low_is_marked_and_found(client: FlaskClient, mine: SellerCard) -> None:
    low, out, plenty = (catalog.basket(of=mine, name=name) for name in ("Bakul", "Tampah", "Tikar"))
    sent = typed(client.get(ADDRESS).text)
    for variant in (low, out, plenty):
        sent[f"baris-{row_of(sent, variant)}-low"] = "3"
    sent[f"baris-{row_of(sent, low)}-stok"] = "5"
    sent[f"baris-{row_of(sent, out)}-stok"] = "0"
    assert client.post(ADDRESS, data=sent).status_code == 303
    assert (low_at(low), low_at(out)) == (3, 3)
    assert names(client, "menipis") == ["Tampah"], "five are more than three"
    hold(low, 2)
    assert names(client, "menipis") == ["Bakul", "Tampah"], "what is promised is not there to be sold"
    assert names(client, "habis") == ["Tampah"]
    assert queries.sold_out_count(runs(mine)) == 1
    assert shelves.low_count(runs(mine)) == 1
    assert "Stok yang menipis" in client.get("/lapak").text
    sent = typed(client.get(ADDRESS).text)
    sent[f"baris-{row_of(sent, low)}-low"] = ""
    assert client.post(ADDRESS, data=sent).status_code == 303
    assert low_at(low) is None


def names(client: FlaskClient, shown: str) -> list[str]:
    return re.findall(r'barang-nama"><a [^>]*>([^<]*)<', client.get(f"{ADDRESS}?tampil={shown}").text)


def test_goods_made_to_order_have_no_count(client: FlaskClient, mine: SellerCard) -> None:
    catalog.product(catalog.listing(made_to_order=True, lead_days=2), of=mine)
    page = client.get(ADDRESS).text
    assert typed(page) == {}
    assert "Dibuat sesuai pesanan" in page


def test_the_history_says_each_change_with_what_was_there_then(client: FlaskClient, mine: SellerCard) -> None:
    basket = catalog.basket(of=mine)
    hold(basket, 3)
    consume("pesanan-1")
    put_back("pesanan-1", [StockLine(basket, 1)], "returned", by=SYSTEM)
    stock_set(mine.id, [Count(basket, 20)], by=runs(mine))
    hold(basket, 1, "pesanan-2")
    release("pesanan-2", "expired")
    found = shelves.history(basket, [mine.id], runs(mine))
    assert found is not None
    told = [(one.reason, one.delta, one.after) for one in found.moves.items]
    assert told == [("counted", 12, 20), ("returned", 1, 8), ("sold", -3, 7), ("first", 10, 10)]
    page = client.get(f"{ADDRESS}/{basket}").text
    assert "Dikembalikan pembeli" in page
    assert "−3" in page


def test_a_long_history_comes_in_pages_and_the_sums_stay_right(
    client: FlaskClient, mine: SellerCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "MOVES_SIZE", 2)
    basket = catalog.basket(of=mine)
    for count in (11, 13, 16):
        stock_set(mine.id, [Count(basket, count)], by=SYSTEM)
    told, cursor = [], None
    while True:
        found = shelves.history(basket, [mine.id], runs(mine), cursor)
        assert found is not None
        told += [one.after for one in found.moves.items]
        cursor = found.moves.next
        if cursor is None:
            break
    assert told == [16, 13, 11, 10]


def test_the_shelf_of_others_is_not_there(client: FlaskClient, mine: SellerCard) -> None:
    other = shop(name="Anyaman Pak Joko", trusted=True)
    foreign = catalog.basket(of=other)
    assert client.get(f"{ADDRESS}?toko={other.code}").status_code == 404
    assert client.get(f"{ADDRESS}/{foreign}").status_code == 404
    sent = {"baris-0-varian": str(foreign), "baris-0-stok": "1", "baris-0-seen": "10", "baris-0-low": "5"}
    assert client.post(ADDRESS, data=sent).status_code == 404
    own = catalog.basket(of=mine, name="Bakul")
    services.set_shelf(mine.id, [Count(own, 3)], {own: 2, foreign: 2}, by=runs(mine))
    assert (low_at(own), on_hand(foreign), low_at(foreign)) == (2, 10, None)
    assert shelves.shelf(other.id, runs(mine)).items == ()


def test_a_long_shelf_comes_in_pages_and_takes_the_same_statements(
    client: FlaskClient, mine: SellerCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "SHELF_SIZE", 2)
    for number in range(5):
        catalog.basket(of=mine, name=f"Besek {number}")
    client.get(ADDRESS)
    seen: list[str] = []
    for number in (1, 2, 3, 99):
        page = client.get(f"{ADDRESS}?hal={number}")
        assert int(page.headers["Server-Timing"].rpartition("=")[2]) <= STATEMENTS
        seen += re.findall(r'barang-nama"><a [^>]*>([^<]*)<', page.text)
    assert seen == [*(f"Besek {number}" for number in range(5)), "Besek 4"]
    assert "Besek 3" in client.get(f"{ADDRESS}?cari=BESEK  3").text
    assert client.get(f"{ADDRESS}?cari=%25").text.count('data-uji="stok"') == 0, "a sign is a sign"


STATEMENTS = 5
"""Session and grants, the shop, how many there are, those of the page."""
