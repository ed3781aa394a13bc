"""By which rule an office buys, from which day, and that rules leave no gap and never stand in each other's way (E6)."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from marketplace.eorder import queries, services
from marketplace.eorder.forms_rules import CeilingIn, ConfirmIn, MethodIn
from marketplace.eorder.models import Method
from marketplace.kernel import clock as time
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotAllowed
from marketplace.kernel.models import AuditEntry
from marketplace.kernel.money import Rupiah
from tests.factories import eorder as of
from tests.factories.sellers import holds

NEW_YEAR = date(2027, 1, 1)
LAW = "Perpres uji tentang batas baru"
BANDS = [(0, 10_000_000), (10_000_000, 50_000_000), (50_000_000, 200_000_000), (200_000_000, 15_000_000_000)]


def method_in(**changes: object) -> MethodIn:
    told: dict[str, object] = {
        "code": "opd-goods-50jt", "buyer_kind": "opd", "what": "goods", "name": "Pembelian langsung",
        "name_en": "Direct purchase",
        "above_idr": 10_000_000, "up_to_idr": 50_000_000, "approvals": ["commitment_officer"], "offers_wanted": 3,
        "answer_days": 2, "decide_days": 3, "talk_days": 1, "pay_days": 3, "valid_from": NEW_YEAR, "basis": LAW, **changes,
    }  # fmt: skip
    return MethodIn.model_validate(told)


def ceiling_in(**changes: object) -> CeilingIn:
    told: dict[str, object] = {
        "code": "makan-rapat", "template": "meeting_food", "name": "Makan rapat", "name_en": "Meal at a meeting",
        "unit": "orang", "most_idr": 60_000, "valid_from": NEW_YEAR, "basis": LAW, **changes,
    }  # fmt: skip
    return CeilingIn.model_validate(told)


def bands(day: date) -> list[tuple[int, int]]:
    return [(one.above.amount, one.up_to.amount) for one in queries.methods(day, "opd", "goods")]


def test_the_bands_that_come_with_the_program_are_a_ladder_and_loading_again_adds_nothing(app: Flask) -> None:
    today = time.today()
    assert bands(today) == BANDS
    assert list(queries.rulebook_broken()) == []
    assert services.load_rules() == 0
    found = queries.methods(today, "opd", "goods")
    told = [queries.method_for(Rupiah(n), found) for n in (1, 10_000_000, 10_000_001, 50_000_001, 15_000_000_001)]
    assert [one.code if one else None for one in told] == [
        "opd-goods-10jt", "opd-goods-10jt", "opd-goods-50jt", "opd-goods-200jt", None,
    ]  # fmt: skip
    assert [one.negotiate for one in found] == [False, False, True, True]
    assert {one.approvals for one in found} == {("commitment_officer",)}
    assert all(not one.confirmed_by for one in queries.method_timeline())  # Nobody did yet, and pages say so.


@pytest.mark.parametrize("kind", ["goods", "services", "works", "consulting"])
def test_every_kind_of_purchase_has_its_methods_for_offices_and_companies(app: Flask, kind: str) -> None:
    assert all(queries.methods(time.today(), buyer, kind) for buyer in ("opd", "bumd"))


def test_a_new_rule_holds_from_its_day_and_what_was_sent_before_keeps_its_own(app: Flask) -> None:
    before = queries.methods(time.today(), "opd", "goods")[1]
    services.set_method(method_in(offers_wanted=5), by=SYSTEM)
    assert queries.methods(NEW_YEAR - timedelta(days=1), "opd", "goods")[1].id == before.id
    assert queries.methods(NEW_YEAR, "opd", "goods")[1].offers_wanted == 5
    kept = queries.method(before.id)
    assert kept is not None
    assert kept.offers_wanted == 3


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"up_to_idr": 40_000_000}, "gap"),
        ({"up_to_idr": 60_000_000}, "overlap"),
        ({"above_idr": 5_000_000}, "overlap"),
        ({"code": "opd-goods-lain", "above_idr": 20_000_000, "up_to_idr": 30_000_000}, "overlap"),
        ({"code": "opd-goods-atas", "above_idr": 16_000_000_000, "up_to_idr": 17_000_000_000}, "gap"),
        ({"code": "opd-goods-10jt", "above_idr": 1, "up_to_idr": 10_000_000}, "bottom"),
    ],
)
def test_a_band_that_overlaps_or_leaves_a_gap_is_refused_with_the_reason(
    app: Flask, changes: dict[str, object], why: str
) -> None:
    """Guard (R26.3): for every amount there is exactly one method."""
    with pytest.raises(Conflict) as refused:
        services.set_method(method_in(**changes), by=SYSTEM)
    assert refused.value.code == why
    assert "1 " in str(refused.value.said) or "2027" in str(refused.value.said)
    assert bands(NEW_YEAR) == BANDS  # Nothing of it stays.


def test_where_an_edge_moves_the_bands_beside_it_can_follow(app: Flask) -> None:
    services.set_method(method_in(up_to_idr=100_000_000, follow=True), by=SYSTEM)
    assert bands(NEW_YEAR)[1:3] == [(10_000_000, 100_000_000), (100_000_000, 200_000_000)]
    assert bands(NEW_YEAR - timedelta(days=1)) == BANDS
    assert list(queries.rulebook_broken()) == []


def test_a_day_that_has_begun_is_not_changed_and_only_who_keeps_the_rules_changes_them(app: Flask) -> None:
    with pytest.raises(Invalid) as refused:
        services.set_method(method_in(valid_from=time.today()), by=SYSTEM)
    assert "valid_from" in refused.value.fields
    with pytest.raises(NotAllowed):
        services.set_method(method_in(), by=of.desk()["procurement_officer"])
    with pytest.raises(NotAllowed):
        services.set_ceiling(ceiling_in(), by=holds("admin"))


def test_who_confirmed_a_rule_is_kept_and_a_changed_rule_wants_it_anew(app: Flask) -> None:
    admin = holds("procurement_admin")
    first = queries.methods(time.today(), "opd", "goods")[1]
    services.confirm_method(first.id, ConfirmIn(pejabat="Kepala Bidang Regulasi BPPBJ"), by=admin)
    kept = queries.method(first.id)
    assert kept is not None
    assert (kept.confirmed_by, kept.confirmed_on) == ("Kepala Bidang Regulasi BPPBJ", time.today())
    services.set_method(method_in(), by=admin)
    assert queries.methods(NEW_YEAR, "opd", "goods")[1].confirmed_by == ""
    told = session.scalars(select(AuditEntry.content).where(AuditEntry.stream == "eorder:rules"))
    assert {"eorder.confirm", "eorder.method"} <= {one["action"] for one in told}


def test_a_ceiling_holds_from_its_day_and_two_never_hold_for_one_need(app: Flask) -> None:
    present = queries.ceiling_for("meeting_food", time.today())
    assert present is not None
    assert (present.most, present.unit) == (Rupiah(53_000), "orang")
    services.set_ceiling(ceiling_in(), by=SYSTEM)
    then = queries.ceiling_for("meeting_food", NEW_YEAR)
    assert then is not None
    assert then.most == Rupiah(60_000)
    assert (
        queries.ceiling_for("meeting_food", NEW_YEAR - timedelta(days=1)) == queries.ceiling_timeline("meeting_food")[0]
    )
    with pytest.raises(Conflict) as refused:
        services.set_ceiling(ceiling_in(code="makan-lain"), by=SYSTEM)
    assert refused.value.code == "overlap"
    assert queries.ceiling_for("printing", time.today()) is None


def test_verify_finds_a_gap_that_came_past_the_door(app: Flask) -> None:
    @transactional
    def torn() -> None:
        session.execute(update(Method).where(Method.code == "opd-goods-50jt").values(up_to_idr=Rupiah(40_000_000)))

    torn()
    assert any("gap" in one for one in queries.rulebook_broken())
