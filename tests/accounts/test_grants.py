"""Roles for a while: fiscal years, mandates of some days, duties that rest, and who may appoint whom."""

from datetime import datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.accounts import queries, services
from marketplace.accounts.models import HeldGrant
from marketplace.accounts.policies import APPOINTED
from marketplace.kernel import ids
from marketplace.kernel.access import SYSTEM, Grant
from marketplace.kernel.db import session
from marketplace.kernel.errors import Invalid, NotAllowed
from marketplace.testing.plugin import TestClock
from tests.factories.accounts import as_actor, opened, person

DUTY = ("commitment_officer", "organisation", "KEL-1")


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T00:00:00+07:00")


def somebody() -> UUID:
    services.open_organisation("ukpd", "Kelurahan Johar Baru", "KEL-1")
    return person(second_factor=True)


def periods(siti: UUID) -> list[tuple[datetime, datetime | None]]:
    """Return the periods that count at all, in their order."""
    rows = session.execute(
        select(HeldGrant.valid_from, HeldGrant.valid_to)
        .where(HeldGrant.person_id == siti)
        .order_by(HeldGrant.valid_from)
    )
    return [(row.valid_from, row.valid_to) for row in rows if row.valid_from != row.valid_to]


def acts(siti: UUID) -> bool:
    return siti in queries.holders(*DUTY)


def test_a_mandate_counts_from_its_first_day_to_its_last_by_the_clock(app: Flask, clock: TestClock) -> None:
    siti = somebody()
    services.grant(siti, *DUTY, by=SYSTEM, from_=at("2026-12-01"), until=at("2026-12-04"))
    seen = []
    for moment in ("2026-11-30T23:59:59", "2026-12-01T00:00:00", "2026-12-03T23:59:59", "2026-12-04T00:00:00"):
        clock.set(f"{moment}+07:00")
        held = queries.presence(opened(siti).token)
        assert held is not None
        assert held.actor.holds(*DUTY) is acts(siti)
        seen.append(acts(siti))
    assert seen == [False, True, True, False]


def test_rights_that_begin_by_the_clock_need_a_new_session(app: Flask, clock: TestClock) -> None:
    """Guard (R26.3): rights begin with a new token."""
    siti = somebody()
    token = opened(siti).token
    # Ten minutes later: an office's session at rest would still be open by itself.
    services.grant(siti, *DUTY, by=SYSTEM, from_=datetime.fromisoformat("2026-11-27T09:10:00+07:00"))
    assert queries.presence(token), "nothing of now has changed"
    clock.set("2026-11-27T09:09:59+07:00")
    assert queries.presence(token)
    clock.set("2026-11-27T09:10:00+07:00")
    assert queries.presence(token) is None
    assert queries.presence(opened(siti).token)


def test_one_person_is_appointed_for_one_year_and_for_the_next_and_stands_in_between(
    app: Flask, clock: TestClock
) -> None:
    siti = somebody()
    services.grant(siti, *DUTY, by=SYSTEM, from_=at("2027-01-01"), until=at("2028-01-01"))
    services.grant(siti, *DUTY, by=SYSTEM, from_=at("2028-01-01"), until=at("2029-01-01"))
    services.grant(siti, *DUTY, by=SYSTEM, from_=at("2026-12-20"), until=at("2027-01-10"))
    services.grant(siti, *DUTY, by=SYSTEM, from_=at("2027-03-01"), until=at("2027-04-01"))
    assert periods(siti) == [
        (at("2026-12-20"), at("2027-01-01")),
        (at("2027-01-01"), at("2028-01-01")),
        (at("2028-01-01"), at("2029-01-01")),
    ]
    services.grant(siti, *DUTY, by=SYSTEM)
    assert periods(siti)[0][0] < at("2026-12-20")
    assert periods(siti)[-1] == (at("2028-01-01"), None)
    clock.set("2035-01-01T09:00:00+07:00")
    assert queries.holders(*DUTY) == (siti,)


def test_a_duty_rests_while_somebody_else_stands_in(app: Flask, clock: TestClock) -> None:
    siti = somebody()
    services.grant(siti, *DUTY, by=SYSTEM, until=at("2027-01-01"))
    services.revoke(siti, *DUTY, by=SYSTEM, from_=at("2026-12-01"), until=at("2026-12-04"))
    seen = []
    for day in ("2026-11-30", "2026-12-01", "2026-12-03", "2026-12-04", "2026-12-31", "2027-01-01"):
        clock.set(f"{day}T00:00:00+07:00")
        seen.append(acts(siti))
    assert seen == [True, False, False, True, True, False]


