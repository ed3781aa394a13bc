"""Two at the same moment: each alert is told by one, and asked for once (R26.4)."""

import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import func, select

from marketplace.catalog.queries import offers
from marketplace.kernel.db import session
from marketplace.kernel.models import StoredEvent
from marketplace.testing.plugin import Live
from marketplace.wishlist import queries, services
from marketplace.wishlist.events import AlertAsked, BackInStock
from marketplace.wishlist.services import alerts as module
from tests.factories import catalog, orders, wishlist

PATIENCE = 20


@pytest.fixture
def elsewhere(live: Live) -> Iterator[Callable[[Callable[[], object]], None]]:
    """Run work to its end in another thread of the site, with a session of its own."""
    failures: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        def inside() -> None:
            with live.app.app_context():
                try:
                    work()
                except BaseException as failure:  # noqa: BLE001 - whatever it is, the test shall say so
                    failures.append(failure)
                finally:
                    session.remove()

        thread = threading.Thread(target=inside)
        thread.start()
        thread.join(PATIENCE)
        assert not thread.is_alive()

    yield run
    assert failures == []


def told(event: type[object]) -> int:
    name = getattr(event, "name")()  # noqa: B009 - an Event class
    return session.scalar(select(func.count()).select_from(StoredEvent).where(StoredEvent.name == name)) or 0


def test_two_who_look_at_once_tell_each_alert_once(live, elsewhere, monkeypatch):
    gone = catalog.basket(stock=0)
    product = offers([gone])[gone].product_id
    for number in range(3):
        wishlist.asked(gone, orders.guest(), f"warga{number}@contoh.example")
    for alert in wishlist.alerts():
        services.confirm(queries.token_of(alert.id))
    wishlist.counted(gone, 5)
    real = queries.available

    def slow(product_id):
        # The first has seen that there are goods; the second does all of it before the first goes on.
        monkeypatch.setattr(queries, "available", real)
        elsewhere(lambda: services.look(product))
        return real(product_id)

    monkeypatch.setattr(queries, "available", slow)
    assert services.look(product) == 0
    assert wishlist.states() == ["told"] * 3
    assert told(BackInStock) == 3
    assert list(queries.broken()) == []


def test_two_who_ask_for_one_address_at_once_make_one_alert_and_one_letter(live, elsewhere, monkeypatch):
    gone = catalog.basket(stock=0)
    real = module._ask

    def slow(*given):
        monkeypatch.setattr(module, "_ask", real)
        elsewhere(lambda: wishlist.asked(gone, orders.guest(), "rina@contoh.example"))
        return real(*given)

    monkeypatch.setattr(module, "_ask", slow)
    wishlist.asked(gone, orders.guest(), "rina@contoh.example")
    assert wishlist.states() == ["asked"]
    assert told(AlertAsked) == 1
