"""From cart to order: one transaction that places it, and the charge opened outside of it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from marketplace.accounts import queries as accounts
from marketplace.catalog.services import StockLine
from marketplace.delivery.services import Place
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.idempotency import Key
from marketplace.kernel.ids import uuid7
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _
from marketplace.orders import queries
from marketplace.orders.events import OrderPlaced
from marketplace.orders.forms import (
    ADDRESS,
    UNKNOWN_KELURAHAN,
    CheckoutIn,
    PayAgainIn,
    kelurahan_meant,
    missing,
    seen_in,
)
from marketplace.orders.models import Order, OrderState
from marketplace.orders.policies import OWN
from marketplace.orders.queries.orders import ownership, plain_code, shown_code
from marketplace.orders.services.beginning import LOCK, promise
from marketplace.orders.services.book import keep_address
from marketplace.orders.services.hoarding import count_address, refuse_hoarding
from marketplace.orders.services.holding import hold, hold_again, made_of
from marketplace.orders.services.standing import ordered as note_ordered
from marketplace.orders.services.standing import take_prepared
from marketplace.orders.services.writing import write_order
from marketplace.payments import queries as payments_queries
from marketplace.payments import services as payments
from marketplace.payments.slots import Standing

PLACE, PAY = "orders.place", "orders.pay"
RETURN_PATH = "/bayar/{}?kembali=1"
"""Where the gateway sends the buyer back to; the mark makes that page ask at once how the charge stands."""


@dataclass(frozen=True)
class Placed:
    """What placing or paying an order came to; ``replayed`` when the same form had come before."""

    code: str
    charge: payments_queries.Charge
    replayed: bool


def buy(data: CheckoutIn, *, by: Actor, address: str = "", patient: bool = True) -> Placed:
    """Place an order and open its charge at the gateway; if that is away, the order stands and the charge follows.

    Who asks for it and has an empty address book finds the address there the next time.
    """
    placed = place(data, by=by, address=address, patient=patient)
    payments.reach(placed.charge)
    if data.simpan and by.id and not placed.replayed:
        keep_address(data, by=by)
    return placed


@transactional
def place(data: CheckoutIn, *, by: Actor, address: str = "", patient: bool = True) -> Placed:
    """Turn what can be bought of the actor's cart, or of what is ready of a standing order, into an order: all or nothing.

    The same one-time key gets the first answer again; while the first is still at work, who is not ``patient`` gets
    Conflict ``running``. ``address`` is a hash of where a guest comes from. Raises Invalid beside the fields, and Conflict:
    ``empty_cart``, ``blocked`` when a line cannot be bought or a delivery not be had, ``day_gone`` with ``changes`` when
    another way or day stands in the place of what was chosen, ``total_changed`` with ``old`` and ``new``, ``day_full``,
    ``sold_out`` with ``short``, ``too_many_unpaid``, ``standing_done``; TooMany from one address.
    """
    order_id = uuid7()
    key = Key.of(queries.owner(by), data.kunci, data.model_dump(exclude={"kunci"}), patient=patient)
    if (earlier := key.earlier(PLACE, {"order_id": str(order_id)})) is not None:
        return _placed_before(UUID(earlier["order_id"]))
    where = _place_of(data.kelurahan)
    payments.chosen(data.gateway)
    standing = take_prepared(data.langganan, by) if data.langganan else None
    cart = _prepared_cart(standing.id, by, data, where) if standing else _taken_cart(by, data, where)
    _allow(cart, data.expected_total_idr.amount)
    if cart.brought and (lacking := [name for name in ADDRESS if not getattr(data, name)]):
        raise Invalid({name: missing(name) for name in lacking})
    refuse_hoarding(by.id, by.guest_key, data.whatsapp, data.email, by=by)
    until = clock.now() + payments_queries.time_to_pay(data.gateway)
    code = write_order(order_id, data, cart, where, by)
    charge = payments.plan(
        str(order_id),
        cart.total,
        gateway=data.gateway,
        label=shown_code(code),
        return_path=RETURN_PATH.format(code),
        until=until,
        by=by,
        terms=cart.terms,
    )
    goods = [StockLine(item.variant_id, item.qty) for group in cart.groups for item in group.items]
    hold(str(order_id), goods, _places(cart), until)
    if standing is not None:
        note_ordered(standing, order_id, cart)
    if charge.state == "promised":
        promise(session.execute(LOCK, {"order": order_id}).scalar_one())
    if not by.id:
        count_address(address)
    emit(OrderPlaced(order_id=str(order_id), code=code, total_idr=cart.total.amount))
    return Placed(code, charge, replayed=False)


def _placed_before(order_id: UUID) -> Placed:
    charge = payments_queries.latest(str(order_id))
    code = session.scalar(select(Order.code).where(Order.id == order_id))
    if charge is None or code is None:
        raise NotFound
    return Placed(code, charge, replayed=True)


@transactional
def renew(
    code: str,
    data: PayAgainIn,
    *,
    by: Actor,
    token: str = "",
    patient: bool = True,
    ended: tuple[UUID, Standing] | None = None,
) -> Placed:
    """Do the part of ``pay_again`` that is ours; ``ended`` is a charge that was ended at its gateway for it.

    It is closed and its follower planned in one transaction, so that nobody takes the goods in between.
    """
    wanted = [plain_code(code), data.gateway, *([str(data.ganti)] if data.ganti else []), *data.antar]
    key = Key.of(queries.owner(by), data.kunci, wanted, patient=patient)
    if (earlier := key.earlier(PAY)) is not None:
        return Placed(plain_code(code), payments_queries.charge(UUID(earlier["charge_id"])), replayed=True)
    order = locked_own(code, by, token)
    if ended is not None:
        payments.record(*ended)
    latest = payments_queries.latest(order.reference)
    refuse_when_paid(latest)
    if order.state != OrderState.PLACED:
        raise Conflict("state", _("This order cannot be paid any more."))
    payments.chosen(data.gateway)
    if latest is not None and latest.state == "opened":
        charge = latest
    else:
        refuse_hoarding(order.person_id, order.guest_key, order.phone, order.email, by=by)
        until = clock.now() + payments_queries.time_to_pay(data.gateway)
        charge = payments.plan(
            order.reference,
            order.total_idr,
            gateway=data.gateway,
            label=shown_code(order.code),
            return_path=RETURN_PATH.format(order.code),
            until=until,
            by=by,
            terms=queries.terms_of(order.id),
        )
        agreed = {one.toko: (one.hari, one.jam) for one in map(seen_in, data.antar)}
        hold_again(order, until, agreed)
        order.gateway = data.gateway
        if charge.state == "promised":
            promise(order)
    key.remember(PAY, {"charge_id": str(charge.id)})
    return Placed(order.code, charge, replayed=False)


def refuse_when_paid(latest: payments_queries.Charge | None) -> None:
    """Raise Conflict ``paid`` when the money of an order came, ``review`` when it came but does not fit."""
    if latest is not None and latest.state == "settled":
        raise Conflict("paid", _("This order is paid already."))
    if latest is not None and latest.state == "review":
        raise Conflict("review", _("A payment of this order is being checked. You need not pay again."))


def locked_own(code: str, by: Actor, token: str = "") -> Order:
    """Return the actor's own order for writing; raises NotFound for any other."""
    statement = select(Order).where(Order.code == plain_code(code)).with_for_update()
    order = session.execute(statement).scalar_one_or_none()
    if order is None or not OWN.allows(by, ownership(order, token)):
        raise NotFound
    return order


