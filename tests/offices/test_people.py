"""Who has which duty in an office, who stands in for whom, and what follows from it for what they may do (R11.1, R11.2)."""

from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.queries import holders
from marketplace.kernel.access import SYSTEM, Actor, Grant
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.offices import queries, services
from marketplace.offices.forms import Duty
from marketplace.offices.models import Mandate
from marketplace.offices.policies import DUTIES, DUTY_NAMES, ORGANISATION
from marketplace.testing.plugin import TestClock
from tests.factories.accounts import as_actor, person
from tests.factories.offices import (
    WHY,
    Appointed,
    appointed,
    appointment_in,
    known,
    mandate_in,
    office,
    staffed,
    unit_in,
)

PPK = "commitment_officer"


@pytest.fixture(autouse=True)
def _monday(clock: TestClock) -> None:
    clock.set("2026-03-02T09:00:00+07:00")


def may(unit_code: str, duty: str = PPK) -> set[UUID]:
    return set(holders(duty, ORGANISATION, unit_code))


def acts(unit_code: str, day: date | None = None, duty: str = PPK) -> list[UUID]:
    return [one.person_id for one in queries.acting(unit_code, duty, day)]


def holder(duty: str, unit_code: str) -> Actor:
    grant = Grant(duty, ORGANISATION, unit_code)
    return as_actor(person("Agung Pranoto"), grant)


def test_an_office_with_people_in_all_duties(app: Flask) -> None:
    one = staffed()
    assert set(one.people) == {*DUTIES, "auditor"}
    (signs,) = queries.acting(one.unit_code, PPK)
    assert (signs.name, signs.nip, signs.mandate) == ("Kartika Kusnadi", "198703152010012001", None)
    assert may(one.unit_code) == {one[PPK].id}
    (mine,) = queries.duties(one[PPK])
    assert (mine.unit_code, mine.duty, mine.mandate) == (one.unit_code, PPK, None)
    assert set(Duty.__args__) == {*DUTIES, "auditor"}  # type: ignore[attr-defined]


def test_a_duty_comes_on_its_first_day_and_goes_after_its_last(app: Flask, clock: TestClock) -> None:
    """Guard (R26.3): a duty ends after its last day."""
    code = office()
    first = appointed(code, PPK, last_day=date(2026, 6, 30))
    assert (may(code), acts(code)) == ({first.id}, [first.id])
    clock.set("2026-06-30T23:59:59+07:00")
    assert may(code) == {first.id}
    clock.set("2026-07-01T00:00:00+07:00")
    assert (may(code), acts(code)) == (set(), [])
    assert acts(code, date(2026, 6, 30)) == [first.id]


def test_an_appointment_that_ends_early_takes_the_right_at_once(app: Flask) -> None:
    code = office()
    one = appointed(code, PPK)
    services.end_appointment(one.appointment_id, WHY, by=SYSTEM)
    services.end_appointment(one.appointment_id, WHY, by=SYSTEM)
    assert (may(code), acts(code)) == (set(), [])
    again = services.appoint(code, appointment_in(one.email, PPK), by=SYSTEM)
    assert again != one.appointment_id
    assert may(code) == {one.id}


def test_the_same_appointment_again_changes_nothing_and_another_is_refused(app: Flask) -> None:
    code = office()
    who, email = known()
    data = appointment_in(email, PPK)
    made = services.appoint(code, data, by=SYSTEM)
    assert services.appoint(code, data, by=SYSTEM) == made
    with pytest.raises(Invalid, match="who"):
        services.appoint(code, appointment_in(email, PPK, position="Camat"), by=SYSTEM)
    assert may(code) == {who}


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("who", {"who": "tidak.ada@contoh.example"}),
        ("last_day", {"last_day": date(2027, 1, 1)}),
        ("last_day", {"last_day": date(2026, 3, 1)}),
        ("nip", {"nip": "19870315201001200"}),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(app: Flask, field: str, changes: dict[str, object]) -> None:
    _who, email = known()
    with pytest.raises(Invalid) as refused:
        services.appoint(office(), appointment_in(email, PPK, **changes), by=SYSTEM)
    assert list(refused.value.fields) == [field]


