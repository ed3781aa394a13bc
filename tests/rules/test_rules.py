"""Which rule holds on which day, who may change that, and what never changes."""

import json
import threading
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from marketplace.kernel import clock as time
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotAllowed
from marketplace.kernel.ids import uuid7
from marketplace.kernel.models import AuditEntry
from marketplace.kernel.money import Rounding, Rupiah
from marketplace.kernel.plugin import current
from marketplace.kernel.slots import verifiers
from marketplace.rules import queries, services
from marketplace.rules.forms import EndIn, RuleIn
from marketplace.rules.models import Rule
from marketplace.rules.queries import book as reading
from marketplace.testing.plugin import Live, TestClock
from tests.factories.sellers import holds

NEW_YEAR = date(2027, 1, 1)
LAW = "UU tentang PPN, perubahan uji"


def said(code: str = "vat", **changes: object) -> RuleIn:
    told: dict[str, object] = {
        "code": code, "numerator": 12, "denominator": 100, "rounding": Rounding.HALF_UP, "inside": True,
        "valid_from": NEW_YEAR, "basis": LAW, **changes,
    }  # fmt: skip
    return RuleIn.model_validate(told)


def rate(day: date, code: str = "vat") -> str:
    found = queries.rule(code, day)
    return "" if found is None else found.rate


def audited() -> list[tuple[str, str]]:
    entries = session.scalars(select(AuditEntry.content).where(AuditEntry.stream == "rules").order_by(AuditEntry.seq))
    return [(one["action"], one["by"]) for one in entries]


def test_a_new_rate_holds_from_its_first_day_in_jakarta(app: Flask, clock: TestClock) -> None:
    """The day turns at midnight in Jakarta, seven hours before it does in Greenwich (R10.1)."""
    services.set_rule(said(), by=SYSTEM)
    for moment, expected in (
        ("2026-12-31T23:59:59+07:00", "11/100"),
        ("2026-12-31T17:00:00+00:00", "12/100"),
        ("2027-01-01T00:00:00+07:00", "12/100"),
        ("2026-12-31T16:59:59+00:00", "11/100"),
    ):
        clock.set(moment)
        assert rate(time.today()) == expected, moment


def test_orders_keep_the_rule_that_they_froze(app: Flask, clock: TestClock) -> None:
    frozen = queries.rule("vat", time.today())
    assert frozen is not None
    services.set_rule(said(), by=SYSTEM)
    again = queries.rules_by_id([frozen.id, uuid7()])
    assert [(one.rate, one.valid_to) for one in again.values()] == [("11/100", NEW_YEAR)]


def test_a_rule_takes_the_rest_of_the_period_in_which_it_begins(app: Flask, clock: TestClock) -> None:
    services.set_rule(said(), by=SYSTEM)
    services.set_rule(said(numerator=10, valid_from=date(2026, 12, 15)), by=SYSTEM)
    services.set_rule(said(numerator=13, valid_from=date(2027, 7, 1)), by=SYSTEM)
    assert [(one.rate, one.valid_from, one.valid_to) for one in queries.timeline("vat")] == [
        ("11/100", date(2025, 1, 1), date(2026, 12, 15)),
        ("10/100", date(2026, 12, 15), NEW_YEAR),
        ("12/100", NEW_YEAR, date(2027, 7, 1)),
        ("13/100", date(2027, 7, 1), None),
    ]
    assert list(queries.broken()) == []


def test_a_rule_that_has_not_begun_gives_way_and_can_still_be_looked_up(app: Flask, clock: TestClock) -> None:
    first = services.set_rule(said(), by=SYSTEM)
    second = services.set_rule(said(numerator=9), by=SYSTEM)
    assert rate(NEW_YEAR) == "9/100"
    assert {key: one.never_held for key, one in queries.rules_by_id([first, second]).items()} == {
        first: True, second: False,
    }  # fmt: skip
    assert first not in [one.id for one in queries.timeline()]
    assert list(queries.broken()) == []


