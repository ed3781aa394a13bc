"""How far an actor's duties reach."""

from marketplace.kernel.access import Actor
from marketplace.offices import queries as offices
from marketplace.offices.policies import ORGANISATION, REACHING, Unit


def scope_of(actor: Actor, unit_code: str) -> Unit:
    """Return a unit to ask policies about; the units above it are read only where a duty of the actor may reach down."""
    may_reach = any(code != unit_code for duty in REACHING for code in actor.scopes(duty, ORGANISATION))
    return offices.unit(unit_code).scope if may_reach else Unit(unit_code)