def test_nobody_has_two_duties_that_the_law_keeps_apart_in_one_office(app: Flask) -> None:
    """Guard (R26.3): forbidden pairs in an office."""
    code, elsewhere = office(), office("Sudin Lain")
    cashier = appointed(code, "treasurer")
    with pytest.raises(Conflict) as refused:
        services.appoint(code, appointment_in(cashier.email, PPK), by=SYSTEM)
    assert (refused.value.code, refused.value.facts["other"]) == ("pair", "treasurer")
    services.appoint(elsewhere, appointment_in(cashier.email, PPK), by=SYSTEM)
    services.appoint(code, appointment_in(cashier.email, "receiver"), by=SYSTEM)


def test_pairs_are_asked_of_what_somebody_did_in_either_direction(app: Flask) -> None:
    found = queries.pairs()
    assert queries.forbidden("treasurer", {"receiver"}, found) is not None
    assert queries.forbidden("receiver", {"treasurer"}, found) is not None
    assert queries.forbidden("treasurer", {"auditor"}, found) is None
    assert queries.forbidden("treasurer", (), found) is None
    assert {pair.place for pair in queries.pairs(place="unit")} == {"unit"}
    assert queries.pairs(date(2000, 1, 1)) == ()


def test_nobody_gives_a_duty_to_themselves_and_only_who_keeps_the_office_gives_one(app: Flask) -> None:
    """Guard (R26.3): nobody appoints themselves. Guard: who keeps an office appoints."""
    code = office()
    who, email = known()
    keeper = as_actor(who, Grant("procurement_admin"))
    with pytest.raises(Invalid, match="yourself"):
        services.appoint(code, appointment_in(email, PPK), by=keeper)
    _other, other = known()
    with pytest.raises(NotFound):
        services.appoint(code, appointment_in(other, PPK), by=holder("budget_holder", code))
    services.appoint(code, appointment_in(other, PPK), by=holder("procurement_admin", code))
    with pytest.raises(NotFound):
        services.appoint("TIDAK-ADA", appointment_in(other, PPK), by=SYSTEM)


def deputised(code: str, first: date, last: date) -> tuple[Appointed, UUID, UUID]:
    own = appointed(code, PPK)
    deputy, email = known("Dewi Lestari")
    return own, deputy, services.mandate(own.appointment_id, mandate_in(email, first, last), by=SYSTEM)


def test_while_a_mandate_is_in_force_the_deputy_has_the_right_and_the_principals_rests(
    app: Flask, clock: TestClock
) -> None:
    """Guard (R26.3): the principal's right rests."""
    code = office()
    own, deputy, _made = deputised(code, date(2026, 3, 2), date(2026, 3, 6))
    assert may(code) == {deputy}
    (signs,) = queries.acting(code, PPK)
    assert signs.mandate is not None
    assert (signs.name, signs.mandate.short, signs.mandate.principal) == ("Dewi Lestari", "Plh.", "Kartika Kusnadi")
    as_deputy = as_actor(deputy, Grant(PPK, ORGANISATION, code))
    assert queries.mandate_of(as_deputy, code, PPK) == signs.mandate
    (mine,) = queries.duties(as_deputy)
    assert mine.mandate == signs.mandate
    assert queries.mandate_of(own.actor, code, PPK) is None


def test_a_mandate_of_next_week_begins_and_ends_by_the_clock(app: Flask, clock: TestClock) -> None:
    """Guard (R26.3): a right that is to come."""
    code = office()
    own, deputy, made = deputised(code, date(2026, 3, 9), date(2026, 3, 10))
    for moment, who in (
        ("2026-03-08T23:59:59+07:00", own.id),
        ("2026-03-09T00:00:00+07:00", deputy),
        ("2026-03-10T23:59:59+07:00", deputy),
        ("2026-03-11T00:00:00+07:00", own.id),
        ("2026-12-31T23:59:59+07:00", own.id),
    ):
        clock.set(moment)
        assert (may(code), acts(code)) == ({who}, [who]), moment
    services.end_mandate(made, WHY, by=SYSTEM)
    assert may(code) == {own.id}


def test_a_mandate_taken_back_before_it_begins_never_was(app: Flask, clock: TestClock) -> None:
    code = office()
    own, _deputy, made = deputised(code, date(2026, 3, 9), date(2026, 3, 10))
    services.end_mandate(made, WHY, by=SYSTEM)
    clock.set("2026-03-09T12:00:00+07:00")
    assert (may(code), acts(code)) == ({own.id}, [own.id])


