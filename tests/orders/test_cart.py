"""The cart is one form: whichever button is pressed, what was typed is saved, or stands there with what is wrong beside it."""

import re
from collections.abc import Mapping
from importlib import import_module
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from marketplace.catalog.models import Stock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.forms import Form, from_html
from marketplace.orders import queries, services
from marketplace.orders.forms import MOST_ROWS, CartIn, RowIn
from marketplace.orders.models import Delivery
from tests.factories import catalog, orders
from tests.orders.pages import cart_form, put, sold_out

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def basket(app: Flask, client: FlaskClient) -> dict[str, UUID]:
    """Give a browser with three products of two shops in its cart; return them by name."""
    first, second, third = orders.two_shops()
    for variant in (first, second, third):
        put(client, variant)
    return {"tampah": first, "bakul": second, "tikar": third}


def row_of(page: TestResponse, variant: UUID) -> str:
    found = re.search(rf'name="(baris-\d+)-varian" value="{variant}"', page.text)
    assert found is not None
    return found[1]


def numbers(page: TestResponse) -> dict[str, str]:
    """Return the number that stands in the field of each variant."""
    fields = cart_form(page)
    return {fields[f"{name[:-7]}-varian"]: value for name, value in fields.items() if name.endswith("-jumlah")}


def saved(client: FlaskClient) -> dict[str, str]:
    return numbers(client.get("/keranjang"))


def changed(client: FlaskClient, wanted: Mapping[UUID, str], **more: str) -> dict[str, str]:
    page = client.get("/keranjang")
    return {**cart_form(page), **{f"{row_of(page, one)}-jumlah": to for one, to in wanted.items()}, **more}


def test_going_on_saves_every_number_and_way_first(client: FlaskClient, basket: dict[str, UUID]) -> None:
    sent = changed(client, {basket["tampah"]: "3", basket["tikar"]: "2"}, **{"baris-2-pengantaran": "own"})

    on = client.post("/keranjang/lanjut", data=sent)

    assert (on.status_code, on.location) == (303, "/beli")
    assert 'name="expected_total_idr" value="280000"' in client.get(on.location).text, "3 and 1 and 2, and one brought"


@pytest.mark.parametrize("button", ["/keranjang/isi", "/keranjang/lanjut", "/keranjang/harga"])
@pytest.mark.parametrize(
    ("number", "said"),
    [("99", "tinggal 10"), ("", "Isi jumlah"), ("dua", "angka"), ("-1", "angka"), ("10000", "paling banyak")],
)
def test_one_wrong_number_saves_nothing_and_loses_nothing(
    client: FlaskClient, basket: dict[str, UUID], button: str, number: str, said: str
) -> None:
    before = saved(client)
    sent = changed(client, {basket["tampah"]: "4", basket["bakul"]: number}, **{"baris-2-pengantaran": "own"})

    refused = client.post(button, data=sent)

    assert refused.status_code == 422
    field = f"{row_of(refused, basket['bakul'])}-jumlah"
    assert f'href="#f-{field}"' in refused.text
    beside = re.search(rf'<p class="galat" id="f-{field}-galat">.*?</p>', refused.text)
    assert beside is not None
    assert said in beside[0]
    assert re.search(
        rf'id="f-{field}" name="{field}"[^>]*aria-invalid="true" aria-describedby="f-{field}-galat"', refused.text
    )
    assert refused.text.count('aria-invalid="true"') == 1
    assert cart_form(refused) == sent, "all that was typed stands there again"
    assert saved(client) == before


def test_all_that_is_wrong_is_said_in_one_round(client: FlaskClient, basket: dict[str, UUID]) -> None:
    refused = client.post("/keranjang/isi", data=changed(client, {basket["tampah"]: "99", basket["tikar"]: "98"}))
    assert refused.text.count('aria-invalid="true"') == 2


