"""What may be read of shops: cards for the public, profiles for their teams."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, FromClause, Row, Uuid, bindparam, func, literal, select

from marketplace.accounts import queries as accounts
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session
from marketplace.sellers import policies
from marketplace.sellers.models import Paper, Seller, SellerState

PUBLIC = (
    Seller.id,
    Seller.code,
    Seller.slug,
    Seller.name,
    Seller.owner_name,
    Seller.story,
    Seller.kelurahan_code,
    Seller.opening_days,
    Seller.verified_at,
    Seller.trusted,
    Seller.state,
    Seller.vat_registered,
    Seller.pbjt_payer,
    Seller.cod,
    Seller.away_from,
    Seller.away_until,
    Seller.away_note,
)
SHOPS: FromClause = select(*PUBLIC).subquery("shops")
"""Shops as something to be joined by those above, for ``card_in``."""
SELLS: ColumnElement[bool] = SHOPS.c.state == literal(str(SellerState.ACTIVE))
"""The condition on ``SHOPS`` that ``SellerCard.sells`` tells of one."""
# An array is one parameter however many shops there are, so the statement is made, and planned, once.
BY_IDS = select(*PUBLIC).where(Seller.id == func.any(bindparam("ids", type_=ARRAY(Uuid))))

WITH_PHONES = select(*PUBLIC, Seller.phone).where(Seller.id == func.any(bindparam("ids", type_=ARRAY(Uuid))))


OLD_NPWP = re.compile(r"(\d\d)(\d{3})(\d{3})(\d)(\d{3})(\d{3})")
A_DAY, A_WEEK = timedelta(days=1), 7


@dataclass(frozen=True)
class Leave:
    """When a shop is away, both days included, with its note; ``back_on`` is the opening day on which it works again."""

    first: date
    last: date
    note: str
    back_on: date

    @property
    def days(self) -> tuple[date, date]:
        """Return the first and the last day."""
        return self.first, self.last

    @property
    def begun(self) -> bool:
        """Tell whether the shop is away today."""
        return self.first <= clock.today()


@dataclass(frozen=True)
class SellerCard:
    """What anyone may know of a shop. Of its owner that is the first name (ux P05)."""

    id: UUID
    code: str
    slug: str
    name: str
    owner_name: str
    story: str
    kelurahan_code: str
    kelurahan: str
    kecamatan_code: str
    kecamatan: str
    kota: str
    opening_days: tuple[int, ...]
    verified_at: datetime | None
    trusted: bool
    state: str
    vat_registered: bool
    pbjt_payer: bool
    cod: bool
    leave: Leave | None
    """The leave that the shop is on, or that is to come; None when it said none, or when that is over."""

    @property
    def away(self) -> Leave | None:
        """Return the leave that the shop is on today."""
        return self.leave if self.leave is not None and self.leave.begun else None

    @property
    def sells(self) -> bool:
        """Tell whether the shop's products may be on sale at all."""
        return self.state == SellerState.ACTIVE


@dataclass(frozen=True)
class Profile:
    """A shop as its team edits it, the personal fields whole."""

    id: UUID
    slug: str
    name: str
    owner_name: str
    phone: str
    story: str
    kelurahan_code: str
    kelurahan: str
    opening_days: tuple[int, ...]
    state: str
    vat_registered: bool
    pbjt_payer: bool
    npwp: str
    """Digits alone; empty for a shop that named none."""
    cod: bool
    leave: Leave | None

    @property
    def away(self) -> Leave | None:
        """Return the leave that the shop is on today."""
        return self.leave if self.leave is not None and self.leave.begun else None


def sellers(ids: Collection[UUID]) -> dict[UUID, SellerCard]:
    """Return the shops with these ids; unknown ones are left out."""
    if not ids:
        return {}
    return {card.id: card for card in _cards(rows(BY_IDS, {"ids": list(set(ids))}))}


