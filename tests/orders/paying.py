"""Charges of orders, their goods on the shelf, and both books."""

from sqlalchemy import select

from marketplace.catalog.models import Stock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict
from marketplace.orders import queries, services
from marketplace.orders.forms import PayAgainIn
from marketplace.payments import queries as payments
from marketplace.payments.slots import Outcome, Standing


def shelf(variant: object) -> tuple[int, int]:
    row = session.execute(select(Stock.on_hand, Stock.reserved).where(Stock.variant_id == variant)).one()
    return row.on_hand, row.reserved


def again(code: str, by: Actor, key: str = "kunci-kedua") -> str:
    """Pay anew; where the day that was chosen is gone, agree to the next one."""
    try:
        return services.pay_again(code, PayAgainIn(gateway="sandbox", kunci=key), by=by).code
    except Conflict as moved:
        if moved.code != "day_gone":
            raise
        agreed = [change["antar"] for change in moved.facts["changes"]]  # type: ignore[attr-defined]  # facts are plain JSON
        return services.pay_again(code, PayAgainIn(gateway="sandbox", kunci=key, antar=agreed), by=by).code


def whole() -> list[str]:
    return [*queries.broken(), *payments.broken()]


def paid_standing(charge: payments.Charge) -> Standing:
    assert charge.provider_ref is not None
    return Standing(
        provider_ref=charge.provider_ref, key=str(charge.id), outcome=Outcome.PAID, amount=charge.amount,
        currency="IDR", live=False,
    )  # fmt: skip


def charge_of(code: str, by: Actor) -> payments.Charge:
    found = payments.latest(queries.own_order(code, by).reference)
    assert found is not None
    return found