def test_zero_takes_a_line_out_and_the_rest_is_saved(client: FlaskClient, basket: dict[str, UUID]) -> None:
    kept = client.post("/keranjang/isi", data=changed(client, {basket["tampah"]: "0", basket["bakul"]: "5"}))
    assert (kept.status_code, kept.location) == (303, "/keranjang")
    assert saved(client) == {str(basket["bakul"]): "5", str(basket["tikar"]): "1"}


def test_the_bin_saves_what_else_was_typed(client: FlaskClient, basket: dict[str, UUID]) -> None:
    sent = changed(client, {basket["bakul"]: "5", basket["tampah"]: "7"}, **{"baris-2-pengantaran": "own"})
    assert client.post(f"/keranjang/{basket['tampah']}/hapus", data=sent).status_code == 303
    page = client.get("/keranjang")
    assert numbers(page) == {str(basket["bakul"]): "5", str(basket["tikar"]): "1"}
    assert 'name="baris-1-pengantaran" value="own" checked' in page.text


def test_what_was_taken_out_is_one_press_from_being_back(client: FlaskClient, basket: dict[str, UUID]) -> None:
    client.post("/keranjang/isi", data=changed(client, {basket["tikar"]: "4"}))
    gone = client.post(f"/keranjang/{basket['tikar']}/hapus", data=changed(client, {}))
    page = client.get(gone.location)
    assert "Tikar Pandan dihapus dari keranjang." in page.text
    back = re.search(r'name="varian" value="([^"]+)"><input type="hidden" name="jumlah" value="(\d+)"', page.text)
    assert back is not None
    client.post("/keranjang", data={"varian": back[1], "jumlah": back[2]})
    assert saved(client)[str(basket["tikar"])] == "4"
    assert "dihapus" not in client.get(gone.location).text, "it is there again"


@pytest.mark.parametrize("query", ["keluar=bukan", "keluar=", f"keluar={UUID(int=3)}&jumlah=1"])
def test_only_what_can_be_bought_is_offered_back(client: FlaskClient, basket: dict[str, UUID], query: str) -> None:
    assert "dihapus" not in client.get(f"/keranjang?{query}").text
    client.post(f"/keranjang/{basket['tikar']}/hapus")
    for number in ("0", "11", "banyak", ""):
        assert "dihapus" not in client.get(f"/keranjang?keluar={basket['tikar']}&jumlah={number}").text


def test_the_bin_works_beside_a_wrong_number_which_stays(client: FlaskClient, basket: dict[str, UUID]) -> None:
    sent = changed(client, {basket["bakul"]: "99", basket["tikar"]: "4"})

    refused = client.post(f"/keranjang/{basket['tampah']}/hapus", data=sent)

    assert refused.status_code == 422
    assert numbers(refused) == {str(basket["bakul"]): "99", str(basket["tikar"]): "4"}
    field = f"{row_of(refused, basket['bakul'])}-jumlah"
    assert f'id="f-{field}-galat"' in refused.text, "the message moved up with its line"
    assert saved(client) == {str(basket["bakul"]): "1", str(basket["tikar"]): "1"}


def test_a_wrong_number_of_the_line_that_goes_is_no_matter(client: FlaskClient, basket: dict[str, UUID]) -> None:
    sent = changed(client, {basket["tampah"]: "dua", basket["tikar"]: "4"})
    gone = client.post(f"/keranjang/{basket['tampah']}/hapus", data=sent)
    assert gone.status_code == 200
    assert numbers(gone) == {str(basket["bakul"]): "1", str(basket["tikar"]): "4"}, "typed, though not saved yet"
    assert str(basket["tampah"]) not in saved(client)


def test_a_line_that_another_window_took_out_is_told(client: FlaskClient, basket: dict[str, UUID]) -> None:
    sent = changed(client, {basket["bakul"]: "5"})
    client.post(f"/keranjang/{basket['tampah']}", data={"jumlah": "0"})

    refused = client.post("/keranjang/lanjut", data=sent)

    assert refused.status_code == 409
    assert "jendela lain" in refused.text
    assert numbers(refused) == {str(basket["bakul"]): "5", str(basket["tikar"]): "1"}
    assert saved(client)[str(basket["bakul"])] == "1"