def test_nothing_begins_or_ends_on_a_day_that_has_begun(app: Flask, clock: TestClock) -> None:
    today = time.today()
    for day in (today, today - timedelta(days=1)):
        with pytest.raises(Invalid) as refused:
            services.set_rule(said(valid_from=day), by=SYSTEM)
        assert list(refused.value.fields) == ["valid_from"]
        with pytest.raises(Invalid):
            services.end_rule(EndIn(code="vat", from_day=day, basis=LAW), by=SYSTEM)
    services.set_rule(said("fee.gateway.trial", valid_from=date(2020, 1, 1)), by=SYSTEM)
    assert rate(today, "fee.gateway.trial") == "12/100", "a code that nobody used may begin in the past"
    with pytest.raises(Invalid):
        services.set_rule(said("fee.gateway.trial", valid_from=date(2019, 1, 1)), by=SYSTEM)


def test_a_code_ends_on_purpose_and_begins_again(app: Flask, clock: TestClock) -> None:
    services.set_rule(said(), by=SYSTEM)
    services.end_rule(EndIn(code="vat", from_day=NEW_YEAR, basis=LAW), by=SYSTEM)
    assert (rate(date(2026, 12, 31)), rate(NEW_YEAR)) == ("11/100", "")
    with pytest.raises(Conflict) as refused:
        services.end_rule(EndIn(code="vat", from_day=NEW_YEAR, basis=LAW), by=SYSTEM)
    assert refused.value.code == "no_rule"
    services.set_rule(said(valid_from=date(2027, 3, 1)), by=SYSTEM)
    assert [rate(date(2027, 2, 28)), rate(date(2027, 3, 1))] == ["", "12/100"]
    assert list(queries.broken()) == []
    assert audited()[-3:] == [("rules.set", "system"), ("rules.end", "system"), ("rules.set", "system")]


def test_a_rule_before_another_after_a_gap_ends_where_that_begins(app: Flask, clock: TestClock) -> None:
    designated = services.set_rule(said("pmk37", numerator=5, denominator=1000, rounding=Rounding.DOWN), by=SYSTEM)
    assert queries.rules_by_id([designated])[designated].valid_to == date(9999, 1, 1)
    assert list(queries.broken()) == []


@pytest.mark.parametrize("role", ["programme_officer", "auditor", "seller"])
def test_rates_are_the_administrator_s(app: Flask, clock: TestClock, role: str) -> None:
    for act in (
        lambda: services.set_rule(said(), by=holds(role)),
        lambda: services.end_rule(EndIn(code="vat", from_day=NEW_YEAR, basis=LAW), by=holds(role)),
    ):
        with pytest.raises(NotAllowed) as refused:
            act()
        assert refused.value.permission == "rules:set"
    assert rate(NEW_YEAR) == "11/100"
    services.set_rule(said(), by=holds("admin"))
    assert rate(NEW_YEAR) == "12/100"


@pytest.mark.parametrize(
    "change",
    [
        {"numerator": 1},
        {"basis": "lain"},
        {"valid_from": date(2020, 1, 1)},
        {"changed_by": "lain"},
        {"id": UUID(int=1)},
        {"valid_to": NEW_YEAR, "inside": False},
    ],
    ids=str,
)
def test_the_database_keeps_a_rule_as_it_was_made(app: Flask, change: dict[str, object]) -> None:
    with pytest.raises(DBAPIError, match="stays as it was made"), session.begin_nested():
        session.execute(
            update(Rule).where(Rule.code == "vat").values(**change).execution_options(synchronize_session=False)
        )


def test_the_database_lets_no_rule_go(app: Flask) -> None:
    for statement in (delete(Rule).where(Rule.code == "vat"), text("TRUNCATE rules_rules")):
        with pytest.raises(DBAPIError, match="stays as it was made"), session.begin_nested():
            session.execute(statement)


