"""A review stands on goods that came: who may write one, what it holds, and that it counts once."""

import pytest
from sqlalchemy import update

from marketplace.accounts.models import Person
from marketplace.catalog.queries import offers
from marketplace.kernel import clock
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.orders import queries as order_queries
from marketplace.orders import services as order_services
from marketplace.orders.models import PartState
from marketplace.orders.queries.orders import page_token
from marketplace.reviews import queries, services
from marketplace.reviews.events import RatingMoved, ReviewAnswered, Reviewed
from marketplace.reviews.forms import AnswerIn
from tests.factories import catalog, orders, reviews, sellers
from tests.factories.accounts import as_actor, person

pytestmark = pytest.mark.usefixtures("app")


def product_of(variant):
    return offers([variant])[variant].product_id


def test_a_guest_says_something_of_what_came_and_the_stars_count(outbox):
    rina, basket = orders.guest(), catalog.basket(name="Tampah Bambu")
    review_id = reviews.reviewed(rina, basket, nilai=4)

    shown = queries.section(product_of(basket))
    assert (shown["summary"].reviews, shown["summary"].average) == (1, "4,0")
    assert [(one.name, one.stars, one.body) for one in shown["newest"]] == [("Rina K.", 4, "Rapi dan sesuai foto.")]
    assert [told["review_id"] for told in outbox.named(Reviewed)] == [str(review_id)]
    assert len(outbox.named(RatingMoved)) == 1
    assert list(queries.broken()) == []


def test_nothing_is_said_of_what_has_not_come():
    rina = orders.guest()
    code = orders.paid(rina, catalog.basket())
    assert queries.handed(code, rina).lines == ()
    with pytest.raises(NotFound):
        services.write(code, reviews.words(uuid7()), by=rina)


def test_a_line_that_has_not_come_is_unknown_beside_one_that_has():
    rina, (first, _second, third) = orders.guest(), orders.two_shops()
    code = orders.paid(rina, first, third)
    waiting = order_queries.own_order(code, rina).parts[1]
    came = order_queries.own_order(code, rina).parts[0]
    order_services.advance(f"{code}-{came.number}", PartState.READY, by=reviews.team(came.seller_id))
    order_services.receive(code, came.number, by=rina)
    lines = queries.handed(code, rina).lines
    assert [line.seller_id for line in lines] == [came.seller_id]
    assert waiting.seller_id not in {line.seller_id for line in lines}


def test_the_order_of_somebody_else_is_unknown():
    rina = orders.guest()
    code = reviews.received(rina, catalog.basket())
    line = reviews.line_of(code, rina)
    for stranger in (orders.guest(), as_actor(person("Joko Asing"))):
        with pytest.raises(NotFound):
            services.write(code, reviews.words(line), by=stranger)
    with pytest.raises(NotFound):
        services.write(code, reviews.words(line), by=orders.guest(), token="0" * 32)


def test_who_shows_the_token_of_the_mailed_link_reviews_elsewhere():
    rina = orders.guest()
    code = reviews.received(rina, catalog.basket())
    token = page_token(order_queries.own_order(code, rina).id)
    elsewhere = orders.guest()
    line = queries.handed(code, elsewhere, token).lines[0].line_id
    assert services.write(code, reviews.words(line), by=elsewhere, token=token)


def test_the_same_twice_is_one_review_and_another_word_is_refused():
    """Guard (R26.3): one review of a line that came."""
    rina, basket = orders.guest(), catalog.basket()
    code = reviews.received(rina, basket)
    said = reviews.words(reviews.line_of(code, rina))
    first = services.write(code, said, by=rina)
    assert services.write(code, said, by=rina) == first
    with pytest.raises(Conflict, match="reviewed"):
        services.write(code, said.model_copy(update={"nilai": 1}), by=rina)
    assert reviews.rating(product_of(basket)) == (1, 5)


def test_a_line_of_another_order_cannot_be_brought_in_by_its_id():
    rina = orders.guest()
    mine = reviews.received(rina, catalog.basket())
    other = orders.guest()
    theirs = reviews.received(other, catalog.basket())
    with pytest.raises(NotFound):
        services.write(mine, reviews.words(reviews.line_of(theirs, other)), by=rina)


def test_nobody_praises_their_own_shop():
    shop = sellers.shop(trusted=True)
    buyer = as_actor(person("Siti Marlina"), *reviews.team(shop.id).grants, name="Siti Marlina")
    code = reviews.received(buyer, catalog.basket(of=shop))
    with pytest.raises(Conflict, match="own_shop"):
        services.write(code, reviews.words(reviews.line_of(code, buyer)), by=buyer)


def test_a_person_is_shown_by_their_own_name_not_by_whom_they_bought_for():
    rania = as_actor(person("Rania Putri Dewi"), name="Rania Putri Dewi")
    basket = catalog.basket()
    code = reviews.received(rania, basket, nama="Ibu Yanti")
    services.write(code, reviews.words(reviews.line_of(code, rania)), by=rania)
    assert [one.name for one in queries.section(product_of(basket))["newest"]] == ["Rania D."]


@pytest.mark.parametrize(
    ("name", "shown"), [("Rina", "Rina"), ("Rina Kusuma", "Rina K."), ("  ", ""), ("-", ""), ("A" * 99, "A" * 40)]
)
def test_of_a_name_the_first_word_and_an_initial_are_shown(name, shown):
    assert services.name_shown(name) == shown


def test_who_ticks_it_is_not_named():
    rina, basket = orders.guest(), catalog.basket()
    reviews.reviewed(rina, basket, anonim=True)
    assert [one.name for one in queries.section(product_of(basket))["newest"]] == [""]


def test_a_shop_answers_its_own_reviews_alone_and_may_say_it_better(outbox):
    rina, shop = orders.guest(), sellers.shop(trusted=True)
    review_id = reviews.reviewed(rina, catalog.basket(of=shop))
    other = reviews.team(sellers.shop(name="Kedai Lain", phone="081277770000").id)
    for stranger in (other, rina):
        with pytest.raises(NotFound):
            services.answer(review_id, AnswerIn(balasan="Terima kasih."), by=stranger)
    for text in ("Terima kasih.", "Terima kasih banyak, Kak."):
        services.answer(review_id, AnswerIn(balasan=text), by=reviews.team(shop.id))
    said = queries.visible(review_id)
    assert said is not None
    assert said.answer == "Terima kasih banyak, Kak."
    assert len(outbox.named(ReviewAnswered)) == 1


def test_what_a_guest_said_follows_the_order_into_the_account_and_is_forgotten_with_it():
    rina, basket = orders.guest(), catalog.basket()
    code = reviews.received(rina, basket, email="rina@contoh.example")
    review_id = services.write(code, reviews.words(reviews.line_of(code, rina)), by=rina)
    joined = person("Rina Kusuma", email="rina@contoh.example")
    proved(joined)
    told = queries.export_person(joined)
    assert [one["body"] for one in told["reviews"]] == ["Rapi dan sesuai foto."]

    services.erase_person(joined)
    kept = reviews.kept(review_id)
    assert (kept.name_shown, kept.body, kept.stars) == ("", "", 5)
    assert reviews.rating(product_of(basket)) == (1, 5)
    assert list(queries.broken()) == []


@transactional
def proved(person_id):
    """Let a person have shown that they read the mail of their address; what they ordered as a guest joins them."""
    session.execute(update(Person).where(Person.id == person_id).values(email_proved_at=clock.now()))
    order_services.join(person_id)
