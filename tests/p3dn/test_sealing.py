"""Sealed reports: whoever counts again finds the same, whatever became of everything since (F11)."""

import hashlib
import json
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Invalid, NotAllowed
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import relay
from marketplace.p3dn import services
from marketplace.p3dn.forms import PolicyIn, ReportIn
from marketplace.p3dn.models import Entry, Report
from marketplace.p3dn.queries import Local, sealed
from marketplace.p3dn.queries.figures import Scope, overview
from marketplace.p3dn.services import Back
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, offices, p3dn, sellers
from tests.factories.sellers import holds
from tests.p3dn import filled
from tests.p3dn.test_pages import with_role

LAST_YEAR = ReportIn(tahun=2025)


def year() -> tuple[list[UUID], UUID, list[str]]:
    shops = [sellers.shop(trusted=True).id, sellers.shop(name="Kriya Pak Joko").id]
    product = catalog.product(catalog.listing(domestic=True))
    units = [offices.office(), offices.office("Dinas Uji")]
    filled.year(2025, sellers=shops, products=[product], units=units, months=12)
    return shops, product, units


def seal(data: ReportIn = LAST_YEAR) -> sealed.ReportView:
    made = services.ask_report(data, by=SYSTEM)
    services.seal(made)
    session.expire_all()
    return sealed.report(made, SYSTEM)


def again(found: sealed.ReportView) -> dict[str, object]:
    return sealed.counted(
        found.first, found.last, found.unit_code, found.unit_codes, found.definition, found.cut_off or 0
    )


def test_a_report_of_last_year_is_the_same_after_everything_changed(app: Flask, clock: TestClock) -> None:
    """Guard (R26.3): a sealed report recomputes bit for bit, whatever became of products, policies and the ledger."""
    shops, product, units = year()
    found = seal()
    assert found.state == "sealed"
    whole = overview(Scope(first=date(2025, 1, 1), last=date(2025, 12, 31))).whole
    assert found.figures is not None
    assert found.figures["whole"]["value_idr"] == whole.total.amount
    assert found.digest == hashlib.sha256(sealed.canonical(again(found))).hexdigest()
    clock.set("2027-02-01T09:00:00+07:00")
    p3dn.stated(product, "abroad")
    told = PolicyIn(valid_from=date(2027, 3, 1), high=9000, least=8000, basis="Perpres uji")
    services.set_policy(told, by=SYSTEM)
    p3dn.recorded(p3dn.fact(shops[0], day=date(2025, 6, 1), reference="terlambat", local=Local(rung="import")))
    first = session.scalars(select(Entry).order_by(Entry.seq).limit(1)).one()
    back = Back(reference="kembali", line=1, day=date(2025, 12, 31), qty=1, value=Rupiah(1), of_references=(first.reference,),
                of_line=first.line)  # fmt: skip
    p3dn.came_back([back])
    assert list(sealed.differences(found.figures, again(found))) == []
    assert sealed.digest_of(again(found)) == found.digest
    assert seal().digest != found.digest, "a report that is sealed later counts what was written later"
    assert units


def test_a_ledger_that_was_touched_is_told_where(app: Flask) -> None:
    year()
    found = seal()

    @transactional
    def touched() -> None:
        session.execute(text("ALTER TABLE p3dn_entries DISABLE TRIGGER USER"))
        row = session.scalars(select(Entry.seq).order_by(Entry.seq).limit(1)).one()
        session.execute(update(Entry).where(Entry.seq == row).values(value_idr=Entry.value_idr + Rupiah(5)))
        session.execute(text("ALTER TABLE p3dn_entries ENABLE TRIGGER USER"))

    touched()
    assert found.figures is not None
    paths = [path for path, was, now in sealed.differences(found.figures, again(found)) if now - was == 5]
    assert "/whole/value_idr" in paths
    page = with_role(app, "admin").get(f"/p3dn/laporan/{found.id}?hitung-ulang=1").text
    assert "hasilnya berbeda" in page


def test_a_sealed_report_cannot_be_changed(app: Flask) -> None:
    year()
    found = seal()
    for statement in (update(Report).where(Report.id == found.id).values(fault="x"), text("DELETE FROM p3dn_reports")):
        with pytest.raises(DBAPIError, match="stays as it was sealed"), session.begin_nested():
            session.execute(statement)


