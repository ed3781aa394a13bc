"""Ceilings are revised with a reason, and what is held at the end of a year goes on in the next (R11.3)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.kernel.access import SYSTEM, Actor, Grant
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.money import Rupiah
from marketplace.offices import queries, services
from marketplace.offices.forms import CeilingIn
from marketplace.offices.policies import ORGANISATION
from marketplace.testing.plugin import TestClock
from tests.factories.accounts import as_actor, person, signed_in
from tests.factories.offices import Means, line_in, means, office, package_in

HOME = {"Sec-Fetch-Site": "same-origin"}
WHY = "Pekerjaan selesai tahun berikutnya"


def keeper(code: str, role: str = "procurement_admin") -> Actor:
    grant = Grant(role, ORGANISATION, code)
    return as_actor(person(), grant)


def held(one: Means) -> tuple[int, int, int]:
    line = queries.line(one.line_id, SYSTEM).line
    return line.committed.amount, line.realised.amount, line.free.amount


@pytest.fixture
def years(app: Flask, clock: TestClock) -> tuple[Means, Means]:
    """Hold four million of 2026, of which one is paid; then it is 2027, with means of its own."""
    clock.set("2026-12-20T09:00:00+07:00")
    old = means()
    services.commit("order:1", Rupiah(4_000_000), line_id=old.line_id, package_id=old.package_id, by=SYSTEM)
    services.realise("order:1", Rupiah(1_000_000), by=SYSTEM, last=False)
    clock.set("2027-01-05T09:00:00+07:00")
    return old, means(code=old.unit_code)


def carry(to: Means, by: Actor = SYSTEM, reference: str = "order:1") -> None:
    services.carry_over(reference, line_id=to.line_id, package_id=to.package_id, by=by, why=WHY)


def test_what_is_held_goes_on_in_the_next_year_and_what_was_paid_stays(years: tuple[Means, Means]) -> None:
    """Guard (R26.3): carrying over neither loses nor doubles."""
    old, new = years
    carry(new, keeper(old.unit_code, "budget_holder"))
    assert (held(old), held(new)) == ((0, 1_000_000, 9_000_000), (3_000_000, 0, 7_000_000))
    services.realise("order:1", Rupiah(2_500_000), by=SYSTEM, last=True)
    assert (held(old), held(new)) == ((0, 1_000_000, 9_000_000), (0, 2_500_000, 7_500_000))
    with pytest.raises(Conflict, match="closed"):
        carry(new)
    assert list(queries.broken()) == []


def test_a_year_that_has_not_enough_takes_nothing_and_the_old_one_keeps_it(years: tuple[Means, Means]) -> None:
    old, new = years
    services.set_line(line_in(old.unit_code, 2_999_999), by=SYSTEM)
    with pytest.raises(Conflict) as refused:
        carry(new)
    assert (refused.value.code, refused.value.facts["short_idr"]) == ("over_line", 1)
    assert (held(old), held(new)) == ((3_000_000, 1_000_000, 6_000_000), (0, 0, 2_999_999))
    assert list(queries.broken()) == []


def test_only_into_this_year_of_the_same_office_and_by_who_may(years: tuple[Means, Means], clock: TestClock) -> None:
    old, new = years
    elsewhere = means()
    with pytest.raises(NotFound):
        carry(elsewhere)
    for stranger in (keeper(office(), "budget_holder"), keeper(old.unit_code, "treasurer")):
        with pytest.raises(NotFound):
            carry(new, stranger)
    with pytest.raises(NotFound):
        carry(new, reference="order:9")
    with pytest.raises(Conflict, match="other_year"):
        carry(old)
    next_year = services.set_package(package_in(old.unit_code, 9_000_000, year=2028), by=SYSTEM)
    with pytest.raises(Conflict, match="not_of_line"):
        carry(Means(new.unit_code, new.line_id, next_year))
    services.commit("order:2", Rupiah(1), line_id=new.line_id, package_id=new.package_id, by=SYSTEM)
    with pytest.raises(Conflict, match="same_year"):
        carry(new, reference="order:2")


def test_a_ceiling_is_revised_with_its_reason(app: Flask) -> None:
    one = means()
    services.commit("order:1", Rupiah(4_000_000), line_id=one.line_id, package_id=one.package_id, by=SYSTEM)
    by = keeper(one.unit_code)
    with pytest.raises(Invalid, match=r"Rp 4\.000\.000|4,000,000|cannot be lower"):
        services.set_ceiling(one.line_id, CeilingIn(ceiling_idr=Rupiah(3_999_999), why="Pergeseran anggaran"), by=by)
    services.set_ceiling(one.line_id, CeilingIn(ceiling_idr=Rupiah(5_000_000), why="Pergeseran anggaran"), by=by)
    services.set_ceiling(one.line_id, CeilingIn(ceiling_idr=Rupiah(5_000_000), why="Pergeseran anggaran"), by=by)
    steps = queries.line(one.line_id, SYSTEM).steps.items
    last = steps[0]
    assert (last.kind, last.amount.amount, last.why) == (
        "lower", 5_000_000, "Pergeseran anggaran",
    )  # fmt: skip
    assert held(one) == (4_000_000, 0, 1_000_000)
    for stranger in (keeper(office()), keeper(one.unit_code, "budget_holder")):
        with pytest.raises(NotFound):
            services.set_ceiling(one.line_id, CeilingIn(ceiling_idr=Rupiah(9_000_000), why="Pergeseran"), by=stranger)
    assert list(queries.broken()) == []


def test_a_keeper_revises_a_ceiling_and_carries_over_on_the_page_of_the_line(
    client: FlaskClient, years: tuple[Means, Means]
) -> None:
    old, new = years
    browser = signed_in(client, person("Wulan", grants=(Grant("procurement_admin"),)))
    page = f"/pengadaan/anggaran/{old.line_id}"
    low = browser.post(f"{page}/pagu", data={"ceiling_idr": "3.999.999", "why": "Pergeseran anggaran"}, headers=HOME)
    assert (low.status_code, "Tidak bisa lebih rendah" in low.text, "3.999.999" in low.text) == (422, True, True)
    browser.post(f"{page}/pagu", data={"ceiling_idr": "4.000.000", "why": "Pergeseran anggaran"}, headers=HOME)
    assert "Pergeseran anggaran" in browser.get(page).text
    assert "Tahun sudah berakhir" in browser.get(f"/pengadaan/anggaran?unit={old.unit_code}&tahun=2026").text
    told = {"reference": "order:1", "line_id": str(new.line_id), "package_id": str(new.package_id), "why": "x"}
    assert browser.post(f"{page}/pindah", data=told, headers=HOME).status_code == 422
    done = browser.post(f"{page}/pindah", data=told | {"why": WHY}, headers=HOME)
    assert done.headers["Location"] == f"{page}?sudah=pindah"
    assert held(new) == (3_000_000, 0, 7_000_000)
    again = browser.post(f"{page}/pindah", data=told | {"why": WHY}, headers=HOME)
    assert (again.status_code, "Muat ulang" in again.text) == (422, True)