def test_a_line_that_cannot_be_bought_now_stops_nothing_else(client: FlaskClient, basket: dict[str, UUID]) -> None:
    sent = changed(client, {basket["tampah"]: "2"})
    sold_out(basket["tikar"])
    on = client.post("/keranjang/lanjut", data=sent)
    assert on.location == "/beli"
    assert saved(client)[str(basket["tampah"])] == "2"


def test_what_sold_out_under_a_change_is_said_of_the_whole(client: FlaskClient, basket: dict[str, UUID]) -> None:
    sent = changed(client, {basket["tikar"]: "2", basket["tampah"]: "4"})
    sold_out(basket["tikar"])
    refused = client.post("/keranjang/isi", data=sent)
    assert refused.status_code == 422
    assert "Tikar Pandan" in re.findall(r'(?s)<ul class="ringkasan-galat-daftar">(.*?)</ul>', refused.text)[0]
    assert numbers(refused)[str(basket["tampah"])] == "4"


def test_the_blocked_line_can_be_mended_on_the_way(client: FlaskClient, basket: dict[str, UUID]) -> None:
    client.post("/keranjang/isi", data=changed(client, {basket["tikar"]: "9"}))
    left(basket["tikar"], 4)
    cart = client.get("/keranjang")
    assert "Lanjutkan tanpa Anyaman Pak Joko" in cart.text
    assert client.post("/keranjang/isi", data=changed(client, {basket["tikar"]: "4"})).status_code == 303
    assert "Lanjutkan tanpa" not in client.get("/keranjang").text


@transactional
def left(variant: UUID, many: int) -> None:
    session.execute(update(Stock).where(Stock.variant_id == variant).values(on_hand=many))


def test_agreeing_to_a_price_saves_what_was_typed(client: FlaskClient, basket: dict[str, UUID]) -> None:
    assert client.post("/keranjang/harga", data=changed(client, {basket["tampah"]: "6"})).status_code == 303
    assert saved(client)[str(basket["tampah"])] == "6"


@pytest.mark.parametrize("way", ["drone", "", "seller"])
def test_only_ways_that_there_are_can_be_chosen(client: FlaskClient, basket: dict[str, UUID], way: str) -> None:
    answer = client.post("/keranjang/isi", data=changed(client, {}, **{"baris-0-pengantaran": way}))
    assert answer.status_code == (422 if way == "drone" else 303)


def test_a_script_gets_the_cart_itself_and_no_summary(client: FlaskClient, basket: dict[str, UUID]) -> None:
    kept = client.post("/keranjang/isi", data=changed(client, {basket["tampah"]: "3"}), headers=SCRIPT)
    assert kept.status_code == 200
    assert re.search(r"data-say>Tersimpan\. Total: Rp\xa0225\.000<", kept.text)

    refused = client.post("/keranjang/isi", data=changed(client, {basket["tampah"]: "99"}), headers=SCRIPT)
    assert refused.status_code == 422
    assert "ringkasan-galat" not in refused.text, "it would take the reader away from the field"
    assert re.search(r"data-say>Tampah Bambu tinggal 10\.<", refused.text)


def test_enter_saves_and_no_field_is_judged_by_the_browser(client: FlaskClient, basket: dict[str, UUID]) -> None:
    form = re.search(r"(?s)<form [^>]*action=\"/keranjang/isi\"[^>]*>.*?</form>", client.get("/keranjang").text)
    assert form is not None
    assert " novalidate" in form[0].partition(">")[0]
    first = re.search(r"<button[^>]*>", form[0])
    assert first is not None
    assert "formaction" not in first[0], "the first button is the one that Enter presses"
    assert form[0].count("<form") == 1


