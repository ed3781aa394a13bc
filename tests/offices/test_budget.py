"""Money of a budget line is held before anybody is bound by it, and never more than there is (R11.3)."""

import threading
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from marketplace.kernel.access import SYSTEM, Actor, Grant
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, NotAllowed, NotFound
from marketplace.kernel.money import Rupiah
from marketplace.offices import queries, services
from marketplace.offices.models import Line
from marketplace.testing.plugin import Live, TestClock
from tests.factories.accounts import as_actor, person
from tests.factories.offices import Means, line_in, means, office, package_in

TEN = Rupiah(10_000_000)


def keeper() -> Actor:
    grant = Grant("procurement_admin")
    return as_actor(person("Wulan Anggraini", grants=(grant,)), grant)


def line_of(one: Means) -> queries.BudgetLine:
    (found,) = queries.lines(one.unit_code, 2026, SYSTEM)
    return found


def held(one: Means) -> tuple[int, int, int]:
    line = line_of(one)
    return line.committed.amount, line.realised.amount, line.free.amount


def commit(one: Means, reference: str, amount: int) -> None:
    services.commit(reference, Rupiah(amount), line_id=one.line_id, package_id=one.package_id, by=SYSTEM)


def test_exactly_enough_is_enough_and_one_rupiah_more_is_not(app: Flask) -> None:
    """Guard (R26.3): the ceiling of a budget line."""
    one = means(ceiling=10_000_000, value=20_000_000)
    commit(one, "order:1", 9_999_999)
    with pytest.raises(Conflict) as refused:
        commit(one, "order:2", 2)
    assert (refused.value.code, refused.value.facts) == ("over_line", {"short_idr": 1, "free_idr": 1})
    commit(one, "order:2", 1)
    assert held(one) == (10_000_000, 0, 0)
    assert list(queries.broken()) == []


def test_the_database_itself_keeps_a_line_within_its_ceiling(app: Flask) -> None:
    """Guard (R26.3): committed + realised <= ceiling, in the table of lines."""
    with pytest.raises(IntegrityError, match="within_ceiling"):
        _forge(means().line_id, 10_000_001)


def test_a_package_is_not_spent_beyond_its_value_and_a_refused_order_holds_nothing(app: Flask) -> None:
    one = means(ceiling=10_000_000, value=3_000_000)
    with pytest.raises(Conflict) as refused:
        commit(one, "order:1", 3_000_001)
    assert (refused.value.code, refused.value.facts["short_idr"]) == ("over_package", 1)
    assert held(one) == (0, 0, 10_000_000)
    assert list(queries.broken()) == []


def test_what_is_paid_becomes_realised_and_the_rest_is_free_again(app: Flask) -> None:
    one = means()
    commit(one, "order:1", 6_000_000)
    services.realise("order:1", Rupiah(2_500_000), by=SYSTEM, last=False)
    assert held(one) == (3_500_000, 2_500_000, 4_000_000)
    with pytest.raises(Conflict, match="over_commitment"):
        services.realise("order:1", Rupiah(3_500_001), by=SYSTEM, last=False)
    services.realise("order:1", Rupiah(3_000_000), by=SYSTEM, last=True)
    assert held(one) == (0, 5_500_000, 4_500_000)
    with pytest.raises(Conflict, match="closed"):
        services.realise("order:1", Rupiah(1), by=SYSTEM, last=False)
    assert list(queries.broken()) == []


def test_a_cancelled_order_gives_its_money_back_once(app: Flask) -> None:
    one = means()
    commit(one, "order:1", 4_000_000)
    services.release("order:1", by=SYSTEM, why="cancelled")
    services.release("order:1", by=SYSTEM, why="cancelled")
    assert held(one) == (0, 0, 10_000_000)
    with pytest.raises(NotFound):
        services.release("order:9", by=SYSTEM, why="cancelled")
    with pytest.raises(Conflict, match="committed"):
        commit(one, "order:1", 4_000_000)
    assert list(queries.broken()) == []


def test_a_change_order_is_asked_of_the_budget_anew(app: Flask) -> None:
    one = means()
    commit(one, "order:1", 4_000_000)
    services.recommit("order:1", TEN, by=SYSTEM, why="fifty people more")
    with pytest.raises(Conflict, match="over_line"):
        services.recommit("order:1", Rupiah(10_000_001), by=SYSTEM, why="and one")
    services.recommit("order:1", Rupiah(1_000_000), by=SYSTEM, why="smaller room")
    services.realise("order:1", Rupiah(800_000), by=SYSTEM, last=False)
    with pytest.raises(Conflict, match="realised"):
        services.recommit("order:1", Rupiah(799_999), by=SYSTEM, why="smaller still")
    assert held(one) == (200_000, 800_000, 9_000_000)
    assert list(queries.broken()) == []


def test_the_same_commitment_again_changes_nothing_and_another_is_refused(app: Flask) -> None:
    one = means()
    commit(one, "order:1", 4_000_000)
    commit(one, "order:1", 4_000_000)
    assert held(one) == (4_000_000, 0, 6_000_000)
    with pytest.raises(Conflict, match="committed"):
        commit(one, "order:1", 4_000_001)
    with pytest.raises(Conflict, match="nothing"):
        commit(one, "order:2", 0)