def phones(ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the numbers of shops that gave one, to tell the shops themselves; on no public page."""
    return {key: number for key, (_card, number) in sellers_with_phones(ids).items() if number}


def sellers_with_phones(ids: Collection[UUID]) -> dict[UUID, tuple[SellerCard, str]]:
    """Return shops with their numbers, for who paid for something of theirs; on no public page."""
    if not ids:
        return {}
    found = rows(WITH_PHONES, {"ids": list(set(ids))})
    return {row.id: (card_in(row[:-1]), row.phone) for row in found}


def npwps(ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the tax numbers of shops that named one, for the papers that they issue; on no public page."""
    wanted = select(Seller.id, Seller.npwp).where(Seller.id.in_(ids), Seller.npwp.is_not(None))
    return {row.id: row.npwp for row in rows(wanted)}


def npwp_shown(npwp: str) -> str:
    """Return a tax number as people know it: one of 15 digits with its points, one of 16 as it is."""
    found = OLD_NPWP.fullmatch(npwp)
    return "{}.{}.{}.{}-{}.{}".format(*found.groups()) if found else npwp


def seller_by_slug(slug: str) -> SellerCard | None:
    """Return the shop whose page has this address, whatever its state."""
    return next(iter(_cards(session.execute(select(*PUBLIC).where(Seller.slug == slug)))), None)


def seller_by_code(code: str) -> SellerCard | None:
    """Return the shop with this code, written in any case."""
    return next(iter(_cards(session.execute(select(*PUBLIC).where(Seller.code == code.upper())))), None)


def seller_scope(named: str) -> str | None:
    """Return the id of the shop that a grant names, by its id or code; None when there is none."""
    try:
        wanted = Seller.id == UUID(named)
    except ValueError:
        wanted = Seller.code == named.upper()
    found = session.scalar(select(Seller.id).where(wanted))
    return None if found is None else str(found)


def sellers_of(actor: Actor) -> tuple[SellerCard, ...]:
    """Return the shops that the actor helps to run, the oldest first."""
    ids = _ids(actor.scopes(policies.ROLE, policies.SCOPE))
    return tuple(sorted(sellers(ids).values(), key=lambda card: card.id))


def team(seller_id: UUID) -> tuple[UUID, ...]:
    """Return the people who run a shop."""
    return tuple(accounts.holders(policies.ROLE, policies.SCOPE, str(seller_id)))


def profile(seller_id: UUID, actor: Actor) -> Profile | None:
    """Return a shop's whole profile to its team, None to everyone else."""
    if not policies.MANAGE.allows(actor, seller_id):
        return None
    row = session.execute(select(*PUBLIC, Seller.phone, Seller.npwp).where(Seller.id == seller_id)).one_or_none()
    if row is None:
        return None
    place = accounts.place(row.kelurahan_code)
    return Profile(
        id=row.id,
        slug=row.slug,
        name=row.name,
        owner_name=row.owner_name,
        phone=row.phone,
        story=row.story,
        kelurahan_code=row.kelurahan_code,
        kelurahan=place.label if place else "",
        opening_days=tuple(row.opening_days),
        state=row.state,
        vat_registered=row.vat_registered,
        pbjt_payer=row.pbjt_payer,
        npwp=row.npwp or "",
        cod=row.cod,
        leave=_leave(row.away_from, row.away_until, row.away_note, row.opening_days),
    )


def waiting(actor: Actor) -> tuple[SellerCard, ...]:
    """Return the shops that wait for a check, the oldest first; nothing to those who do not check."""
    if not policies.CHECK.admits(actor):
        return ()
    found = select(*PUBLIC).where(Seller.state == SellerState.REGISTERED).order_by(Seller.created_at).limit(100)
    return _cards(session.execute(found))


def waiting_count(actor: Actor) -> int:
    """Count the shops that wait for a check."""
    if not policies.CHECK.admits(actor):
        return 0
    return session.scalar(select(func.count()).where(Seller.state == SellerState.REGISTERED)) or 0


def export_owner(person_id: UUID) -> dict[str, Any]:
    """Return what shops keep of a person, in plain JSON types."""
    named = (Seller.code, Seller.name, Seller.owner_name, Seller.phone, Seller.npwp)
    fields = (*named, Seller.kelurahan_code, Seller.story)
    found = session.execute(select(*fields).where(Seller.owner_id == person_id).order_by(Seller.id))
    shown = (Seller.code, Paper.kind, Paper.number, Paper.valid_from, Paper.valid_until)
    papers = session.execute(
        select(*shown).join(Seller, Seller.id == Paper.seller_id).where(Seller.owner_id == person_id).order_by(Paper.id)
    )
    return {
        "shops": [dict(row._mapping) for row in found],  # noqa: SLF001 - SQLAlchemy's public name for it
        "papers": [
            {name: day.isoformat() if isinstance(day, date) else day for name, day in row._mapping.items()}  # noqa: SLF001
            for row in papers
        ],
    }


def _ids(texts: Iterable[str]) -> list[UUID]:
    return [UUID(text) for text in texts]


def _cards(found: Iterable[Row[Any]]) -> tuple[SellerCard, ...]:
    return tuple(card_in(row) for row in found)


def card_in(columns: Sequence[Any]) -> SellerCard:
    """Return the shop that stands in the columns of ``SHOPS``, in their order."""
    key, code, slug, name, owner_name, story, kelurahan_code, opening_days, verified_at, *rest = columns
    trusted, state, vat_registered, pbjt_payer, cod, away_from, away_until, away_note = rest
    place = accounts.places((kelurahan_code,))[kelurahan_code]
    return SellerCard(
        id=key,
        code=code,
        slug=slug,
        name=name,
        owner_name=owner_name.split(" ")[0],
        story=story,
        kelurahan_code=kelurahan_code,
        kelurahan=place.kelurahan,
        kecamatan_code=place.kecamatan_code,
        kecamatan=place.kecamatan,
        kota=place.kota,
        opening_days=tuple(opening_days),
        verified_at=verified_at,
        trusted=trusted,
        state=state,
        vat_registered=vat_registered,
        pbjt_payer=pbjt_payer,
        cod=cod,
        leave=_leave(away_from, away_until, away_note, opening_days),
    )


def _leave(first: date | None, last: date | None, note: str, opening_days: Sequence[int]) -> Leave | None:
    if first is None or last is None or last < clock.today():
        return None
    week = (last + A_DAY * ahead for ahead in range(1, A_WEEK + 1))
    return Leave(first, last, note, next((day for day in week if day.isoweekday() in opening_days), last + A_DAY))
