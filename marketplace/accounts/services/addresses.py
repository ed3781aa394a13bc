"""Keeping one's address book: never two main ones, and never more than fifty."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select, update

from marketplace.accounts import queries
from marketplace.accounts.models import Address, Person, PersonState
from marketplace.kernel import ids
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.words import _

MOST = 50


@dataclass(frozen=True, kw_only=True)
class Written:
    """An address as its person wrote it; ``main`` asks for it to be the main one."""

    label: str = field(repr=False)
    recipient: str = field(repr=False)
    phone: str = field(repr=False)
    kelurahan: str = field(repr=False)
    """Its code, its name or how the list shows it."""
    street: str = field(repr=False)
    landmark: str | None = field(default=None, repr=False)
    main: bool = False


@transactional
def add_address(data: Written, *, by: Actor) -> UUID:
    """Write an address into the actor's book; the first is the main one.

    Raises NotFound, Invalid for a kelurahan that is none or one of several, Conflict ``most_addresses``.
    """
    owner = _held(by)
    there = session.scalar(select(func.count()).where(Address.person_id == owner)) or 0
    if there >= MOST:
        said = _("You have %(most)s addresses. Delete one that you no longer need.", most=MOST)
        raise Conflict("most_addresses", said)
    new = Address(id=ids.uuid7(), person_id=owner, main=False)
    _fill(new, data)
    session.add(new)
    session.flush()
    if data.main or not there:
        _make_main(new, owner)
    return new.id


@transactional
def change_address(address_id: UUID, data: Written, *, by: Actor) -> None:
    """Write one of the actor's addresses anew; the main one stays so until another is. Raises NotFound, Invalid."""
    owner = _held(by)
    known = _own(address_id, owner)
    _fill(known, data)
    if data.main and not known.main:
        _make_main(known, owner)


@transactional
def make_main(address_id: UUID, *, by: Actor) -> None:
    """Make one of the actor's addresses the main one; raises NotFound."""
    owner = _held(by)
    known = _own(address_id, owner)
    if not known.main:
        _make_main(known, owner)


@transactional
def remove_address(address_id: UUID, *, by: Actor) -> None:
    """Take one of the actor's addresses out; the newest of the rest follows the main one. Raises NotFound."""
    owner = _held(by)
    gone = _own(address_id, owner)
    was_main = gone.main
    session.delete(gone)
    session.flush()
    if not was_main:
        return
    rest = select(Address).where(Address.person_id == owner).order_by(Address.id.desc()).limit(1)
    if (heir := session.scalar(rest)) is not None:
        _make_main(heir, owner)


def _held(by: Actor) -> UUID:
    """Hold the actor's row, so that of two changes to a book one comes after the other."""
    mine = select(Person.id).where(Person.id == by.id, Person.state == PersonState.ACTIVE).with_for_update()
    found = session.scalar(mine)
    if found is None:
        raise NotFound
    return found


def _own(address_id: UUID, owner: UUID) -> Address:
    known = session.scalar(
        select(Address)
        .where(Address.id == address_id, Address.person_id == owner)
        .execution_options(populate_existing=True)
    )
    if known is None:
        raise NotFound
    return known


def _fill(address: Address, data: Written) -> None:
    place = queries.kelurahan_meant(data.kelurahan)
    if place is None:
        raise Invalid({"kelurahan": _("We could not find that kelurahan. Choose one from the list.")})
    address.label, address.recipient, address.phone = data.label, data.recipient, data.phone
    address.kelurahan_code, address.street, address.landmark = place.kelurahan_code, data.street, data.landmark


def _make_main(address: Address, owner: UUID) -> None:
    # The one of before steps down first: at no moment are there two.
    session.execute(
        update(Address)
        .where(Address.person_id == owner, Address.main)
        .values(main=False)
        .execution_options(synchronize_session=False)
    )
    address.main = True
    session.flush()
