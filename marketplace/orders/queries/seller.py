"""Parts of orders as sellers see them: only their own, with the buyer's address once it is paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, TextClause, exists, func, select, text, tuple_

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.models import AuditEntry, AuditHead
from marketplace.kernel.money import Rupiah
from marketplace.kernel.pages import Page, page, position
from marketplace.orders.models import Delivery, Due, Line, Order, OrderState, PartState, Suborder
from marketplace.orders.policies import PREPARE, SELLER
from marketplace.orders.queries.orders import CODE_LENGTH, local_phone, plain_code, shown_code
from marketplace.orders.queries.parts import Part, parts_of
from marketplace.orders.queries.turnover import COUNTS
from marketplace.orders.slots import Reader

PAGE_SIZE = 30
FEWEST_SIGNS = 4
VIEW, LOOKED_BACK = "orders.view_buyer", 500
"""What the audit log calls a look at a buyer's data, and through how many of a shop's last entries a look of today is sought:
in a longer day it is noted once more, which does no harm."""
COUNTED = 1_000
"""Up to so many a tab is counted; a shop with more reads "999+"."""
SEARCHED = 5_000
"""Among so many of the newest orders of a shop a buyer's name is sought; a code among all."""

# The conditions stand as they do in the indexes of the table, which no parameter could be matched with.
OPEN = text("orders_suborders.state IN ('new', 'accepted', 'ready', 'shipped', 'undelivered')")
DONE = text("orders_suborders.state IN ('received', 'completed')")
CALLED_OFF = text("orders_suborders.state IN ('cancelled') AND orders_suborders.paid_at IS NOT NULL")
FETCHED_NOW = (Suborder.state == PartState.READY) & Suborder.delivery.in_((Delivery.PICKUP, Delivery.JOINT))
TABS: dict[str, tuple[ColumnElement[bool] | TextClause, ...]] = {
    "proses": (
        OPEN,
        Suborder.state.in_((PartState.NEW, PartState.ACCEPTED, PartState.READY, PartState.UNDELIVERED)),
        ~FETCHED_NOW,
    ),
    "siap": (OPEN, FETCHED_NOW),
    "dikirim": (OPEN, Suborder.state == PartState.SHIPPED),
    "selesai": (DONE,),
    "batal": (CALLED_OFF,),
}
"""The tabs of the seller's list: what the seller must act on, what only waits for its buyer, what is sent, done, called off.
What is not paid yet is in none."""
ENDED = ("selesai", "batal")
"""Tabs in which the newest stands first; in the others what is due first."""


@dataclass(frozen=True, kw_only=True)
class SellerRow:
    """A part in a seller's list."""

    id: UUID
    code: str
    number: int
    seller_name: str
    recipient: str
    kecamatan: str
    state: str
    delivery: Delivery
    pieces: int
    total: Rupiah
    placed_at: datetime
    paid_at: datetime | None
    """Since when the shop may begin."""
    due_at: datetime | None
    due_what: str | None
    promised: bool
    """Its buyer pays as it is handed over."""

    @property
    def path_code(self) -> str:
        """Return the part's code in addresses."""
        return f"{self.code}-{self.number}"

    @property
    def shown_code(self) -> str:
        """Return the order's code as people read it."""
        return shown_code(self.code)

    @property
    def late(self) -> bool:
        """Tell whether the shop should have acted on it by now."""
        mine = (Due.ANSWER, Due.SEND, Due.COLLECT, Due.DECIDE)
        return self.due_what in mine and self.due_at is not None and self.due_at < clock.now()


@dataclass(frozen=True, kw_only=True)
class SellerOrder:
    """A part with what its seller needs to prepare and hand over."""

    row: SellerRow
    part: Part
    phone: str
    address: str
    kelurahan: str
    kota: str


def _shops(actor: Actor) -> list[UUID]:
    return [UUID(scope) for scope in actor.scopes(SELLER, SELLER)]


_pieces = select(func.sum(Line.qty)).where(Line.suborder_id == Suborder.id).scalar_subquery()
_part = select(
    Suborder.id,
    Order.code,
    Suborder.number,
    Suborder.seller_id,
    Suborder.seller_name,
    Order.recipient,
    Order.kecamatan,
    Suborder.state,
    Suborder.delivery,
    _pieces.label("pieces"),
    Suborder.total_idr.label("total"),
    Order.placed_at,
    Suborder.paid_at,
    Order.state.label("order_state"),
    Suborder.due_at,
    Suborder.due_what,
    Order.phone,
    Order.address,
    Order.kelurahan,
    Order.kota,
).join(Order, Order.id == Suborder.order_id)


def seller_orders(actor: Actor, tab: str, cursor: str | None = None) -> Page[SellerRow]:
    """Return the parts of the actor's shops in a tab: by what is due first, and of what has ended the newest first."""
    statement = _part.where(Suborder.seller_id.in_(_shops(actor)), *TABS[tab])
    after = position(cursor)
    if tab in ENDED:
        # Identifiers grow with time, and the index of the tab has them in order.
        statement = statement if after is None else statement.where(Suborder.id < after[1])
        found = rows(statement.order_by(Suborder.id.desc()).limit(PAGE_SIZE + 1))
    else:
        place = tuple_(Suborder.due_at, Suborder.id)
        statement = statement if after is None else statement.where(place > after)
        found = rows(statement.order_by(Suborder.due_at, Suborder.id).limit(PAGE_SIZE + 1))
    paged = page(found, PAGE_SIZE, lambda row: (row.due_at or row.placed_at, row.id))
    return Page(tuple(_row(one) for one in paged.items), paged.next)


