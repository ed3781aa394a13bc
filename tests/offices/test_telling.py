"""Deputies and those they stand in for hear when it begins, is about to end, and is over; and what does not hold is found."""

from datetime import date

from flask import Flask
from sqlalchemy import text

from marketplace.accounts import services as accounts
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session, transactional
from marketplace.kernel.outbox import relay
from marketplace.notifications.queries import inbox
from marketplace.offices import queries, services
from marketplace.offices.policies import ORGANISATION
from marketplace.testing.plugin import Outbox, TestClock
from tests.factories.letters import letters
from tests.factories.offices import WHY, appointed, known, mandate_in, office, staffed

PPK = "commitment_officer"


def told(outbox: Outbox) -> list[str]:
    return [name for name, _payload in outbox if name.startswith("offices.")]


def test_each_day_tells_what_it_is_to_a_mandate_once(app: Flask, clock: TestClock, outbox: Outbox) -> None:
    clock.set("2026-03-02T09:00:00+07:00")
    own = appointed(office(), PPK)
    services.mandate(own.appointment_id, mandate_in(known()[1], date(2026, 3, 4), date(2026, 3, 6)), by=SYSTEM)
    seen = []
    for day in range(2, 9):
        clock.set(f"2026-03-{day:02d}T00:10:00+07:00")
        before = len(told(outbox))
        services.tell_days()
        services.tell_days()
        seen.append(told(outbox)[before:])
    assert seen == [
        [], [], ["offices.MandateBegan"], ["offices.MandateEnding"], [], ["offices.MandateEnded"], [],
    ]  # fmt: skip


def test_one_that_is_ended_early_is_told_once_and_then_no_more(app: Flask, clock: TestClock, outbox: Outbox) -> None:
    clock.set("2026-03-02T09:00:00+07:00")
    own = appointed(office(), PPK)
    made = services.mandate(own.appointment_id, mandate_in(known()[1], date(2026, 3, 2), date(2026, 3, 6)), by=SYSTEM)
    services.end_mandate(made, WHY, by=SYSTEM)
    clock.set("2026-03-09T00:10:00+07:00")
    assert services.tell_days() == 0
    assert told(outbox) == ["offices.MandateBegan", "offices.MandateEnded"]


def test_both_of_them_get_a_letter_that_says_until_when(app: Flask, clock: TestClock) -> None:
    clock.set("2026-03-02T09:00:00+07:00")
    own = appointed(office("Sudin Uji Surat"), PPK)
    _deputy, email = known("Dewi Lestari")
    data = mandate_in(email, date(2026, 3, 2), date(2026, 3, 6))
    services.mandate(own.appointment_id, data, by=SYSTEM)
    relay(1_000, seconds=60)
    written = {one.to: one.text for one in letters(app) if "Sudin Uji Surat" in one.text}
    assert set(written) == {email, own.email}
    for said in written.values():
        assert "Dewi Lestari" in said
        assert "Jumat, 6 Maret 2026" in said
        assert data.number in said
    assert inbox(own.actor).groups


def test_a_right_that_no_appointment_gives_or_that_rests_is_found(app: Flask, clock: TestClock) -> None:
    clock.set("2026-03-02T09:00:00+07:00")
    one = staffed()
    assert list(queries.broken()) == []
    code = one.unit_code
    accounts.revoke(one.people[PPK].id, PPK, ORGANISATION, code, by=SYSTEM)
    assert [PPK in said for said in queries.broken()] == [True]
    accounts.grant(one.people[PPK].id, PPK, ORGANISATION, code, by=SYSTEM)
    assert list(queries.broken()) == []
    services.mandate(
        one.people[PPK].appointment_id, mandate_in(known()[1], date(2026, 3, 2), date(2026, 3, 6)), by=SYSTEM
    )
    assert list(queries.broken()) == []
    accounts.grant(one.people[PPK].id, PPK, ORGANISATION, code, by=SYSTEM)
    assert [PPK in said for said in queries.broken()] == [True]


def test_a_tree_that_does_not_hang_together_is_found(app: Flask) -> None:
    top = office("Dinas Uji", kind="opd")
    leaf = office(parent_code=office(parent_code=top))
    assert list(queries.broken()) == []
    _forge("UPDATE offices_units SET above = '{}' WHERE code = :code", leaf)
    assert [leaf in said for said in queries.broken()] == [True]


@transactional
def _forge(statement: str, code: str) -> None:
    session.execute(text(statement), {"code": code})
