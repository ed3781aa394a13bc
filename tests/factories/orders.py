"""Guests who fill carts, order and pay, the least that is valid."""

from uuid import UUID

from sqlalchemy import update

from marketplace.catalog.queries import offers
from marketplace.catalog.services import add_image
from marketplace.kernel import ids
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import session, transactional
from marketplace.kernel.outbox import relay
from marketplace.media.services import store_image
from marketplace.orders import queries, services
from marketplace.orders.forms import CheckoutIn
from marketplace.payments import queries as payments
from marketplace.payments import services as payment_services
from marketplace.payments.models import SandboxSession, SandboxState
from tests.factories import catalog, sellers
from tests.factories.documents import undrawn
from tests.factories.media import photo

KELURAHAN = "31.71.08.1001"


def guest() -> Actor:
    """Return a guest with a browser of their own."""
    return Actor(kind="guest", guest_key=ids.token_hash(ids.token()))


def checkout(total: int, **changes: object) -> CheckoutIn:
    """Return what a buyer writes who saw this total."""
    told = {
        "nama": "Rina Kusuma",
        "whatsapp": "0812 3456 7890",
        "kelurahan": KELURAHAN,
        "alamat": "Jalan Percetakan Negara 12, RT 3/RW 5",
        "gateway": "sandbox",
        "expected_total_idr": total,
        "kunci": ids.token(),
        **changes,
    }
    return CheckoutIn.model_validate(told)


def two_shops() -> tuple[UUID, UUID, UUID]:
    """Put three baskets on show, two of one shop and one of another; return the variants."""
    siti = sellers.shop(trusted=True)
    joko = sellers.shop(trusted=True, name="Anyaman Pak Joko", phone="081299990000")
    first = catalog.basket(name="Tampah Bambu", of=siti)
    second = catalog.basket(name="Bakul Nasi", of=siti)
    third = catalog.basket(name="Tikar Pandan", of=joko)
    return first, second, third


def pictured(*variants: UUID) -> None:
    """Give the products of these variants a photo."""
    for variant in variants:
        offer = offers([variant])[variant]
        picture = store_image(photo(), owner=f"seller/{offer.seller_id}", alt=offer.name, by=SYSTEM)
        add_image(offer.product_id, picture, by=SYSTEM)


def filled(by: Actor, *variants: UUID, qty: int = 1) -> int:
    """Put variants into a cart; return the total that its owner now sees."""
    for variant in variants:
        services.put(variant, qty, by=by)
    return queries.cart(by).total.amount


def ordered(by: Actor, *variants: UUID, **changes: object) -> services.Placed:
    """Place an order of one each and open its charge."""
    return services.buy(checkout(filled(by, *variants), **changes), by=by)


def decided(code: str, by: Actor, outcome: SandboxState = SandboxState.PAID) -> None:
    """Let the buyer choose on the sandbox's page, and let everybody hear of it; the papers' files are left to be drawn."""
    charge = payments.latest(queries.own_order(code, by).reference)
    assert charge is not None
    assert charge.pay_path is not None
    payment_services.decide(charge.pay_path.rpartition("/")[2], outcome)
    with undrawn():
        relay()


@transactional
def paid_after_all(charge: payments.Charge) -> None:
    """Let the sandbox's books say that a session was paid, whatever they said before; nobody is told."""
    session.execute(update(SandboxSession).where(SandboxSession.id == charge.id).values(state=SandboxState.PAID))


def paid(by: Actor, *variants: UUID, **changes: object) -> str:
    """Place an order and pay it; return its code."""
    code = ordered(by, *variants, **changes).code
    decided(code, by)
    return code