def _place_of(typed: str | None) -> accounts.Place | None:
    if typed is None:
        return None
    found = kelurahan_meant(typed)
    if found is None:
        raise Invalid({"kelurahan": UNKNOWN_KELURAHAN})
    return found


def _taken_cart(by: Actor, data: CheckoutIn, where: accounts.Place | None) -> queries.Cart:
    # Of two checkouts of one cart the second waits here and then finds the lines gone; a refusal puts them all back.
    taken = rows(queries.TAKE_CART, {"owner": queries.owner(by), "but": list(data.tanpa), "today": clock.today()})
    return queries.cart_of(taken, where.kecamatan_code if where else None, _seen_wishes(data))


def _seen_wishes(data: CheckoutIn) -> dict[UUID, queries.Wish]:
    return {seen.toko: queries.Wish(seen.cara, seen.hari, seen.jam) for seen in map(seen_in, data.antar)}


def _prepared_cart(standing_id: UUID, by: Actor, data: CheckoutIn, where: accounts.Place | None) -> queries.Cart:
    # The cart of the buyer stays as it is: nothing of it is bought.
    place = where.kecamatan_code if where else None
    prepared = queries.standing_basket(standing_id, by, place, _seen_wishes(data) or None)
    return prepared.cart.without(data.tanpa)


def _places(cart: queries.Cart) -> list[Place]:
    chosen = [(group, group.way.time) for group in cart.groups]
    return [
        Place(group.seller.id, time.day.on, time.slot, group.units, made_of(group.made_to_order))
        for group, time in chosen
        if time is not None
    ]


def _allow(cart: queries.Cart, expected: int) -> None:
    if not cart.groups:
        raise Conflict("empty_cart", _("There is nothing in the cart to order."))
    if cart.blocked:
        shops = ", ".join(group.seller.name for group in cart.blocked)
        raise Conflict(
            "blocked", _("Something from %(shops)s cannot be bought as it is. Look at the cart.", shops=shops)
        )
    if changes := [_change(group, group.way.gone) for group in cart.groups if group.way.gone is not None]:
        said = _("What you chose for the delivery cannot be had any more. Look at what stands there now.")
        raise Conflict("day_gone", said, changes=changes)
    if cart.total.amount != expected:
        said = _("The total changed meanwhile. Look at the new one before you pay.")
        raise Conflict("total_changed", said, old=expected, new=cart.total.amount)


def _change(group: queries.CartGroup, gone: queries.Wish) -> dict[str, str]:
    """Return what was chosen for a shop and what stands in its place, as programs read it."""
    choice, time = group.way.choice, group.way.time
    return {
        "seller_id": str(group.seller.id),
        "old": f"{gone.key} {gone.day or ''} {gone.slot}".strip(),
        "new": f"{choice.key if choice else ''} {time.key if time else ''}".strip(),
    }
