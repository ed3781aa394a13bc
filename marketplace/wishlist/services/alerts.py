"""Being told that something is back: asked for, confirmed, told once, ended."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import insert

from marketplace.accounts import queries as accounts
from marketplace.catalog import queries as catalog
from marketplace.kernel import clock, ids, limits
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.machine import record_move
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _, language
from marketplace.wishlist import queries
from marketplace.wishlist.events import AlertAsked, AlertWaits, BackInStock, ManyAreBack
from marketplace.wishlist.forms import AskIn
from marketplace.wishlist.models import OPEN, Alert, AlertState

MOST_LETTERS, MOST_FROM_HERE, WINDOW = 5, 20, timedelta(hours=1)
AGAIN = timedelta(minutes=15)
"""Whoever asks again sooner gets no second letter: the first is on its way."""
UNCONFIRMED, REMEMBERED, LONGEST = timedelta(days=3), timedelta(days=30), timedelta(days=365)
AT_ONCE = 200


def ask(data: AskIn, *, by: Actor, address: str) -> AlertState:
    """Ask to be told when a product can be bought again; return whether that waits or its address is to be confirmed.

    Of an address that is to be confirmed the answer is the same whatever was asked before. Raises NotFound for a product
    that is not on show, Conflict ``there`` for one that can be bought, Invalid without an address, and TooMany.
    """
    card = catalog.card_of(data.produk.upper())
    if card is None:
        raise NotFound
    if queries.available(card.id):
        raise Conflict("there", _("It can be bought now."), path=card.url)
    own = accounts.profile(by=by) if by.signed_in else None
    email = data.email or (own.email if own else None)
    if not email:
        raise Invalid({"email": _("Enter the e-mail address that we shall write to.")})
    if own is not None and own.email == email and own.email_proved_at is not None:
        _wait(card.id, by)
        return AlertState.WAITING
    limits.take(
        limits.Try("wishlist.ask.email", ids.token_hash(email), MOST_LETTERS, WINDOW),
        limits.Try("wishlist.ask.address", ids.token_hash(address), MOST_FROM_HERE, WINDOW),
    )
    _ask(card.id, email, by)
    return AlertState.ASKED


@transactional
def _wait(product_id: UUID, by: Actor) -> None:
    if (alert_id := _written(product_id, AlertState.WAITING, by, reach=queries.owner(by))) is not None:
        emit(AlertWaits(alert_id=str(alert_id), product_id=str(product_id)))


@transactional
def _ask(product_id: UUID, email: str, by: Actor) -> None:
    now, reach = clock.now(), ids.token_hash(email)
    alert_id = _written(product_id, AlertState.ASKED, by, reach=reach, email=email, letter_at=now)
    if alert_id is None:
        again = (
            update(Alert)
            .where(
                Alert.product_id == product_id,
                Alert.reach == reach,
                Alert.state == AlertState.ASKED,
                Alert.letter_at < now - AGAIN,
            )
            .values(letter_at=now)
            .returning(Alert.id)
        )
        alert_id = session.execute(again.execution_options(synchronize_session=False)).scalar_one_or_none()
    if alert_id is not None:
        emit(AlertAsked(alert_id=str(alert_id)))


def _written(product_id: UUID, state: AlertState, by: Actor, **values: object) -> UUID | None:
    """Write an alert unless one for the same product and reader is open; of two at once one is written (R2.2)."""
    alert_id = ids.uuid7()
    written = session.execute(
        insert(Alert)
        .values(
            id=alert_id,
            state=state,
            product_id=product_id,
            owner=queries.owner(by),
            language=language(),
            token_hash=ids.token_hash(queries.token_of(alert_id)),
            asked_at=clock.now(),
            **values,
        )
        .on_conflict_do_nothing(index_elements=["product_id", "reach"], index_where=Alert.state.in_(OPEN))
        .returning(Alert.id)
    ).scalar_one_or_none()
    if written is not None:
        record_move(Alert.__tablename__, alert_id, "", state, by=by)
    return written


@transactional
def confirm(token: str) -> None:
    """Let an alert wait whose address answers; pressing twice is once. Raises Conflict ``link`` when it is over."""
    alert = _by_token(token)
    if alert.state == AlertState.WAITING:
        return
    alert.move(AlertState.WAITING, by=SYSTEM)
    emit(AlertWaits(alert_id=str(alert.id), product_id=str(alert.product_id)))


@transactional
def end(token: str) -> None:
    """End an alert and forget its address. Raises Conflict ``link`` when it is over already."""
    _by_token(token).move(AlertState.ENDED, by=SYSTEM, email=None)


def _by_token(token: str) -> Alert:
    found = select(Alert).where(Alert.token_hash == ids.token_hash(token), Alert.state.in_(OPEN)).with_for_update()
    alert: Alert | None = session.execute(found).scalar_one_or_none()
    if alert is None:
        raise Conflict("link", _("This link does not work any more: you were told already, or it was ended."))
    return alert


@transactional
def take_back(product_id: UUID, *, by: Actor) -> None:
    """Let an actor not be told of a product after all; what they did not ask for is no error."""
    _over(Alert.owner == queries.owner(by), Alert.product_id == product_id)


def forget(owner: str) -> None:
    """End all that an owner asked for, and forget their addresses; part of the caller's transaction."""
    _over(Alert.owner == owner)
    _forgotten(Alert.owner == owner)


@transactional
def look(product_id: UUID) -> int:
    """Tell everybody who waits for a product if it can be bought now, at most 200 at once; return how many.

    The waiting state stands in the WHERE: of two who look at once, each alert is told by one (R2.6).
    """
    waiting = select(Alert.id).where(Alert.product_id == product_id, Alert.state == AlertState.WAITING)
    if session.scalar(waiting.limit(1)) is None or not queries.available(product_id):
        return 0
    chosen = waiting.order_by(Alert.id).limit(AT_ONCE).with_for_update()
    told = session.scalars(
        update(Alert)
        .where(Alert.id.in_(chosen.scalar_subquery()), Alert.state == AlertState.WAITING)
        .values(state=AlertState.TOLD, told_at=clock.now())
        .returning(Alert.id)
        .execution_options(synchronize_session=False)
    ).all()
    for alert_id in told:
        record_move(Alert.__tablename__, alert_id, AlertState.WAITING, AlertState.TOLD, by=SYSTEM)
        emit(BackInStock(alert_id=str(alert_id), product_id=str(product_id)))
    if len(told) == AT_ONCE:
        emit(ManyAreBack(product_id=str(product_id)))
    return len(told)


@transactional
def sweep_alerts() -> None:
    """End what nobody confirmed within three days or waits for a year, and forget addresses a month after they served."""
    now = clock.now()
    _over(Alert.state == AlertState.ASKED, Alert.asked_at < now - UNCONFIRMED)
    _over(Alert.asked_at < now - LONGEST)
    _forgotten(Alert.state == AlertState.TOLD, Alert.told_at < now - REMEMBERED)


def _over(*which: ColumnElement[bool]) -> None:
    for alert in session.scalars(
        select(Alert).where(*which, Alert.state.in_(OPEN)).order_by(Alert.id).with_for_update()
    ):
        alert.move(AlertState.ENDED, by=SYSTEM, email=None)


def _forgotten(*which: ColumnElement[bool]) -> None:
    gone = update(Alert).where(*which, Alert.email.is_not(None)).values(email=None)
    session.execute(gone.execution_options(synchronize_session=False))
