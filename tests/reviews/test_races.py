"""Two at the same moment: the moments are forced, not hoped for (R26.4)."""

import threading
import time
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from marketplace.catalog.queries import offers
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session
from marketplace.kernel.models import AuditEntry
from marketplace.reviews import queries, services
from marketplace.reviews.models import Review
from marketplace.reviews.services import moderating, writing
from marketplace.testing.plugin import Live
from tests.factories import catalog, orders, reviews

PATIENCE = 20


@pytest.fixture
def beside(live: Live) -> Iterator[Callable[[Callable[[], object]], threading.Thread]]:
    """Run work in threads of the site, each with a session of its own; all of it must end well."""
    threads: list[threading.Thread] = []
    failures: list[BaseException] = []

    def start(work: Callable[[], object]) -> threading.Thread:
        def run() -> None:
            with live.app.app_context():
                try:
                    work()
                except BaseException as failure:  # noqa: BLE001 - whatever it is, the test shall say so
                    failures.append(failure)
                finally:
                    session.remove()

        threads.append(threading.Thread(target=run))
        threads[-1].start()
        return threads[-1]

    yield start
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert failures == []


def somebody_waits() -> None:
    """Return once a statement of somebody waits for a lock."""
    limit = time.monotonic() + PATIENCE
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while not session.connection().execute(waiting).scalar_one():
        session.connection().execute(text("SELECT pg_stat_clear_snapshot()"))
        assert time.monotonic() < limit
        time.sleep(0.02)


@pytest.fixture
def bought(live: Live) -> tuple[Actor, str, UUID, UUID]:
    rina, basket = orders.guest(), catalog.basket()
    code = reviews.received(rina, basket)
    return rina, code, reviews.line_of(code, rina), offers([basket])[basket].product_id


def test_the_same_review_sent_twice_at_once_is_one_and_counts_once(live, beside, bought, monkeypatch):
    rina, code, line, product_id = bought
    written, real = [], writing.count

    def send() -> None:
        written.append(services.write(code, reviews.words(line), by=rina))

    def slow(*given: object) -> None:
        monkeypatch.setattr(writing, "count", real)
        # The first stands in the table, not yet for others; the second now waits at its door.
        beside(send)
        somebody_waits()
        real(*given)

    monkeypatch.setattr(writing, "count", slow)
    beside(send).join(PATIENCE)
    limit = time.monotonic() + PATIENCE
    while len(written) < 2 and time.monotonic() < limit:
        time.sleep(0.02)
    assert len(written) == 2
    assert written[0] == written[1]
    assert session.scalar(select(func.count()).select_from(Review)) == 1
    assert reviews.rating(product_id) == (1, 5)
    assert list(queries.broken()) == []


def test_two_reviews_of_one_product_at_once_both_count(live, beside, bought, monkeypatch):
    rina, code, line, product_id = bought
    other = orders.guest()
    basket = session.execute(
        text("SELECT id FROM catalog_variants WHERE product_id = :one"), {"one": product_id}
    ).scalar_one()
    second = reviews.received(other, basket)
    real = writing.count

    def slow(*given: object) -> None:
        monkeypatch.setattr(writing, "count", real)
        real(*given)
        theirs = reviews.words(reviews.line_of(second, other), nilai=2)
        beside(lambda: services.write(second, theirs, by=other))
        somebody_waits()

    monkeypatch.setattr(writing, "count", slow)
    beside(lambda: services.write(code, reviews.words(line), by=rina)).join(PATIENCE)
    limit = time.monotonic() + PATIENCE
    while reviews.rating(product_id) != (2, 7) and time.monotonic() < limit:
        session.rollback()
        time.sleep(0.02)
    assert reviews.rating(product_id) == (2, 7)


def test_two_officers_who_hide_at_once_take_the_stars_off_once(live, beside, bought, monkeypatch):
    rina, code, line, product_id = bought
    review_id = services.write(code, reviews.words(line), by=rina)
    officers, second = (reviews.officer(), reviews.officer()), []
    real = moderating.count_off

    def slow(*given: object) -> None:
        monkeypatch.setattr(moderating, "count_off", real)
        second.append(beside(lambda: services.hide(review_id, reviews.reason(), by=officers[1])))
        somebody_waits()
        real(*given)

    monkeypatch.setattr(moderating, "count_off", slow)
    beside(lambda: services.hide(review_id, reviews.reason(), by=officers[0])).join(PATIENCE)
    for thread in second:
        thread.join(PATIENCE)
    assert reviews.rating(product_id) == (0, 0)
    hidden = select(func.count()).select_from(AuditEntry).where(AuditEntry.stream == "reviews")
    assert session.scalar(hidden) == 1
    assert list(queries.broken()) == []
