"""Whom the letters about orders go to, and what they say."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from marketplace.accounts import queries as accounts
from marketplace.kernel.db import rows, session
from marketplace.kernel.money import Rupiah
from marketplace.notifications.slots import Recipient
from marketplace.orders.events import (
    MoneyBack,
    OrderCancelled,
    OrderPaid,
    OrderPlaced,
    OrderPromised,
    OrderQuestioned,
    PartMoved,
)
from marketplace.orders.models import Delivery, Line, Order, OrderState, PartState, Suborder
from marketplace.orders.queries.orders import page_token, shown_code
from marketplace.orders.queries.telling import reason
from marketplace.payments import queries as payments
from marketplace.sellers import queries as sellers

OrderEvent = OrderPlaced | OrderPromised | OrderPaid | OrderCancelled | OrderQuestioned | MoneyBack | PartMoved
TOLD_OTHERWISE = ("goods_gone", "cancelled_by_buyer", "cancelled_by_shop", "no_answer")
"""Causes of a cancelled order that another letter tells of: the one about its money, or about its part."""
BUYER, SELLER, TIMER = "buyer", "seller", "timer"
"""Who moved a part, as PartMoved says it."""
LOOK_AT_IT = ("programme_officer", "admin")


def buyer(event: OrderEvent) -> tuple[Recipient, ...]:
    """Return the buyer as the order knows them, and at their account's address where they gave none with it.

    A guest without an e-mail address has at least the number that the order was given with.
    """
    return buyer_of(UUID(event.order_id))


def buyer_to_pay(event: OrderPlaced) -> tuple[Recipient, ...]:
    """Return the buyer who is to pay now; who pays at the door gets the letter about that."""
    gateway = session.scalar(select(Order.gateway).where(Order.id == UUID(event.order_id)))
    return () if payments.on_receipt(gateway or "") else buyer(event)


def buyer_of(order_id: UUID) -> tuple[Recipient, ...]:
    """Return the buyer of an order, as ``buyer`` does."""
    columns = (Order.person_id, Order.recipient, Order.email, Order.phone, Order.language)
    found = session.execute(select(*columns).where(Order.id == order_id)).one()
    if found.person_id and not found.email:
        return accounts.recipients([found.person_id])
    # What was erased is a dash.
    phone = found.phone if found.phone.startswith("+") else None
    if not (found.email or phone):
        return ()
    return (Recipient(found.email or "", found.recipient, found.language, phone, found.person_id),)


def buyer_of_part(event: PartMoved) -> tuple[Recipient, ...]:
    """Return the buyer when a part is ready to be fetched or on its way."""
    way = select(Suborder.delivery).where(Suborder.id == UUID(event.suborder_id))
    if event.state == PartState.SHIPPED:
        return buyer(event)
    if event.state == PartState.READY and Delivery(session.execute(way).scalar_one()).fetched:
        return buyer(event)
    return ()


def buyer_of_ended_part(event: PartMoved) -> tuple[Recipient, ...]:
    """Return the buyer when a paid part was called off, could not be handed over, or others say that it came."""
    others = event.by_role in (SELLER, TIMER)
    told = event.state == PartState.UNDELIVERED or (event.state == PartState.RECEIVED and others)
    if event.state == PartState.UNDELIVERED:
        # What was refused where it was to be paid is called off in the same breath, and told once.
        told = session.scalar(_STATE, {"part": UUID(event.suborder_id)}) == event.state
    return buyer(event) if told or (event.state == PartState.CANCELLED and event.by_role) else ()


_STATE = select(Suborder.state).where(Suborder.id == bindparam("part"))


def seller_team(event: PartMoved) -> tuple[Recipient, ...]:
    """Return the team of a shop when a part is paid and waits for them."""
    return accounts.recipients(sellers.team(UUID(event.seller_id))) if event.state == PartState.NEW else ()


def overlooked_context(event: PartMoved) -> Mapping[str, Any]:
    """Return what the letter to the officers says: the part, and the number that they call."""
    seller_id = UUID(event.seller_id)
    return {**part_context(event), "phone": accounts.phone_shown(sellers.phones([seller_id]).get(seller_id, ""))}


def shop_phones(event: PartMoved) -> tuple[Recipient, ...]:
    """Return whose phones are called about a part: the team's, and the shop's own where none of the team gave one."""
    told, seller_id = seller_team(event), UUID(event.seller_id)
    if any(one.phone for one in told):
        return told
    phone, card = sellers.phones([seller_id]).get(seller_id), sellers.sellers([seller_id]).get(seller_id)
    return (Recipient("", card.name, phone=phone),) if phone and card else ()


def part_taken(event: PartMoved) -> bool:
    """Tell whether nobody need be woken about a part any more: its shop took it, or it is not to be prepared."""
    if event.state != PartState.NEW:
        return True
    state = session.scalar(select(Suborder.state).where(Suborder.id == UUID(event.suborder_id)))
    return state != PartState.NEW


def seller_of_ended_part(event: PartMoved) -> tuple[Recipient, ...]:
    """Return the team of a shop when a part was called off by its buyer, or as nobody of the shop began."""
    told = event.state == PartState.CANCELLED and event.by_role in (BUYER, TIMER)
    return accounts.recipients(sellers.team(UUID(event.seller_id))) if told else ()


def buyer_of_cancelled(event: OrderCancelled) -> tuple[Recipient, ...]:
    """Return the buyer, but not where another letter says it all."""
    return () if event.cause in TOLD_OTHERWISE else buyer(event)


def staff(_event: OrderQuestioned) -> tuple[Recipient, ...]:
    """Return the programme's people and the administrators, who look at what does not fit (R6.4)."""
    found = (person for role in LOOK_AT_IT for person in accounts.holders(role, "everywhere", ""))
    return accounts.recipients(list(dict.fromkeys(found)))


