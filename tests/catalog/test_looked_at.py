"""What a browser remembers having looked at: the server shows it when asked, and keeps nothing of it."""

from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.catalog import services
from marketplace.catalog.models import Product
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session
from tests.catalog.conftest import Market
from tests.catalog.reading import names, statements


def code(product: object) -> str:
    return str(session().scalar(select(Product.code).where(Product.id == product)))


def test_what_was_looked_at_is_shown_in_the_order_of_the_browser_and_by_one_statement(
    market: Market, client: FlaskClient
) -> None:
    first, second, hidden = code(market.shallots), code(market.basket), code(market.draft)
    client.get("/")
    page = client.get(f"/dilihat?kode={first.lower()}&kode={hidden}&kode={second}&kode={first}")
    assert names(page) == ["Bawang Goreng Kamal Renyah", "Keranjang Anyaman Pandan"]
    assert names(client.get(f"/dilihat?kode={second}&kode={first}")) == names(page)[::-1]
    assert statements(page) == 1
    assert "Lupakan" in page.text
    assert "Set-Cookie" not in page.headers, "nobody is given a name for having looked"
    assert page.headers["Cache-Control"] == "no-store"


def test_what_is_gone_or_no_code_is_left_out_without_a_fault(market: Market, client: FlaskClient) -> None:
    gone = code(market.basket)
    services.stop(market.basket, by=SYSTEM)
    for asked in ("", f"?kode={gone}", "?kode=", "?kode=%00&kode=ÄÖÜÄÖÜÄÖ", "?kode=" + "A" * 5000):
        page = client.get(f"/dilihat{asked}")
        assert (page.status_code, page.text.strip()) == (200, ""), asked


def test_a_browser_is_shown_four_at_most_and_heard_out_to_the_eighth(market: Market, client: FlaskClient) -> None:
    asked = "&".join(["kode=AAAAAAAA"] * 8)
    assert client.get(f"/dilihat?{asked}&kode={code(market.basket)}").text.strip() == "", "the ninth is not read"


def test_the_page_of_a_product_stays_the_same_for_everyone(market: Market, client: FlaskClient) -> None:
    """What is remembered is remembered by a script: the page itself gives no cookie, so caches in front may keep it."""
    page = client.get(f"/p/{code(market.basket)}-x", follow_redirects=True)
    assert "public" in page.headers["Cache-Control"]
    assert "Set-Cookie" not in page.headers
    assert f'data-code="{code(market.basket)}"' in page.text
