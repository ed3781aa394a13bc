"""Joining, changing one's password, taking one's data along, and leaving."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import insert, select

from marketplace.accounts import queries, services
from marketplace.accounts.events import PasswordChanged, PersonRegistered, ProofAsked, RegistrationRepeated
from marketplace.accounts.models import HeldGrant, Person
from marketplace.kernel import audit, ids
from marketplace.kernel.access import SYSTEM, Actor, Grant
from marketplace.kernel.clock import now as clock_now
from marketplace.kernel.db import session
from marketplace.kernel.errors import Invalid, NotAllowed, NotFound, TooMany
from marketplace.kernel.models import AuditEntry
from marketplace.sellers.services import shops
from marketplace.testing.plugin import Outbox, TestClock
from tests.factories.accounts import PASSWORD, as_actor, opened, person
from tests.factories.sellers import shop

GUEST = Actor(kind="guest", guest_key="tamu")
HERE = "203.0.113.7"
MINE, OTHER = UUID(int=1), UUID(int=2)


def join(**said: object) -> UUID | None:
    given: dict[str, Any] = {"name": "Siti Aminah", "password": PASSWORD, "by": GUEST, **said}
    return services.register(**given)


def test_somebody_joins_and_is_asked_to_prove_their_address(app: Flask, clock: TestClock, outbox: Outbox) -> None:
    siti = join(email="Siti@Contoh.example", phone="0812 3456 7890")
    assert queries.person_contacts([siti])[siti] == queries.Contact(
        "Siti Aminah", "siti@contoh.example", "+6281234567890", "id"
    )
    assert outbox.named(PersonRegistered) == [{"person_id": str(siti)}]
    assert len(outbox.named(ProofAsked)) == 1


def test_a_number_alone_is_enough(app: Flask, clock: TestClock, outbox: Outbox) -> None:
    siti = join(phone="081234567890")
    assert queries.person_by("+62 812-3456-7890") == siti
    assert outbox.named(ProofAsked) == []


@pytest.mark.parametrize(
    "taken",
    [
        {"email": "SITI@contoh.example"},
        {"phone": "0812-3456-7890"},
        {"email": "baru@contoh.example", "phone": "6281234567890"},
    ],
)
def test_an_address_that_is_taken_changes_nothing_and_its_owner_is_told(
    app: Flask, clock: TestClock, outbox: Outbox, taken: dict[str, str]
) -> None:
    siti = join(email="siti@contoh.example", phone="081234567890")
    assert join(name="Orang Lain", password="kata sandi penipu", **taken) is None
    assert outbox.named(RegistrationRepeated) == [{"person_id": str(siti)}]
    assert services.sign_in("siti@contoh.example", PASSWORD, address=HERE, by=GUEST)
    assert queries.person_contacts([siti])[siti].name == "Siti Aminah"


@pytest.mark.parametrize(
    ("taken", "owner"), [({"email": "siti@contoh.example"}, "siti"), ({"phone": "0812-3456-7890"}, "ani")]
)
def test_nobody_else_is_told_of_an_address_that_is_taken(
    app: Flask, clock: TestClock, outbox: Outbox, taken: dict[str, str], owner: str
) -> None:
    known = {
        "siti": person(email="siti@contoh.example"),
        "ani": person(phone="+6281234567890"),
        "budi": person(email="budi@contoh.example"),
        "cici": person(phone="+6281299998888"),
        "gone": person(email="pergi@contoh.example"),
    }
    services.delete_account(PASSWORD, by=as_actor(known["gone"]), address=HERE)
    assert join(name="Orang Lain", **taken) is None
    assert outbox.named(RegistrationRepeated) == [{"person_id": str(known[owner])}]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "email"),
        ({"email": "siti@"}, "email"),
        ({"phone": "0812"}, "phone"),
        ({"email": "s@contoh.example", "password": "pendek"}, "password"),
        ({"email": "s@contoh.example", "password": "x" * 129}, "password"),
        ({"email": "s@contoh.example", "password": "Jakarta12345"}, "password"),
        ({"email": "s@contoh.example", "password": "ababababababab"}, "password"),
        ({"email": "dapursiti99@contoh.example", "password": "DapurSiti99"}, "password"),
        ({"email": "s@contoh.example", "password": "siti aminah"}, "password"),
    ],
)
def test_what_cannot_be_accepted_is_named_by_its_field(
    app: Flask, clock: TestClock, said: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        join(**said)
    assert list(refusal.value.fields) == [field]


def test_a_password_of_ten_or_128_signs_of_any_kind_is_taken(app: Flask, clock: TestClock) -> None:
    for number, password in enumerate(("pahamkopi7", "x1y2" * 32, "🌶🍚🍗🥥🌶🍚🍗🥥🌶🍚")):
        email = f"w{number}@contoh.example"
        join(email=email, password=password)
        assert services.sign_in(email, password, address=HERE, by=GUEST)


def test_one_address_cannot_make_accounts_without_end(app: Flask, clock: TestClock) -> None:
    for number in range(30):
        join(email=f"w{number}@contoh.example", address=HERE)
    with pytest.raises(TooMany):
        join(email="w30@contoh.example", address=HERE)


def test_the_hash_is_argon2id(app: Flask, clock: TestClock) -> None:
    join(email="siti@contoh.example")
    assert session.scalar(select(Person.password_hash)).startswith("$argon2id$")


def test_a_new_password_ends_all_sessions_but_opens_one_here(app: Flask, clock: TestClock, outbox: Outbox) -> None:
    siti = person(email="siti@contoh.example")
    other = opened(siti).token
    token = services.change_password(PASSWORD, "bubur ayam pagi", by=as_actor(siti), address=HERE).token
    assert queries.presence(other) is None
    assert queries.presence(token).actor.id == siti
    assert outbox.named(PasswordChanged) == [{"person_id": str(siti)}]
    with pytest.raises(Invalid):
        services.sign_in("siti@contoh.example", PASSWORD, address=HERE, by=GUEST)
    assert services.sign_in("siti@contoh.example", "bubur ayam pagi", address=HERE, by=GUEST)


def test_the_present_password_is_asked_for_and_not_for_ever(app: Flask, clock: TestClock) -> None:
    siti = as_actor(person())
    for _ in range(10):
        with pytest.raises(Invalid) as refusal:
            services.change_password("salah sekali", "bubur ayam pagi", by=siti, address=HERE)
        assert list(refusal.value.fields) == ["old_password"]
    with pytest.raises(TooMany):
        services.change_password(PASSWORD, "bubur ayam pagi", by=siti, address=HERE)
    with pytest.raises(NotFound):
        services.change_password(PASSWORD, "bubur ayam pagi", by=GUEST, address=HERE)


def test_an_erased_person_leaves_a_row_with_nothing_personal(app: Flask, clock: TestClock) -> None:
    held = Grant("seller", "seller", str(shop().id))
    siti = person("Siti", email="siti@contoh.example", grants=(held,))
    token = opened(siti).token
    services.delete_account(PASSWORD, by=as_actor(siti), address=HERE)
    row = session.execute(select(Person.name, Person.email, Person.phone, Person.state).where(Person.id == siti)).one()
    assert tuple(row) == ("", None, None, "erased")
    assert queries.presence(token) is None
    assert queries.holders("seller", "seller", held.scope_id) == ()
    assert queries.person_contacts([siti]) == {}
    assert list(queries.broken()) == []
    assert join(email="siti@contoh.example"), "the address is free again"


def test_deleting_needs_the_password(app: Flask, clock: TestClock) -> None:
    siti = person()
    with pytest.raises(Invalid):
        services.delete_account("salah sekali", by=as_actor(siti), address=HERE)
    assert queries.profile(by=as_actor(siti)).name == "Siti Aminah"


def test_people_take_their_data_along_and_it_is_noted(app: Flask, clock: TestClock) -> None:
    held = Grant("seller", "seller", str(shop().id))
    siti = person("Siti", email="siti@contoh.example", grants=(held,))
    kept = services.export_own(by=as_actor(siti))
    assert kept["person"]["email"] == "siti@contoh.example"
    assert kept["roles"][0]["scope_id"] == held.scope_id
    last = session.scalars(
        select(AuditEntry.content).where(AuditEntry.stream == "accounts").order_by(AuditEntry.seq.desc())
    ).first()
    assert (last["action"], last["by"]) == ("export own data", f"person:{siti}")
    assert "contoh" not in str(last)


def test_roles_are_given_by_administrators_and_written_down(app: Flask, clock: TestClock) -> None:
    siti, laras = person(), as_actor(ids.uuid7(), Grant("admin"))
    services.open_organisation("ukpd", "Kelurahan Johar Baru", "KEL-1")
    services.grant(siti, "receiver", "organisation", "KEL-1", by=laras)
    services.revoke(siti, "receiver", "organisation", "KEL-1", by=laras)
    told = [
        entry["action"]
        for entry in session.scalars(
            select(AuditEntry.content).where(AuditEntry.stream == "accounts").order_by(AuditEntry.seq)
        )
    ]
    assert told == ["grant", "revoke"]
    assert list(audit.broken()) == []


@pytest.mark.parametrize(
    ("by", "wanted", "may"),
    [
        (SYSTEM, Grant("admin"), True),
        (as_actor(ids.uuid7(), Grant("admin")), Grant("auditor"), True),
        (as_actor(ids.uuid7(), Grant("admin", "area", "31.71")), Grant("auditor"), False),
        (as_actor(ids.uuid7(), Grant("auditor")), Grant("auditor"), False),
        (as_actor(ids.uuid7(), Grant("seller", "seller", str(MINE))), Grant("seller", "seller", str(MINE)), True),
        (as_actor(ids.uuid7(), Grant("seller", "seller", str(MINE))), Grant("seller", "seller", str(OTHER)), False),
        (as_actor(ids.uuid7(), Grant("seller", "seller", str(MINE))), Grant("seller"), False),
        (as_actor(ids.uuid7(), Grant("seller", "seller", str(MINE))), Grant("admin"), False),
        (SYSTEM, Grant("raja"), False),
        (GUEST, Grant("seller", "seller", str(MINE)), False),
    ],
)
def test_who_may_give_which_role(
    app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch, by: Actor, wanted: Grant, may: bool
) -> None:
    for number in (OTHER, MINE):
        with monkeypatch.context() as patch:
            patch.setattr(shops, "uuid7", lambda number=number: number)
            shop()
    siti = person()
    if may:
        services.grant(siti, wanted.role, wanted.scope_kind, wanted.scope_id, by=by)
        assert queries.holders(wanted.role, wanted.scope_kind, wanted.scope_id) == (siti,)
    else:
        with pytest.raises(NotAllowed):
            services.grant(siti, wanted.role, wanted.scope_kind, wanted.scope_id, by=by)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Grant("admin", "area", "31.71.06"), "scope_kind"),
        (Grant("admin", "everywhere", "31.71.06"), "scope_id"),
        (Grant("seller"), "scope_kind"),
        (Grant("seller", "seller", "UMKM-0001"), "scope_id"),
        (Grant("seller", "seller", str(OTHER)), "scope_id"),
        (Grant("seller", "seller"), "scope_id"),
        (Grant("kecamatan_officer", "area", "99.99.99"), "scope_id"),
        (Grant("treasurer", "organisation", "KEL-404"), "scope_id"),
    ],
)
def test_a_role_is_held_for_what_is_there_and_fits_it(app: Flask, clock: TestClock, wanted: Grant, field: str) -> None:
    siti = person()
    with pytest.raises(Invalid) as refusal:
        services.grant(siti, wanted.role, wanted.scope_kind, wanted.scope_id, by=SYSTEM)
    assert list(refusal.value.fields) == [field]
    assert queries.holders(wanted.role, wanted.scope_kind, wanted.scope_id) == ()


def test_a_shop_may_be_named_by_its_code(app: Flask, clock: TestClock) -> None:
    siti, mine = person(), shop()
    services.grant(siti, "seller", "seller", mine.code.lower(), by=SYSTEM)
    assert queries.holders("seller", "seller", str(mine.id)) == (siti,)
    services.revoke(siti, "seller", "seller", mine.code, by=SYSTEM)
    assert queries.holders("seller", "seller", str(mine.id)) == ()


def test_giving_a_role_again_only_ever_makes_it_last_longer(app: Flask, clock: TestClock) -> None:
    siti = person()
    soon, later = (datetime.fromisoformat(f"2026-11-{day}T09:00:00+07:00") for day in (28, 29))
    ends: list[datetime | None] = []
    for until in (soon, soon, later, soon, None, later, None):
        services.grant(siti, "auditor", by=SYSTEM, until=until)
        (end,) = session.scalars(select(HeldGrant.valid_to).where(HeldGrant.person_id == siti))
        ends.append(end)
    assert ends == [soon, soon, later, later, None, None, None]
    written = session.scalars(
        select(AuditEntry.content).where(AuditEntry.stream == "accounts").order_by(AuditEntry.seq)
    )
    assert [entry["after"].get("until") for entry in written] == [soon.isoformat(), later.isoformat(), None]
    with pytest.raises(Invalid):
        services.grant(siti, "admin", by=SYSTEM, until=datetime.fromisoformat("2026-11-27T09:00:00+07:00"))


def test_grants_of_nothing_are_found_and_can_be_taken(app: Flask, clock: TestClock) -> None:
    siti = person()
    stray = {"role": "seller", "scope_kind": "seller", "scope_id": "UMKM-0001"}
    session.execute(
        insert(HeldGrant).values(id=ids.uuid7(), person_id=siti, valid_from=clock_now(), granted_by="system", **stray)
    )
    assert list(queries.broken()) == ["role 'seller': is held for seller 'UMKM-0001', which is none"]
    services.revoke(siti, "seller", "seller", "UMKM-0001", by=SYSTEM)
    assert list(queries.broken()) == []


def test_nobody_cannot_hold_a_role(app: Flask, clock: TestClock) -> None:
    with pytest.raises(NotFound):
        services.grant(ids.uuid7(), "auditor", by=SYSTEM)


def test_enrolling_is_for_us_and_leaves_out_who_is_there(app: Flask, clock: TestClock) -> None:
    siti = person(email="siti@contoh.example")
    again = services.Newcomer(ids.uuid7(), "Lain", "siti@contoh.example")
    fresh = services.Newcomer(ids.uuid7(), "Baru", "baru@contoh.example")
    assert services.enrol([again, fresh], by=SYSTEM) == 1
    assert services.enrol([], by=SYSTEM) == 0
    assert queries.person_by("siti@contoh.example") == siti
    with pytest.raises(NotAllowed):
        services.enrol([fresh], by=GUEST)


def test_facts_name_nobody(app: Flask, clock: TestClock) -> None:
    held = Grant("seller", "seller", str(shop().id))
    siti = person("Siti Rahasia", email="siti@contoh.example", grants=(held, Grant("auditor")))
    assert {
        "id": siti,
        "roles": [f"seller:seller:{held.scope_id}", "auditor:everywhere"],
        "state": "active",
    } in list(queries.user_facts())
