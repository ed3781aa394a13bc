"""Two at the same moment at the door: no more comes than was ordered, and one form is one receipt (R11.6, R26.4)."""

import threading
from collections.abc import Callable

import pytest

from marketplace.eorder import services
from marketplace.eorder.forms import ReasonIn
from marketplace.eorder.models import SHOP
from marketplace.eorder.models.acts import RECEIVER
from marketplace.kernel import ids
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import DomainError
from marketplace.kernel.money import ZERO
from marketplace.offices import queries as offices
from marketplace.testing.plugin import Live
from tests.eorder.fulfilling import Way, accepted
from tests.orders.test_races import PATIENCE, somebody_waits

CROWD = 8


def together(live: Live, *works: Callable[[], object]) -> list[str]:
    """Do all at once, each in a thread of the site; return what each came to."""
    answers: list[str] = []
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        with live.app.app_context():
            gate.wait(PATIENCE)
            try:
                work()
                answers.append("done")
            except DomainError as refused:
                answers.append(type(refused).__name__)
            finally:
                session.remove()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    session.remove()
    return sorted(answers)


def on_its_way() -> Way:
    way = accepted()
    way.ship()
    return way


def test_of_many_receipts_at_once_no_more_come_than_were_ordered(live: Live) -> None:
    """Guard (R26.3): no more comes than was ordered (R11.6)."""
    way = on_its_way()
    by = way.case.by(RECEIVER)
    session.remove()
    answers = together(live, *(lambda: way.receive(9, by=by) for _ in range(CROWD)))
    assert answers == ["Invalid"] * (CROWD - 4) + ["done"] * 4
    assert (way.figures, len(way.all.receipts)) == ((40, 36, 0), 4)


def test_one_form_sent_many_times_at_once_is_one_receipt(live: Live) -> None:
    way, key = on_its_way(), ids.token()
    by = way.case.by(RECEIVER)
    session.remove()
    assert together(live, *(lambda: way.receive(40, key=key, by=by) for _ in range(CROWD))) == ["done"] * CROWD
    assert (way.figures, len(way.all.receipts)) == ((40, 40, 0), 1)


@pytest.mark.parametrize("shop_signs_first", [True, False])
def test_of_a_shop_that_signs_and_objects_at_once_one_wins(live: Live, shop_signs_first: bool) -> None:
    way = on_its_way()
    way.receive(39)
    way.inspect(39, "reduce")
    way.sign()
    seller = way.case.by(SHOP)
    session.remove()

    def signs() -> None:
        services.countersign(way.case.code, by=seller)

    def objects() -> None:
        services.object_to(way.case.code, ReasonIn(alasan="Empat puluh yang datang"), by=seller)

    first, second = (signs, objects) if shop_signs_first else (objects, signs)
    there, go_on = threading.Event(), threading.Event()

    @transactional
    def held() -> None:
        first()
        there.set()
        assert go_on.wait(PATIENCE)

    def beside(work: Callable[[], object]) -> threading.Thread:
        def run() -> None:
            with live.app.app_context():
                try:
                    work()
                except DomainError:
                    return
                finally:
                    session.remove()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    one = beside(held)
    assert there.wait(PATIENCE)
    other = beside(second)
    somebody_waits()
    go_on.set()
    for thread in (one, other):
        thread.join(PATIENCE)
    session.remove()
    expected = ("bast_signed", (39, 39, 39)) if shop_signs_first else ("arrived", (40, 39, 0))
    assert (way.order.state, way.figures) == expected
    assert list(offices.broken()) == []
    assert way.order.accepted == (way.order.total if shop_signs_first else ZERO)
