"""Orders as their buyers see them; never fetched without asking whose they are (R15.2)."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Text, bindparam, func, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by

from marketplace.kernel import ids
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Rupiah
from marketplace.kernel.pages import Page, page, position
from marketplace.kernel.plugin import current
from marketplace.orders.models import CartLine, Delivery, Draft, Line, Order, OrderState, PartState, Suborder
from marketplace.orders.policies import OVERSEE, OWN, Ownership
from marketplace.orders.queries.explaining import Tax, together
from marketplace.orders.queries.parts import BY_NUMBER, LINE, PART, Part, parts_in
from marketplace.orders.slots import Reader
from marketplace.payments import queries as payments

PAGE_SIZE = 20
CODE_LENGTH = ids.CODE_LENGTH
PART_ENDS = (PartState.RECEIVED, PartState.COMPLETED, PartState.CANCELLED)


@dataclass(frozen=True, kw_only=True)
class OrderPage:
    """An order with its parts. ``whole`` is False when only code and four digits were shown: then it is masked.

    ``by_link`` is True when nothing but the mailed token opened it.
    """

    id: UUID
    code: str
    state: str
    recipient: str
    phone: str
    email: str | None
    address: str
    kelurahan: str
    kecamatan: str
    kota: str
    goods: Rupiah
    discount: Rupiah
    shipping: Rupiah
    total: Rupiah
    gateway: str
    placed_at: datetime
    paid_at: datetime | None
    cause: str
    parts: tuple[Part, ...]
    whole: bool
    by_link: bool = False

    @property
    def taxes(self) -> tuple[Tax, ...]:
        """Return the taxes of all parts as they were, each with its rate and law."""
        return together(part.taxes for part in self.parts)

    @property
    def reference(self) -> str:
        """Return how charges name this order."""
        return str(self.id)

    @property
    def shown_code(self) -> str:
        """Return the code as people read it."""
        return shown_code(self.code)

    @property
    def may_be_cancelled(self) -> bool:
        """Tell whether the buyer can still call it off: nothing is paid or under way."""
        return self.state == OrderState.PLACED


@dataclass(frozen=True)
class NextStep:
    """Who does what once an order is paid."""

    seller_name: str
    delivery: Delivery


@dataclass(frozen=True)
class Paying:
    """An order on its way to being paid: the charge that counts, and which sellers begin then."""

    order: OrderPage
    charge: payments.Charge | None
    next_steps: tuple[NextStep, ...]


@dataclass(frozen=True, kw_only=True)
class OrderRow:
    """An order in the list of its buyer."""

    id: UUID
    code: str
    state: str
    total: Rupiah
    placed_at: datetime
    parts: tuple[tuple[str, str], ...]
    """Each seller's name with the state of their part."""
    first: str
    """The product that stands first in it, and how many lines stand beside it."""
    others: int

    @property
    def shown_code(self) -> str:
        """Return the code as people read it."""
        return shown_code(self.code)


def shown_code(code: str) -> str:
    """Return a code as people read it: ``JKP-7K4M-2QXD``."""
    return f"JKP-{code[:4]}-{code[4:]}"


def plain_code(typed: str) -> str:
    """Return the code that somebody typed or followed, however it was written."""
    bare = "".join(letter for letter in typed.upper() if letter.isalnum())
    return bare[-CODE_LENGTH:] if bare.startswith("JKP") and len(bare) > CODE_LENGTH else bare


def page_token(order_id: UUID) -> str:
    """Return the token of the mailed link to an order."""
    return ids.derived_token(current().settings.secret_key, order_id, "orders.page")


def own_order(code: str, actor: Actor, token: str = "") -> OrderPage:
    """Return an order to its owner, or to who shows the mailed token; NotFound to everyone else."""
    found = rows(_WHOLE, {"code": plain_code(code)})
    return _page(found, whole=True, parts=True, by_link=_opened_by_link(found, actor, token))


def own_payment(code: str, actor: Actor, token: str = "") -> Paying:
    """Return how the payment of an order stands, to whom ``own_order`` would return the order."""
    found = rows(_PAYING, {"code": plain_code(code)})
    order = _page(found, whole=True, parts=False, by_link=_opened_by_link(found, actor, token))
    steps = tuple(NextStep(name, Delivery(delivery)) for name, delivery in found[0].next_steps)
    return Paying(order, payments.charge_in(found[0][-_CHARGE:]), steps)


def any_order(code: str, by: Actor) -> OrderPage:
    """Return an order to those who oversee all of them, its timeline as they read it; NotFound for an unknown code."""
    by.require(OVERSEE, None)
    found = rows(_WHOLE, {"code": plain_code(code)})
    if not found:
        raise NotFound
    return _page(found, whole=True, parts=True, reader=Reader.STAFF)


