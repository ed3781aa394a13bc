"""Shops and the people who run them, the least that is valid."""

from uuid import UUID

from marketplace.kernel.access import SYSTEM, Actor, Grant
from marketplace.kernel.ids import uuid7
from marketplace.sellers import queries, services
from marketplace.sellers.forms import PaperIn, SellerIn
from marketplace.sellers.queries import SellerCard
from tests.factories.accounts import as_actor, person

JOHAR_BARU = "31.71.08.1001"


def profile(**changes: object) -> SellerIn:
    """Return a shop's profile as a form gives it."""
    told = {
        "name": "Dapur Ibu Siti",
        "owner_name": "Siti Rahmawati",
        "phone": "0812-3456-7890",
        "kelurahan": JOHAR_BARU,
        "opening_days": ["1", "2", "3", "4", "5"],
        **changes,
    }
    return SellerIn.model_validate(told)


def shop(*, active: bool = True, trusted: bool = False, owner_id: UUID | None = None, **changes: object) -> SellerCard:
    """Open a shop; it sells unless ``active`` is False."""
    seller_id = services.register(profile(**changes), by=SYSTEM, owner_id=owner_id)
    if active:
        services.verify(seller_id, by=SYSTEM)
    if trusted:
        services.trust(seller_id, True, by=SYSTEM)
    return queries.sellers([seller_id])[seller_id]


def runs(*shops: SellerCard) -> Actor:
    """Return somebody who runs these shops."""
    grants = tuple(Grant("seller", "seller", str(one.id)) for one in shops)
    return Actor(kind="person", id=uuid7(), name="Siti Rahmawati", grants=grants)


def keeper(one: SellerCard) -> UUID:
    """Return a person who runs the shop and may sign in; the role is theirs before they do."""
    return person("Siti Rahmawati", grants=(Grant("seller", "seller", str(one.id)),))


def holds(role: str) -> Actor:
    """Return somebody with a role for the whole site."""
    return Actor(kind="person", id=uuid7(), name="Rini", grants=(Grant(role),))


def newcomer() -> Actor:
    """Return somebody who joined and holds nothing yet."""
    return as_actor(person("Siti Rahmawati"), name="Siti Rahmawati")


def papered(one: SellerCard, kind: str = "nib", number: str = "1234567890123", **days: object) -> UUID:
    """Let a shop show a paper, and an officer see that it holds."""
    paper = services.show_paper(one.id, PaperIn.model_validate({"jenis": kind, "nomor": number, **days}), by=SYSTEM)
    services.accept_paper(paper, by=SYSTEM)
    return paper
