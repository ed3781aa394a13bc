"""The demo buyer's orders with the demo seller, one for each state that an order can be in."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from marketplace.accounts import queries as accounts
from marketplace.catalog import queries as catalog
from marketplace.delivery import services as delivery
from marketplace.delivery.queries import Method
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Actor, Grant
from marketplace.kernel.db import session, transactional
from marketplace.kernel.ids import token
from marketplace.kernel.models import Move
from marketplace.orders import queries, services
from marketplace.orders.forms import CheckoutIn, StandingIn
from marketplace.orders.models import Order, PartState, Suborder, hold_reference
from marketplace.orders.policies import SELLER
from marketplace.orders.queries.orders import shown_code
from marketplace.orders.queries.receipts import received
from marketplace.orders.services.releasing import complete
from marketplace.orders.services.steps import locked_part
from marketplace.payments import queries as payments
from marketplace.payments import services as payment_services
from marketplace.payments.slots import Outcome, Standing
from marketplace.reviews import services as reviews
from marketplace.reviews.demo import Opinion
from marketplace.reviews.demo import opinions as demo_opinions
from marketplace.sellers import queries as sellers

HOST = "jakpreneur.example"
GATEWAY = "sandbox"
FRIDAY = 5
OWN_SHOP = "UMKM-0001"
OTHER_SHOPS = ("UMKM-0003", "UMKM-0004", "UMKM-0005", "UMKM-0006")
MOST = 2
"""So many of a thing are bought at most, unless its shop sells no fewer."""
FEWEST_SHOPS = 2
KELURAHAN = ("31.71.08.1001", "31.71.04.1002", "31.71.06.1001")
ADDRESSES = ("Jalan Percetakan Negara 12, RT 3/RW 5", "Jalan Kramat Sentiong 40", "Gang Mawar II nomor 7, RT 8/RW 2")
DRIVER = "Pak Udin, diantar sendiri"
RECIPIENTS = ("Rania Pembeli", "Rania Pembeli", "Ibu Yanti (untuk Rania)")


@dataclass(frozen=True)
class Story:
    """An order to be: how many days ago, how far its parts have come, and whether the seller brings them."""

    days: int
    steps: tuple[PartState, ...] = ()
    paid: bool = True
    brought: bool = False
    received: bool = False
    completed: bool = False
    undelivered: bool = False
    declined: bool = False
    cancelled: bool = False
    receipt_number: str = ""


STORIES = (
    Story(days=12, steps=(PartState.ACCEPTED, PartState.READY), received=True, completed=True),
    Story(
        days=9, steps=(PartState.ACCEPTED, PartState.SHIPPED), brought=True, received=True, receipt_number="JKT-00417"
    ),
    Story(days=6, paid=False, cancelled=True),
    Story(days=5, declined=True),
    Story(days=3, steps=(PartState.ACCEPTED, PartState.SHIPPED), brought=True, receipt_number="JKT-00423"),
    Story(days=2, steps=(PartState.ACCEPTED, PartState.SHIPPED), brought=True, undelivered=True),
    Story(days=2, steps=(PartState.ACCEPTED, PartState.READY)),
    Story(days=2),
    Story(days=1, steps=(PartState.ACCEPTED,), brought=True),
    Story(days=0),
    Story(days=0, brought=True),
    Story(days=0, paid=False),
)


OFFSETS: Mapping[PartState, timedelta] = {
    PartState.WAITING_PAYMENT: timedelta(0),
    PartState.NEW: timedelta(minutes=7),
    PartState.CANCELLED: timedelta(minutes=40),
    PartState.ACCEPTED: timedelta(hours=2),
    PartState.READY: timedelta(hours=6),
    PartState.SHIPPED: timedelta(hours=9),
    PartState.UNDELIVERED: timedelta(hours=12),
    PartState.RECEIVED: timedelta(hours=26),
    PartState.COMPLETED: timedelta(hours=74),
}
"""How long after ordering each step of an older order happened."""


def plant(_profile: str, seed: int) -> Mapping[str, Any]:
    """Plant the demo orders through the services that buyers and sellers use; a second time changes nothing.

    Who bought what is the same for the same seed; ids and codes are not, as the services draw them.
    """
    buyer = accounts.person_by(f"pembeli@{HOST}")
    found = [sellers.seller_by_code(code) for code in (OWN_SHOP, *OTHER_SHOPS)]
    shops = [shop for shop in found if shop is not None and _there(_goods(shop.id))]
    if buyer is None or len(shops) < FEWEST_SHOPS or session.scalar(select(Order.id).limit(1)) is not None:
        return {}
    drawn = random.Random(f"orders {seed}")
    rania = Actor(kind="person", id=buyer, name=RECIPIENTS[0])
    goods = {shop.id: _goods(shop.id) for shop in shops}
    codes = []
    opinions = iter(demo_opinions(seed))
    for story in STORIES:
        chosen = (shops[0].id, drawn.choice(shops[1:]).id)
        code = _told(story, rania, {shop: drawn.choice(_there(goods[shop])) for shop in chosen}, drawn)
        _age(code, story.days)
        codes.append(shown_code(code))
        if story.received:
            _said(code, rania, opinions)
    _wanted_weekly(codes[0], rania)
    return {"orders": {f"pembeli@{HOST}": codes}}


def _wanted_weekly(code: str, buyer: Actor) -> None:
    """Let what was ordered first come every Friday, the first time tomorrow or after."""
    weekly = StandingIn(nama="Camilan Jumat", hari=[FRIDAY], mulai=clock.today() + timedelta(days=1), pesanan=code)
    services.stand(weekly, by=buyer)


def received_order(seller_id: UUID, buyer: Actor, drawn: random.Random) -> str | None:
    """Plant an order of one thing of a shop that its buyer fetched; return its code, None when the shop has nothing left."""
    goods = _there(_goods(seller_id))
    if not goods:
        return None
    story = Story(days=0, steps=(PartState.ACCEPTED, PartState.READY), received=True)
    return _told(story, buyer, {seller_id: drawn.choice(goods)}, drawn)


def _said(code: str, buyer: Actor, opinions: Iterator[Opinion]) -> None:
    """Let the buyer say something of what came, and the shops answer: reviews stand on receipts alone."""
    came = received(code, buyer, "")
    for line, opinion in zip(came.lines if came else (), opinions, strict=False):
        said = reviews.ReviewIn(barang=line.line_id, nilai=opinion.stars, ulasan=opinion.body)
        review_id = reviews.write(code, said, by=buyer)
        if opinion.answer:
            seller = Actor(kind="system", grants=(Grant(SELLER, SELLER, str(line.seller_id)),))
            reviews.answer(review_id, reviews.AnswerIn(balasan=opinion.answer), by=seller)


def _goods(seller_id: UUID) -> list[UUID]:
    products = [catalog.listing(product.id) for product in catalog.listings([seller_id], "published").items]
    return [variant.id for product in products if product is not None for variant in product.variants[:1]]


def _there(goods: Sequence[UUID]) -> list[UUID]:
    """Return those goods of which there is enough for one more story and to send all of it again, in a stable order."""
    found = catalog.offers(goods)
    return [one for one in goods if found[one].on_sale and found[one].available >= 2 * max(found[one].min_order, MOST)]


def _told(story: Story, buyer: Actor, wanted: Mapping[UUID, UUID], drawn: random.Random) -> str:
    offers = catalog.offers(list(wanted.values()))
    kelurahan = drawn.choice(KELURAHAN)
    place = accounts.places([kelurahan])[kelurahan].kecamatan_code
    for variant in wanted.values():
        services.put(variant, max(offers[variant].min_order, drawn.randint(1, MOST)), by=buyer)
    for group in queries.cart(buyer, place).groups if story.brought else ():
        brings = [one.key for one in group.way.choices if one.open and one.method in (Method.OWN, Method.COURIER)]
        if brings:
            services.choose_delivery(group.seller.id, queries.Wish(brings[0]), by=buyer)
    data = CheckoutIn(
        nama=drawn.choice(RECIPIENTS),
        whatsapp="081200001234",
        kelurahan=kelurahan,
        alamat=drawn.choice(ADDRESSES),
        gateway=GATEWAY,
        expected_total_idr=queries.cart(buyer, place).total,
        kunci=token(),
    )
    code = services.buy(data, by=buyer).code
    order = queries.own_order(code, buyer)
    if story.paid:
        _pay(order.reference)
    for part in order.parts:
        _lived(story, f"{code}-{part.number}", part, buyer)
    if story.cancelled:
        services.cancel(code, by=buyer)
    return code


def _lived(story: Story, path_code: str, part: queries.Part, buyer: Actor) -> None:
    """Take a part as far as its story goes."""
    seller = Actor(kind="system", grants=(Grant(SELLER, SELLER, str(part.seller_id)),))
    sent = services.HandOver(receipt_number=story.receipt_number, handed_to="" if story.receipt_number else DRIVER)
    for step in story.steps:
        services.advance(path_code, step, by=seller, shown=sent)
    if story.declined:
        services.decline(path_code, "sold_out: bahan tidak datang hari ini", by=seller)
    if story.undelivered:
        services.not_delivered(path_code, "nobody: sudah dua kali diketuk", by=seller)
    code, _dash, _number = path_code.rpartition("-")
    if story.received:
        services.receive(code, part.number, by=buyer)
    if story.completed:
        _complete(code, part.number)


@transactional
def _complete(code: str, number: int) -> None:
    """Let the time to object be over."""
    complete(*locked_part(code, number), by=SYSTEM)


def _pay(reference: str) -> None:
    charge = payments.latest(reference)
    if charge is None or charge.provider_ref is None:
        return
    paid = Standing(
        provider_ref=charge.provider_ref,
        key=str(charge.id),
        outcome=Outcome.PAID,
        amount=charge.amount,
        currency=charge.currency,
        live=False,
    )
    # The sandbox must know it as well, or it would pay nothing back of what its buyer calls off later.
    payment_services.decide((charge.pay_path or "").rpartition("/")[2], payment_services.SandboxState.PAID)
    payment_services.record(charge.id, paid)
    services.mark_paid(reference)


@transactional
def _age(code: str, days: int) -> None:
    """Put an order so many days back, with its steps at believable hours."""
    if not days:
        return
    began = clock.now() - timedelta(days=days)
    order_id, paid_at = session.execute(select(Order.id, Order.paid_at).where(Order.code == code)).one()
    paid = began + OFFSETS[PartState.NEW] if paid_at else None
    moved: list[Any] = [update(Order).where(Order.id == order_id).values(placed_at=began, paid_at=paid)]
    parts = select(Suborder.id).where(Suborder.order_id == order_id).scalar_subquery()
    moved += [
        update(Move).where(Move.thing_id.in_(parts), Move.now == state).values(at=began + offset)
        for state, offset in OFFSETS.items()
    ]
    # Where the day that was promised is over as well, it is nobody's place any more.
    over = select(Suborder.seller_id).where(Suborder.order_id == order_id, Suborder.promised_on - days < clock.today())
    gone = {"promised_on": Suborder.promised_on - days, "arrives_by": Suborder.arrives_by - days}
    for seller_id in session.scalars(over).all():
        delivery.give_back(hold_reference(order_id, 1), "over", seller_id)
        moved.append(
            update(Suborder).where(Suborder.order_id == order_id, Suborder.seller_id == seller_id).values(**gone)
        )
    mine = update(Suborder).where(Suborder.order_id == order_id)
    moved.append(mine.where(Suborder.paid_at.is_not(None)).values(paid_at=paid))
    moved.append(mine.where(Suborder.sold_at.is_not(None)).values(sold_at=paid))
    ended = began + OFFSETS[PartState.COMPLETED]
    moved.append(mine.where(Suborder.completed_at.is_not(None)).values(completed_at=ended))
    moved.append(update(Move).where(Move.thing_id == order_id).values(at=paid or began))
    for statement in moved:
        session.execute(statement.execution_options(synchronize_session=False))
