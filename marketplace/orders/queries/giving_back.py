"""What goes back of a part when lines, pieces, sums or its delivery are paid back: pure, from what was bought and given back.

A line's share is cumulative, so that the same pieces bring the same sum in however many refunds they go back (R5.6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from marketplace.kernel.errors import Conflict
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.words import _


@dataclass(frozen=True, kw_only=True)
class Back:
    """What is asked of a line: so many pieces at what was paid for them, or an ``amount`` of it, with or without pieces."""

    line_id: UUID
    qty: int = 0
    amount: Rupiah | None = None


@dataclass(frozen=True, kw_only=True)
class Bought:
    """A line: pieces, what was paid for them without and with tax on top, and what of all this went back already."""

    line_id: UUID
    qty: int
    goods: Rupiah
    tax: Rupiah
    back_qty: int = 0
    back_goods: Rupiah = ZERO
    back_tax: Rupiah = ZERO

    @property
    def left(self) -> Rupiah:
        """Return what can still go back, with its tax."""
        return self.goods + self.tax - self.back_goods - self.back_tax


@dataclass(frozen=True, kw_only=True)
class Share:
    """What goes back of a line."""

    line_id: UUID
    qty: int
    goods: Rupiah
    tax: Rupiah


def shares(lines: Mapping[UUID, Bought], wanted: Sequence[Back]) -> tuple[Share, ...]:
    """Return what goes back of each wanted line; one that brings nothing is left out.

    Raises Conflict: ``line`` for one that is not of this part or named twice, ``too_much`` with what is left of it.
    """
    if len({one.line_id for one in wanted}) != len(wanted) or any(one.line_id not in lines for one in wanted):
        raise Conflict("line", _("This is not in the order. Reload the page."))
    found = (_share(lines[one.line_id], one) for one in wanted)
    return tuple(one for one in found if one.qty or one.goods or one.tax)


def rest(lines: Mapping[UUID, Bought]) -> tuple[Share, ...]:
    """Return all that is left of every line."""
    return tuple(
        Share(
            line_id=one.line_id,
            qty=one.qty - one.back_qty,
            goods=one.goods - one.back_goods,
            tax=one.tax - one.back_tax,
        )
        for one in lines.values()
        if one.qty > one.back_qty or one.left
    )


def _share(line: Bought, wanted: Back) -> Share:
    after = line.back_qty + wanted.qty
    if wanted.qty < 0 or after > line.qty or (wanted.amount is not None and not ZERO < wanted.amount <= line.left):
        left = {"qty": line.qty - line.back_qty, "left": line.left.amount}
        raise Conflict("too_much", _("Less than that is left of this line to be paid back."), **left)
    goods_left, tax_left = line.goods - line.back_goods, line.tax - line.back_tax
    if wanted.amount is None:
        goods = min(_cumulative(line.goods, line.qty, line.back_qty, after), goods_left)
        tax = min(_cumulative(line.tax, line.qty, line.back_qty, after), tax_left)
    else:
        whole = line.goods + line.tax
        tax = min(Rupiah(wanted.amount.amount * line.tax.amount // whole.amount), tax_left)
        goods = min(wanted.amount - tax, goods_left)
        tax = wanted.amount - goods
    return Share(line_id=line.line_id, qty=wanted.qty, goods=goods, tax=tax)


def _cumulative(whole: Rupiah, of: int, before: int, after: int) -> Rupiah:
    return Rupiah(whole.amount * after // of - whole.amount * before // of)


def fee_share(fee: Rupiah, goods: Rupiah, before: Rupiah, after: Rupiah) -> Rupiah:
    """Return the part of a fee that belongs to goods that go back, from ``before`` to ``after`` of all ``goods``."""
    return _cumulative(fee, goods.amount, before.amount, after.amount) if goods else ZERO