def test_what_nobody_stated_keeps_a_report_from_being_sealed(app: Flask) -> None:
    shop = sellers.shop().id
    p3dn.recorded(p3dn.fact(shop, day=date(2025, 5, 5), local=Local(rung="unknown")))
    found = seal()
    assert (found.state, found.fault, found.digest) == ("failed", "unknown", None)
    page = with_role(app, "programme_officer").get(f"/p3dn/laporan/{found.id}").text
    assert "Rp\u00a01.000.000" in page


def test_a_period_without_anything_is_sealed_as_nothing(app: Flask) -> None:
    found = seal()
    assert found.figures is not None
    assert (found.state, found.figures["whole"]["value_idr"]) == ("sealed", 0)


def test_a_quarter_of_an_office_has_those_below_it_and_nothing_else(app: Flask) -> None:
    above = offices.office("Dinas Atas")
    below, other, shop = offices.office("Sudin Bawah", parent_code=above), offices.office("Lain"), sellers.shop().id
    for number, (unit, day) in enumerate(
        ((above, date(2025, 4, 1)), (below, date(2025, 6, 30)), (other, date(2025, 5, 1)), (above, date(2025, 7, 1)))
    ):
        p3dn.recorded(p3dn.fact(shop, unit_code=unit, day=day, reference=str(number), local=Local(rung="domestic")))
    found = seal(ReportIn(tahun=2025, periode="t2", opd=above))
    assert found.figures is not None
    assert sorted(found.figures["by"]["unit_code"]) == sorted([above, below])
    assert (found.first, found.last) == (date(2025, 4, 1), date(2025, 6, 30))


def test_counting_goes_on_after_the_worker_died_with_the_cut_off_it_had(app: Flask) -> None:
    shops, _product, _units = year()
    made = services.ask_report(LAST_YEAR, by=SYSTEM)
    assert services.sealing._begin(made) is not None
    p3dn.recorded(p3dn.fact(shops[0], day=date(2025, 6, 1), reference="sesudah", local=Local(rung="domestic")))
    services.seal(made)
    services.seal(made)
    found = sealed.report(made, SYSTEM)
    assert found.figures is not None
    assert found.figures["whole"]["entries"] == 720


def test_the_worker_seals_what_was_asked_for_on_the_page(app: Flask) -> None:
    year()
    client = with_role(app, "programme_officer")
    asked = client.post("/p3dn/laporan", data={"tahun": "2025", "periode": "", "opd": ""})
    assert asked.status_code == 303
    assert "sedang dihitung" in client.get(asked.location).text.lower()
    relay()
    page = client.get(asked.location).text
    assert "SHA-256" in page
    file = client.get(f"{asked.location}?bentuk=json")
    digest = hashlib.sha256(file.data).hexdigest()
    assert digest in page
    assert json.loads(file.data)["whole"]["entries"] == 720
    assert "bit demi bit" in client.get(f"{asked.location}?hitung-ulang=1").text
    assert client.get(f"{asked.location}?bentuk=csv").text.startswith("\ufeffbagian;kunci;nama;nilai_idr")
    assert client.get(f"{asked.location}?bentuk=xlsx").data[:2] == b"PK"


def test_only_the_programme_seals_and_offices_read_their_own(app: Flask) -> None:
    year()
    unit = offices.office("Sudin Tiga")
    with pytest.raises(NotAllowed):
        services.ask_report(LAST_YEAR, by=holds("auditor"))
    whole, own = seal(), seal(ReportIn(tahun=2025, opd=unit))
    auditor = with_role(app, "auditor", "organisation", unit)
    assert [auditor.get(f"/p3dn/laporan/{one.id}").status_code for one in (whole, own)] == [404, 200]
    assert auditor.post("/p3dn/laporan", data={"tahun": "2025"}).status_code == 403
    for wrong, field in (({"tahun": 2027}, "tahun"), ({"tahun": 2025, "opd": "TIDAK-ADA"}, "opd")):
        with pytest.raises(Invalid) as refused:
            services.ask_report(ReportIn.model_validate(wrong), by=SYSTEM)
        assert field in refused.value.fields