def test_next_year_s_appointment_waits_for_its_year(app: Flask, clock: TestClock) -> None:
    code = office()
    one = appointed(code, PPK)
    following = appointment_in(one.email, PPK, first_day=date(2027, 1, 1), last_day=date(2027, 12, 31))
    services.appoint(code, following, by=SYSTEM)
    services.end_appointment(one.appointment_id, WHY, by=SYSTEM)
    assert may(code) == set()
    clock.set("2027-01-01T00:00:00+07:00")
    assert may(code) == {one.id}


def test_a_mandate_ended_early_gives_the_duty_back_at_once(app: Flask) -> None:
    code = office()
    own, deputy, made = deputised(code, date(2026, 3, 2), date(2026, 3, 6))
    services.end_mandate(made, WHY, by=SYSTEM)
    services.end_mandate(made, WHY, by=SYSTEM)
    assert (may(code), acts(code)) == ({own.id}, [own.id])
    services.mandate(own.appointment_id, mandate_in(known()[1], date(2026, 3, 2), date(2026, 3, 3)), by=SYSTEM)
    assert deputy not in may(code)


def test_an_appointment_that_ends_takes_its_mandate_with_it(app: Flask) -> None:
    code = office()
    own, _deputy, _made = deputised(code, date(2026, 3, 2), date(2026, 3, 6))
    services.end_appointment(own.appointment_id, WHY, by=SYSTEM)
    assert (may(code), acts(code)) == (set(), [])


def test_a_deputy_who_has_the_same_duty_keeps_it(app: Flask, clock: TestClock) -> None:
    code = office()
    first, second = appointed(code, PPK), appointed(code, PPK)
    services.mandate(first.appointment_id, mandate_in(second.email, date(2026, 3, 2), date(2026, 3, 3)), by=SYSTEM)
    assert may(code) == {second.id}
    assert queries.mandate_of(second.actor, code, PPK) is None
    assert len(acts(code)) == 2


def test_a_deputy_who_is_appointed_meanwhile_has_the_duty_from_then_on(app: Flask, clock: TestClock) -> None:
    code = office()
    own, deputy = appointed(code, PPK), known("Dewi Lestari")
    services.mandate(own.appointment_id, mandate_in(deputy[1], date(2026, 3, 2), date(2026, 3, 6)), by=SYSTEM)
    clock.set("2026-03-04T09:00:00+07:00")
    services.appoint(code, appointment_in(deputy[1], PPK), by=SYSTEM)
    assert may(code) == {deputy[0]}
    clock.set("2026-03-07T09:00:00+07:00")
    assert may(code) == {deputy[0], own.id}


def test_the_database_keeps_two_mandates_of_one_duty_apart(app: Flask) -> None:
    """Guard (R26.3): no two mandates of one duty meet, in the table of mandates."""
    _own, _deputy, made = deputised(office(), date(2026, 3, 2), date(2026, 3, 6))
    with pytest.raises(IntegrityError, match="one_at_a_time"):
        _doubled(made)


@transactional
def _doubled(mandate_id: UUID) -> None:
    copied = {
        name: getattr(session.get_one(Mandate, mandate_id), name)
        for name in [one.key for one in Mandate.__mapper__.column_attrs]
    }
    session.add(Mandate(**{**copied, "id": uuid7()}))


@pytest.mark.parametrize(
    ("field", "first", "last"),
    [
        ("first_day", date(2026, 3, 1), date(2026, 3, 5)),
        ("last_day", date(2026, 3, 2), date(2026, 5, 31)),
        ("last_day", date(2026, 12, 20), date(2027, 1, 3)),
    ],
)
def test_the_days_of_a_mandate(app: Flask, field: str, first: date, last: date) -> None:
    own = appointed(office(), PPK)
    with pytest.raises(Invalid) as refused:
        services.mandate(own.appointment_id, mandate_in(known()[1], first, last), by=SYSTEM)
    assert list(refused.value.fields) == [field]