def test_verify_names_two_rules_of_a_day_and_days_without_one(app: Flask, clock: TestClock) -> None:
    assert queries.broken in tuple(verifiers)
    services.set_rule(said(), by=SYSTEM)
    old = select(Rule.id).where(Rule.code == "vat", Rule.valid_from < NEW_YEAR).scalar_subquery()
    for end, words in (
        (None, "two rules of vat hold"),
        (date(2027, 2, 1), "two rules"),
        (date(2026, 12, 1), "no rule of vat"),
    ):
        session.execute(
            update(Rule).where(Rule.id == old).values(valid_to=end).execution_options(synchronize_session=False)
        )
        (sentence,) = queries.broken()
        assert words in sentence


def test_what_an_operator_set_stands_and_new_law_is_taken_over(
    app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert services.load_rules() == 0, "loaded with the migrations, and harmless to repeat"
    services.set_rule(said(numerator=13, valid_from=date(2026, 12, 1)), by=SYSTEM)
    news = tmp_path_factory.mktemp("law") / "rules.json"
    monkeypatch.setattr(services, "FILE", news)

    def told(*days: str) -> None:
        entry = {"code": "vat", "numerator": 12, "denominator": 100, "rounding": "half_up", "basis": LAW}
        news.write_text(json.dumps([{**entry, "valid_from": day} for day in days]), encoding="utf-8")

    told("2026-11-30", "2025-01-01")
    assert services.load_rules() == 0
    told("2027-01-01")
    assert [services.load_rules(), services.load_rules()] == [1, 0]
    assert [rate(date(2026, 12, 31)), rate(NEW_YEAR)] == ["13/100", "12/100"]
    assert list(queries.broken()) == []


def test_a_book_is_read_once_a_minute_and_one_of_tomorrow_always(
    app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    read = reading.rows
    monkeypatch.setattr(reading, "rows", lambda *given: [asked.append(given), read(*given)][1])
    today = time.today()
    assert queries.rules(today) is queries.rules(today)
    assert len(asked) == 1
    for _time in range(2):
        queries.rules(today + timedelta(days=1))
    assert len(asked) == 3
    now = reading.time.monotonic()
    monkeypatch.setattr(reading.time, "monotonic", lambda: now + 61)
    queries.rules(today)
    assert len(asked) == 4
    queries.forget()
    queries.rules(today)
    assert len(asked) == 5


def somebody_waits() -> bool:
    """Wait until the database itself says that somebody waits for the code."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory' AND datname = current_database()"
    )
    return any(session.scalar(waiting) or threading.Event().wait(0.005) for _turn in range(1_000))


def test_two_who_set_one_code_at_the_same_moment_come_one_after_the_other(live: Live) -> None:
    """Without the lock both would close the same rule, and two would hold from then on."""
    day = time.today() + timedelta(days=2)
    there, go_on, made = threading.Event(), threading.Event(), list[UUID]()

    @transactional
    def first() -> None:
        made.append(services.set_rule(said(valid_from=day), by=SYSTEM))
        there.set()
        assert go_on.wait(20)

    def run(work: Callable[[], object]) -> threading.Thread:
        def inside() -> None:
            with live.app.app_context():
                work()
                session.remove()

        thread = threading.Thread(target=inside)
        thread.start()
        return thread

    one = run(first)
    try:
        assert there.wait(20)
        two = run(
            lambda: made.append(services.set_rule(said(numerator=13, valid_from=day + timedelta(days=1)), by=SYSTEM))
        )
        assert somebody_waits()
    finally:
        go_on.set()
        one.join(20)
    two.join(20)
    assert len(made) == 2
    assert list(queries.broken()) == []
    assert rate(day) == "12/100"
    assert rate(day + timedelta(days=1)) == "13/100"


def test_rules_need_nobody(app: Flask) -> None:
    (mine,) = (plugin for plugin in current().plugins if plugin.name == "rules")
    assert mine.requires == ()
    told = json.loads(services.FILE.read_text(encoding="utf-8"))
    assert session.scalar(select(func.count()).select_from(Rule)) == len(told) > 0
    assert queries.rules_by_id([]) == {}
    assert queries.rules(date(2000, 1, 1)).by_code == {}
    assert queries.final_tax(Rupiah(0), Rupiah(7), queries.Book(NEW_YEAR)).tax == Rupiah(0)
