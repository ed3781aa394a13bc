"""Who may see and move orders."""

from dataclasses import dataclass
from uuid import UUID

from marketplace.kernel.access import Actor, Permission
from marketplace.kernel.words import _

SELLER, OFFICERS = "seller", ("programme_officer", "admin")


@dataclass(frozen=True)
class Ownership:
    """Whose order it is: a person's, or a guest's known by a hashed key; ``opened`` when the mailed token was shown."""

    person_id: UUID | None
    guest_key: str | None
    opened: bool = False


def _owns(actor: Actor, order: Ownership) -> bool:
    if order.opened:
        return True
    if order.person_id is not None:
        return actor.id == order.person_id
    return bool(order.guest_key) and actor.guest_key == order.guest_key


def _prepares(actor: Actor, seller_id: UUID) -> bool:
    return actor.holds(SELLER, SELLER, str(seller_id))


def _oversees(actor: Actor, _nothing: None) -> bool:
    return actor.kind == "system" or any(actor.holds(role) for role in OFFICERS)


OWN: Permission[Ownership] = Permission("orders:own", _("See and pay one's own order"), can=_owns)
PREPARE: Permission[UUID] = Permission(
    "orders:prepare", _("Prepare the orders of a shop"), can=_prepares, roles=(SELLER,)
)  # fmt: skip

OVERSEE: Permission[None] = Permission(
    "orders:oversee", _("See any order, and pay it back for a reason"), can=_oversees, roles=OFFICERS
)  # fmt: skip

ALL = (OWN, PREPARE, OVERSEE)
