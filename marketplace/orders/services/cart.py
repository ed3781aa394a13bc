"""Filling and changing a cart. Nothing is held for it; the checkout looks again."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Integer,
    ScalarSelect,
    Table,
    Text,
    Uuid,
    bindparam,
    case,
    delete,
    false,
    func,
    literal_column,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from marketplace.catalog import queries as catalog
from marketplace.delivery.queries import Method
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.plugin import current
from marketplace.kernel.words import Number, Words, _
from marketplace.orders import queries
from marketplace.orders.forms import RowIn
from marketplace.orders.models import CartLine, Delivery, Draft

KEPT = timedelta(days=60)
"""How long an untouched cart is kept; as long as a guest's cookie."""
DRAFT_KEPT = timedelta(days=7)
"""How long what was typed at the checkout is kept for who went back to the cart: it is name, number and address."""

_lines = cast("Table", CartLine.__table__)
_mine = _lines.alias("mine")
_offer = select(catalog.OFFERS).where(catalog.OFFERS.c.variant_id == bindparam("variant")).cte("offer")
_owner, _qty = bindparam("owner", type_=Text), bindparam("qty", type_=Integer)
_now = bindparam("now", type_=_lines.c.added_at.type)


def _as_others(column: str) -> ScalarSelect[Any]:
    """Return what was chosen for the shop with its first line."""
    same = (_mine.c.owner == _owner, _mine.c.seller_id == _offer.c.seller_id)
    first = select(_mine.c[column]).where(*same).order_by(_mine.c.added_at, _mine.c.id).limit(1)
    return first.correlate(_offer).scalar_subquery()


_others = select(func.count()).where(_mine.c.owner == _owner, _mine.c.variant_id != _offer.c.variant_id)
_new: dict[str, Any] = {
    "id": bindparam("id", type_=Uuid),
    "owner": _owner,
    "variant_id": _offer.c.variant_id,
    "seller_id": _offer.c.seller_id,
    "qty": _qty,
    "seen_idr": _offer.c.price,
    "delivery": func.coalesce(_as_others("delivery"), literal_column(f"'{Delivery.PICKUP}'")),
    "way": _as_others("way"),
    "day": _as_others("day"),
    "slot": func.coalesce(_as_others("slot"), literal_column("''")),
    "note": func.coalesce(_as_others("note"), literal_column("''")),
    "added_at": _now,
    "changed_at": _now,
}
_put = insert(_lines).from_select(
    list(_new),
    select(*_new.values()).where(
        _offer.c.on_sale,
        _qty.between(_offer.c.min_order, _offer.c.max_order),
        _others.scalar_subquery() < bindparam("most_lines", type_=Integer),
    ),
)
_sum = func.least(_lines.c.qty + _put.excluded.qty, select(_offer.c.max_order).scalar_subquery())
_done = (
    _put.on_conflict_do_update(
        index_elements=["owner", "variant_id"],
        set_={
            "qty": case((bindparam("adds", type_=Boolean), _sum), else_=func.greatest(_lines.c.qty, _put.excluded.qty)),
            "seen_idr": _put.excluded.seen_idr,
            "changed_at": _put.excluded.changed_at,
            "later": false(),
        },
    )
    .returning(_lines.c.qty)
    .cte("done")
)
# One statement: looks the offer up, adds to what is there, up to what can be bought, and refuses what cannot be bought and
# a line beyond the limit of lines. It gives the offer, and a quantity when something was put in.
PUT = select(_offer, _done.c.qty.label("put")).select_from(_offer.outerjoin(_done, true()))

SAVE = text("""
UPDATE orders_cart_lines AS line
SET qty = wanted.qty, delivery = wanted.delivery, way = wanted.way, day = wanted.day, slot = wanted.slot, note = wanted.note,
    changed_at = :now
FROM jsonb_to_recordset(CAST(:lines AS jsonb))
    AS wanted (variant_id uuid, qty integer, delivery text, way text, day date, slot text, note text)
WHERE line.owner = :owner AND line.variant_id = wanted.variant_id
""")

KEEP = text("""
INSERT INTO orders_drafts (owner, typed, changed_at) VALUES (:owner, CAST(:typed AS jsonb), :now)
ON CONFLICT (owner) DO UPDATE SET typed = orders_drafts.typed || excluded.typed, changed_at = excluded.changed_at
""")

ADOPT = text("""
WITH draft AS (DELETE FROM orders_drafts WHERE owner = :guest RETURNING typed, changed_at),
kept AS (
    INSERT INTO orders_drafts (owner, typed, changed_at) SELECT :person, typed, changed_at FROM draft
    ON CONFLICT (owner) DO UPDATE SET typed = orders_drafts.typed || excluded.typed, changed_at = excluded.changed_at
)
INSERT INTO orders_cart_lines (
    id, owner, variant_id, seller_id, qty, seen_idr, delivery, way, day, slot, note, later, added_at, changed_at
)
SELECT gen_random_uuid(), :person, variant_id, seller_id, qty, seen_idr, delivery, way, day, slot, note, later, added_at, :now
FROM orders_cart_lines WHERE owner = :guest ORDER BY variant_id
ON CONFLICT (owner, variant_id) DO UPDATE
SET qty = greatest(orders_cart_lines.qty, excluded.qty), later = orders_cart_lines.later AND excluded.later,
    changed_at = excluded.changed_at
""")


