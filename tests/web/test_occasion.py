"""Who wrote something down in the audit log, in which role, and for which request (R23.1)."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from structlog.testing import CapturingLogger

from marketplace.accounts import services as people
from marketplace.kernel.access import SYSTEM, Grant
from marketplace.kernel.db import session
from marketplace.kernel.models import AuditEntry
from marketplace.web import answers
from tests.factories.accounts import as_actor, person, signed_in
from tests.factories.sellers import shop


def last(action: str) -> Mapping[str, Any]:
    """Return what stands of the last deed of that name."""
    entries = session.scalars(select(AuditEntry.content).order_by(AuditEntry.at.desc(), AuditEntry.seq.desc()))
    return next(entry for entry in entries if entry["action"] == action)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> CapturingLogger:
    made = CapturingLogger()
    monkeypatch.setattr(answers, "log", made)
    return made


def test_a_deed_names_the_role_that_its_page_asks_for_and_the_request(
    client: FlaskClient, log: CapturingLogger
) -> None:
    mine, waiting = shop(), shop(active=False, name="Warung Baru")
    grants = (Grant("admin"), Grant("auditor"), Grant("seller", "seller", str(mine.id)))
    here = signed_in(client, person(grants=grants))
    assert here.post(f"/admin/toko/{waiting.id}/verifikasi").status_code == 303
    entry = last("sellers.verify")
    assert entry["as"] == ["admin:everywhere"]
    assert entry["request"] == log.calls[-1].kwargs["id"]


def test_on_a_page_that_asks_for_no_role_all_of_them_stand(client: FlaskClient, log: CapturingLogger) -> None:
    held = Grant("seller", "seller", str(shop().id))
    signed_in(client, person(grants=(Grant("auditor"), held))).post("/akun/data")
    entry = last("export own data")
    assert entry["as"] == ["auditor:everywhere", f"seller:seller:{held.scope_id}"]
    assert entry["request"] == log.calls[-1].kwargs["id"]


def test_outside_of_requests_there_is_none(app: Flask) -> None:
    siti = person()
    people.grant(siti, "auditor", by=as_actor(person(), Grant("admin")))
    assert (last("grant")["as"], last("grant")["request"]) == (["admin:everywhere"], "")
    people.revoke(siti, "auditor", by=SYSTEM)
    assert (last("revoke")["as"], last("revoke")["by"]) == ([], "system")
