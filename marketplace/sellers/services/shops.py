"""What can be done with a shop: register it, keep its profile, check it, trust it, stop it."""

import re
import unicodedata
from uuid import UUID

from sqlalchemy import func, select, text

from marketplace.accounts import queries as accounts
from marketplace.accounts import services as people
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.kernel.ids import short_code, uuid7
from marketplace.kernel.machine import record_move
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _
from marketplace.sellers import policies
from marketplace.sellers.events import SellerChanged
from marketplace.sellers.forms import LeaveIn, ReasonIn, SellerIn
from marketplace.sellers.models import Seller, SellerState
from marketplace.sellers.services.papers import forget_papers

MOST_SHOPS = 3
"""One person opens this many at most; an officer can open more for them."""
SHOWN = ("name", "story", "kelurahan_code", "opening_days", "vat_registered", "pbjt_payer", "cod")
AWAY = ("away_from", "away_until")


@transactional
def register(data: SellerIn, *, by: Actor, owner_id: UUID | None = None) -> UUID:
    """Open a shop and give its owner, the actor unless an officer names another, the role for it; return its id.

    Raises NotAllowed for guests, Invalid for a kelurahan that is not in Jakarta, Conflict ``most_shops``.
    """
    officer = by.kind == "system" or any(by.holds(role) for role in policies.OFFICERS)
    if not officer:
        if not by.signed_in:
            raise NotAllowed("sellers:register", _("Open a shop"))
        owner_id = by.id
        _alone(f"sellers.register {owner_id}")
        shops = session.scalar(select(func.count()).where(Seller.owner_id == owner_id))
        if shops is not None and shops >= MOST_SHOPS:
            raise Conflict("most_shops", _("You already run %(count)s shops. Ask us if you need another.", count=shops))
    seller = Seller(
        id=uuid7(),
        code=short_code(),
        slug=_free_slug(data.name),
        state=SellerState.REGISTERED,
        name=data.name,
        owner_id=owner_id,
        owner_name=data.owner_name,
        phone=data.phone,
        story=data.story,
        kelurahan_code=_kelurahan(data.kelurahan),
        opening_days=_days(data),
        vat_registered="vat_registered" in data.taxes,
        pbjt_payer="pbjt_payer" in data.taxes,
        npwp=data.npwp or None,
        cod=data.cod,
        trusted=False,
        created_at=clock.now(),
    )
    session.add(seller)
    session.flush()
    record_move(Seller.__tablename__, seller.id, "", seller.state, by=by)
    if owner_id is not None:
        # The rule "who opens a shop runs it" is ours, so the grant is made by the program and not by the actor's rights.
        people.grant(owner_id, policies.ROLE, policies.SCOPE, str(seller.id), by=SYSTEM)
    _told(seller, "register", by, before={})
    return seller.id


@transactional
def update(seller_id: UUID, data: SellerIn, *, by: Actor) -> None:
    """Write a shop's profile anew; the address of its page stays. Raises NotFound, also for the shop of others."""
    seller = _own(seller_id, by)
    before = _public(seller)
    seller.name = data.name
    seller.owner_name = data.owner_name
    seller.phone = data.phone
    seller.story = data.story
    seller.kelurahan_code = _kelurahan(data.kelurahan)
    seller.opening_days = _days(data)
    seller.vat_registered = "vat_registered" in data.taxes
    seller.pbjt_payer = "pbjt_payer" in data.taxes
    seller.npwp = data.npwp or None
    seller.cod = data.cod
    _told(seller, "update", by, before)


@transactional
def go_away(seller_id: UUID, data: LeaveIn, *, by: Actor) -> None:
    """Say from when until when a shop is away; it goes on taking orders for the days after, and keeps those it has.

    A leave that was said before is replaced. Raises NotFound, also for the shop of others, and Invalid for one that is over.
    """
    seller = _own(seller_id, by)
    if data.away_until < clock.today():
        raise Invalid({"away_until": _("This day is over. Choose the last day on which you are away.")})
    before = _public(seller)
    seller.away_from, seller.away_until, seller.away_note = data.away_from, data.away_until, data.away_note
    _told(seller, "go_away", by, before)


@transactional
def come_back(seller_id: UUID, *, by: Actor) -> None:
    """End a shop's leave, or take back one that is to come; without one nothing happens. Raises NotFound as ``go_away``."""
    seller = _own(seller_id, by)
    if seller.away_from is None:
        return
    before = _public(seller)
    seller.away_from, seller.away_until, seller.away_note = None, None, ""
    _told(seller, "come_back", by, before)