@transactional
def put(variant_id: UUID, qty: int, *, by: Actor, adds: bool = True) -> str:
    """Put so many of a variant into the actor's cart; return its name.

    ``adds`` says whether it comes to what is there already, or is the least there shall be. Raises NotFound for an
    unknown variant, Invalid for ``jumlah`` when so many cannot be bought, Conflict ``cart_full``.
    """
    found = session.execute(
        PUT,
        {
            "id": uuid7(),
            "owner": queries.owner(by),
            "variant": variant_id,
            "qty": qty,
            "now": clock.now(),
            "most_lines": current().setting("CART_LINES"),
            "adds": adds,
        },
    ).one_or_none()
    if found is None:
        raise NotFound
    offer = catalog.offer_in(found[:-1])
    if found.put is None:
        _allow(offer, qty)
        raise Conflict("cart_full", _("The cart is full. Order what is in it first, or remove something."))
    return offer.full_name


@transactional
def set_quantity(variant_id: UUID, qty: int, *, by: Actor) -> None:
    """Set how many of a variant the actor wants; zero takes it out. Raises NotFound when it is not in the cart."""
    if qty == 0:
        remove(variant_id, by=by)
        return
    line = (CartLine.owner == queries.owner(by), CartLine.variant_id == variant_id)
    offer = catalog.offers([variant_id]).get(variant_id)
    if offer is not None:
        _allow(offer, qty)
    changed = session.execute(
        update(CartLine)
        .where(*line)
        .values(qty=qty, changed_at=clock.now())
        .returning(CartLine.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if changed is None:
        raise NotFound


@transactional
def remove(variant_id: UUID, *, by: Actor) -> int:
    """Take a line out of the actor's cart; return how many there were, nought when there was no such line."""
    line = (CartLine.owner == queries.owner(by), CartLine.variant_id == variant_id)
    gone = delete(CartLine).where(*line).returning(CartLine.qty).execution_options(synchronize_session=False)
    return session.execute(gone).scalar_one_or_none() or 0


@transactional
def save(lines: Sequence[RowIn], *, by: Actor, but: UUID | None = None) -> None:
    """Make the actor's cart what its form says, ``but`` for one line: all of it or, when something is wrong, nothing.

    What was not changed is not judged: it may be there no more, and the page tells of it. Raises Invalid beside the fields
    that are wrong, Conflict ``cart_changed`` when a line is not in the cart any more.
    """
    cart = queries.cart(by)
    known = {item.variant_id: (item, group) for group in cart.groups for item in group.items}
    rows = [(number, line) for number, line in enumerate(lines) if line.varian != but]
    if any(line.varian not in known for _number, line in rows):
        raise Conflict("cart_changed", _("The cart was changed in another window. Here it is as it stands now."))
    refused = {
        f"baris-{number}-jumlah": said
        for number, line in rows
        if line.jumlah not in (0, known[line.varian][0].qty)
        and (said := _refusal(known[line.varian][0].offer, line.jumlah))
    }
    chosen = {}
    for number, line in rows:
        if line.pengantaran or line.hari:
            group = known[line.varian][1]
            try:
                chosen[group.seller.id] = _wished(group, line)
            except Invalid as wrong:
                refused |= {f"baris-{number}-{name}": said[0] for name, said in wrong.fields.items()}
    if refused:
        raise Invalid(refused)
    wanted = {line.varian: line.jumlah for _number, line in rows}
    notes = {
        known[line.varian][1].seller.id: line.catatan or "" for _number, line in rows if line.tercatat or line.catatan
    }
    _write_cart(cart, wanted, chosen, notes, queries.owner(by))


def _wished(group: queries.CartGroup, line: RowIn) -> queries.Wish:
    """Return what a line of the form chose for its shop; Invalid for what was changed to something that cannot be had."""
    now = group.way
    shown = now.choice.key if now.choice else ""
    key = line.pengantaran or shown
    if key == shown and (line.hari is None or (now.time is not None and line.hari == now.time.key)):
        # As it stood there: what was not changed is not judged, and written only where it took the place of a wish.
        return group.wish if now.gone is None else queries.Wish(key, *_shown_time(now))
    choice = next((one for one in now.choices if one.key == key), None)
    if choice is None or choice.why is not None:
        raise Invalid({"pengantaran": (choice and choice.why) or queries.NOT_OFFERED})
    times = {time.key: time for time in queries.free_times(choice)}
    if line.hari in times:
        time = times[line.hari]
        return queries.Wish(key, time.day.on, time.slot)
    if key == shown:
        raise Invalid({"hari": _("This delivery day cannot be chosen any more. Choose another day.")})
    # The days that the page showed were those of another way; this one begins with its own first day.
    return queries.Wish(key)


def _shown_time(way: queries.Way) -> tuple[date | None, str]:
    return (way.time.day.on, way.time.slot) if way.time is not None else (None, "")


def _write_cart(
    cart: queries.Cart,
    wanted: Mapping[UUID, int],
    chosen: Mapping[UUID, queries.Wish],
    notes: Mapping[UUID, str],
    owner: str,
) -> None:
    changed = [
        _row(item.variant_id, qty, wish, note)
        for group in cart.groups
        for item in group.items
        if (qty := wanted.get(item.variant_id, item.qty)) != 0
        for wish, note in [(chosen.get(group.seller.id, group.wish), notes.get(group.seller.id, group.note))]
        if (wish, note, qty) != (group.wish, group.note, item.qty)
    ]
    if changed:
        session.execute(SAVE, {"owner": owner, "lines": json.dumps(changed), "now": clock.now()})
    if gone := [variant_id for variant_id, qty in wanted.items() if qty == 0]:
        session.execute(
            delete(CartLine)
            .where(CartLine.owner == owner, CartLine.variant_id.in_(gone))
            .execution_options(synchronize_session=False)
        )


def _row(variant_id: UUID, qty: int, wish: queries.Wish, note: str) -> dict[str, Any]:
    return {"variant_id": str(variant_id), "qty": qty, "note": note, **_stored(wish)}


def _stored(wish: queries.Wish) -> dict[str, str | None]:
    method = Method(wish.key.partition(":")[0]) if wish.key else Method.PICKUP
    return {
        # What the version before reads: whether the goods are brought.
        "delivery": Delivery.PICKUP if queries.DELIVERIES[method].fetched else Delivery.SELLER,
        "way": wish.key or None,
        "day": wish.day.isoformat() if wish.day else None,
        "slot": wish.slot,
    }


@transactional
def choose_delivery(seller_id: UUID, wish: queries.Wish, *, by: Actor) -> None:
    """Choose how the goods of one seller shall come; whether that can be had is said by the cart."""
    stored = _stored(wish) | {"day": wish.day}
    session.execute(
        update(CartLine)
        .where(CartLine.owner == queries.owner(by), CartLine.seller_id == seller_id)
        .values(**stored)
        .execution_options(synchronize_session=False)
    )


@transactional
def set_aside(variant_id: UUID, *, by: Actor, later: bool = True) -> None:
    """Keep a line of the actor's cart for later, or take it up again; nothing when there is no such line."""
    line = (CartLine.owner == queries.owner(by), CartLine.variant_id == variant_id)
    moved = update(CartLine).where(*line).values(later=later, changed_at=clock.now())
    session.execute(moved.execution_options(synchronize_session=False))


@transactional
def agree(*, by: Actor) -> None:
    """Agree to the prices as they are now."""
    cart = queries.cart(by)
    for group in cart.groups:
        for item in group.items:
            if item.price_changed:
                session.execute(
                    update(CartLine)
                    .where(CartLine.owner == queries.owner(by), CartLine.variant_id == item.variant_id)
                    .values(seen_idr=item.price)
                    .execution_options(synchronize_session=False)
                )


@transactional
def adopt(guest_key: str, person_id: UUID) -> None:
    """Give a guest's cart to the person who came in here; of a line in both carts the larger counts.

    What they typed at the checkout as a guest goes with it, before what they had typed there as this person.
    """
    guest = f"guest:{guest_key}"
    session.execute(ADOPT, {"person": f"person:{person_id}", "guest": guest, "now": clock.now()})
    session.execute(delete(CartLine).where(CartLine.owner == guest).execution_options(synchronize_session=False))


@transactional
def keep_draft(typed: Mapping[str, str], *, by: Actor) -> None:
    """Keep what the actor typed at the checkout, right or wrong; fields that are not in ``typed`` stay as they were."""
    session.execute(
        KEEP, {"owner": queries.owner(by), "typed": json.dumps(dict(typed), ensure_ascii=False), "now": clock.now()}
    )


@transactional
def sweep_carts() -> None:
    """Drop carts that nobody has touched for as long as a guest's cookie lives, and drafts much sooner."""
    session.execute(
        delete(Draft)
        .where(Draft.changed_at < clock.now() - DRAFT_KEPT)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    session.execute(
        delete(CartLine)
        .where(CartLine.changed_at < clock.now() - KEPT)
        .execution_options(synchronize_session=False)
    )  # fmt: skip


def _allow(offer: catalog.Offer, qty: int) -> None:
    if (said := _refusal(offer, qty)) is not None:
        raise Invalid({"jumlah": said})


def _refusal(offer: catalog.Offer | None, qty: int) -> Words | None:
    if offer is None:
        return _("This product is not sold any more.")
    if not offer.on_sale:
        return _("%(name)s is not sold any more.", name=offer.full_name)
    if offer.available <= 0:
        return _("%(name)s is sold out.", name=offer.full_name)
    if qty < offer.min_order:
        return _("The smallest order of %(name)s is %(least)s.", name=offer.full_name, least=Number(offer.min_order))
    if qty > offer.max_order:
        return _("Only %(left)s of %(name)s left.", left=Number(offer.max_order), name=offer.full_name)
    return None
