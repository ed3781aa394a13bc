"""What grants are held for: the thing that somebody names, and the ways to name ours."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.accounts.models import Area, Organisation
from marketplace.accounts.policies import EVERYWHERE
from marketplace.accounts.slots import scopes
from marketplace.kernel.db import rows, session


def scope_found(kind: str, named: str) -> str | None:
    """Return the id of the thing of a kind that is named by its id or code, the empty one for everywhere; None for none."""
    if kind == EVERYWHERE:
        return "" if not named else None
    return next((scope.find(named) for scope in scopes if scope.kind == kind), None)


def area_scope(named: str) -> str | None:
    """Return the code of an area if there is one with it."""
    return session.scalar(select(Area.code).where(Area.code == named))


def organisation_scope(named: str) -> str | None:
    """Return the code of an office if there is one with it."""
    return session.scalar(select(Organisation.code).where(Organisation.code == named))


@dataclass(frozen=True)
class OrganisationView:
    """An office of government; ``kind`` is ``opd``, ``ukpd``, ``sudin`` or ``bumd``."""

    code: str
    kind: str
    name: str


def organisations(codes: Collection[str]) -> dict[str, OrganisationView]:
    """Return these offices by code, those that there are."""
    wanted = select(Organisation.code, Organisation.kind, Organisation.name).where(Organisation.code.in_(codes))
    return {row.code: OrganisationView(row.code, row.kind, row.name) for row in rows(wanted)} if codes else {}
