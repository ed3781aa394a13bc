"""What offices accepted, in the ledger of local content: frozen with the letter, recorded with the minutes (R11.8, R11.9)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Text, exists, select

from marketplace.delivery.queries import Method
from marketplace.eorder.models import Line, Minutes, MinutesLine, MinutesState, Order
from marketplace.eorder.services.holding import lines_of
from marketplace.kernel import clock
from marketplace.kernel.db import session, transactional
from marketplace.kernel.money import Rupiah
from marketplace.offices import queries as offices
from marketplace.p3dn import queries as p3dn
from marketplace.p3dn import services as ledger
from marketplace.p3dn.services import DELIVERY, Fact

SOURCE = CHANNEL = "eorder"
DELIVERED = 0
"""The number of the line that is the delivery; goods begin at 1."""
AT_ONCE = 200
STATED = "domestic"


def freeze(order: Order) -> None:
    """Write on each line what it is of local content today: the letter keeps it, whatever becomes of its product."""
    lines = lines_of(order)
    known = p3dn.classify([line.product_id for line in lines])
    for line in lines:
        line.local = known[line.product_id].frozen()
        line.origin = known[line.product_id].rung


def count(order: Order, minutes: Minutes) -> int:
    """Record what minutes accepted that both signed; return how many lines were not known yet. Training counts nowhere."""
    if order.training:
        return 0
    day = _day(minutes)
    of = _of(order, minutes, day)
    facts = [_fact(of, line, accepted) for line, accepted in _accepted(minutes) if line.unit_idr * accepted]
    if minutes.shipping_idr and _brings(order) and _delivery_counts(day):
        facts.append(
            Fact(
                **of, line=DELIVERED, product_id=None, name="Pengantaran", qty=1,
                value=minutes.shipping_idr, local=DELIVERY,
            )
        )  # fmt: skip
    return ledger.record(facts)


def count_earlier() -> int:
    """Record minutes that were signed before there was a ledger; return how many lines. Harmless again."""
    many, after = 0, UUID(int=0)
    while (last := _count_some(after)) is not None:
        after, counted = last
        many += counted
    return many


@transactional
def _count_some(after: UUID) -> tuple[UUID, int] | None:
    known = exists().where(p3dn.RECORDED.c.source == SOURCE, p3dn.RECORDED.c.reference == Minutes.id.cast(Text))
    unknown = select(Minutes, Order).join(Order, Order.id == Minutes.order_id).where(
        Minutes.id > after, Minutes.state == MinutesState.SIGNED, Order.training.is_(False), ~known
    )  # fmt: skip
    found = session.execute(
        unknown.order_by(Minutes.id).limit(AT_ONCE).with_for_update(of=Minutes, skip_locked=True)
    ).all()
    if not found:
        return None
    recorded = sum(count(order, minutes) for minutes, order in found)
    return found[-1][0].id, recorded


def _fact(of: Mapping[str, Any], line: Line, accepted: int) -> Fact:
    goods = line.unit_idr * accepted
    # The tax inside the price is no value (domain 4.6); what came on top of it is not in the goods.
    inside = (
        Rupiah(line.included_tax_idr.amount * goods.amount // line.goods_idr.amount) if line.goods_idr else Rupiah(0)
    )
    return Fact(
        **of, line=line.position, product_id=line.product_id,
        name=f"{line.name}, {line.variant}" if line.variant else line.name, qty=accepted, value=goods - inside,
        local=p3dn.thawed(line.local, stated=line.origin == STATED),
    )  # fmt: skip


def _of(order: Order, minutes: Minutes, day: date) -> dict[str, Any]:
    return {
        "source": SOURCE, "reference": f"{minutes.id}", "day": day, "channel": CHANNEL, "code": order.code,
        "seller_id": order.seller_id, "unit_code": order.unit_code,
        "programme": offices.line_by_id(order.line_id).activity_code,
        "package": offices.package_by_id(order.package_id).rup_id,
    }  # fmt: skip


def _accepted(minutes: Minutes) -> Sequence[tuple[Line, int]]:
    wanted = select(Line, MinutesLine.accepted).join(MinutesLine, MinutesLine.line_id == Line.id)
    found = session.execute(wanted.where(MinutesLine.minutes_id == minutes.id).order_by(Line.position))
    return [(line, accepted) for line, accepted in found]


def _day(minutes: Minutes) -> date:
    return (minutes.shop_signed_at or clock.now()).astimezone(clock.JAKARTA).date()


def _brings(order: Order) -> bool:
    return order.way.partition(":")[0] == Method.OWN


def _delivery_counts(day: date) -> bool:
    held = p3dn.policy(day)
    return held is not None and held.delivery_counts
