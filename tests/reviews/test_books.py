"""The verifier finds what is wrong, the search finds what is rated well, and photos go when nobody shows them."""

from datetime import timedelta

import pytest
from sqlalchemy import text, update

from marketplace.catalog import slots
from marketplace.catalog.index import products
from marketplace.catalog.queries import offers
from marketplace.kernel import clock
from marketplace.kernel.db import session, transactional
from marketplace.kernel.outbox import relay
from marketplace.kernel.slots import facts
from marketplace.media import services as media
from marketplace.media.models import Picture
from marketplace.reviews import queries, services
from marketplace.reviews.forms import ReviewIn
from search import services as searching
from tests.factories import catalog, orders, reviews
from tests.factories.accounts import as_actor, person
from tests.factories.media import picture

pytestmark = pytest.mark.usefixtures("app")


def product_of(variant):
    return offers([variant])[variant].product_id


@transactional
def change(statement, **values):
    session.execute(text(statement), values)


def test_a_rating_that_lost_count_is_found():
    basket = catalog.basket()
    reviews.reviewed(orders.guest(), basket)
    change("UPDATE reviews_ratings SET reviews = 2, stars = 6")
    assert list(queries.broken()) == [
        f"reviews: the rating of the product {product_of(basket)} counts 2 reviews, there are 1"
    ]
    change("DELETE FROM reviews_ratings")
    assert list(queries.broken()) == [
        f"reviews: the rating of the product {product_of(basket)} counts 0 reviews, there are 1"
    ]


@pytest.mark.parametrize("receipt", ["orders:00000000-0000-0000-0000-000000000007", "kantor:1"])
def test_a_review_of_what_nobody_received_is_found(receipt):
    reviews.reviewed(orders.guest(), catalog.basket())
    change("UPDATE reviews_reviews SET receipt = :receipt", receipt=receipt)
    assert list(queries.broken()) == [f"reviews: nothing was received for the receipt {receipt}"]


def test_a_review_of_goods_that_went_back_on_their_way_is_found():
    reviews.reviewed(orders.guest(), catalog.basket())
    change("UPDATE orders_suborders SET state = 'ready'")
    assert [one.partition(" orders:")[0] for one in queries.broken()] == [
        "reviews: nothing was received for the receipt"
    ]


def test_a_review_that_waits_for_nobody_s_report_is_found():
    review_id = reviews.reviewed(orders.guest(), catalog.basket())
    change("UPDATE reviews_reviews SET state = 'reported'")
    assert list(queries.broken()) == [f"reviews: the review {review_id} waits for a decision, but nobody reported it"]


def test_the_facts_tell_stars_and_no_words():
    reviews.reviewed(orders.guest(), catalog.basket())
    told = next(list(rows()) for name, rows in facts if name == "reviews")
    assert [one["stars"] for one in told] == [5]
    assert "Rapi" not in str(told)


def test_what_is_rated_well_can_be_searched_for(client):
    good, bad = (catalog.basket(name=name) for name in ("Tampah Rapi", "Tampah Miring"))
    catalog.basket(name="Tampah Baru")
    searching.rebuild(products)
    reviews.reviewed(orders.guest(), good, nilai=4)
    reviews.reviewed(orders.guest(), bad, nilai=3)
    relay(1000)
    field = next(one for one in slots.product_fields if one.name == "rated")
    assert field.values([product_of(good), product_of(bad)]) == {product_of(good): True, product_of(bad): False}
    page = client.get("/cari?q=tampah&nilai=1")
    assert ("Tampah Rapi" in page.text, "Tampah Miring" in page.text, "Tampah Baru" in page.text) == (
        True,
        False,
        False,
    )
    assert "Bintang 4 ke atas" in page.text


def pictured(by):
    basket = catalog.basket()
    code = reviews.received(by, basket)
    line = reviews.line_of(code, by)
    shown = picture(f"review/{line}")
    return services.write(code, reviews.words(line), by=by, picture_id=shown), shown


@transactional
def a_day_passes(picture_id):
    loose = update(Picture).where(Picture.id == picture_id).values(loose_since=clock.now() - timedelta(days=2))
    session.execute(loose)


def test_the_photo_of_a_review_is_kept_while_anybody_sees_it_and_swept_when_it_is_hidden():
    review_id, shown = pictured(orders.guest())
    a_day_passes(shown)
    assert media.reap() == 0
    services.hide(review_id, reviews.reason(), by=reviews.officer())
    assert media.reap() == 0, "a decision may be taken back within the day"
    a_day_passes(shown)
    assert media.reap() == 1
    services.restore(review_id, reviews.reason("Boleh tayang tanpa foto."), by=reviews.officer())
    said = queries.visible(review_id)
    assert said is not None
    assert said.picture is None


def test_with_an_account_go_its_words_its_photo_and_its_reports():
    rania = as_actor(person("Rania Dewi"), name="Rania Dewi")
    _review_id, shown = pictured(rania)
    other = reviews.reviewed(orders.guest(), catalog.basket())
    services.report(other, reviews.objection(catatan="Saya kenal dia."), by=rania, address="203.0.113.7")
    told = queries.export_person(rania.id)
    assert [one["note"] for one in told["reports"]] == ["Saya kenal dia."]
    services.erase_person(rania.id)
    a_day_passes(shown)
    assert media.reap() == 1
    assert queries.export_person(rania.id)["reports"] == []
    assert [one["body"] for one in queries.export_person(rania.id)["reviews"]] == [""]
    services.report(other, reviews.objection(), by=orders.guest(), address="203.0.113.7")


def test_a_text_loses_only_what_makes_it_long():
    said = ReviewIn.model_validate({"barang": picture_id(), "nilai": "5", "ulasan": "Satu\r\n\r\n \r\n\nDua"})
    assert said.ulasan == "Satu\n\nDua"


def picture_id():
    return "01a2040e-d8af-740b-b01c-0e922b4a3204"
