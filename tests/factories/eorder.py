"""An office with its people, what it needs, and an order in any state, the least that is valid."""

import itertools
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update

from marketplace.accounts import services as accounts
from marketplace.accounts.queries import needs_second_factor
from marketplace.catalog import services as stock
from marketplace.catalog.models import Product, Variant
from marketplace.catalog.queries import offers
from marketplace.catalog.services import StockLine
from marketplace.delivery import services as delivery
from marketplace.delivery.services import Place
from marketplace.eorder.models import (
    SHOP,
    Comparison,
    Done,
    Line,
    Method,
    Need,
    NeedItem,
    NeedPlace,
    NeedState,
    Order,
    OrderState,
)
from marketplace.eorder.models.acts import AUDITOR, PA, PP, PPK, PPTK, RECEIVER, TREASURER
from marketplace.eorder.queries import turn
from marketplace.kernel import clock, ids
from marketplace.kernel.access import SYSTEM, Actor, Grant
from marketplace.kernel.db import session, transactional
from marketplace.kernel.money import Rupiah
from marketplace.offices import services as offices
from marketplace.sellers.queries import SellerCard
from tests.factories import catalog, sellers
from tests.factories.accounts import as_actor, person
from tests.factories.offices import Means, means

KELURAHAN = "31.71.08.1001"
NAMES = {
    PP: "Pratiwi Puspita",
    PPK: "Kartika Kusnadi",
    PPTK: "Teguh Kurniawan",
    PA: "Agung Pranoto",
    RECEIVER: "Ratna Erlina",
    TREASURER: "Bayu Trihatmojo",
    AUDITOR: "Audita Sari",
    "finance_admin_officer": "Fina Adriani",
}
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Desk:
    """An office with money and somebody for each duty."""

    means: Means
    people: dict[str, Actor] = field(default_factory=dict)

    @property
    def unit_code(self) -> str:
        """Return the code of the office."""
        return self.means.unit_code

    def __getitem__(self, duty: str) -> Actor:
        """Return who holds a duty."""
        return self.people[duty]


@dataclass(frozen=True)
class Case:
    """An order between an office and a shop, and everybody of both."""

    desk: Desk
    shop: SellerCard
    seller: Actor
    order_id: UUID
    code: str

    def by(self, duty: str) -> Actor:
        """Return who acts under a duty, or for the shop."""
        return self.seller if duty == SHOP else self.desk[duty]


def holding(duty: str, unit_code: str) -> Actor:
    """Return a new person who holds a duty in an office."""
    grant = Grant(duty, "organisation", unit_code)
    # The role itself is given by an appointment; a service is handed the grants of the moment.
    return as_actor(person(NAMES[duty], second_factor=needs_second_factor((grant,))), grant, name=NAMES[duty])


def desk(ceiling: int = 100_000_000, value: int = 100_000_000) -> Desk:
    """Make an office with a line of the budget, a package, and eight people."""
    return desk_of(means(ceiling, value))


def desk_of(made: Means) -> Desk:
    """Give an office that has money somebody for each duty."""
    return Desk(made, {duty: holding(duty, made.unit_code) for duty in NAMES})


def need_code(need_id: UUID) -> str:
    """Return how a need is called."""
    return session.get_one(Need, need_id).code


def runs(shop: SellerCard) -> Actor:
    """Return a person who runs a shop."""
    return as_actor(sellers.keeper(shop), Grant("seller", "seller", str(shop.id)), name="Siti Rahmawati")


