"""Parts of paid orders, how long they wait, and what the books say of them."""

from uuid import UUID

from sqlalchemy import select, update

from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import relay
from marketplace.kernel.slots import verifiers
from marketplace.notifications.services import call_due
from marketplace.orders import queries, services
from marketplace.orders.models import PartState, Suborder
from marketplace.payments import queries as payments
from marketplace.payments.models import SandboxSession
from marketplace.payments.services import refunds
from marketplace.payments.slots import RefundOutcome, RefundStanding
from marketplace.sellers.queries import SellerCard
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, orders, sellers

NOON = "2026-11-27T12:00:00+07:00"


def bought(way: str = "pickup", *, of: SellerCard | None = None) -> tuple[str, Actor, Actor, UUID]:
    """Return a paid order's code, its buyer, its seller, and what was bought: ten were there."""
    shop = of or sellers.shop(trusted=True)
    variant, rina = catalog.basket(of=shop), orders.guest()
    orders.filled(rina, variant)
    services.choose_delivery(shop.id, queries.Wish(way), by=rina)
    code = services.buy(orders.checkout(queries.cart(rina).total.amount), by=rina).code
    orders.decided(code, rina)
    return code, rina, sellers.runs(shop), variant


def sent(code: str, by: Actor) -> None:
    services.advance(f"{code}-1", PartState.SHIPPED, by=by, receipt_number="JNE 0123")


def part(code: str, by: Actor) -> queries.Part:
    return queries.own_order(code, by).parts[0]


def row(code: str, by: Actor) -> Suborder:
    """Return the part as it stands in the table."""
    session.expire_all()
    return session.execute(select(Suborder).where(Suborder.id == part(code, by).id)).scalar_one()


def lies(key: str) -> int:
    return payments.balance(key).amount


def at(clock: TestClock, when: str) -> int:
    """Let it be that time, and let the timer run; return on how many parts it acted."""
    clock.set(when)
    call_due()
    return services.deadlines()


def whole() -> list[str]:
    """Return what the books find wrong, once the watches that are due were called."""
    relay()
    while call_due():
        relay()
    return [said for check in verifiers for said in check()]


@transactional
def _sandbox_forgets(session_id: UUID, amount: Rupiah) -> None:
    """The sandbox never fails a refund afterwards: its books are set back to before it."""
    paid = update(SandboxSession).where(SandboxSession.id == session_id)
    session.execute(paid.values(refunded_idr=SandboxSession.refunded_idr - amount))


def refund_fails(charge: payments.Charge) -> None:
    """Let the bank send the last refund of a charge back after the gateway took it for done."""
    last = payments.refunds_of(charge.id)[-1]
    _sandbox_forgets(charge.id, last.amount)
    answer = RefundStanding(
        provider_ref=last.provider_ref or "", key=str(last.id), payment_ref="", amount=last.amount, currency="IDR",
        outcome=RefundOutcome.FAILED, cause="rekening ditutup",
    )  # fmt: skip
    refunds.record(last.id, answer)