def test_a_cart_as_large_as_may_be_can_be_sent(app: Flask) -> None:
    fields: MultiDict[str, str] = MultiDict()
    for number in range(MOST_ROWS):
        name = f"baris-{number}"
        fields.update({f"{name}-varian": str(UUID(int=number)), f"{name}-jumlah": "1", f"{name}-pengantaran": "pickup"})
    form: Form[CartIn] = from_html(CartIn, fields)
    assert form.data is not None
    assert len(form.data.baris) == MOST_ROWS


def test_lines_beyond_the_form_keep_their_bin(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("marketplace.orders.queries.cart"), "MOST_ROWS", 1)
    for variant in orders.two_shops():
        put(client, variant)
    page = client.get("/keranjang")
    assert {name.split("-")[1] for name in cart_form(page)} == {"0"}
    assert page.text.count("/hapus") == 3
    assert client.post("/keranjang/lanjut", data=cart_form(page)).location == "/beli"


def test_nobody_changes_the_cart_of_another(app: Flask) -> None:
    rina, stranger, variant = orders.guest(), orders.guest(), catalog.basket()
    services.put(variant, 1, by=rina)
    with pytest.raises(Conflict):
        services.save([RowIn(varian=variant, jumlah=5)], by=stranger)
    assert [item.qty for group in queries.cart(rina).groups for item in group.items] == [1]


def test_a_way_counts_for_all_lines_of_a_shop(app: Flask) -> None:
    rina = orders.guest()
    first, second, _third = orders.two_shops()
    orders.filled(rina, first, second)
    services.save([RowIn(varian=first, jumlah=0, pengantaran="own"), RowIn(varian=second, jumlah=2)], by=rina)
    assert ways(rina) == [Delivery.SELLER]
    with pytest.raises(Invalid):
        services.save([RowIn(varian=second, jumlah=99, pengantaran="pickup")], by=rina)
    assert ways(rina) == [Delivery.SELLER]


def ways(actor: Actor) -> list[Delivery]:
    return [group.delivery for group in queries.cart(actor).groups]


@pytest.mark.parametrize(
    ("number", "said"), [("99", "tinggal 10"), ("0", "paling sedikit"), ("dua", "angka"), ("1", "")]
)
def test_a_wrong_number_on_the_product_page_is_answered_there(
    app: Flask, client: FlaskClient, number: str, said: str
) -> None:
    variant = catalog.basket()
    answer = client.post("/keranjang", data={"varian": str(variant), "jumlah": number})
    if not said:
        assert answer.status_code == 303
        return
    assert answer.status_code == 422
    assert '<h1 class="produk-nama">' in answer.text
    assert 'href="#f-jumlah"' in answer.text
    assert re.search(rf'id="f-jumlah" name="jumlah" value="{number}"[^>]*aria-invalid="true"', answer.text)
    beside = re.search(r'<p class="galat" id="f-jumlah-galat">.*?</p>', answer.text)
    assert beside is not None
    assert said in beside[0]
    assert "no-store" in answer.headers["Cache-Control"]
    assert saved(client) == {}


def test_the_variant_that_was_chosen_stays_chosen_there(app: Flask, client: FlaskClient) -> None:
    made = catalog.product(catalog.shallots())
    _small, large = catalog.variants(made)
    answer = client.post("/keranjang", data={"varian": str(large), "jumlah": "999"})
    assert answer.status_code == 422
    assert re.search(rf'name="varian" value="{large}" checked', answer.text)


def test_what_has_no_page_is_answered_on_the_cart(app: Flask, client: FlaskClient) -> None:
    for bad in ("bukan", "", str(UUID(int=7))):
        answer = client.post("/keranjang", data={"varian": bad, "jumlah": "dua"})
        assert answer.status_code == 422
        assert "<h1>Keranjang</h1>" in answer.text