def test_a_mandate_is_not_passed_on_and_two_for_one_duty_never_meet(app: Flask) -> None:
    """Guard (R26.3): a mandate is not passed on. Guard: days of a mandate that are taken."""
    code = office()
    own, _deputy, _made = deputised(code, date(2026, 3, 2), date(2026, 3, 6))
    with pytest.raises(Conflict, match="taken"):
        services.mandate(own.appointment_id, mandate_in(known()[1], date(2026, 3, 6), date(2026, 3, 9)), by=SYSTEM)
    third = appointed(code, "activity_officer")
    with pytest.raises(Conflict, match="chain"):
        services.mandate(third.appointment_id, mandate_in(own.email, date(2026, 3, 5), date(2026, 3, 9)), by=SYSTEM)
    with pytest.raises(Invalid, match="themselves"):
        services.mandate(own.appointment_id, mandate_in(own.email, date(2026, 4, 1), date(2026, 4, 2)), by=SYSTEM)


def test_a_deputy_is_nobody_whom_a_pair_excludes(app: Flask) -> None:
    code = office()
    own, cashier = appointed(code, PPK), appointed(code, "treasurer")
    with pytest.raises(Conflict, match="pair"):
        services.mandate(own.appointment_id, mandate_in(cashier.email, date(2026, 3, 2), date(2026, 3, 3)), by=SYSTEM)


def test_a_budget_holder_names_deputies_in_their_unit_and_those_below(app: Flask) -> None:
    top, other = office("Dinas Uji", kind="opd"), office("Dinas Lain", kind="opd")
    code = office(parent_code=top)
    own = appointed(code, PPK)
    data = mandate_in(known()[1], date(2026, 3, 2), date(2026, 3, 3))
    for stranger in (holder("budget_holder", other), holder(PPK, code), own.actor):
        with pytest.raises(NotFound):
            services.mandate(own.appointment_id, data, by=stranger)
    made = services.mandate(own.appointment_id, data, by=holder("budget_holder", top))
    with pytest.raises(NotFound):
        services.end_mandate(made, WHY, by=holder("budget_holder", other))
    services.end_mandate(made, WHY, by=holder("budget_holder", code))


def test_a_tree_of_offices(app: Flask) -> None:
    top = office("Dinas Uji", kind="opd")
    middle = office("Sudin Uji Utara", parent_code=top)
    leaf = office("Satpel Uji", kind="ukpd", parent_code=middle)
    assert queries.unit(leaf).above == (middle, top)
    assert [one.code for one in queries.below(top)] == [middle, leaf]
    with pytest.raises(Invalid, match="parent_code"):
        services.set_unit(unit_in(top, kind="opd", parent_code=leaf), by=SYSTEM)
    services.set_unit(unit_in(middle, name="Sudin Uji Utara"), by=SYSTEM)
    assert (queries.unit(leaf).above, queries.below(top)) == ((middle,), ())
    with pytest.raises(Invalid, match="paper_code"):
        services.set_unit(unit_in(leaf, paper_code=top), by=SYSTEM)
    with pytest.raises(NotAllowed):
        services.set_unit(unit_in(leaf), by=holder("procurement_admin", leaf))


def test_a_duty_opens_its_own_unit_and_a_reaching_one_those_below(app: Flask) -> None:
    """Guard (R26.3): an office sees its own."""
    top, other = office("Dinas Uji", kind="opd"), office("Dinas Lain", kind="opd")
    code = office(parent_code=top)

    def seen(actor: Actor) -> list[str]:
        return [one.code for one in queries.units(actor)]

    for duty in DUTY_NAMES:
        down = duty in {"budget_holder", "auditor", "procurement_admin"}
        assert seen(holder(duty, top)) == ([top, code] if down else [top]), duty
        if not down:
            with pytest.raises(NotFound):
                queries.unit(code, holder(duty, top))
        with pytest.raises(NotFound):
            queries.unit(other, holder(duty, top))
    assert seen(as_actor(person())) == []
    assert {top, code, other} <= set(seen(as_actor(person(), Grant("auditor"))))


def test_who_leaves_takes_their_number_and_leaves_their_duties(app: Flask) -> None:
    code = office()
    own, deputy, _made = deputised(code, date(2026, 3, 2), date(2026, 3, 6))
    told = queries.export_person(deputy)["mandates"]
    assert [(one["duty"], one["nip"]) for one in told] == [(PPK, "198703152010012001")]
    services.erase_person(deputy)
    assert (may(code), acts(code)) == ({own.id}, [own.id])
    services.erase_person(own.id)
    assert may(code) == set()
    for who in (deputy, own.id):
        assert "198703152010012001" not in str(queries.export_person(who))
