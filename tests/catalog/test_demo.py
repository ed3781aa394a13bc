"""A demo site's goods: the same for the same number, adding up, and all with a picture in the end."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.catalog import demo, demo_content, demo_gallery, services
from marketplace.catalog.models import Product, Variant
from marketplace.catalog.queries.checks import broken
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotAllowed
from marketplace.kernel.models import Move
from marketplace.kernel.slots import demos
from marketplace.media.queries import pictures
from tests.factories import sellers
from tests.factories.media import picture


@pytest.fixture
def town(app):
    """Plant the small demo site up to the catalogue: people, shops, goods."""
    for one in demos:
        one.plant("small", 7)
        if one.plant is demo.plant:
            break


def test_a_small_site_is_planted_once_and_adds_up(town):
    made = session.scalar(select(func.count()).select_from(Product))
    assert made == demo.COUNTS["small"]
    assert demo.plant("small", 7) == {}
    assert session.scalar(select(func.count()).select_from(Product)) == made
    assert list(broken()) == []


def test_food_without_its_papers_is_planted_as_a_draft(town):
    hidden = select(Product.state).where(Product.halal == "in_process").distinct()
    assert set(session.execute(hidden).scalars()) <= {"draft"}


def test_covers_are_hung_once_and_only_where_there_is_none(town):
    first, second = session.execute(select(Product.id).order_by(Product.id).limit(2)).scalars()
    one, other = picture(), picture()
    assert services.hang_covers([(first, one)], by=SYSTEM) == 1
    assert services.hang_covers([(first, other), (second, other)], by=SYSTEM) == 1
    session.expire_all()
    assert session.get_one(Product, first).cover_id == one
    assert session.get_one(Product, second).cover_id == other
    with pytest.raises(NotAllowed):
        services.hang_covers([(second, one)], by=sellers.runs())


def test_the_skus_of_a_demo_are_known_by_their_look(town):
    skus = session.execute(select(Variant.sku)).scalars()
    assert all(sku[0] == "D" and sku[1:].isdigit() for sku in skus)


def test_the_second_seller_has_something_at_the_reviewers(town):
    states = session.execute(select(Product.state, func.count()).group_by(Product.state))
    counts = {row.state: row[1] for row in states}
    assert (counts["waiting"], counts["rejected"]) == (2, 1)
    assert counts["published"] > 40


def test_what_waits_for_a_reviewer_was_sent_within_two_days(town):
    waiting = session.execute(select(Product.id, Product.changed_at).where(Product.state == "waiting")).all()
    assert all(clock.now() - row.changed_at < timedelta(days=2) for row in waiting)
    sent = select(Move.at).where(Move.thing_id.in_([row.id for row in waiting]), Move.now == "waiting")
    assert sorted(session.execute(sent).scalars()) == sorted(row.changed_at for row in waiting)


def test_pictures_are_drawn_for_the_newest_first_and_no_two_are_alike(town):
    assert list(demo_gallery.hang(3)) == [3]
    newest = select(Product.id).order_by(Product.published_at.desc().nulls_last(), Product.id).limit(3)
    with_cover = select(Product.cover_id).where(Product.id.in_(newest))
    covers = [one for one in session.execute(with_cover).scalars() if one]
    assert len(set(covers)) == 3
    shown = pictures(covers)
    assert {one.width for one in shown.values()} == {demo_gallery.WIDTH}
    assert all(one.alt.startswith("Gambar ") for one in shown.values())
    assert sum(demo_gallery.hang(2)) == 2


def test_the_motif_follows_the_kind_that_the_name_begins_with():
    kind = next(one for found in demo_content.kinds().values() for one in found)
    assert demo_gallery.motif_of(kind.category, f"{kind.name} Istimewa") == kind.motif
    assert demo_gallery.motif_of(kind.category, "Barang Tak Dikenal") == demo_gallery.OTHERWISE
