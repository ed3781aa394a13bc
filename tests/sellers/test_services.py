"""A shop is opened, kept, checked, trusted and stopped."""

import threading
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.accounts import queries as accounts
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.audit import broken
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from marketplace.kernel.forms import Form
from marketplace.kernel.ids import uuid7
from marketplace.kernel.models import AuditEntry
from marketplace.sellers import queries, services
from marketplace.sellers.events import SellerChanged
from marketplace.sellers.forms import ReasonIn, SellerIn
from marketplace.sellers.models import Seller, SellerState
from marketplace.testing.plugin import Live, Outbox
from tests.factories.sellers import JOHAR_BARU, holds, newcomer, profile, runs, shop

WHY = ReasonIn(reason="Tiga pembeli menerima barang rusak")


def test_who_opens_a_shop_runs_it(app: Flask, outbox: Outbox) -> None:
    siti = newcomer()
    seller_id = services.register(profile(), by=siti)
    card = queries.sellers([seller_id])[seller_id]
    assert (card.state, card.trusted, card.verified_at) == (SellerState.REGISTERED, False, None)
    assert (card.slug, card.owner_name, card.kelurahan_code) == ("dapur-ibu-siti", "Siti", JOHAR_BARU)
    assert card.kecamatan_code == JOHAR_BARU[:8]
    assert queries.team(seller_id) == (siti.id,)
    assert outbox.named(SellerChanged) == [{"seller_id": str(seller_id)}]
    assert not card.sells


def test_a_guest_opens_no_shop(app: Flask) -> None:
    with pytest.raises(NotAllowed):
        services.register(profile(), by=Actor(kind="guest", guest_key="x"))


def test_nobody_opens_shops_without_end(app: Flask) -> None:
    siti = newcomer()
    for number in range(services.MOST_SHOPS):
        services.register(profile(name=f"Warung {number}"), by=siti)
    with pytest.raises(Conflict):
        services.register(profile(name="Satu lagi"), by=siti)


def test_six_shops_opened_at_once_are_still_too_many(live: Live) -> None:
    siti = newcomer()
    session.remove()
    gate, refused = threading.Barrier(6), []

    def work(number: int) -> None:
        with live.app.app_context():
            gate.wait(20)
            try:
                services.register(profile(name=f"Warung {number}"), by=siti)
            except Conflict as conflict:
                refused.append(conflict.code)
            finally:
                session.remove()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert session.scalar(select(func.count()).select_from(Seller)) == services.MOST_SHOPS
    assert refused == ["most_shops"] * 3


def test_shops_of_one_name_have_pages_of_their_own(app: Flask) -> None:
    slugs = [shop(name="Toko Kue Bu Aan").slug for _ in range(3)]
    assert slugs == ["toko-kue-bu-aan", "toko-kue-bu-aan-2", "toko-kue-bu-aan-3"]
    assert shop(name="Toko Kue").slug == "toko-kue"
    assert shop(name="美味美味").slug == "toko"


@pytest.mark.parametrize("given", ["Atlantis", "99.99.99.9999", "Kebon"])
def test_a_shop_lies_in_a_kelurahan_of_jakarta(app: Flask, given: str) -> None:
    with pytest.raises(Invalid) as caught:
        services.register(profile(kelurahan=given), by=SYSTEM)
    assert set(caught.value.fields) == {"kelurahan"}


def test_the_label_of_the_list_is_understood(app: Flask) -> None:
    place = accounts.place(JOHAR_BARU)
    assert place is not None
    assert shop(kelurahan=place.label).kelurahan_code == JOHAR_BARU


def test_its_team_changes_the_profile_and_the_address_stays(app: Flask, outbox: Outbox) -> None:
    mine = shop()
    services.update(mine.id, profile(name="Dapur Siti dan Anak", story="Sejak 1998."), by=runs(mine))
    now = queries.sellers([mine.id])[mine.id]
    assert (now.name, now.slug, now.story) == ("Dapur Siti dan Anak", mine.slug, "Sejak 1998.")
    assert len(outbox.named(SellerChanged)) == 3


