"""Policy, targets and commitments are dated: no two on one day, no day without a policy."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.kernel.access import SYSTEM
from marketplace.kernel.clock import now
from marketplace.kernel.db import session
from marketplace.kernel.errors import Invalid, NotAllowed
from marketplace.kernel.ids import uuid7
from marketplace.p3dn import queries, services
from marketplace.p3dn.forms import PolicyIn, TargetIn
from marketplace.p3dn.models import Policy
from marketplace.p3dn.queries.policies import target
from tests.factories.sellers import holds


def told(first: str, last: str | None = None) -> PolicyIn:
    return PolicyIn.model_validate(
        {"valid_from": first, "valid_to": last, "high": "40", "least": "25", "bmp_counts": True, "basis": "Perpres uji"}
    )


def test_the_program_comes_with_the_order_of_preference(app: Flask) -> None:
    now_held = queries.policy(date(2026, 11, 23))
    assert now_held is not None
    assert (now_held.high, now_held.least, now_held.basis) == (4000, 2500, "Perpres 46/2025 pasal 66 ayat (2)")
    before = queries.policy(date(2025, 4, 29))
    assert before is not None
    assert before.valid_to == date(2025, 4, 29)
    assert queries.policy(date(2022, 3, 29)) is None


def test_a_newer_policy_ends_the_open_one_the_day_before(app: Flask) -> None:
    services.set_policy(told("2027-01-01", "2027-06-30"), by=SYSTEM)
    assert [(one.valid_from, one.valid_to) for one in queries.policies()][-2:] == [
        (date(2025, 4, 30), date(2026, 12, 31)),
        (date(2027, 1, 1), date(2027, 6, 30)),
    ]
    assert list(queries.broken()) == []


@pytest.mark.parametrize(
    ("first", "said"),
    [
        ("2027-06-30", "two cannot hold on one day"),
        ("2027-01-01", "two cannot hold on one day"),
        ("2024-01-01", "two cannot hold on one day"),
        ("2027-07-02", "would have none. Begin on 1 Jul 2027"),
    ],
)
def test_policies_neither_overlap_nor_leave_a_gap(app: Flask, first: str, said: str) -> None:
    """Guard (R26.3): policies of local content neither overlap nor leave a gap."""
    services.set_policy(told("2027-01-01", "2027-06-30"), by=SYSTEM)
    with pytest.raises(Invalid) as refused:
        services.set_policy(told(first), by=SYSTEM)
    (sentence,) = refused.value.fields["valid_from"]
    assert said in (sentence.text % sentence.parts if sentence.parts else sentence.text)
    services.set_policy(told("2027-07-01"), by=SYSTEM)


def test_the_database_refuses_two_policies_of_one_day(app: Flask) -> None:
    second = Policy(
        id=uuid7(), valid_from=date(2030, 1, 1), high=4000, least=2500, bmp_counts=True, delivery_counts=True, basis="uji",
        confirmed_by="", made_by="system", made_at=now(),
    )  # fmt: skip
    session.add(second)
    with pytest.raises(IntegrityError, match="ex_p3dn_policies_one_a_day"):
        session.flush()


def test_a_gap_that_came_by_another_way_is_found(app: Flask) -> None:
    held = session.scalars(select(Policy).order_by(Policy.valid_from)).first()
    assert held is not None
    held.valid_to = date(2025, 4, 1)
    session.flush()
    assert any("days without one" in said for said in queries.broken())


def test_only_keepers_rule(app: Flask) -> None:
    for role in ("seller", "programme_officer", "auditor"):
        with pytest.raises(NotAllowed):
            services.set_policy(told("2027-01-01"), by=holds(role))
    services.set_policy(told("2027-01-01"), by=holds("procurement_admin"))


def test_an_office_may_have_a_target_of_its_own(app: Flask) -> None:
    from tests.factories import offices

    unit = offices.office()
    services.set_target(
        TargetIn.model_validate(
            {
                "key": "spend",
                "unit_code": unit,
                "valid_from": "2026-01-01",
                "share": "85",
                "basis": "Perjanjian Kinerja",
            }
        ),
        by=SYSTEM,
    )
    held = queries.targets(date(2026, 11, 23))
    own, common = target(held, "spend", unit), target(held, "spend")
    assert own is not None
    assert common is not None
    assert (own.share, common.share) == (8500, 9500)
    nowhere = {"key": "spend", "unit_code": "NONE", "valid_from": "2026-01-01", "share": "85", "basis": "uji uji"}
    with pytest.raises(Invalid):
        services.set_target(TargetIn.model_validate(nowhere), by=SYSTEM)