@transactional
def method(**changes: Any) -> UUID:
    """Write down a method that holds for everything up to 200 million, in place of those that come with the program."""
    told: dict[str, Any] = {
        "code": f"uji-{next(_numbers)}", "buyer_kind": "opd", "what": "goods", "name": "Pembelian langsung",
        "name_en": "Direct purchase", "above_idr": Rupiah(0), "up_to_idr": Rupiah(200_000_000), "approvals": [PPK],
        "offers_wanted": 3, "negotiate": False, "papers": ["letter", "minutes"], "answer_days": 2, "decide_days": 3,
        "talk_days": 1, "pay_days": 3, "basis": "Perpres 46/2025", "valid_from": date(2025, 4, 30), **changes,
    }  # fmt: skip
    session.execute(
        update(Method)
        .where(
            Method.buyer_kind == told["buyer_kind"],
            Method.what == told["what"],
            Method.code.not_like("uji-%"),
        )
        .values(valid_to=Method.valid_from)
    )
    one = Method(id=ids.uuid7(), **told)
    session.add(one)
    session.flush()
    return one.id


@transactional
def need(one: Desk, **changes: Any) -> UUID:
    """Write down that an office needs forty boxes of rice for a meeting in a week."""
    told: dict[str, Any] = {
        "code": ids.short_code(), "unit_code": one.unit_code, "year": clock.today().year, "package_id": one.means.package_id,
        "line_id": one.means.line_id, "template": "meeting_food", "purpose": "Rapat koordinasi RW 05",
        "day": clock.today() + timedelta(days=7), "hour": "11:30", "people": 40, "prepared_by": one[PP].id,
        "prepared_at": clock.now(), **changes,
    }  # fmt: skip
    made = Need(id=ids.uuid7(), state=NeedState.OPEN, **told)
    session.add(made)
    session.flush()
    session.add(NeedItem(id=ids.uuid7(), need_id=made.id, position=1, words="nasi kotak", qty=40))
    session.add(
        NeedPlace(
            id=ids.uuid7(),
            need_id=made.id,
            position=1,
            place="Aula Blok G",
            floor="2",
            kelurahan_code=KELURAHAN,
            qty=None,
        )
    )
    return made.id


def boxes(shop: SellerCard, price: int = 32_000, stock: int = 500) -> UUID:
    """Let a shop sell boxes of rice; return the variant."""
    told = catalog.listing(
        name="Nasi Kotak Ayam Bakar", variants=[{"price_idr": price, "stock": stock, "weight_g": 400}]
    )
    product = catalog.product(told, of=shop)
    _long_on_sale(product)
    return catalog.variants(product)[0]


@transactional
def _long_on_sale(product_id: UUID) -> None:
    session.execute(
        update(Product).where(Product.id == product_id).values(published_at=clock.now() - timedelta(days=90))
    )


def order_in(
    state: OrderState,
    *,
    of: Desk | None = None,
    shop: SellerCard | None = None,
    qty: int = 40,
    template: str = "meeting_food",
    **changes: Any,
) -> Case:
    """Write down an order as it stands in a state, with stock and budget held where they would be."""
    office = of or desk()
    seller = shop or sellers.shop(trusted=True, name=f"Dapur Ibu Siti {next(_numbers)}")
    sellers.papered(seller)
    variant = boxes(seller)
    code = _written(
        state,
        office,
        seller,
        variant,
        qty,
        None if state in (OrderState.DRAFT, OrderState.NEGOTIATION) else method(),
        need(office, template=template),
        changes,
    )
    order = session.query(Order).filter_by(code=code).one()
    before = (OrderState.DRAFT, OrderState.NEGOTIATION, OrderState.DECLINED, OrderState.CANCELLED, OrderState.EXPIRED)
    if state not in before:
        held = {"line_id": office.means.line_id, "package_id": office.means.package_id, "by": office[PP]}
        offices.commit(order.reference, order.total_idr, **held)
    return Case(office, seller, runs(seller), order.id, code)


