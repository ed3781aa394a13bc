"""The books of orders: what ``jkp verify`` and ``jkp facts`` read, and which holds can still be paid."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, or_, select

from marketplace.catalog.queries.checks import reservation_facts
from marketplace.delivery import queries as deliveries
from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.kernel.models import Delivery as Sent
from marketplace.kernel.models import StoredEvent
from marketplace.kernel.money import Rupiah
from marketplace.orders.models import Line, Order, OrderState, PartState, Suborder, hold_reference
from marketplace.orders.queries.part_books import lives, part_money
from marketplace.payments import queries as payments
from marketplace.payments.events import PaymentSettled
from marketplace.rules import queries as rules


def payable(references: Sequence[str]) -> frozenset[str]:
    """Return those holds whose order has a charge that can still be paid (R4.4)."""
    by_order: dict[str, list[str]] = {}
    for reference in references:
        by_order.setdefault(reference.partition(".")[0], []).append(reference)
    still = payments.payable(list(by_order))
    return frozenset(hold for order_id in still for hold in by_order[order_id])


def broken() -> Iterator[str]:
    """Yield a sentence for each broken invariant of orders (R26.1)."""
    yield from _sums()
    yield from _taxes()
    yield from _days()
    yield from _states()
    yield from _money()
    yield from _holds()
    yield from _ledger()
    yield from lives()


AMOUNTS = ("goods_idr", "discount_idr", "shipping_idr", "tax_idr", "included_tax_idr", "total_idr")
ON_LINES = ("discount_idr", "tax_idr", "included_tax_idr", "fee_idr")


def _sums() -> Iterator[str]:
    parts = (
        select(Suborder.order_id, *(func.sum(getattr(Suborder, name)).label(name) for name in AMOUNTS))
        .group_by(Suborder.order_id)
        .subquery()
    )
    unlike = or_(*(func.coalesce(parts.c[name], -1) != getattr(Order, name) for name in AMOUNTS))
    for row in rows(select(Order.id).outerjoin(parts, parts.c.order_id == Order.id).where(unlike)):
        yield f"orders: the parts of the order {row.id} do not add up to it"
    gross, on_lines = (
        func.sum(Line.unit_price_idr * Line.qty).label("goods_idr"),
        func.sum(Line.total_idr).label("paid"),
    )
    shares = (func.sum(getattr(Line, name)).label(name) for name in ON_LINES)
    lines = select(Line.suborder_id, gross, on_lines, *shares).group_by(Line.suborder_id).subquery()
    wrong_parts = (
        select(Suborder.id)
        .outerjoin(lines, lines.c.suborder_id == Suborder.id)
        .where(
            or_(
                func.coalesce(lines.c.paid, -1) != Suborder.total_idr - Suborder.shipping_idr,
                *(lines.c[name] != getattr(Suborder, name) for name in ("goods_idr", *ON_LINES)),
            )
        )
    )
    for row in rows(wrong_parts):
        yield f"orders: the lines of the part {row.id} do not add up to it"


def _taxes() -> Iterator[str]:
    """Compute what was frozen of taxes and fees anew, by the rules that the orders name."""
    net = func.sum(Line.unit_price_idr * Line.qty - Line.discount_idr).label("net")
    columns = (Line.suborder_id, Line.tax_rule, Line.tax_code, Line.tax_num, Line.tax_den)
    sums = (net, func.sum(Line.tax_idr).label("on_top"), func.sum(Line.included_tax_idr).label("inside"))
    taxed = rows(select(*columns, *sums).where(Line.tax_rule.is_not(None)).group_by(*columns))
    fees = rows(
        select(
            Suborder.id,
            Suborder.fee_rule,
            Suborder.fee_num,
            Suborder.fee_den,
            Suborder.fee_idr,
            (Suborder.goods_idr - Suborder.discount_idr - Suborder.included_tax_idr).label("base"),
        ).where(Suborder.fee_rule.is_not(None))
    )
    known = rules.rules_by_id({row.tax_rule for row in taxed} | {row.fee_rule for row in fees})
    for row in taxed:
        rule = known.get(row.tax_rule)
        named = (row.tax_code, row.tax_num, row.tax_den)
        if rule is None or named != (rule.code, rule.numerator, rule.denominator):
            yield f"orders: the part {row.suborder_id} names a tax that is no rule"
            continue
        base, none = _rupiah(row.net), Rupiah(0)
        due = (none, rules.inside(base, rule)) if rule.inside else (rules.on_top(base, rule), none)
        if (_rupiah(row.on_top), _rupiah(row.inside)) != due:
            yield f"orders: the tax {rule.code} of the part {row.suborder_id} is not what its rule makes of it"
    for row in fees:
        rule = known.get(row.fee_rule)
        if rule is None or (row.fee_num, row.fee_den) != (rule.numerator, rule.denominator):
            yield f"orders: the part {row.id} names a fee that is no rule"
        elif rules.on_top(_rupiah(row.base), rule) != row.fee_idr:
            yield f"orders: the fee of the part {row.id} is not what its rule makes of it"


def _rupiah(amount: object) -> Rupiah:
    """Return a sum that the database made, which may have lost its type on the way."""
    return amount if isinstance(amount, Rupiah) else Rupiah(int(str(amount)))


def _days() -> Iterator[str]:
    """Compare the days that deliveries hold with the parts that were promised them; days that are over count no more."""
    held = {(one.reference, one.seller_id): one for one in deliveries.bookings(clock.today())}
    promised = (
        select(
            Order.id,
            Order.hold,
            Order.state,
            Suborder.seller_id,
            Suborder.promised_on,
            Suborder.slot,
            Suborder.state.label("part_state"),
        )
        .join(Order, Order.id == Suborder.order_id)
        .where(Suborder.promised_on >= clock.today())
    )
    known = set[str]()
    for part in rows(promised):
        known.add(str(part.id))
        booking = held.pop((hold_reference(part.id, part.hold), part.seller_id), None)
        called_off = PartState.CANCELLED in (part.state, part.part_state)
        if (
            part.state in (OrderState.PAID, OrderState.PROMISED)
            and not called_off
            and (booking is None or (booking.state, booking.day, booking.slot) != ("kept", part.promised_on, part.slot))
        ):
            yield f"orders: the shop {part.seller_id} keeps no place on {part.promised_on} for the paid order {part.id}"
        if called_off and booking is not None and booking.state != "given_back":
            yield f"orders: the shop {part.seller_id} keeps a place for the order {part.id}, which is cancelled"
    # Of an order that has one hold, another one's places are nobody's; references of others are theirs to compare.
    for reference, seller_id in held:
        if reference.partition(".")[0] in known:
            yield f"orders: the shop {seller_id} keeps a place for {reference}, which needs none"


AT_THE_DOOR = (PartState.NEW, PartState.ACCEPTED, PartState.READY, PartState.SHIPPED, PartState.UNDELIVERED)
"""Where a part may be that is paid as it is handed over, and was not yet."""


def _states() -> Iterator[str]:
    unpaid = (PartState.WAITING_PAYMENT, PartState.CANCELLED)
    joined = select(Suborder.id, Suborder.state, Order.state.label("order_state")).join(
        Order, Order.id == Suborder.order_id
    )
    for row in rows(joined.where((Order.state == OrderState.PAID) & (Suborder.state == PartState.WAITING_PAYMENT))):
        yield f"orders: the part {row.id} is {row.state}, but its order is paid"
    came = (Order.state == OrderState.PROMISED) & Suborder.state.not_in(AT_THE_DOOR)
    for row in rows(joined.where(came)):
        yield f"orders: the part {row.id} is {row.state}, but nobody has paid at its door"
    otherwise = Suborder.sold_at.is_distinct_from(Order.paid_at) & Suborder.state.not_in(unpaid)
    for row in rows(joined.where(otherwise)):
        yield f"orders: the part {row.id} counts as sold at another time than its order was paid"
    early = Order.state.in_((OrderState.PLACED, OrderState.CANCELLED)) & Suborder.state.not_in(unpaid)
    for row in rows(joined.where(early)):
        yield f"orders: the part {row.id} is {row.state}, but its order is {row.order_state}"


def _money() -> Iterator[str]:
    settled, promised = payments.settled_amounts(), payments.promised()
    told = {row.reference for row in rows(_untold)}
    columns = select(Order.id, Order.state, Order.total_idr, Order.paid_at).order_by(Order.id)
    for row in rows(columns):
        paid = settled.get(str(row.id))
        if row.state == OrderState.PAID and (paid is None or paid.amount != row.total_idr):
            yield f"orders: the order {row.id} is paid without a payment of its total"
        if (row.state == OrderState.PROMISED) != (str(row.id) in promised):
            yield f"orders: the order {row.id} is {row.state}, and its payment at the door is another thing"
        if row.state in (OrderState.PLACED, OrderState.CANCELLED) and paid and paid.here and str(row.id) not in told:
            yield f"orders: the order {row.id} was paid, but it stays {row.state}"
        if (row.state == OrderState.PAID) != (row.paid_at is not None) and row.state != OrderState.REVIEW:
            yield f"orders: the order {row.id} has no time of payment, or one without being paid"


GIVEN = (OrderState.PAID, OrderState.PROMISED, OrderState.CANCELLED)
"""States that hold nothing; what sellers began with was given away, also where it was called off and came back."""


def _holds() -> Iterator[str]:
    """Compare what the catalogue holds and has given away for orders with what the orders say."""
    orders = {str(row.id): row.state for row in rows(select(Order.id, Order.state))}
    wanted = select(Suborder.order_id, func.sum(Line.qty).label("qty")).join(Line, Line.suborder_id == Suborder.id)
    bought = {str(row.order_id): row.qty for row in rows(wanted.group_by(Suborder.order_id))}
    begun = wanted.where(Suborder.paid_at.is_not(None)).group_by(Suborder.order_id)
    given = {str(row.order_id): row.qty for row in rows(begun)}
    amounts: Counter[tuple[str, str]] = Counter()
    for reservation in reservation_facts():
        amounts[str(reservation["order_id"]).partition(".")[0], str(reservation["state"])] += reservation["qty"]
    payable_now = payments.payable(list(orders))
    for order_id, state in orders.items():
        consumed, held = amounts[order_id, "consumed"], amounts[order_id, "held"]
        if consumed != (given.get(order_id, 0) if state in GIVEN else 0):
            yield f"orders: {consumed} pieces were given away for the order {order_id}, which is {state}"
        if held and state in GIVEN:
            yield f"orders: {held} pieces are held for the order {order_id}, which is {state}"
        if state == OrderState.PLACED and order_id in payable_now and held != bought.get(order_id, 0):
            yield f"orders: the order {order_id} can be paid, but {held} pieces are held for it"


SHARES = ("goods", "shipping", "tax")
"""What a part gets of its order's money, by the kind of the ledger's entry; goods are what is left after a discount."""


def shares(part: Row[Any] | Suborder) -> tuple[tuple[str, Rupiah], ...]:
    """Return what a part gets of its order's money, by the kind of the ledger's entry."""
    gets = (part.goods_idr - part.discount_idr, part.shipping_idr, part.tax_idr)
    return tuple(zip(SHARES, gets, strict=True))


def _ledger() -> Iterator[str]:
    """Compare what the ledger gave to parts with the orders that are paid (R8.2, R26.1)."""
    money = (Suborder.goods_idr, Suborder.discount_idr, Suborder.shipping_idr, Suborder.tax_idr)
    paid = select(Suborder.id, Suborder.order_id, Suborder.seller_id, *money).join(Order, Order.id == Suborder.order_id)
    expected: dict[str, payments.Moved] = {}
    held: dict[UUID, Rupiah] = {}
    for part in rows(paid.where(Order.state == OrderState.PAID)):
        source, own = f"ref:{part.order_id}", f"held:{part.id}"
        for kind, amount in shares(part):
            if amount:
                expected[f"pay:{part.order_id}:{part.seller_id}:{kind}"] = payments.Moved(source, own, amount)
                held[part.id] = held.get(part.id, Rupiah(0)) + amount
    yield from payments.unlike(expected, SHARES)
    yield from part_money(held)
    on_reference, surplus = payments.balances("ref"), payments.surplus_left()
    for row in rows(select(Order.id).where(Order.state == OrderState.PAID)):
        left = on_reference.get(f"ref:{row.id}", Rupiah(0)) - surplus.get(str(row.id), Rupiah(0))
        if left:
            yield f"orders: {left.amount} rupiah of the paid order {row.id} are given to nobody"


# Payments told of but not heard yet: the order will follow. Where the delivery was set aside it will not.
_untold = (
    select(StoredEvent.payload["reference"].astext.label("reference"))
    .join(Sent, Sent.event_id == StoredEvent.id)
    .where(StoredEvent.name == PaymentSettled.name(), Sent.state == "waiting")
)


def order_facts() -> Iterator[Mapping[str, Any]]:
    """Yield the rows of ``orders`` for ``jkp facts``."""
    for row in rows(select(Order.__table__).order_by(Order.id)):
        yield {
            "id": str(row.id),
            "discount_idr": row.discount_idr.amount,
            "tax_idr": row.tax_idr.amount,
            "included_tax_idr": row.included_tax_idr.amount,
            "buyer_id": str(row.person_id) if row.person_id else "guest",
            "placed_at": _instant(row.placed_at),
            "state": row.state,
            "total_idr": row.total_idr.amount,
            "currency": row.currency,
            "campaign_id": None,
            "channel": row.channel,
        }


def suborder_facts() -> Iterator[Mapping[str, Any]]:
    """Yield the rows of ``suborders`` for ``jkp facts``."""
    for row in rows(select(Suborder.__table__).order_by(Suborder.id)):
        yield {
            "id": str(row.id),
            "order_id": str(row.order_id),
            "seller_id": str(row.seller_id),
            "goods_idr": row.goods_idr.amount,
            "discount_idr": row.discount_idr.amount,
            "shipping_idr": row.shipping_idr.amount,
            "tax_idr": row.tax_idr.amount,
            "total_idr": row.total_idr.amount,
            "included_tax_idr": row.included_tax_idr.amount,
            "fee_idr": row.fee_idr.amount,
            "promised_on": row.promised_on.isoformat() if row.promised_on else None,
            "state": row.state,
        }


def line_facts() -> Iterator[Mapping[str, Any]]:
    """Yield the rows of ``lines`` for ``jkp facts``."""
    for row in rows(select(Line.__table__).order_by(Line.id)):
        yield {
            "id": str(row.id),
            "suborder_id": str(row.suborder_id),
            "sku": row.sku,
            "qty": row.qty,
            "unit_price_idr": row.unit_price_idr.amount,
            "discount_idr": row.discount_idr.amount,
            "tax_idr": row.tax_idr.amount,
            "included_tax_idr": row.included_tax_idr.amount,
            "fee_idr": row.fee_idr.amount,
            "campaign_id": None,
        }


def _instant(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
