"""People, their sessions, grants and mailed links; the areas of Jakarta and the offices of government."""

import re
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import PERSONAL, Base, Identified
from marketplace.kernel.machine import Machine, Stateful

LONGEST_EMAIL = 254
CODE_DIGITS = 6
EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}")
LOCAL_NUMBER = re.compile(r"08[0-9]{8,11}")


def normal_email(text: str) -> str | None:
    """Return an e-mail address in the one form we store, lower case; None when it is none."""
    bare = text.strip().lower()
    if len(bare) > LONGEST_EMAIL or not EMAIL.fullmatch(bare):
        return None
    dots_stand_alone = not bare.startswith(".") and ".." not in bare and ".@" not in bare
    return bare if dots_stand_alone else None


def normal_phone(text: str) -> str | None:
    """Return an Indonesian mobile number as E.164, ``+6281234567890``; None when it is none.

    Takes ``0812...``, ``62812...`` and ``+62 812...`` with spaces, dots, dashes and parentheses, 10 to 13 digits (ux 4.2, 25).
    """
    bare = re.sub(r"[\s().\u2010-\u2015-]", "", text)
    for start in ("+62", "62"):
        if bare.startswith(start):
            bare = "0" + bare.removeprefix(start).removeprefix("0")
            break
    return f"+62{bare[1:]}" if LOCAL_NUMBER.fullmatch(bare) else None


def phone_shown(stored: str) -> str:
    """Return a stored number as people write it: ``0812-3456-7890`` (ux 4.3)."""
    local = f"0{stored.removeprefix('+62')}" if stored.startswith("+62") else stored
    return "-".join(part for part in (local[:4], local[4:8], local[8:]) if part)


class PersonState(StrEnum):
    """How a person stands: may act, may not for now, or is gone for good."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ERASED = "erased"


class Person(Stateful, Base):
    """Somebody with an address and a password; erased, the row stays for what points at it, with nothing personal left."""

    __tablename__ = "accounts_people"
    __table_args__ = (
        UniqueConstraint("email"),
        UniqueConstraint("phone"),
        CheckConstraint("email IS NOT NULL OR phone IS NOT NULL OR state = 'erased'", name="reachable"),
    )
    machine = Machine(
        PersonState.ACTIVE,
        {
            PersonState.ACTIVE: (PersonState.SUSPENDED, PersonState.ERASED),
            PersonState.SUSPENDED: (PersonState.ACTIVE, PersonState.ERASED),
            PersonState.ERASED: (),
        },
    )

    name: Mapped[str] = mapped_column(Text, info=PERSONAL)
    email: Mapped[str | None] = mapped_column(Text, info=PERSONAL)
    phone: Mapped[str | None] = mapped_column(Text, info=PERSONAL)
    password_hash: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text, default="id")
    email_proved_at: Mapped[datetime | None]
    registered_at: Mapped[datetime]


class BrowserSession(Identified, Base):
    """One browser's sign-in; the token in its cookie is kept as a hash only (R14.1)."""

    __tablename__ = "accounts_sessions"
    __table_args__ = (UniqueConstraint("token_hash"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_people.id"), index=True)
    token_hash: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]


class HeldGrant(Identified, Base):
    """A person holds a role for a scope from one instant until another, of which both may be to come.

    Its end is written, never deleted; taken before it began, it ends where it begins and never counted.
    """

    __tablename__ = "accounts_grants"
    __table_args__ = (
        Index(
            "uq_accounts_grants_open",
            "person_id",
            "role",
            "scope_kind",
            "scope_id",
            unique=True,
            postgresql_where="valid_to IS NULL",
        ),
        Index("ix_accounts_grants_scope", "role", "scope_kind", "scope_id"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_people.id"), index=True)
    role: Mapped[str] = mapped_column(Text)
    scope_kind: Mapped[str] = mapped_column(Text)
    scope_id: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    granted_by: Mapped[str] = mapped_column(Text)


class Address(Identified, Base):
    """Where a person has things brought; one of them is the main one."""

    __tablename__ = "accounts_addresses"
    __table_args__ = (
        Index("uq_accounts_addresses_main", "person_id", unique=True, postgresql_where="main"),
        Index("ix_accounts_addresses_person_id", "person_id"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_people.id"))
    label: Mapped[str] = mapped_column(Text, info=PERSONAL)
    recipient: Mapped[str] = mapped_column(Text, info=PERSONAL)
    phone: Mapped[str] = mapped_column(Text, info=PERSONAL)
    kelurahan_code: Mapped[str] = mapped_column(ForeignKey("accounts_areas.code"), info=PERSONAL)
    street: Mapped[str] = mapped_column(Text, info=PERSONAL)
    landmark: Mapped[str | None] = mapped_column(Text, info=PERSONAL)
    main: Mapped[bool] = mapped_column(Boolean)


class Purpose(StrEnum):
    """What a mailed link is for; one of a kind never works as another (R14.5)."""

    RESET = "reset"
    PROOF = "proof"
    CODE = "code"
    SECOND = "second"
    """Not mailed: it stands between a right password and the second factor."""


class Link(Identified, Base):
    """A mailed way in: one person, one purpose, one use. Asked for by a stranger's address it has nobody and opens nothing."""

    __tablename__ = "accounts_links"
    __table_args__ = (UniqueConstraint("token_hash"),)

    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts_people.id"), index=True)
    purpose: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    closed: Mapped[bool] = mapped_column(Boolean, server_default=false(), default=False)


class SecondFactor(Base):
    """The secret that a person's app reckons its codes from, sealed; codes up to ``last_step`` are used."""

    __tablename__ = "accounts_second_factors"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_people.id"), primary_key=True)
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[datetime]


class RecoveryCode(Identified, Base):
    """One of ten ways in for who lost their phone: used once, kept as a hash only."""

    __tablename__ = "accounts_recovery_codes"
    __table_args__ = (UniqueConstraint("person_id", "code_hash"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_people.id"))
    code_hash: Mapped[str] = mapped_column(Text)
    used_at: Mapped[datetime | None]


class Identity(Identified, Base):
    """Who a person is at an identity provider: its own name for them, never their address."""

    __tablename__ = "accounts_identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("person_id", "issuer"))

    issuer: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text, info=PERSONAL)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_people.id"))
    linked_at: Mapped[datetime]


class Area(Base):
    """An administrative area under its Kemendagri code, with the days it is valid and what came after it."""

    __tablename__ = "accounts_areas"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    level: Mapped[str] = mapped_column(Text, index=True)
    name: Mapped[str] = mapped_column(Text)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("accounts_areas.code"), index=True)
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    successor: Mapped[str | None] = mapped_column(Text)


class Organisation(Identified, Base):
    """An office of government: ``opd``, ``ukpd``, ``sudin`` or ``bumd``, by its code; grants name it as their scope."""

    __tablename__ = "accounts_organisations"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("kind IN ('opd', 'ukpd', 'sudin', 'bumd')", name="kind"),
    )

    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    area_code: Mapped[str | None] = mapped_column(ForeignKey("accounts_areas.code"), index=True)