@transactional
def _written(
    state: OrderState,
    office: Desk,
    shop: SellerCard,
    variant: UUID,
    qty: int,
    method_id: UUID,
    need_id: UUID,
    changes: dict[str, Any],
) -> str:
    offer = offers([variant])[variant]
    item = session.query(NeedItem).filter_by(need_id=need_id).one()
    seen = Comparison(
        id=ids.uuid7(),
        need_id=need_id,
        seen={},
        digest="0" * 64,
        seller_id=shop.id,
        few="Uji",
        by=office[PP].id,
        at=clock.now(),
    )
    session.add(seen)
    session.flush()
    goods, now = offer.price * qty, clock.now()
    drafted = state in (OrderState.DRAFT, OrderState.NEGOTIATION)
    came = state in (OrderState.ARRIVED, OrderState.INSPECTED)
    past = state in (
        OrderState.BAST_SIGNED,
        OrderState.PAYMENT_REQUESTED,
        OrderState.PAID,
        OrderState.TAX_DOCUMENTED,
        OrderState.CLOSED,
    )
    paid = state in (OrderState.PAID, OrderState.TAX_DOCUMENTED, OrderState.CLOSED)
    told: dict[str, Any] = {
        "code": ids.short_code(), "need_id": need_id, "comparison_id": seen.id, "unit_code": office.unit_code,
        "year": clock.today().year, "package_id": office.means.package_id, "line_id": office.means.line_id,
        "seller_id": shop.id, "seller_name": shop.name, "purpose": "Rapat koordinasi RW 05",
        "day": clock.today() + timedelta(days=7), "hour": "11:30", "way": "own", "goods_idr": goods, "shipping_idr": Rupiah(0),
        "total_idr": goods, "accepted_idr": goods if past else Rupiah(0), "paid_idr": goods if paid else Rupiah(0),
        "method_id": method_id, "approvals": [] if drafted else [PPK],
        "approved": 0 if drafted or state is OrderState.PENDING_APPROVAL else 1,
        "waits_for": list(turn(state, [PPK])), "waiting_since": now, "prepared_by": office[PP].id, "made_at": now,
        "shown_at": None if state in (OrderState.DRAFT, OrderState.PENDING_APPROVAL) else now,
        "minutes_at": now if past else None, **changes,
    }  # fmt: skip
    order = Order(id=ids.uuid7(), state=state, **told)
    session.add(order)
    session.flush()
    session.add(
        Line(
            id=ids.uuid7(), order_id=order.id, position=1, item_id=item.id, variant_id=variant, product_id=offer.product_id,
            name=offer.name, variant=offer.variant, sku=offer.sku, unit=offer.unit, qty=qty, unit_idr=offer.price,
            public_idr=offer.price, goods_idr=goods, tax_kind=offer.tax_kind, origin="unknown",
            came=qty if came or past else 0, accepted=qty if past else 0,
        )
    )  # fmt: skip
    session.flush()
    return order.code


@transactional
def done(case: Case, act: str, duty: str, by: Actor | None = None) -> None:
    """Write down that somebody did an act on an order under a duty."""
    who = by or case.by(duty)
    session.add(Done(id=ids.uuid7(), order_id=case.order_id, act=act, person_id=who.id, duty=duty, at=clock.now()))


@transactional
def reprice(variant_id: UUID, price: int) -> None:
    """Let a variant cost something else from now on, for everybody."""
    session.execute(update(Variant).where(Variant.id == variant_id).values(price_idr=Rupiah(price)))


@transactional
def day_over(case: Case) -> None:
    """Let the day by which an order was to be there be yesterday."""
    session.execute(update(Order).where(Order.id == case.order_id).values(day=clock.today() - timedelta(days=1)))


def granted(person_id: UUID, duty: str, scope_id: object) -> None:
    """Let accounts know of a duty, as an appointment would, or of a role in a shop."""
    kind = ("seller", "seller") if duty == SHOP else (duty, "organisation")
    accounts.grant(person_id, kind[0], kind[1], str(scope_id), by=SYSTEM)


@transactional
def held(case: Case) -> None:
    """Hold the goods and the shop's day for an order that waits for its approval, as sending it would."""
    order = session.get_one(Order, case.order_id)
    line = session.query(Line).filter_by(order_id=case.order_id).one()
    delivery.book(order.goods_reference, [Place(order.seller_id, order.day, "", line.qty)])
    stock.reserve(order.goods_reference, [StockLine(line.variant_id, line.qty)], until=clock.now(), pool="eorder")
