"""What was uploaded and is used by nobody is swept after a day; what anybody uses never is."""

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text, update

from marketplace.catalog.models import Image
from marketplace.catalog.services import add_image, remove_image
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Invalid
from marketplace.kernel.outbox import relay
from marketplace.kernel.words import Words
from marketplace.media import queries, services
from marketplace.media.models import Picture
from marketplace.media.plugin import plugin
from marketplace.orders.models import Line
from marketplace.testing.plugin import Live, TestClock
from tests.factories import catalog, orders, sellers
from tests.factories.media import photo

TODAY, TOMORROW, AFTER = "2026-11-27T09:00:00+07:00", "2026-11-28T09:00:00+07:00", "2026-11-29T09:00:01+07:00"
PATIENCE = 20


def uploaded(owner: str = "seller/1") -> UUID:
    return services.store_image(photo(), owner=owner, alt="", by=SYSTEM)


def kept() -> set[UUID]:
    session.rollback()
    return set(session.scalars(select(Picture.id)))


def test_what_nobody_uses_goes_with_its_files_after_a_day(app: Flask, client: FlaskClient, clock: TestClock) -> None:
    key = uploaded()
    address = queries.pictures([key])[key].src
    clock.set("2026-11-28T08:59:59+07:00")
    assert services.reap() == 0
    clock.set(TOMORROW)
    assert services.reap() == 1
    assert kept() == set()
    assert client.get(address).status_code == 200, "the files follow, when the row is gone for certain"
    relay()
    assert client.get(address).status_code == 404
    assert services.reap() == 0


def test_it_is_swept_by_the_command_and_by_the_clock(app: Flask) -> None:
    assert services.reap in [fill.thing for fill in plugin.fills]
    assert [one.run for one in plugin.schedule.values()] == [services.reap]


def test_what_a_product_shows_stays_and_a_day_after_it_was_taken_off_goes(app: Flask, clock: TestClock) -> None:
    product = catalog.product()
    cover, second = uploaded(), uploaded()
    add_image(product, cover, by=SYSTEM)
    add_image(product, second, by=SYSTEM)
    clock.set(TOMORROW)
    assert services.reap() == 0
    remove_image(product, second, by=SYSTEM)
    assert services.reap() == 0, "somebody may just have it in a cart"
    clock.set(AFTER)
    assert services.reap() == 1
    assert kept() == {cover}


def test_what_an_order_shows_stays_when_its_product_shows_another(app: Flask, clock: TestClock) -> None:
    variant = catalog.basket()
    orders.pictured(variant)
    orders.paid(orders.guest(), variant)
    (shown,) = session.scalars(select(Line.image_id))
    product = session.scalars(select(Image.product_id)).one()
    remove_image(product, shown, by=SYSTEM)
    clock.set(AFTER)
    assert services.reap() == 0
    assert kept() == {shown}


def test_pictures_of_a_kind_that_no_plugin_speaks_for_are_left_alone(app: Flask, clock: TestClock) -> None:
    own = {uploaded("bazaar/1"), uploaded("sellers-club/1")}
    clock.set(AFTER)
    assert services.reap() == 0
    assert kept() == own


def test_more_than_one_handful_goes_at_once(app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 2)
    for _picture in range(5):
        uploaded()
    clock.set(TOMORROW)
    assert services.reap() == 5


def test_a_picture_that_is_gone_cannot_be_used_any_more(app: Flask, clock: TestClock) -> None:
    product, key = catalog.product(), uploaded()
    clock.set(TOMORROW)
    services.reap()
    with pytest.raises(Invalid) as refused:
        add_image(product, key, by=SYSTEM)
    assert "photo" in refused.value.fields
    assert session.scalars(select(Image.id)).all() == []


def aside(live: Live, work: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    """Do work in a thread of its own; return the thread, and what came of it as soon as it ends."""
    came: list[object] = []

    def run() -> None:
        with live.app.app_context():
            try:
                came.append(work())
            except Invalid as refused:
                came.append(refused)
            finally:
                session.remove()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, came


def waits_for_a_lock() -> bool:
    asked = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    found = session.execute(asked).scalar_one()
    session.rollback()
    return bool(found)


@pytest.fixture
def old(live: Live) -> tuple[UUID, UUID]:
    """Give a product, and a picture that has lain about for days."""
    product, key = catalog.product(of=sellers.shop(trusted=True)), uploaded()

    @transactional
    def age() -> None:
        session.execute(update(Picture).values(loose_since=text("now() - interval '3 days'")))

    age()
    session.remove()
    return product, key


@pytest.mark.parametrize("keeps", [True, False])
def test_who_begins_to_use_it_first_keeps_it(live: Live, old: tuple[UUID, UUID], keeps: bool) -> None:
    product, key = old
    taken, decide = threading.Event(), threading.Event()

    @transactional
    def attach() -> None:
        add_image(product, key, by=SYSTEM)
        session.flush()
        taken.set()
        assert decide.wait(PATIENCE)
        if not keeps:
            raise Invalid({"photo": [Words("thought better of it")]})

    thread, _came = aside(live, attach)
    assert taken.wait(PATIENCE)
    assert services.reap() == 0, "it does not even wait"
    decide.set()
    thread.join(PATIENCE)
    assert services.reap() == (0 if keeps else 1)
    assert kept() == ({key} if keeps else set())


def test_who_comes_while_it_is_swept_is_told(live: Live, old: tuple[UUID, UUID]) -> None:
    product, key = old

    @transactional
    def sweep() -> list[object]:
        assert services.reap() == 1
        thread, came = aside(live, lambda: add_image(product, key, by=SYSTEM))
        for _turn in range(400):
            if waiting := aside_waits():
                break
            threading.Event().wait(0.01)
        assert waiting
        waits.append(thread)
        return came

    def aside_waits() -> bool:
        asker, said = aside(live, waits_for_a_lock)
        asker.join(PATIENCE)
        return said == [True]

    waits: list[threading.Thread] = []
    came = sweep()
    waits[0].join(PATIENCE)
    assert isinstance(came[0], Invalid)
    assert kept() == set()
    assert session.scalars(select(Image.id)).all() == []


def test_what_was_attached_between_looking_and_sweeping_stays(
    live: Live, old: tuple[UUID, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    product, key = old

    def attach_first(table: type[Picture]) -> object:
        # Committed by somebody else after the sweep chose what to take: only a condition in the DELETE itself sees it.
        thread, _came = aside(live, lambda: show(product, key))
        thread.join(PATIENCE)
        return delete(table)

    monkeypatch.setattr(services, "delete", attach_first)
    assert services.reap() == 0
    assert kept() == {key}


@transactional
def show(product: UUID, key: UUID) -> None:
    """Attach as a program would that takes no lock."""
    session.add(Image(product_id=product, media_id=key, position=0))
