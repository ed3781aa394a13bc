"""What a part of an order is worth, with its delivery and its taxes: pure, in whole rupiah (R5.4, R11.9).

All minutes of an order add up to its total. A tax is computed once over everything that was accepted so far, as on one
document (R5.5); what it grew by belongs to the minutes that made it grow. The delivery is shared by what the goods cost, and
the last minutes carry what is left of it: it was brought, however much was accepted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from marketplace.kernel.money import ZERO, Rupiah
from marketplace.orders.queries.quoting import Goods, Parcel, quoted
from marketplace.rules.queries import Book

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """A line as it is ordered, and how much of it was accepted before. ``tax`` came on top, ``included_tax`` is inside."""

    id: UUID
    qty: int
    unit: Rupiah
    tax_kind: str
    tax: Rupiah = ZERO
    included_tax: Rupiah = ZERO
    accepted: int = 0


@dataclass(frozen=True, slots=True)
class Signed:
    """What the minutes so far were worth together, and what of the delivery is in it."""

    value: Rupiah = ZERO
    shipping: Rupiah = ZERO


@dataclass(frozen=True, kw_only=True)
class Worth:
    """What minutes are worth: each line with its tax, the delivery, and both together."""

    lines: Mapping[UUID, Rupiah]
    shipping: Rupiah
    value: Rupiah


@dataclass(frozen=True, kw_only=True)
class Reduced:
    """A line of an order of which less is ordered than before."""

    qty: int
    goods: Rupiah
    tax: Rupiah
    included_tax: Rupiah


def worth(
    lines: Sequence[Ordered],
    accepted: Mapping[UUID, int],
    *,
    shipping: Rupiah,
    before: Signed,
    book: Book,
    last: bool,
) -> Worth:
    """Return what is accepted now of the lines of an order is worth.

    ``before`` is what earlier minutes were worth, ``book`` the rules of the day on which the order's prices were set, and with
    ``last`` nothing more of it is to come.
    """
    now = {line.id: line.unit * accepted.get(line.id, 0) for line in lines}
    goods_now = Rupiah.total(list(now.values()))
    goods_before = Rupiah.total([line.unit * line.accepted for line in lines])
    sums = {line.id: line.accepted + accepted.get(line.id, 0) for line in lines}
    tax_before = before.value - before.shipping - goods_before
    tax = max(ZERO, _tax(lines, sums, book) - tax_before) if goods_now else ZERO
    freight = max(ZERO, _freight(lines, goods_before + goods_now, shipping, last=last) - before.shipping)
    taxed = [now[line.id].amount if line.tax else 0 for line in lines]
    shares = _split(tax, taxed if any(taxed) else [one.amount for one in now.values()])
    worths = {line.id: now[line.id] + share for line, share in zip(lines, shares, strict=True)}
    return Worth(lines=worths, shipping=freight, value=Rupiah.total(list(worths.values())) + freight)


def reduced(lines: Sequence[Ordered], left: Mapping[UUID, int], book: Book) -> dict[UUID, Reduced]:
    """Return the lines of an order of which so many stay ordered, with the taxes of that."""
    parcel, kept = _parcel(lines, left)
    parts = dict(zip((line.id for line in kept), quoted(parcel, book).lines, strict=True)) if kept else {}
    tax = _tax(lines, left, book)
    above = [part.tax.amount for part in parts.values()]
    shares = dict(
        zip(parts, _split(tax, above if any(above) else [part.gross.amount for part in parts.values()]), strict=True)
    )
    return {
        line.id: Reduced(
            qty=left[line.id],
            goods=line.unit * left[line.id],
            tax=shares.get(line.id, ZERO),
            included_tax=parts[line.id].included_tax if line.id in parts else ZERO,
        )
        for line in lines
    }


def _tax(lines: Sequence[Ordered], sums: Mapping[UUID, int], book: Book) -> Rupiah:
    """Return the tax on top of so many of each line: the order's own when that is all of it, and never more than that."""
    whole = Rupiah.total([line.tax for line in lines])
    if not whole or all(sums[line.id] == line.qty for line in lines):
        return whole
    parcel, _kept = _parcel(lines, sums)
    return min(whole, quoted(parcel, book).tax) if parcel.goods else ZERO


def _parcel(lines: Sequence[Ordered], sums: Mapping[UUID, int]) -> tuple[Parcel, list[Ordered]]:
    kept = [line for line in lines if sums[line.id]]
    # What the shop owed on that day stands in the order: asking the shop today might answer otherwise.
    parcel = Parcel(
        seller_id=NOBODY,
        goods=tuple(Goods(line.unit, sums[line.id], line.tax_kind) for line in kept),
        vat_registered=any(line.included_tax for line in lines),
        pbjt_payer=any(line.tax for line in lines),
    )
    return parcel, kept


def _freight(lines: Sequence[Ordered], goods: Rupiah, shipping: Rupiah, *, last: bool) -> Rupiah:
    whole = Rupiah.total([line.unit * line.qty for line in lines])
    if last or not whole:
        return shipping
    return Rupiah(shipping.amount * goods.amount // whole.amount)


def _split(amount: Rupiah, weights: Sequence[int]) -> list[Rupiah]:
    return amount.split(weights) if amount else [ZERO] * len(weights)
