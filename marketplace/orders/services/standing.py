"""Standing orders: made, changed, paused and ended by their owners, and prepared ahead of their days by the clock."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.machine import record_move
from marketplace.kernel.outbox import emit
from marketplace.kernel.plugin import current
from marketplace.kernel.words import Number, _
from marketplace.orders import queries
from marketplace.orders.events import StandingReady
from marketplace.orders.forms import MOST_ROWS, StandingChangeIn, StandingIn
from marketplace.orders.models import StandingLine, StandingOrder, StandingState
from marketplace.orders.queries.rhythm import following
from marketplace.orders.services.again import fill

AHEAD = timedelta(days=2)
"""So long before its day a standing order is prepared."""
MORNING = 7
"""The hour in Jakarta from which on it is: nobody is told at night."""
TOGETHER = 200
ONE_DAY = timedelta(days=1)


@transactional
def stand(data: StandingIn, *, by: Actor) -> UUID:
    """Make a standing order of what was bought in one of the actor's orders, else of what is in their cart; return its id.

    Order and cart stay as they are. Raises NotFound for a guest or somebody else's order, Conflict ``empty_cart`` and
    ``too_many_standing``.
    """
    if by.id is None:
        raise NotFound
    wanted = queries.wanted_again(data.pesanan, by)[1] if data.pesanan else _in_cart(by)
    if not wanted:
        raise Conflict("empty_cart", _("There is nothing in the cart to order."))
    if len(wanted) > MOST_ROWS:
        said = _("A standing order holds at most %(most)s products.", most=Number(MOST_ROWS))
        raise Conflict("too_many_lines", said)
    running = (StandingOrder.person_id == by.id, StandingOrder.state != StandingState.ENDED)
    most = int(current().setting("STANDING_ORDERS"))
    if (session.scalar(select(func.count()).select_from(StandingOrder).where(*running)) or 0) >= most:
        said = _("You have %(most)s standing orders already. End one of them first.", most=Number(most))
        raise Conflict("too_many_standing", said)
    one = StandingOrder(
        id=uuid7(),
        state=StandingState.RUNNING,
        person_id=by.id,
        name=data.nama,
        weekdays=sorted(set(data.hari)),
        every_weeks=data.tiap,
        starts_on=data.mulai,
        next_on=following(data.mulai, data.hari, data.tiap, data.mulai),
        created_at=clock.now(),
    )
    session.add(one)
    session.flush()
    session.add_all(_lines(one.id, wanted))
    record_move(StandingOrder.__tablename__, one.id, "", StandingState.RUNNING, by=by)
    return one.id


def _in_cart(by: Actor) -> tuple[queries.Wanted, ...]:
    return tuple(
        queries.Wanted(
            variant_id=item.variant_id,
            product_id=item.offer.product_id,
            seller_id=group.seller.id,
            seller_name=group.seller.name,
            name=item.offer.full_name,
            qty=item.qty,
            was=item.offer.price,
            way=group.way.choice.key if group.way.choice else "",
        )
        for group in queries.cart(by).groups
        for item in group.items
        if item.offer is not None
    )


def _lines(standing_id: UUID, wanted: Sequence[queries.Wanted]) -> list[StandingLine]:
    return [
        StandingLine(
            id=uuid7(),
            standing_id=standing_id,
            number=number,
            variant_id=one.variant_id,
            product_id=one.product_id,
            seller_id=one.seller_id,
            name=one.name,
            qty=one.qty,
            seen_idr=one.was,
            way=one.way,
        )
        for number, one in enumerate(wanted, start=1)
    ]


@transactional
def change_standing(standing_id: UUID, data: StandingChangeIn, *, by: Actor) -> None:
    """Make a standing order what its form says: name, days, next date and quantities; zero takes a line out.

    A day that is prepared already stays so, unless the next date now comes before it. Raises NotFound, Invalid when no line
    is left, Conflict ``state`` when it has ended and ``lines_changed`` for a line that is not in it any more.
    """
    one = _mine(standing_id, by)
    if one.state == StandingState.ENDED:
        raise Conflict("state", _("This standing order has ended."))
    wanted = {row.varian: row.jumlah for row in data.baris}
    held = {line.variant_id: line for line in _held(standing_id)}
    if not wanted.keys() <= held.keys():
        raise Conflict("lines_changed", _("This was changed meanwhile. Reload the page to see how it stands."))
    if not any(wanted.get(key, line.qty) for key, line in held.items()):
        raise Invalid({"": _("Leave at least one product in it, or end the standing order.")})
    for key, line in held.items():
        qty = wanted.get(key, line.qty)
        if qty == 0:
            session.delete(line)
        elif qty != line.qty:
            line.qty = qty
    one.name, one.weekdays, one.every_weeks = data.nama, sorted(set(data.hari)), data.tiap
    one.starts_on = data.mulai
    if one.state == StandingState.RUNNING:
        one.next_on = following(data.mulai, data.hari, data.tiap, data.mulai)
        if one.prepared_on is not None and one.prepared_on >= one.next_on:
            one.prepared_on = None


@transactional
def pause_standing(standing_id: UUID, *, by: Actor) -> None:
    """Prepare nothing more until it is resumed; what is prepared can still be ordered."""
    _mine(standing_id, by).move(StandingState.PAUSED, by=by, next_on=None)


@transactional
def resume_standing(standing_id: UUID, *, by: Actor) -> None:
    """Go on with the first day of the rhythm from tomorrow on."""
    one = _mine(standing_id, by)
    least = max(clock.today(), one.prepared_on or clock.today()) + ONE_DAY
    on = following(one.starts_on, one.weekdays, one.every_weeks, least)
    one.move(StandingState.RUNNING, by=by, next_on=on)


@transactional
def end_standing(standing_id: UUID, *, by: Actor) -> None:
    """End a standing order; orders that were made of it stay."""
    _mine(standing_id, by).move(StandingState.ENDED, by=by, next_on=None, prepared_on=None)


@transactional
def standing_into_cart(standing_id: UUID, *, by: Actor) -> tuple[queries.Again, ...]:
    """Put the lines of a standing order into the actor's cart, as buying again does; the standing order stays as it is."""
    queries.standing(standing_id, by)
    lines = queries.held_against_now(queries.standing_wanted(standing_id))
    fill(lines, by=by)
    return lines