def question_context(event: OrderQuestioned) -> Mapping[str, Any]:
    """Return what the letter to the staff says: which order and why, nothing personal."""
    return {"code": shown_code(event.code), "order_id": event.order_id, "cause": event.cause}


def order_context(event: OrderEvent) -> Mapping[str, Any]:
    """Return what letters to the buyer say: code, totals, parts, the cause if there is one, and the link to the order."""
    order_id = UUID(event.order_id)
    columns = (Order.code, Order.total_idr, Order.goods_idr, Order.shipping_idr)
    found = session.execute(select(*columns).where(Order.id == order_id)).one()
    parts = rows(
        select(Suborder.seller_name, Suborder.total_idr, Suborder.delivery, Suborder.promised_on, Suborder.day_before)
        .where(Suborder.order_id == order_id)
        .order_by(Suborder.number)
    )
    return {
        "code": shown_code(found.code),
        "total": found.total_idr,
        "cause": getattr(event, "cause", ""),
        "amount": Rupiah(getattr(event, "amount_idr", 0)),
        "parts": [
            {
                "seller": part.seller_name,
                "total": part.total_idr,
                "promised_on": part.promised_on,
                "day_before": part.day_before,
            }
            for part in parts
        ],
        "order_path": f"/pesanan/{found.code}?token={page_token(order_id)}",
        "pay_path": f"/bayar/{found.code}?token={page_token(order_id)}",
    }


def part_context(event: PartMoved) -> Mapping[str, Any]:
    """Return what letters about a part say, to buyer and seller."""
    found = session.execute(
        select(
            Order.code,
            Suborder.number,
            Suborder.seller_name,
            Suborder.delivery,
            Suborder.receipt_number,
            Suborder.total_idr,
            Suborder.refunded_idr,
            Suborder.due_at,
            Suborder.promised_on,
            Suborder.day_before,
            Order.state.label("order_state"),
        )
        .join(Order, Order.id == Suborder.order_id)
        .where(Suborder.id == UUID(event.suborder_id))
    ).one()
    lines = select(Line.name, Line.variant, Line.qty).where(Line.suborder_id == UUID(event.suborder_id))
    return {
        "code": shown_code(found.code),
        "seller": found.seller_name,
        "fetched": Delivery(found.delivery).fetched,
        "state": event.state,
        "why": event.why,
        "reason": reason(event.why)[0],
        "note": reason(event.why)[1],
        "refunded": found.refunded_idr,
        "until": found.due_at,
        "promised_on": found.promised_on,
        "day_before": found.day_before,
        "receipt_number": found.receipt_number,
        "promised": found.order_state == OrderState.PROMISED,
        "total": found.total_idr,
        "lines": [
            {"qty": line.qty, "name": f"{line.name}, {line.variant}" if line.variant else line.name}
            for line in rows(lines.order_by(Line.number))
        ],
        "order_path": f"/pesanan/{found.code}?token={page_token(UUID(event.order_id))}",
        "seller_path": f"/lapak/pesanan/{found.code}-{found.number}",
    }
