"""Objecting to a review, and what the programme decides: counted once, audited, told to both."""

import pytest
from sqlalchemy import select

from marketplace.accounts.services import grant
from marketplace.catalog.queries import offers
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict, NotAllowed, NotFound, TooMany
from marketplace.kernel.models import AuditEntry
from marketplace.kernel.outbox import relay
from marketplace.reviews import queries, services
from marketplace.reviews.events import ReviewDecided, ReviewReported
from marketplace.reviews.models import ReviewState
from tests.factories import catalog, orders, reviews, sellers
from tests.factories.accounts import as_actor, person
from tests.factories.letters import letters

HERE = "203.0.113.7"


@pytest.fixture
def said(app):
    """Give a review with three stars, and the product it is about."""
    basket = catalog.basket()
    return reviews.reviewed(orders.guest(), basket, nilai=3), offers([basket])[basket].product_id


def decisions():
    found = select(AuditEntry.content).where(AuditEntry.stream == "reviews").order_by(AuditEntry.seq)
    return [(one["action"], one["by"]) for one in session.scalars(found)]


def test_a_reported_review_stays_visible_until_somebody_decides(said, outbox):
    review_id, product_id = said
    for _time in range(2):
        services.report(review_id, reviews.objection(), by=orders.guest(), address=HERE)
    assert reviews.kept(review_id).state == ReviewState.REPORTED
    assert len(outbox.named(ReviewReported)) == 1
    assert queries.section(product_id)["summary"].reviews == 1
    officer = reviews.officer()
    assert [len(one.objections) for one in queries.to_moderate(officer, "laporan")] == [2]
    services.keep(review_id, by=officer)
    services.keep(review_id, by=officer)
    assert reviews.kept(review_id).state == ReviewState.SHOWN
    assert decisions() == [("reviews.keep", officer.reference)]


def test_the_same_reader_objects_once_even_after_it_was_kept(said):
    review_id, reader = said[0], orders.guest()
    services.report(review_id, reviews.objection(), by=reader, address=HERE)
    services.keep(review_id, by=reviews.officer())
    services.report(review_id, reviews.objection(), by=reader, address=HERE)
    assert reviews.kept(review_id).state == ReviewState.SHOWN


def test_from_one_address_come_twenty_reports_an_hour(said):
    for _time in range(20):
        services.report(said[0], reviews.objection(), by=orders.guest(), address=HERE)
    with pytest.raises(TooMany):
        services.report(said[0], reviews.objection(), by=orders.guest(), address=HERE)


def test_what_is_hidden_counts_no_more_and_counts_again_when_it_is_shown(said, outbox):
    review_id, product_id = said
    officer = reviews.officer()
    for _time in range(2):
        services.hide(review_id, reviews.reason(), by=officer)
    assert reviews.rating(product_id) == (0, 0)
    assert queries.visible(review_id) is None
    assert queries.rated_well([product_id]) == {product_id: False}
    with pytest.raises(NotFound):
        services.report(review_id, reviews.objection(), by=orders.guest(), address=HERE)
    with pytest.raises(Conflict):
        services.keep(review_id, by=officer)
    for _time in range(2):
        services.restore(review_id, reviews.reason("Penulisnya sudah menghapus nomornya."), by=officer)
    assert reviews.rating(product_id) == (1, 3)
    assert [told["state"] for told in outbox.named(ReviewDecided)] == ["hidden", "shown"]
    assert decisions() == [("reviews.hide", officer.reference), ("reviews.restore", officer.reference)]
    assert list(queries.broken()) == []


def test_nobody_else_decides(said):
    review_id = said[0]
    for other in (orders.guest(), as_actor(person("Rania")), reviews.team(reviews.kept(review_id).seller_id)):
        for act in (
            lambda by: services.keep(review_id, by=by),
            lambda by: services.hide(review_id, reviews.reason(), by=by),
            lambda by: services.restore(review_id, reviews.reason(), by=by),
        ):
            with pytest.raises(NotAllowed):
                act(other)
        assert queries.to_moderate(other, "laporan") == ()
        assert queries.reported_count(other) == 0


def test_everybody_concerned_gets_a_letter(app):
    siti = person("Siti Marlina", email="siti@contoh.example")
    shop = sellers.shop(trusted=True, owner_id=siti)
    officer = person("Dewi Petugas", email="dewi@contoh.example")
    grant(officer, "programme_officer", "everywhere", "", by=SYSTEM)
    rina, basket = orders.guest(), catalog.basket(of=shop, name="Tampah Bambu")
    code = reviews.received(rina, basket, email="rina@contoh.example")
    relay(1000)
    before = set(letters(app))
    review_id = services.write(code, reviews.words(reviews.line_of(code, rina)), by=rina)
    services.answer(review_id, reviews.thanks(), by=reviews.team(shop.id))
    services.report(review_id, reviews.objection(), by=orders.guest(), address=HERE)
    services.hide(review_id, reviews.reason("Memuat nomor telepon."), by=as_actor(officer, reviews.OFFICER))
    relay(1000)
    told = [one for one in letters(app) if one not in before]
    assert sorted((to, subject) for to, subject, _text in told) == [
        ("dewi@contoh.example", "Ulasan untuk Tampah Bambu dilaporkan"),
        ("rina@contoh.example", "Dapur Ibu Siti membalas ulasan Anda"),
        ("rina@contoh.example", "Ulasan Anda untuk Tampah Bambu disembunyikan"),
        ("siti@contoh.example", "Pembeli memberi Tampah Bambu 5 bintang"),
        ("siti@contoh.example", "Ulasan untuk Tampah Bambu disembunyikan"),
    ]
    assert all("Memuat nomor telepon." in text for _to, subject, text in told if "disembunyikan" in subject)