@transactional
def prepare_standing() -> int:
    """Prepare the standing orders whose next day is near, each day once, and tell their owners; return how many were.

    Days that went by while nobody called are passed over. A day that is prepared and not ordered keeps its place until it
    has come. Of two workers each takes what the other has not.
    """
    today = clock.today()
    if clock.now().astimezone(clock.JAKARTA).hour < MORNING:
        return 0
    due = (
        select(StandingOrder)
        .where(
            StandingOrder.state == StandingState.RUNNING,
            StandingOrder.next_on <= today + AHEAD,
            or_(StandingOrder.prepared_on.is_(None), StandingOrder.prepared_on <= today),
        )
        .order_by(StandingOrder.next_on, StandingOrder.id)
        .limit(TOGETHER)
        .with_for_update(skip_locked=True)
    )
    prepared = 0
    for one in session.scalars(due).all():
        on = _from(one, max(one.next_on or today, today))
        if on > today + AHEAD:
            one.next_on = on
            continue
        one.next_on, one.prepared_on = _from(one, on + ONE_DAY), on
        emit(StandingReady(standing_id=str(one.id), on=on.isoformat()))
        prepared += 1
    return prepared


def _from(one: StandingOrder, least: date) -> date:
    return following(one.starts_on, one.weekdays, one.every_weeks, least)


def take_prepared(standing_id: UUID, by: Actor) -> StandingOrder:
    """Return the actor's standing order for ordering what is prepared of it, within a service; who is second waits here.

    Raises NotFound, Conflict ``standing_done`` when no day is prepared any more.
    """
    one = _mine(standing_id, by)
    if one.prepared_on is None:
        raise Conflict("standing_done", _("This day of your standing order was ordered already, or is not ready yet."))
    return one


def ordered(one: StandingOrder, order_id: UUID, cart: queries.Cart) -> None:
    """Note that what was prepared is ordered, and at which prices, within the service that places the order."""
    one.prepared_on, one.last_order_id = None, order_id
    for group in cart.groups:
        for item in group.items:
            if item.price != item.seen:
                session.execute(
                    update(StandingLine)
                    .where(StandingLine.standing_id == one.id, StandingLine.variant_id == item.variant_id)
                    .values(seen_idr=item.price)
                    .execution_options(synchronize_session=False)
                )


@transactional
def forget_standing(person_id: UUID) -> None:
    """Drop a person's standing orders (R22.3)."""
    theirs = select(StandingOrder.id).where(StandingOrder.person_id == person_id).scalar_subquery()
    for gone in (
        delete(StandingLine).where(StandingLine.standing_id.in_(theirs)),
        delete(StandingOrder).where(StandingOrder.person_id == person_id),
    ):
        session.execute(gone.execution_options(synchronize_session=False))


def _mine(standing_id: UUID, by: Actor) -> StandingOrder:
    mine = select(StandingOrder).where(StandingOrder.id == standing_id, StandingOrder.person_id == by.id)
    one = session.execute(mine.with_for_update()).scalar_one_or_none()
    if one is None or by.id is None:
        raise NotFound
    return one


def _held(standing_id: UUID) -> Sequence[StandingLine]:
    return session.scalars(select(StandingLine).where(StandingLine.standing_id == standing_id)).all()