@transactional
def verify(seller_id: UUID, *, by: Actor) -> None:
    """Say that an officer checked the shop today: it may sell. A second time changes nothing."""
    seller = _checked(seller_id, by)
    if seller.verified_at is not None:
        return
    before = _public(seller)
    seller.verified_at, seller.verified_by = clock.now(), by.reference
    if seller.state == SellerState.REGISTERED:
        seller.move(SellerState.ACTIVE, by=by)
    _told(seller, "verify", by, before)


@transactional
def trust(seller_id: UUID, trusted: bool, *, by: Actor) -> None:  # noqa: FBT001 - it is the fact itself
    """Let the shop's products appear at once, or let them wait for a check again."""
    seller = _checked(seller_id, by)
    before = _public(seller)
    seller.trusted = trusted
    _told(seller, "trust", by, before)


@transactional
def suspend(seller_id: UUID, data: ReasonIn, *, by: Actor) -> None:
    """Take the shop's products off sale until ``resume``; orders already placed go on. Raises Conflict ``state``."""
    _stand(seller_id, SellerState.SUSPENDED, data.reason, by)


@transactional
def resume(seller_id: UUID, data: ReasonIn, *, by: Actor) -> None:
    """Let a suspended shop sell again. Raises Conflict ``state``."""
    _stand(seller_id, SellerState.ACTIVE, data.reason, by)


@transactional
def forget_owner(person_id: UUID) -> None:
    """Take a person's name, numbers and papers off their shops, and close the shops: nobody is there to answer for them."""
    for seller in session.scalars(
        select(Seller).where(Seller.owner_id == person_id).order_by(Seller.id).with_for_update()
    ):
        before = _public(seller)
        seller.owner_name, seller.phone, seller.owner_id, seller.away_note, seller.npwp = "", "", None, "", None
        forget_papers(seller.id)
        if seller.state != SellerState.CLOSED:
            seller.move(SellerState.CLOSED, by=SYSTEM, why="the owner's data were erased")
        _told(seller, "forget_owner", SYSTEM, before)


def _stand(seller_id: UUID, to: SellerState, why: str, by: Actor) -> None:
    seller = _checked(seller_id, by)
    before = _public(seller)
    seller.move(to, by=by, why=why)
    _told(seller, str(to), by, before)


def _own(seller_id: UUID, by: Actor) -> Seller:
    """Return the shop for one of its team; a foreign one is as unknown as none (R15.2)."""
    if not policies.MANAGE.allows(by, seller_id):
        raise NotFound
    return _locked(seller_id)


def _checked(seller_id: UUID, by: Actor) -> Seller:
    by.require(policies.CHECK, seller_id)
    return _locked(seller_id)


def _locked(seller_id: UUID) -> Seller:
    seller = session.scalar(select(Seller).where(Seller.id == seller_id).with_for_update())
    if seller is None:
        raise NotFound
    return seller


def _told(seller: Seller, action: str, by: Actor, before: dict[str, object]) -> None:
    audit(f"sellers:{seller.id}", f"sellers.{action}", str(seller.id), by=by, before=before, after=_public(seller))
    emit(SellerChanged(seller_id=str(seller.id)))


def _public(seller: Seller) -> dict[str, object]:
    shown = {name: getattr(seller, name) for name in (*SHOWN, "state", "trusted")}
    # The audit log keeps what it is told for good, so it is told that there is a tax number and not which.
    shown["npwp"] = seller.npwp is not None
    return shown | {name: day and day.isoformat() for name in AWAY for day in (getattr(seller, name),)}


def _kelurahan(given: str) -> str:
    """Return the code for a code, a name or a label of the list; Invalid when it is none, or not the only one."""
    found = accounts.find_kelurahan(given)
    exact = [place for place in found if given.casefold() in (place.kelurahan.casefold(), place.label.casefold())]
    fitting = exact or list(found)
    if len(fitting) != 1:
        raise Invalid({"kelurahan": _("We could not find that kelurahan. Choose one from the list.")})
    return fitting[0].kelurahan_code


def _days(data: SellerIn) -> list[int]:
    return sorted({int(day) for day in data.opening_days})


def _free_slug(name: str) -> str:
    """Make the address of a shop's page from its name; a second shop of that name gets a number."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-") or "toko"
    _alone(f"sellers.slug {slug}")
    taken = set(session.scalars(select(Seller.slug).where(Seller.slug.startswith(slug, autoescape=True))))
    numbered = (f"{slug}-{number}" for number in range(2, len(taken) + 3))
    return slug if slug not in taken else next(one for one in numbered if one not in taken)


def _alone(name: str) -> None:
    """Let whoever else counts and then writes under this name wait until this transaction ends."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})
