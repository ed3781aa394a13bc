"""The auditor's desk: who may hold an order and for how long, what is acknowledged, and that all looks are written down."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from marketplace.accounts import services as accounts
from marketplace.eorder import queries, services
from marketplace.eorder.forms import ReasonIn
from marketplace.eorder.forms_audit import AcknowledgeIn, HoldIn, LetGoIn
from marketplace.eorder.models import Finding, Order, OrderState
from marketplace.eorder.models.acts import AUDITOR, PP, PPK
from marketplace.eorder.queries import auditing
from marketplace.eorder.queries.trail import trail
from marketplace.kernel import clock, ids
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.kernel.models import AuditEntry, AuditHead
from marketplace.testing.plugin import TestClock
from tests.factories import eorder as of
from tests.factories.accounts import signed_in

WHY = "Harga dibandingkan dengan pasar dahulu"
FOUND = AcknowledgeIn(catatan="Alasan sesuai dengan notula rapat")


def until(days: int) -> HoldIn:
    return HoldIn(sampai=clock.today() + timedelta(days=days), alasan=WHY)


@transactional
def flagged(case: of.Case, flag: str = "flash") -> None:
    facts: dict[str, Any] = {"seconds": 240}
    session.add(Finding(id=ids.uuid7(), order_id=case.order_id, flag=flag, facts=facts, found_at=clock.now()))


def browser(app: Flask, case: of.Case, duty: str) -> FlaskClient:
    who = case.by(duty)
    assert who.id is not None
    accounts.grant(who.id, duty, "organisation", case.desk.unit_code, by=SYSTEM)
    made = app.test_client()
    made.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return signed_in(made, who.id)


def test_an_order_that_is_held_stands_still_and_goes_on_with_the_time_that_was_left(
    app: Flask, request: pytest.FixtureRequest
) -> None:
    """Guard (R26.3): a hold stops everything but the auditor."""
    time: TestClock = request.getfixturevalue("clock")
    time.set("2026-11-23T08:00+07:00")
    case = of.order_in(OrderState.PENDING_APPROVAL, approvals=[PPK], due_at=clock.now() + timedelta(days=2))
    auditor = case.by(AUDITOR)
    services.hold(case.code, until(5), by=auditor)
    with pytest.raises(Conflict) as held:
        services.cancel(case.code, ReasonIn(alasan="Tidak jadi rapat"), by=case.by(PP))
    assert held.value.code == "held"
    before = queries.order(case.code, SYSTEM)
    assert (before.held_until, before.waits_for) == (clock.today() + timedelta(days=5), (PPK,))
    time.set("2026-11-27T23:59+07:00")
    assert services.deadlines() == 0
    time.set("2026-11-28T08:00+07:00")
    assert services.deadlines() == 1
    after = queries.order(case.code, SYSTEM)
    assert (after.held_by, after.state, after.waits_for) == (None, "pending_approval", (PPK,))
    assert before.due_at is not None
    assert after.due_at == before.due_at + timedelta(days=5)


def test_a_hold_has_a_day_to_come_and_an_end(app: Flask) -> None:
    case = of.order_in(OrderState.ACCEPTED)
    for days in (0, 91):
        with pytest.raises(Invalid) as refused:
            services.hold(case.code, until(days), by=case.by(AUDITOR))
        assert set(refused.value.fields) == {"sampai"}
    with pytest.raises(Conflict, match="not_held"):
        services.let_go(case.code, LetGoIn(alasan=WHY), by=case.by(AUDITOR))
    services.hold(case.code, until(1), by=case.by(AUDITOR))
    services.let_go(case.code, LetGoIn(alasan=WHY), by=case.by(AUDITOR))
    assert queries.order(case.code, SYSTEM).held_until is None


def test_who_acted_on_an_order_does_not_acknowledge_its_findings(app: Flask) -> None:
    """Guard (R26.3): an auditor looks at what others did."""
    case = of.order_in(OrderState.ACCEPTED)
    flagged(case)
    with pytest.raises(NotAllowed):
        services.acknowledge(case.code, "flash", FOUND, by=case.by(PPK))
    with pytest.raises(NotFound):
        services.acknowledge(case.code, "split", FOUND, by=case.by(AUDITOR))
    services.acknowledge(case.code, "flash", FOUND, by=case.by(AUDITOR))
    services.acknowledge(case.code, "flash", AcknowledgeIn(catatan="Yang kedua tidak berlaku"), by=case.by(AUDITOR))
    (said,) = auditing.checked(case.order_id).values()
    assert (said.by, said.note) == ("Audita Sari", FOUND.catatan)
    other = of.order_in(OrderState.ACCEPTED, of=case.desk)
    flagged(other)
    of.done(other, "send", PP, by=case.by(AUDITOR))
    with pytest.raises(Conflict) as refused:
        services.acknowledge(other.code, "flash", FOUND, by=case.by(AUDITOR))
    assert refused.value.code == "same_person"


def test_an_auditor_of_one_office_finds_exactly_that_office(app: Flask) -> None:
    """Guard (R26.3): an auditor sees the offices that were granted, and each look is written down (R11.10)."""
    mine, other = of.order_in(OrderState.ACCEPTED), of.order_in(OrderState.ACCEPTED)
    for case in (mine, other):
        flagged(case)
    eyes = browser(app, mine, AUDITOR)
    for path in ("/audit", "/audit/pesanan", "/audit/pesanan?contoh=acak", "/audit/pesanan?contoh=nilai"):
        seen = eyes.get(path)
        assert seen.status_code == 200
        assert mine.code in seen.text
        assert other.code not in seen.text
    for path in (
        f"/audit/{other.code}",
        f"/audit?unit={other.desk.unit_code}",
        "/audit/TIDAKADA",
        "/audit?unit=TIDAKADA",
    ):
        assert eyes.get(path).status_code == 404, path
    assert eyes.get(f"/audit/{mine.code}").status_code == 200
    assert eyes.post(f"/audit/{other.code}/tahan", data={}).status_code == 404
    looks = [row.content["after"]["shown"] for row in session.query(AuditEntry).filter_by(stream="eorder:audit")]
    assert looks[-4:] == [[mine.code]] * 4
    assert [one.act for one in trail(mine.code, mine.desk.unit_code) if one.look] == ["view"]
    assert "utuh" in eyes.get(f"/audit?unit={mine.desk.unit_code}&rantai=1").text
    officer = browser(app, mine, PPK)
    assert officer.get("/audit").status_code == 403


def test_faults_stand_beside_their_fields_and_nothing_typed_is_lost(app: Flask) -> None:
    case = of.order_in(OrderState.ACCEPTED)
    flagged(case)
    eyes = browser(app, case, AUDITOR)
    page = f"/audit/{case.code}"
    refused = eyes.post(f"{page}/tahan", data={"sampai": "2020-01-01", "alasan": WHY})
    assert (refused.status_code, WHY in refused.text) == (422, True)
    assert eyes.post(f"{page}/temuan/flash", data={"catatan": ""}).status_code == 422
    assert eyes.post(f"{page}/temuan/flash", data={"catatan": FOUND.catatan}).status_code == 303
    assert FOUND.catatan in eyes.get(page).text
    held = {"sampai": (clock.today() + timedelta(days=3)).isoformat(), "alasan": WHY}
    assert eyes.post(f"{page}/tahan", data=held).status_code == 303
    assert eyes.post(f"{page}/lepas", data={"alasan": WHY}).status_code == 303
    assert eyes.get(f"/pengadaan/pesanan/{case.code}").status_code == 200
    trailed = eyes.get(f"/pengadaan/pesanan/{case.code}/jejak").text
    assert WHY in trailed
    sheet = eyes.get(f"/pengadaan/pesanan/{case.code}/jejak?bentuk=csv")
    assert sheet.mimetype == "text/csv"
    assert [line.split(";")[2] for line in sheet.text.splitlines()[1:]] == ["acknowledge", "hold", "let_go"]


def test_the_log_of_an_office_is_walked_to_its_head(app: Flask) -> None:
    case = of.order_in(OrderState.ACCEPTED)
    services.hold(case.code, until(1), by=case.by(AUDITOR))
    whole = auditing.chain(case.desk.unit_code)
    assert (whole.entries >= 1, whole.broken) == (True, None)
    session.execute(update(AuditHead).where(AuditHead.stream == f"eorder:{case.desk.unit_code}").values(hash="0" * 64))
    assert auditing.chain(case.desk.unit_code).broken == whole.entries
    assert session.query(Order).filter_by(code=case.code).one().held_why == WHY