def sought_orders(actor: Actor, typed: str) -> tuple[SellerRow, ...]:
    """Return the parts of the actor's shops that a code or a buyer's name means, newest first, at most a page of them.

    A code counts from its fourth sign on, with or without dashes. A name is sought among the newest orders only.
    """
    mine = Suborder.seller_id.in_(_shops(actor)) & Suborder.paid_at.is_not(None)
    bare = "".join(letter for letter in typed.upper() if letter.isalnum())
    code = bare.removeprefix("JKP") if len(bare) > CODE_LENGTH else bare
    by_code = _part.where(mine, Order.code == code[:CODE_LENGTH])
    found = rows(by_code.order_by(Suborder.id.desc()).limit(PAGE_SIZE)) if len(code) >= CODE_LENGTH else ()
    if not found and (name := " ".join(typed.split())):
        newest = select(Suborder.id).where(mine).order_by(Suborder.id.desc()).limit(SEARCHED).subquery()
        likely = Order.recipient.icontains(name, autoescape=True)
        if len(code) >= FEWEST_SIGNS:
            likely |= Order.code.startswith(code, autoescape=True)
        among = _part.join(newest, newest.c.id == Suborder.id).where(likely)
        found = rows(among.order_by(Suborder.id.desc()).limit(PAGE_SIZE))
    return tuple(_row(one) for one in found)


def tab_counts(actor: Actor) -> dict[str, int]:
    """Return how many parts each tab holds, up to COUNTED."""
    mine = Suborder.seller_id.in_(_shops(actor))
    some = {tab: select(Suborder.id).where(mine, *wanted).limit(COUNTED).subquery() for tab, wanted in TABS.items()}
    counts = [select(func.count()).select_from(found).scalar_subquery().label(tab) for tab, found in some.items()]
    return dict(session.execute(select(*counts)).one()._asdict())


def waiting_count(actor: Actor) -> int:
    """Count the parts that wait for the actor to prepare or send them."""
    counted = select(func.count()).where(Suborder.seller_id.in_(_shops(actor)), *TABS["proses"])
    return session.scalar(counted) or 0


def paid_today(actor: Actor) -> int:
    """Count the parts of the actor's shops that were paid since midnight in Jakarta and still stand."""
    return session.scalar(select(func.count()).where(*_today(actor))) or 0


def sold_today(actor: Actor) -> Rupiah:
    """Return what those parts come to, as the list of orders adds up."""
    return session.scalar(select(func.sum(Suborder.total_idr)).where(*_today(actor))) or Rupiah(0)


def _today(actor: Actor) -> tuple[ColumnElement[bool] | TextClause, ...]:
    return (
        Suborder.seller_id.in_(_shops(actor)),
        COUNTS,
        Suborder.sold_at >= _midnight(),
    )


def _midnight() -> datetime:
    return datetime.combine(clock.today(), time.min, clock.JAKARTA)


def seller_order(path_code: str, actor: Actor) -> SellerOrder:
    """Return a part to those who run its shop; NotFound to everyone else, and while it is not paid."""
    code, _, number = path_code.rpartition("-")
    if not number.isascii() or not number.isdigit():
        raise NotFound
    found = session.execute(
        _part.where(Order.code == plain_code(code), Suborder.number == int(number[:4]))
    ).one_or_none()  # fmt: skip
    if found is None or not PREPARE.allows(actor, found.seller_id) or found.paid_at is None:
        raise NotFound
    return _whole(found, parts_of(Suborder.id == found.id, found.placed_at, Reader.SELLER)[0])


def parcels(path_codes: Sequence[str], actor: Actor) -> tuple[SellerOrder, ...]:
    """Return the named parts of the actor's shops, in the order of their codes, in two statements; others are left out."""
    split = (one.rpartition("-") for one in path_codes)
    named = [(plain_code(code), int(number[:4])) for code, _, number in split if number.isdecimal()]
    mine = (Suborder.seller_id.in_(_shops(actor)), Order.paid_at.is_not(None))
    wanted = tuple_(Order.code, Suborder.number).in_(named)
    found = {row.id: row for row in rows(_part.where(wanted, *mine).order_by(Order.code, Suborder.number))}
    parts = {part.id: part for part in parts_of(Suborder.id.in_(list(found)), clock.now(), Reader.SELLER)}
    return tuple(_whole(row, parts[part_id]) for part_id, row in found.items())


def _whole(found: Row[*tuple[Any, ...]], part: Part) -> SellerOrder:
    return SellerOrder(
        row=_row(found),
        part=part,
        phone=local_phone(found.phone),
        address=found.address,
        kelurahan=found.kelurahan,
        kota=found.kota,
    )


def view_is_noted(part: Part, actor: Actor) -> bool:
    """Tell whether it stands in the audit log that the actor saw the buyer's name, number and address today."""
    seen = AuditEntry.content.contains({"action": VIEW, "thing": str(part.id), "by": actor.reference})
    last = select(AuditHead.seq - LOOKED_BACK).where(AuditHead.stream == stream_of(part)).scalar_subquery()
    recent = (AuditEntry.stream == stream_of(part), AuditEntry.seq > last)
    return bool(session.scalar(select(exists().where(*recent, AuditEntry.at >= _midnight(), seen))))


def stream_of(part: Part) -> str:
    """Return the audit stream of orders for the shop of a part."""
    return f"orders:{part.seller_id}"


def _row(found: Row[Any]) -> SellerRow:
    names = (
        "id",
        "code",
        "number",
        "seller_name",
        "recipient",
        "kecamatan",
        "state",
        "total",
        "placed_at",
        "paid_at",
        "due_at",
        "due_what",
    )
    return SellerRow(
        **{name: getattr(found, name) for name in names},
        delivery=Delivery(found.delivery),
        pieces=int(found.pieces),
        promised=found.order_state == OrderState.PROMISED,
    )
