"""What was between a unit and shops so far, as a comparison shows it: orders, money, punctuality, stars."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select

from marketplace.eorder.models import Order, OrderState, Receipt
from marketplace.eorder.queries.received import KEY as RECEIPTS
from marketplace.kernel.db import rows
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.words import language
from marketplace.reviews import queries as reviews

_COUNTED = (OrderState.DRAFT, OrderState.CANCELLED, OrderState.DECLINED, OrderState.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What was between a unit and a shop this year, and how punctual the shop was for all offices."""

    orders: int = 0
    value: Rupiah = ZERO
    share: int = 0
    """Percent of all that the unit ordered this year, rounded down."""
    came: int = 0
    in_time: int = 0
    reviews: int = 0
    """So many reviews offices gave it."""
    stars: int = 0
    """Their stars together."""

    @property
    def mean(self) -> str:
        """Return the stars of offices on average, with one decimal."""
        if not self.reviews:
            return ""
        whole, tenth = divmod((self.stars * 20 + self.reviews) // (2 * self.reviews), 10)
        return f"{whole}{'.' if language() == 'en' else ','}{tenth}"


def past_of(unit_code: str, year: int, shops: Sequence[UUID]) -> dict[UUID, Past]:
    """Return what was between a unit and shops in a fiscal year, what was practised left out; two or three statements."""
    if not shops:
        return {}
    counted = (
        select(Order.seller_id, func.count().label("orders"), func.sum(Order.total_idr).label("value"))
        .where(Order.unit_code == unit_code, Order.year == year, Order.state.not_in(_COUNTED))
        .group_by(Order.seller_id)
    )
    of_unit = {row.seller_id: (row.orders, _rupiah(row.value)) for row in rows(counted)}
    all_of_it = sum(value.amount for _orders, value in of_unit.values())
    first = (
        select(func.min(Receipt.at))
        .where(Receipt.order_id == Order.id)
        .correlate(Order)
        .scalar_subquery()
        .label("first")
    )
    came = select(Order.seller_id, Order.day, first).where(
        Order.seller_id.in_(shops), Order.minutes_at.is_not(None), ~Order.training
    )
    late = came.order_by(Order.id.desc()).limit(500).subquery()
    here = func.timezone("Asia/Jakarta", late.c.first)
    punctual = select(
        late.c.seller_id,
        func.count(late.c.first).label("came"),
        func.sum(case((func.date(here) <= late.c.day, 1), else_=0)).label("in_time"),
    ).group_by(late.c.seller_id)
    times = {row.seller_id: (row.came, int(row.in_time or 0)) for row in rows(punctual)}
    rated = reviews.stars_of_shops(shops, RECEIPTS)
    found = {}
    for shop in shops:
        orders, value = of_unit.get(shop, (0, ZERO))
        arrived, in_time = times.get(shop, (0, 0))
        many, stars = rated.get(shop, (0, 0))
        share = value.amount * 100 // all_of_it if all_of_it else 0
        found[shop] = Past(
            orders=orders,
            value=value,
            share=share,
            came=arrived,
            in_time=in_time,
            reviews=many,
            stars=stars,
        )
    return found


def _rupiah(value: Any) -> Rupiah:  # noqa: ANN401 - a sum comes as the driver gives it
    return value if isinstance(value, Rupiah) else Rupiah(int(value or 0))