def test_a_rest_may_begin_before_the_duty_does(app: Flask, clock: TestClock) -> None:
    siti = somebody()
    services.grant(siti, *DUTY, by=SYSTEM, from_=at("2026-12-01"), until=at("2027-01-01"))
    services.revoke(siti, *DUTY, by=SYSTEM, until=at("2026-12-10"))
    assert periods(siti) == [(at("2026-12-10"), at("2027-01-01"))]


def test_taken_for_good_is_taken_in_all_years_to_come(app: Flask, clock: TestClock) -> None:
    siti = somebody()
    services.grant(siti, *DUTY, by=SYSTEM)
    services.revoke(siti, *DUTY, by=SYSTEM, from_=at("2026-12-01"))
    services.grant(siti, *DUTY, by=SYSTEM, from_=at("2027-01-01"))
    token = opened(siti).token
    services.revoke(siti, *DUTY, by=SYSTEM)
    assert queries.presence(token) is None
    for day in ("2026-11-27", "2026-12-15", "2027-06-01"):
        clock.set(f"{day}T10:00:00+07:00")
        assert not acts(siti)
    assert list(queries.broken()) == []


def test_what_is_to_come_goes_with_an_account(app: Flask, clock: TestClock) -> None:
    siti = somebody()
    services.grant(siti, *DUTY, by=SYSTEM, from_=at("2027-01-01"))
    services.erase(siti)
    assert periods(siti) == []


def test_nobody_held_yesterday_what_is_given_today(app: Flask, clock: TestClock) -> None:
    siti = somebody()
    services.grant(siti, *DUTY, by=SYSTEM, from_=at("2026-01-01"), until=at("2027-01-01"))
    ((begins, _ends),) = periods(siti)
    assert begins == datetime.fromisoformat("2026-11-27T09:00:00+07:00")


@pytest.mark.parametrize(
    ("first", "last"), [("2026-12-01", "2026-12-01"), ("2026-12-02", "2026-12-01"), ("2026-01-01", "2026-11-27")]
)
def test_a_period_ends_after_it_begins_and_after_now(app: Flask, clock: TestClock, first: str, last: str) -> None:
    siti = somebody()
    for change in (services.grant, services.revoke):
        with pytest.raises(Invalid) as refusal:
            change(siti, *DUTY, by=SYSTEM, from_=at(first), until=at(last))
        assert list(refusal.value.fields) == ["until"]
    assert periods(siti) == []


def test_an_auditor_of_one_office_is_none_of_all(app: Flask, clock: TestClock) -> None:
    siti = somebody()
    services.grant(siti, "auditor", "organisation", "KEL-1", by=SYSTEM)
    held = queries.presence(opened(siti).token)
    assert held is not None
    assert held.actor.holds("auditor", "organisation", "KEL-1")
    assert not held.actor.holds("auditor")
    assert not held.actor.holds("auditor", "organisation", "KEL-2")
    assert list(queries.broken()) == []


def test_bppbj_appoints_others_to_the_duties_of_an_office_and_to_nothing_else(app: Flask, clock: TestClock) -> None:
    """Guard (R26.3): who appoints."""
    siti, bppbj = somebody(), as_actor(person(), Grant("procurement_admin"))
    assert bppbj.id is not None
    for role in sorted(APPOINTED):
        services.grant(siti, role, "organisation", "KEL-1", by=bppbj)
        services.revoke(siti, role, "organisation", "KEL-1", by=bppbj)
        for change in (services.grant, services.revoke):
            with pytest.raises(NotAllowed):
                change(bppbj.id, role, "organisation", "KEL-1", by=bppbj)
    for role, kind, named in (
        ("auditor", "everywhere", ""),
        ("admin", "everywhere", ""),
        ("procurement_admin", "everywhere", ""),
        ("finance_officer", "everywhere", ""),
        ("kecamatan_officer", "area", "31.71.06"),
        ("seller", "seller", "UMKM-1"),
    ):
        for change in (services.grant, services.revoke):
            with pytest.raises(NotAllowed):
                change(siti, role, kind, named, by=bppbj)
    lesser = as_actor(ids.uuid7(), Grant("procurement_admin", "organisation", "KEL-1"))
    with pytest.raises(NotAllowed):
        services.grant(siti, "receiver", "organisation", "KEL-1", by=lesser)
