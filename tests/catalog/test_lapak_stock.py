"""A seller edits a product while buyers take from it: what they did not touch stays as it is, and no goods come back."""

from datetime import timedelta
from html.parser import HTMLParser
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.catalog import queries, services
from marketplace.catalog.models import StockMove, Variant
from marketplace.catalog.queries.checks import broken
from marketplace.catalog.services import Count, StockLine, consume, reserve, stock_set
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict
from marketplace.sellers.queries import SellerCard
from tests.factories import catalog
from tests.factories.accounts import signed_in
from tests.factories.sellers import keeper, shop


class FormReader(HTMLParser):
    """Reads what a browser would send of the form that holds a field called ``name``."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.forms: list[dict[str, str]] = []
        self.choosing = self.writing = ""
        self.buttons: dict[str, str] = {}
        self.pressed = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.sent = {}
            self.forms.append(self.sent)
        elif tag == "input" and given.get("name") and given.get("type") not in ("file", "submit"):
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self.sent[given["name"]] = given.get("value", "")
        elif tag == "select":
            self.choosing = given.get("name", "")
        elif tag == "option" and self.choosing and "selected" in given:
            self.sent[self.choosing] = given.get("value", "")
        elif tag == "textarea":
            self.writing = given["name"]
            self.sent[self.writing] = ""
        elif tag == "button":
            self.pressed = given.get("formaction", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.choosing = ""
        elif tag == "textarea":
            self.writing = ""

    def handle_data(self, data: str) -> None:
        if self.writing:
            self.sent[self.writing] += data
        if self.pressed:
            self.buttons[data.strip()], self.pressed = self.pressed, ""


def read(page: str) -> FormReader:
    reader = FormReader()
    reader.feed(page)
    return reader


def form_of(page: str) -> dict[str, str]:
    return next(one for one in read(page).forms if "unit" in one)


@pytest.fixture
def mine(app: Flask) -> SellerCard:
    services.load_categories(catalog.TREE)
    return shop(trusted=True)


@pytest.fixture
def seller(client: FlaskClient, mine: SellerCard) -> FlaskClient:
    return signed_in(client, keeper(mine))


def sell(variant: UUID, qty: int, reference: str = "JKP-1") -> None:
    reserve(reference, [StockLine(variant, qty)], until=clock.now() + timedelta(hours=1))
    consume(reference)


def on_hand(product: UUID) -> list[int]:
    session.expire_all()
    listing = queries.listing(product)
    assert listing is not None
    return [one.on_hand for one in listing.variants]


def test_a_new_description_brings_nothing_back_that_was_sold(seller: FlaskClient, mine: SellerCard) -> None:
    made = catalog.product(of=mine)
    [variant] = catalog.variants(made)
    form = form_of(seller.get(f"/lapak/produk/{made}").text)
    assert form["variants-0-stock"] == "10"
    sell(variant, 3)
    answer = seller.post(f"/lapak/produk/{made}", data={**form, "description": "Hanya keterangan yang baru."})
    assert answer.status_code == 303
    assert on_hand(made) == [7]
    moves = session.scalars(select(StockMove.reason).where(StockMove.variant_id == variant).order_by(StockMove.id))
    assert moves.all() == ["first", "sold"]
    assert list(broken()) == []


def test_a_new_count_is_taken_when_nothing_moved(seller: FlaskClient, mine: SellerCard) -> None:
    made = catalog.product(of=mine)
    form = form_of(seller.get(f"/lapak/produk/{made}").text)
    assert seller.post(f"/lapak/produk/{made}", data={**form, "variants-0-stock": "25"}).status_code == 303
    assert on_hand(made) == [25]


def test_a_count_of_what_moved_meanwhile_is_shown_with_both_numbers(seller: FlaskClient, mine: SellerCard) -> None:
    made = catalog.product(of=mine)
    [variant] = catalog.variants(made)
    form = form_of(seller.get(f"/lapak/produk/{made}").text)
    sell(variant, 3)
    typed = {**form, "name": "Keranjang besar", "description": "Kata-kata baru.", "variants-0-stock": "12"}
    answer = seller.post(f"/lapak/produk/{made}", data=typed)
    assert answer.status_code == 409
    assert on_hand(made) == [7]
    page = answer.text
    assert "Data berubah" in page
    assert "</span> 12</dd>" in page
    assert "</span> 7</dd>" in page
    kept = form_of(page)
    assert (kept["name"], kept["description"].strip()) == ("Keranjang besar", "Kata-kata baru.")
    assert (kept["variants-0-stock"], kept["variants-0-stock_seen"]) == ("12", "7")
    assert seller.post(f"/lapak/produk/{made}", data=kept).status_code == 303
    assert on_hand(made) == [12]
    assert list(broken()) == []


def test_the_new_number_can_be_taken_with_one_press(seller: FlaskClient, mine: SellerCard) -> None:
    made = catalog.product(catalog.shallots(), of=mine)
    small, _large = catalog.variants(made)
    form = form_of(seller.get(f"/lapak/produk/{made}").text)
    sell(small, 2)
    typed = {**form, "description": "Baru.", "variants-0-stock": "9", "variants-1-stock": "8"}
    answer = seller.post(f"/lapak/produk/{made}", data=typed)
    assert answer.status_code == 409
    reader = read(answer.text)
    [address] = reader.buttons.values()
    kept = next(one for one in reader.forms if "unit" in one)
    assert seller.post(address, data=kept).status_code == 303
    assert on_hand(made) == [3, 8]
    listing = queries.listing(made)
    assert listing is not None
    assert listing.description == "Baru."


def test_goods_that_move_again_are_asked_about_again(seller: FlaskClient, mine: SellerCard) -> None:
    made = catalog.product(of=mine)
    [variant] = catalog.variants(made)
    form = form_of(seller.get(f"/lapak/produk/{made}").text)
    sell(variant, 3)
    kept = form_of(seller.post(f"/lapak/produk/{made}", data={**form, "variants-0-stock": "12"}).text)
    sell(variant, 1, "JKP-2")
    assert seller.post(f"/lapak/produk/{made}", data=kept).status_code == 409
    assert on_hand(made) == [6]


def test_a_row_emptied_on_the_page_itself_goes_and_a_single_name_stays(seller: FlaskClient, mine: SellerCard) -> None:
    made = catalog.product(catalog.shallots(), of=mine)
    form = form_of(seller.get(f"/lapak/produk/{made}").text)
    emptied = {f"variants-1-{one}": "" for one in ("name", "price_idr", "stock")}
    assert seller.post(f"/lapak/produk/{made}", data={**form, **emptied}).status_code == 303
    form = form_of(seller.get(f"/lapak/produk/{made}").text)
    assert seller.post(f"/lapak/produk/{made}", data=form).status_code == 303
    listing = queries.listing(made)
    assert listing is not None
    assert [one.name for one in listing.variants] == ["250 g"]


def test_a_count_says_what_it_saw_or_holds_as_it_is(mine: SellerCard) -> None:
    variant = catalog.basket(stock=10, of=mine)
    sell(variant, 3)
    with pytest.raises(Conflict) as refused:
        stock_set(mine.id, [Count(variant, 12, seen=10)], by=SYSTEM)
    assert refused.value.facts["moved"] == [{"field": "on_hand", "yours": 12, "now": 7}]
    stock_set(mine.id, [Count(variant, 10, seen=10), Count(variant, 7, seen=9)], by=SYSTEM)
    assert on_hand(session.get_one(Variant, variant).product_id) == [7]
    stock_set(mine.id, [Count(variant, 12)], by=SYSTEM)
    assert on_hand(session.get_one(Variant, variant).product_id) == [12]
