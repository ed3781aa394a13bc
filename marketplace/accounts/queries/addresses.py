"""A person's address book."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from marketplace.accounts.models import Address as Stored
from marketplace.accounts.models import phone_shown
from marketplace.accounts.queries.areas import Place, find_kelurahan, place
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person has things brought; ``place`` is None only for a code that never was a kelurahan."""

    id: UUID
    label: str = field(repr=False)
    recipient: str = field(repr=False)
    phone: str = field(repr=False)
    kelurahan_code: str = field(repr=False)
    street: str = field(repr=False)
    landmark: str | None = field(repr=False)
    main: bool

    @property
    def place(self) -> Place | None:
        """Return where its kelurahan lies."""
        return place(self.kelurahan_code)

    @property
    def phone_shown(self) -> str:
        """Return the number as people write it."""
        return phone_shown(self.phone)


_COLUMNS = (
    Stored.id,
    Stored.label,
    Stored.recipient,
    Stored.phone,
    Stored.kelurahan_code,
    Stored.street,
    Stored.landmark,
    Stored.main,
)


def addresses(person_id: UUID | None) -> tuple[Address, ...]:
    """Return a person's addresses, the main one first, then the newest; for the person and for who sends them something."""
    found = select(*_COLUMNS).where(Stored.person_id == person_id).order_by(Stored.main.desc(), Stored.id.desc())
    return tuple(Address(*row) for row in session.execute(found))


def address(address_id: UUID, *, by: Actor) -> Address:
    """Return one of the actor's own addresses; raises NotFound for others."""
    row = session.execute(select(*_COLUMNS).where(Stored.id == address_id, Stored.person_id == by.id)).one_or_none()
    if row is None:
        raise NotFound
    return Address(*row)


def kelurahan_meant(typed: str) -> Place | None:
    """Return the one kelurahan that somebody can only have meant, None when it is none or one of several."""
    found, folded = find_kelurahan(typed), typed.strip().casefold()
    named = [one for one in found if folded in (one.label.casefold(), one.kelurahan.casefold(), one.kelurahan_code)]
    fitting = named or found
    return fitting[0] if len(fitting) == 1 else None