def test_the_shop_of_others_is_as_unknown_as_none(app: Flask) -> None:
    mine, theirs = shop(), shop(name="Toko lain")
    for foreign in (theirs.id, uuid7()):
        with pytest.raises(NotFound):
            services.update(foreign, profile(), by=runs(mine))
    assert queries.profile(theirs.id, runs(mine)) is None


def test_a_checked_shop_sells(app: Flask) -> None:
    waiting = shop(active=False)
    officer = holds("programme_officer")
    assert [card.id for card in queries.waiting(officer)] == [waiting.id]
    assert queries.waiting_count(officer) == 1
    services.verify(waiting.id, by=officer)
    services.verify(waiting.id, by=officer)
    card = queries.sellers([waiting.id])[waiting.id]
    assert card.sells
    assert card.verified_at is not None
    assert queries.waiting(officer) == ()


def test_a_suspended_shop_sells_nothing_until_it_resumes(app: Flask) -> None:
    mine, officer = shop(trusted=True), holds("admin")
    services.suspend(mine.id, WHY, by=officer)
    assert not queries.sellers([mine.id])[mine.id].sells
    with pytest.raises(Conflict):
        services.suspend(mine.id, WHY, by=officer)
    services.resume(mine.id, WHY, by=officer)
    assert queries.sellers([mine.id])[mine.id].sells


def test_each_decision_is_in_the_audit_log(app: Flask) -> None:
    mine = shop(trusted=True)
    services.suspend(mine.id, WHY, by=holds("admin"))
    entries = session.scalars(
        select(AuditEntry.content).where(AuditEntry.stream == f"sellers:{mine.id}").order_by(AuditEntry.seq)
    ).all()
    assert [entry["action"] for entry in entries] == [
        "sellers.register",
        "sellers.verify",
        "sellers.trust",
        "sellers.suspended",
    ]
    assert "0812" not in str(entries)
    assert "Rahmawati" not in str(entries)
    assert list(broken()) == []


def test_only_officers_decide(app: Flask) -> None:
    mine = shop(active=False)
    for actor in (runs(mine), holds("auditor"), holds("seller"), Actor(kind="guest", guest_key="x")):
        for act in (
            lambda by: services.verify(mine.id, by=by),
            lambda by: services.trust(mine.id, True, by=by),
            lambda by: services.suspend(mine.id, WHY, by=by),
        ):
            with pytest.raises(DomainError):
                act(actor)
        assert queries.waiting(actor) == ()


def test_what_is_kept_of_a_person_can_be_had_and_erased(app: Flask) -> None:
    siti = newcomer().id
    assert siti is not None
    mine = shop(owner_id=siti)
    assert queries.export_owner(siti)["shops"][0]["phone"] == "+6281234567890"
    services.forget_owner(siti)
    kept = session.get(Seller, mine.id)
    assert kept is not None
    assert (kept.owner_name, kept.phone, kept.owner_id, kept.state) == ("", "", None, SellerState.CLOSED)
    assert queries.export_owner(siti) == {"shops": [], "papers": []}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "ab"),
        ("name", "x" * 61),
        ("name", "dua\nbaris"),
        ("phone", "12345"),
        ("phone", "021-555-1234"),
        ("story", "x" * 1001),
        ("opening_days", ["8"]),
        ("opening_days", []),
        ("owner_name", ""),
    ],
)
def test_a_wrong_answer_is_told_beside_its_field(app: Flask, field: str, value: object) -> None:
    from marketplace.kernel.forms import _checked

    told = {**profile().model_dump(), field: value}
    form: Form[SellerIn] = _checked(SellerIn, told, {})
    assert [name.split("-")[0] for name in form.errors] == [field]


def test_cards_come_by_slug_and_by_code_in_any_case(app: Flask) -> None:
    mine = shop()
    assert queries.seller_by_slug(mine.slug) == mine
    assert queries.seller_by_code(mine.code.lower()) == mine
    assert queries.seller_by_slug("tidak-ada") is None
    assert queries.sellers([]) == {}
    assert [card.id for card in queries.sellers_of(runs(mine))] == [mine.id]
    assert isinstance(mine.id, UUID)