def test_money_of_another_year_or_office_is_not_taken(app: Flask, clock: TestClock) -> None:
    one, other = means(), means()
    with pytest.raises(Conflict, match="not_of_line"):
        services.commit("order:1", TEN, line_id=one.line_id, package_id=other.package_id, by=SYSTEM)
    clock.set("2027-01-01T00:00:01+07:00")
    with pytest.raises(Conflict, match="other_year"):
        commit(one, "order:1", 1)


def test_a_ceiling_goes_down_to_what_is_held_and_not_below(app: Flask) -> None:
    one = means()
    commit(one, "order:1", 4_000_000)
    with pytest.raises(Conflict) as refused:
        services.set_line(line_in(one.unit_code, 3_999_999), by=SYSTEM)
    assert (refused.value.code, refused.value.facts) == ("below", {"held_idr": 4_000_000})
    assert services.set_line(line_in(one.unit_code, 4_000_000), by=SYSTEM) == one.line_id
    assert held(one) == (4_000_000, 0, 0)
    services.set_line(line_in(one.unit_code, 4_000_001, name="Belanja jamuan rapat"), by=SYSTEM)
    assert (line_of(one).name, line_of(one).free) == ("Belanja jamuan rapat", Rupiah(1))
    assert list(queries.broken()) == []


def test_only_who_keeps_budgets_writes_them_and_only_the_office_reads_them(app: Flask) -> None:
    one, elsewhere = means(), office("Sudin Lain")
    treasurer = Grant("treasurer", "organisation", one.unit_code)
    own = as_actor(person("Bagus Setiawan", grants=(treasurer,)), treasurer)
    assert [line.id for line in queries.lines(one.unit_code, 2026, own)] == [one.line_id]
    assert [found.id for found in queries.packages(one.unit_code, 2026, own)] == [one.package_id]
    for stranger in (as_actor(person("Orang Lain")), own):
        with pytest.raises(NotFound):
            queries.lines(elsewhere if stranger is own else one.unit_code, 2026, stranger)
    with pytest.raises(NotAllowed):
        services.set_line(line_in(one.unit_code, 1), by=own)
    services.set_line(line_in(one.unit_code, 12_000_000), by=keeper())
    services.set_package(package_in(elsewhere, 1_000), by=keeper())


@pytest.mark.slow
def test_a_hundred_orders_sent_at_once_never_pass_the_ceiling(live: Live) -> None:
    """Issue 4: 100 parallel submits on one budget line."""
    one, taken, refused = means(ceiling=37 * 250_000, value=100 * 250_000), [], []

    def send(number: int) -> None:
        with live.app.app_context():
            try:
                commit(one, f"order:{number}", 250_000)
                taken.append(number)
            except Conflict as short:
                refused.append(short.code)
            finally:
                session.remove()

    senders = [threading.Thread(target=send, args=(number,)) for number in range(100)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert (len(taken), len(refused), set(refused)) == (37, 63, {"over_line"})
    assert held(one) == (37 * 250_000, 0, 0)
    assert list(queries.broken()) == []


AMOUNTS = st.integers(1, 6_000_000)
STEPS = st.lists(
    st.tuples(st.sampled_from(["commit", "recommit", "release", "realise", "last", "ceiling"]), st.integers(0, 3), AMOUNTS),
    max_size=25,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_is_done_in_whatever_order_the_books_agree(app: Flask, steps: list[tuple[str, int, int]]) -> None:
    one = means()
    for act, number, amount in steps:
        reference, sum_ = f"{one.line_id}:{number}", Rupiah(amount)
        try:
            if act == "commit":
                commit(one, reference, amount)
            elif act == "recommit":
                services.recommit(reference, sum_, by=SYSTEM, why="change")
            elif act == "release":
                services.release(reference, by=SYSTEM, why="cancelled")
            elif act == "ceiling":
                services.set_line(line_in(one.unit_code, amount * 2), by=SYSTEM)
            else:
                services.realise(reference, sum_, by=SYSTEM, last=act == "last")
        except (Conflict, NotFound):
            session.rollback()
    line = line_of(one)
    assert min(line.committed, line.realised, line.free) >= Rupiah(0)
    assert list(queries.broken()) == []


def test_a_column_that_is_not_the_sum_of_its_movements_is_found(app: Flask) -> None:
    one = means()
    commit(one, "order:1", 4_000_000)
    _forge(one.line_id)
    assert len([said for said in queries.broken() if str(one.line_id) in said]) == 2


@transactional
def _forge(line_id: UUID, amount: int = 1) -> None:
    session.execute(update(Line).where(Line.id == line_id).values(committed_idr=Rupiah(amount)))


def test_a_budget_is_told_to_who_audits_it(app: Flask) -> None:
    one = means()
    commit(one, "order:1", 4_000_000)
    (told,) = [row for row in queries.budget_facts() if row["id"] == one.line_id]
    assert (told["unit_code"], told["ceiling_idr"], told["committed_idr"]) == (one.unit_code, 10_000_000, 4_000_000)


def test_a_movement_stays_as_it_was_written(app: Flask) -> None:
    one = means()
    commit(one, "order:1", 4_000_000)
    with pytest.raises(Exception, match="stays as it was written"):
        _rewrite()


@transactional
def _rewrite() -> None:
    session.execute(text("UPDATE offices_movements SET amount_idr = 1"))