def _opened_by_link(found: Sequence[Row[*tuple[Any, ...]]], actor: Actor, token: str) -> bool:
    """Tell whether it is the token that opens an order to the actor; NotFound when nothing does."""
    if not found or not OWN.allows(actor, ownership(found[0], token)):
        raise NotFound
    return not OWN.allows(actor, ownership(found[0]))


def ownership(order: Row[*tuple[Any, ...]] | Order, token: str = "") -> Ownership:
    """Return whose order it is, as policies ask it; ``token`` is what was shown, if anything."""
    opened = bool(token) and hmac.compare_digest(page_token(order.id).encode(), token.encode())
    return Ownership(order.person_id, order.guest_key, opened=opened)


def looked_up(code: str, digits: str) -> OrderPage | None:
    """Return the masked state of an order to who knows its code and the last four digits of its number."""
    found = rows(_WHOLE, {"code": plain_code(code)})
    # The same work for a wrong code and for wrong digits, so that the time tells nothing.
    known = found[0].phone[-4:] if found else "----"
    if not hmac.compare_digest(known.encode(), digits.encode()) or not found:
        return None
    return _page(found, whole=False, parts=True)


def masked_phone(phone: str) -> str:
    """Return a number of which only start and end can be read: ``0812-****-7890``."""
    local = f"0{phone.removeprefix('+62')}"
    return f"{local[:4]}-****-{local[-4:]}"


def local_phone(phone: str) -> str:
    """Return a number as people write it: ``0812-3456-7890``."""
    local = f"0{phone.removeprefix('+62')}"
    return f"{local[:4]}-{local[4:8]}-{local[8:]}"


def masked_name(name: str) -> str:
    """Return a name of which only the first letters of its words can be read."""
    return " ".join(f"{word[0]}***" for word in name.split())


_of_part = Line.suborder_id == Suborder.id
_first = select(Line.name).where(_of_part).order_by(Line.number).limit(1).scalar_subquery().label("first")
_lines = select(func.count(Line.id)).where(_of_part).scalar_subquery().label("lines")


def orders_of(actor: Actor, cursor: str | None = None) -> Page[OrderRow]:
    """Return the actor's orders, newest first."""
    mine = _mine(actor)
    if mine is None:
        return Page((), None)
    statement = select(Order.id, Order.code, Order.state, Order.total_idr, Order.placed_at).where(mine)
    if (after := position(cursor)) is not None:
        statement = statement.where((Order.placed_at, Order.id) < after)  # type: ignore[operator] # a row of columns, compared as one
    ordered = statement.order_by(Order.placed_at.desc(), Order.id.desc()).limit(PAGE_SIZE + 1)
    found = page(rows(ordered), PAGE_SIZE, lambda row: (row.placed_at, row.id))
    parts: dict[UUID, list[Row[*tuple[Any, ...]]]] = {}
    named = select(Suborder.order_id, Suborder.seller_name, Suborder.state, _first, _lines).order_by(Suborder.number)
    for part in rows(named.where(Suborder.order_id.in_([row.id for row in found.items]))) if found.items else ():
        parts.setdefault(part.order_id, []).append(part)
    items = tuple(
        OrderRow(
            id=row.id,
            code=row.code,
            state=row.state,
            total=row.total_idr,
            placed_at=row.placed_at,
            parts=tuple((part.seller_name, part.state) for part in parts[row.id]),
            first=parts[row.id][0].first,
            others=sum(part.lines for part in parts[row.id]) - 1,
        )
        for row in found.items
    )
    return Page(items, found.next)


def _mine(actor: Actor) -> ColumnElement[bool] | None:
    if actor.id:
        return Order.person_id == actor.id
    return (Order.guest_key == actor.guest_key) & Order.person_id.is_(None) if actor.guest_key else None


@dataclass(frozen=True)
class LastContact:
    """What the actor gave with their last order, to be offered again."""

    name: str
    phone: str
    email: str | None
    address: str
    kelurahan_code: str


def contact_of_last(actor: Actor, *, brought: bool) -> LastContact | None:
    """Return contact and address of the actor's last order; where something is ``brought``, of the last with an address.

    A person's last one as such: in what joined by an e-mail address stands what anybody may have typed.
    """
    mine = _mine(actor)
    if mine is None:
        return None
    if actor.id:
        mine &= Order.guest_key.is_(None)
    fields = (Order.recipient, Order.phone, Order.email, Order.address, Order.kelurahan_code)
    first = ((Order.address != "").desc(),) if brought else ()
    found = session.execute(select(*fields).where(mine).order_by(*first, Order.id.desc()).limit(1)).one_or_none()
    return None if found is None else LastContact(*found)


