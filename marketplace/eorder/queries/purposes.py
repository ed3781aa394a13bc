"""What offices see of orders on the lines of their budget: whose money is held for what, and why it moved."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from marketplace.eorder.models import Order
from marketplace.kernel.db import rows
from marketplace.kernel.words import Number, Words, _
from marketplace.offices.slots import Purpose

PREFIX = "eorder:"
CAUSES: Mapping[str, Words] = {
    "called_off": _("Called off by both sides"),
    "cancelled": _("The order was cancelled"),
    "chosen_anew": _("Another shop was chosen"),
    "declined": _("The shop declined"),
    "expired": _("The time ran out"),
    "reduced": _("The order was reduced to what was accepted"),
    "sent_back": _("Sent back before the approval"),
    "settled": _("Settled with what was accepted"),
}
CHANGE = "change:"


def purposes_of(references: Sequence[str]) -> Mapping[str, Purpose]:
    """Name the references of orders by their codes, each with its page."""
    ids = {one: UUID(_bare(one)) for one in references if one.startswith(PREFIX)}
    wanted = select(Order.id, Order.code, Order.purpose).where(Order.id.in_(ids.values()))
    known = {row.id: row for row in rows(wanted)} if ids else {}
    return {
        one: Purpose(f"{known[order].code} · {known[order].purpose}", f"/pengadaan/pesanan/{known[order].code}")
        for one, order in ids.items()
        if order in known
    }


def cause_said(cause: str) -> Words | None:
    """Say why money of an order moved; None for what is no cause of an order."""
    number = cause.removeprefix(CHANGE)
    if number != cause and number.isdecimal():
        return _("By change %(number)s", number=Number(int(number)))
    return CAUSES.get(cause)


def _bare(reference: str) -> str:
    """Return the order's id: what follows a point counts the holds, what follows a tilde the moves."""
    return reference.removeprefix(PREFIX).partition(".")[0].partition("~")[0]
