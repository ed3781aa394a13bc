"""Receipts: what somebody may review, and what they said of it already."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from sqlalchemy import select

from marketplace.accounts.slots import GlanceRow
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.kernel.errors import NotFound
from marketplace.kernel.pages import Page
from marketplace.kernel.words import _
from marketplace.reviews import slots
from marketplace.reviews.models import Review
from marketplace.reviews.queries.reading import PAGE_SIZE, READ, WIDTH, Said, paged, said_in
from marketplace.reviews.slots import Handed, ReceivedLine

NEWEST = 3
AT_ONCE = 1_000
"""So many receipts are asked about in one statement."""


@dataclass(frozen=True)
class Opened:
    """An order to review: its received lines, and what was said of each."""

    handed: Handed
    said: dict[str, Said]

    def line(self, line_id: UUID) -> ReceivedLine:
        """Return a line of it; raises NotFound for one that has not come or belongs elsewhere."""
        found = next((line for line in self.handed.lines if line.line_id == line_id), None)
        if found is None:
            raise NotFound
        return found

    @property
    def waiting(self) -> tuple[ReceivedLine, ...]:
        """Return the lines of which nothing was said yet."""
        return tuple(line for line in self.handed.lines if line.receipt not in self.said)


def handed(code: str, actor: Actor, token: str = "") -> Handed:
    """Return an order's received lines to its buyer, or to who shows its token; raises NotFound to everyone else."""
    for source in slots.receipts:
        if (found := source.open(code, actor, token)) is not None:
            return found
    raise NotFound


def token_of(code: str) -> str:
    """Return the token that this browser shows for an order, empty without one."""
    return next((shown for source in slots.receipts if (shown := source.token(code))), "")


def opened(code: str, actor: Actor, token: str = "") -> Opened:
    """Return an order with what was said of its lines; raises NotFound as ``handed`` does."""
    found = handed(code, actor, token)
    wanted = [line.receipt for line in found.lines]
    said = rows(READ.add_columns(Review.receipt).where(Review.receipt.in_(wanted))) if wanted else ()
    return Opened(found, {row[WIDTH]: said_in(row) for row in said})


def of_person(person_id: UUID) -> list[str]:
    """Return the receipts of all orders of a person, whichever plugin gave them."""
    return [receipt for source in slots.receipts for receipt in source.of_person(person_id)]


def own(actor: Actor, cursor: str | None = None) -> Page[Said]:
    """Return what a signed-in person said of all that they ordered, newest first, hidden or not; nothing to a guest."""
    receipts = of_person(actor.id) if actor.id else []
    return paged(READ.where(Review.receipt.in_(receipts)), cursor, PAGE_SIZE)


def newest(actor: Actor) -> tuple[GlanceRow, ...]:
    """Return what a person said last, for the page of their account."""
    return tuple(
        GlanceRow(one.goods, _("%(stars)s of 5 stars", stars=one.stars), "reviews.own")
        for one in own(actor).items[:NEWEST]
    )


def unproved() -> Iterator[str]:
    """Give the receipts of reviews whose goods have not come, or that nobody gave."""
    known = {source.key: source for source in slots.receipts}
    ordered = [row.receipt for row in rows(select(Review.receipt).order_by(Review.receipt))]
    for key, of_source in groupby(ordered, lambda receipt: receipt.partition(":")[0]):
        every = list(of_source)
        for begin in range(0, len(every), AT_ONCE):
            asked = every[begin : begin + AT_ONCE]
            proved = known[key].genuine(asked) if key in known else frozenset()
            yield from (receipt for receipt in asked if receipt not in proved)