_ORDER = (
    Order.id,
    Order.code,
    Order.state,
    Order.person_id,
    Order.guest_key,
    Order.recipient,
    Order.phone,
    Order.email,
    Order.address,
    Order.kelurahan,
    Order.kecamatan,
    Order.kota,
    Order.goods_idr,
    Order.discount_idr,
    Order.shipping_idr,
    Order.total_idr,
    Order.gateway,
    Order.placed_at,
    Order.paid_at,
    Order.cause,
)


_WHOLE = (
    select(*_ORDER, *PART, *LINE)
    .join(Suborder, Suborder.order_id == Order.id)
    .join(Line, Line.suborder_id == Suborder.id)
    .where(Order.code == bindparam("code"))
    .order_by(*BY_NUMBER)
)
"""A row for each line of an order, none for an unknown code. Made once: building it costs more than running it."""
_steps = (
    select(
        func.jsonb_agg(
            aggregate_order_by(func.jsonb_build_array(Suborder.seller_name, Suborder.delivery), Suborder.number)
        )
    )
    .where(Suborder.order_id == Order.id)
    .scalar_subquery()
)
_charge = payments.latest_beside(Order.id.cast(Text))
_CHARGE = len(_charge.c)
_PAYING = (
    select(*_ORDER, _steps.label("next_steps"), *_charge.c)
    .outerjoin(_charge, true())
    .where(Order.code == bindparam("code"))
)


def _page(
    found: Sequence[Row[*tuple[Any, ...]]],
    *,
    whole: bool,
    parts: bool,
    by_link: bool = False,
    reader: Reader = Reader.BUYER,
) -> OrderPage:
    order = found[0]
    return OrderPage(
        id=order.id,
        code=order.code,
        state=order.state,
        recipient=order.recipient if whole else masked_name(order.recipient),
        phone=local_phone(order.phone) if whole else masked_phone(order.phone),
        email=order.email if whole else None,
        address=order.address if whole else "",
        kelurahan=order.kelurahan,
        kecamatan=order.kecamatan,
        kota=order.kota,
        goods=order.goods_idr,
        discount=order.discount_idr,
        shipping=order.shipping_idr,
        total=order.total_idr,
        gateway=order.gateway,
        placed_at=order.placed_at,
        paid_at=order.paid_at,
        cause=order.cause,
        parts=parts_in(found, order.placed_at, reader, whole=whole) if parts else (),
        whole=whole,
        by_link=by_link,
    )


def unfinished_of(person_id: UUID) -> tuple[str, ...]:
    """Return the codes of a person's orders that still wait for something: payment, a look, goods on their way.

    What joined unpaid waits for nobody of this account.
    """
    under_way = select(Suborder.id).where(Suborder.order_id == Order.id, Suborder.state.not_in(PART_ENDS)).exists()
    unpaid = (Order.state == OrderState.PLACED) & Order.guest_key.is_(None)
    waits = (
        unpaid
        | (Order.state == OrderState.REVIEW)
        | (Order.state.in_((OrderState.PAID, OrderState.PROMISED)) & under_way)
    )
    found = select(Order.code).where(Order.person_id == person_id, waits).order_by(Order.id)
    return tuple(shown_code(code) for code in session.scalars(found))


def export_person(person_id: UUID) -> dict[str, Any]:
    """Return what orders keep of a person, in plain JSON types."""
    fields = ("code", "recipient", "phone", "email", "address", "kelurahan", "state")
    columns: Sequence[Any] = [getattr(Order, name) for name in fields]
    found = rows(
        select(*columns, Order.placed_at, Order.total_idr).where(Order.person_id == person_id).order_by(Order.id)
    )
    mine = select(Suborder.handed_to).join(Order, Order.id == Suborder.order_id).where(Order.person_id == person_id)
    taken = session.scalars(mine.where(Suborder.handed_to.is_not(None)).order_by(Suborder.id)).all()
    noted = select(Order.code, Suborder.note).join(Order, Order.id == Suborder.order_id).order_by(Suborder.id)
    notes = rows(noted.where(Order.person_id == person_id, Suborder.note != ""))
    cart = select(CartLine.note).where(CartLine.owner == f"person:{person_id}", CartLine.note != "").distinct()
    draft = session.scalar(select(Draft.typed).where(Draft.owner == f"person:{person_id}"))
    return {
        "checkout_draft": draft or {},
        "cart_notes": sorted(session.scalars(cart)),
        "notes_to_shops": [{"code": row.code, "note": row.note} for row in notes],
        "handed_to": list(taken),
        "orders": [
            {
                **{name: getattr(row, name) for name in fields},
                "placed_at": row.placed_at.isoformat(),
                "total_idr": row.total_idr.amount,
            }
            for row in found
        ],
    }
