"""What a shop says about its deliveries, written anew each time."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from marketplace.accounts import queries as accounts
from marketplace.delivery import queries
from marketplace.delivery.forms import OptionIn, OptionsIn
from marketplace.delivery.models import DayOff, Option, ShopLimits
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.words import Words, _
from marketplace.sellers.policies import MANAGE
from marketplace.sellers.queries import sellers


@transactional
def set_options(seller_id: UUID, data: OptionsIn, *, by: Actor) -> None:
    """Write a shop's options, limits and days off anew; days off that are over stay.

    Raises NotFound, also for the shop of others, Invalid for a courier or kecamatan that is not known, and Conflict
    ``changed`` when somebody set them after what was ``seen``, also for the first time.
    """
    if not MANAGE.allows(by, seller_id) or seller_id not in sellers([seller_id]):
        raise NotFound
    _checked(data)
    _as_seen(seller_id, data.seen)
    before = _told(queries.told(seller_id))
    limits = {
        "changed_at": clock.now(),
        "daily_orders": data.daily_orders,
        "daily_units": data.daily_units,
        "slot_orders": data.slot_orders,
    }
    session.execute(update(ShopLimits).where(ShopLimits.seller_id == seller_id).values(**limits))
    session.execute(delete(Option).where(Option.seller_id == seller_id))
    session.execute(insert(Option), [_row(seller_id, one) for one in data.options])
    session.execute(delete(DayOff).where(DayOff.seller_id == seller_id, DayOff.day >= clock.today()))
    ahead = sorted({day for day in data.days_off if day >= clock.today()})
    if ahead:
        session.execute(insert(DayOff), [{"seller_id": seller_id, "day": day} for day in ahead])
    after = _told(queries.told(seller_id))
    audit(f"delivery:{seller_id}", "delivery.set", str(seller_id), by=by, before=before, after=after)


def _as_seen(seller_id: UUID, seen: datetime | None) -> None:
    """Lock the shop's row, made if need be: of two who set the same shop at once, one waits here and then looks again."""
    made = insert(ShopLimits).values(seller_id=seller_id, changed_at=clock.now()).on_conflict_do_nothing()
    if session.scalar(made.returning(ShopLimits.seller_id)) is not None:
        return
    stands = session.scalar(select(ShopLimits.changed_at).where(ShopLimits.seller_id == seller_id).with_for_update())
    if seen is not None and stands != seen:
        raise Conflict("changed", _("Somebody else set this while you were writing. Nothing of yours was saved yet."))


def _checked(data: OptionsIn) -> None:
    couriers = queries.couriers()
    known = {area.code for area in accounts.areas("kecamatan")}
    wrong: dict[str, Words] = {}
    for at, one in enumerate(data.options):
        if one.courier is not None and one.courier not in couriers:
            wrong[f"options-{at}-courier"] = _("We do not know this courier.")
        if not known.issuperset(one.kecamatan):
            wrong[f"options-{at}-kecamatan"] = _("Choose kecamatan of Jakarta.")
    if wrong:
        raise Invalid(wrong)


def _row(seller_id: UUID, one: OptionIn) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "seller_id": seller_id,
        "method": str(one.method),
        "courier_code": one.courier,
        "flat_idr": one.flat,
        "free_from_idr": one.free_from,
        "kecamatan": sorted(set(one.kecamatan)),
        "cutoff": one.cutoff,
        "lead_days": one.lead_days,
        "slots": sorted(set(one.slots)),
    }


def _told(shop: queries.ShopDelivery) -> dict[str, Any]:
    """Return what a shop set for the audit log."""
    told = asdict(shop)
    del told["changed_at"]
    told["days_off"] = [day.isoformat() for day in shop.days_off]
    told["options"] = [
        {
            **asdict(one),
            "method": str(one.method),
            "flat": one.flat.amount,
            "free_from": one.free_from and one.free_from.amount,
            "cutoff": one.cutoff and one.cutoff.isoformat("minutes"),
            "kecamatan": list(one.kecamatan),
            "slots": list(one.slots),
        }
        for one in shop.options
    ]
    return told
