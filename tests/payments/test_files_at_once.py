"""A second file for the bank while the first is being made: it waits, and has a number and payouts of its own (R8.3)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from marketplace.kernel.db import session, transactional
from marketplace.payments import queries, services
from marketplace.testing.plugin import Live, TestClock
from tests.orders.test_races import PATIENCE, somebody_waits
from tests.payments.paying_out import officer, payee, requested


def test_a_file_made_beside_another_has_a_number_of_its_own(live: Live, clock: TestClock) -> None:
    requested(payee(clock, 40_000), 40_000)
    there, go_on = Event(), Event()

    @transactional
    def slowly() -> str:
        number = services.make_batch(by=officer())
        there.set()
        assert go_on.wait(PATIENCE)
        return number

    def in_site(work: object) -> str:
        with live.app.app_context():
            try:
                return work()  # type: ignore[operator,no-any-return]
            finally:
                session.remove()

    with ThreadPoolExecutor(2) as desks:
        first = desks.submit(in_site, slowly)
        assert there.wait(PATIENCE)
        requested(payee(clock, 40_000), 40_000)
        second = desks.submit(in_site, lambda: services.make_batch(by=officer()))
        somebody_waits()
        go_on.set()
        assert [first.result(), second.result()] == ["20261128-1", "20261128-2"]
    session.remove()
    assert [one.payouts for one in queries.batches()] == [1, 1]
    assert list(queries.broken()) == []
