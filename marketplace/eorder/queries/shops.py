"""Shops that could bring what is needed, then and there, at the public price or at the one they answered.

Which come first: those that have everything, that can bring it, on the higher rung of local content; among equals the one
that this unit ordered least from this year, and then the cheaper one. Searching costs a statement a thing, all else is the
same few statements however many shops there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from marketplace.accounts import queries as accounts
from marketplace.catalog import queries as catalog
from marketplace.catalog.queries import OFFERS, Offer
from marketplace.delivery import queries as deliveries
from marketplace.delivery.queries import Choice, Group, Making, Method, OnDay
from marketplace.eorder.models import Request, RequestLine, RequestState
from marketplace.eorder.queries.beside import NeedView
from marketplace.eorder.queries.past import Past, past_of
from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Words, _
from marketplace.orders.queries.quoting import Goods, Parcel, PartQuote, quoted
from marketplace.p3dn.queries import RANK, Local, classify
from marketplace.rules import queries as rules
from marketplace.sellers import queries as sellers
from marketplace.sellers.queries import SellerCard

FOUND = 100
"""So many products are looked at for each thing that is needed."""
_NOT_BROUGHT = _("No way of delivery goes there.")
_BY_PRODUCTS = (
    select(
        *sellers.SHOPS.c, *OFFERS.c, deliveries.made_of(OFFERS.c.product_id, limited=OFFERS.c.daily_units.is_not(None))
    )
    .join_from(OFFERS, sellers.SHOPS, sellers.SHOPS.c.id == OFFERS.c.seller_id)
    .where(OFFERS.c.product_id == any_(bindparam("products", type_=ARRAY(Uuid))), OFFERS.c.on_sale, sellers.SELLS)
    .order_by(OFFERS.c.price, OFFERS.c.variant_id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a shop has for one thing that is needed; ``asked`` tells that the price is its answer to a request."""

    item_id: UUID
    words: str
    qty: int
    offer: Offer
    price: Rupiah
    local: Local
    asked: bool
    others: tuple[Offer, ...]
    """What else of it would do."""

    @property
    def rung(self) -> str:
        """Return the rung of local content on which it stands today."""
        return self.local.rung

    @property
    def goods(self) -> Rupiah:
        """Return the price of all of it."""
        return self.price * self.qty


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A shop with what it has of a need. ``why_not`` says why it cannot be chosen now."""

    seller: SellerCard
    parts: tuple[Part, ...]
    missing: tuple[str, ...]
    """Words of the things that it has not."""
    choice: Choice | None
    shipping: Rupiah | None
    quote: PartQuote
    orders_left: int | None
    units_left: int | None
    past: Past
    near: str
    """``kelurahan``, ``kecamatan``, ``kota``, ``city``: the smallest area that it shares with the place."""
    request_state: str
    request_note: str
    why_not: Words | None

    @property
    def whole(self) -> bool:
        """Tell whether it has everything."""
        return not self.missing

    @property
    def can(self) -> bool:
        """Tell whether it can be chosen."""
        return self.why_not is None

    @property
    def total(self) -> Rupiah:
        """Return what the office pays in all."""
        return self.quote.total

    @property
    def rung(self) -> str:
        """Return the lowest rung among what it has."""
        return max((part.rung for part in self.parts), key=lambda rung: RANK[rung])

    def each(self, people: int | None) -> Rupiah | None:
        """Return what the goods with their tax cost for one person, a part of a rupiah counted as one."""
        if not people:
            return None
        return Rupiah(-(-(self.quote.goods + self.quote.tax).amount // people))


@dataclass(frozen=True)
class _Known:
    """What was read of all shops at once."""

    need: NeedView
    cards: Mapping[UUID, SellerCard]
    parts: Mapping[UUID, tuple[Part, ...]]
    days: Mapping[UUID, OnDay]
    past: Mapping[UUID, Past]
    answers: Mapping[UUID, "Answer"]


@dataclass(frozen=True)
class Answer:
    """What a shop answered to a request, or that it has not: prices by thing, what the delivery costs."""

    state: str
    delivery: Rupiah | None
    note: str
    lines: Mapping[UUID, tuple[UUID, Rupiah]]
    """Variant and price of a piece by thing."""


def sold_at_all(need: NeedView) -> bool:
    """Tell whether anything on show has the words of a need, in whatever number it is sold."""
    return any(catalog.matching(words, size=1) for _item, words, _qty, _note in need.items)


def candidates(need: NeedView, *, swap: Iterable[UUID] = ()) -> tuple[Candidate, ...]:
    """Return the shops for a need, in the order in which an office is to look at them.

    ``swap`` are variants that the officer wants compared in place of those that come first.
    """
    found = {item: catalog.matching(words, size=FOUND) for item, words, _qty, _note in need.items}
    answers = _answers(need.id)
    offers, cards, made = _offers({one for many in found.values() for one in many}, answers)
    local_of = classify(list({one.product_id for one in offers.values()}))
    wanted = set(swap)
    parts = {
        seller: mine
        for seller in cards
        if (mine := tuple(_parts(need, seller, found, offers, answers.get(seller), local_of, wanted)))
    }
    place = accounts.places([one.kelurahan_code for one in need.places[:1]])[need.places[0].kelurahan_code]
    groups = [_group(cards[seller], mine, made) for seller, mine in parts.items()]
    known = _Known(
        need,
        cards,
        parts,
        deliveries.on_day(groups, place.kecamatan_code, need.day, clock.now()),
        past_of(need.unit_code, need.year, list(parts)),
        answers,
    )
    book = rules.rules(clock.today())
    made_of = [_candidate(known, seller, book, place) for seller in parts]
    return tuple(sorted(made_of, key=_turn))


def _turn(one: Candidate) -> tuple[Any, ...]:
    return (
        len(one.missing), not one.can, RANK[one.rung], one.past.orders, one.total.amount, one.seller.name,
    )  # fmt: skip


def _answers(need_id: UUID) -> dict[UUID, Answer]:
    wanted = (
        select(
            Request.seller_id, Request.state, Request.delivery_idr, Request.answer,
            RequestLine.item_id, RequestLine.variant_id, RequestLine.unit_idr,
        )
        .outerjoin(RequestLine, RequestLine.request_id == Request.id)
        .where(Request.need_id == need_id, Request.state != RequestState.WITHDRAWN)
    )  # fmt: skip
    found: dict[UUID, Answer] = {}
    for row in rows(wanted):
        one = found.setdefault(row.seller_id, Answer(row.state, row.delivery_idr, row.answer, {}))
        if row.item_id is not None:
            found[row.seller_id] = Answer(
                one.state, one.delivery, one.note, {**one.lines, row.item_id: (row.variant_id, row.unit_idr)}
            )
    return found


def _offers(
    products: set[UUID], answers: Mapping[UUID, Answer]
) -> tuple[dict[UUID, Offer], dict[UUID, SellerCard], dict[UUID, dict[date, int]]]:
    """Return offers by variant, shops, and what is promised of products by day; what was answered with is among them."""
    answered = {variant for one in answers.values() for variant, _price in one.lines.values()}
    if answered:
        known = catalog.offers(list(answered))
        products = products | {one.product_id for one in known.values()}
    offers, cards, made = {}, {}, {}
    width, last = len(sellers.SHOPS.c), len(sellers.SHOPS.c) + len(OFFERS.c)
    for row in rows(_BY_PRODUCTS, {"products": list(products), "today": clock.today()}):
        offer = catalog.offer_in(row[width:last])
        offers[offer.variant_id] = offer
        made[offer.product_id] = deliveries.made_in(row.made)
        if offer.seller_id not in cards:
            cards[offer.seller_id] = sellers.card_in(row[:width])
    return offers, cards, made


def _parts(
    need: NeedView,
    seller: UUID,
    found: Mapping[UUID, Sequence[UUID]],
    offers: Mapping[UUID, Offer],
    answer: Answer | None,
    local_of: Mapping[UUID, Local],
    wanted: set[UUID],
) -> Iterable[Part]:
    mine = [one for one in offers.values() if one.seller_id == seller]
    for item, words, qty, _note in need.items:
        rank = {product: place for place, product in enumerate(found[item])}
        fitting = [one for one in mine if one.product_id in rank and one.min_order <= qty <= one.max_order]
        # The dearest variant of the best product is no better than its cheapest; another product is another thing.
        fitting.sort(key=lambda one: (RANK[local_of[one.product_id].rung], rank[one.product_id], one.price.amount))
        said = answer.lines.get(item) if answer is not None and answer.state == RequestState.ANSWERED else None
        if said is not None and said[0] in offers:
            offer = offers[said[0]]
            # What everybody pays less for by now, the office pays less for too.
            price, asked = min(said[1], offer.price), True
        elif fitting:
            offer = next((one for one in fitting if one.variant_id in wanted), fitting[0])
            price, asked = offer.price, False
        else:
            continue
        others = tuple(one for one in fitting if one.variant_id != offer.variant_id)[:8]
        yield Part(
            item_id=item, words=words, qty=qty, offer=offer, price=price, local=local_of[offer.product_id], asked=asked,
            others=() if asked else others,
        )  # fmt: skip


def _group(card: SellerCard, parts: Sequence[Part], made: Mapping[UUID, Mapping[date, int]]) -> Group:
    making: dict[UUID, Making] = {}
    for part in parts:
        offer = part.offer
        if offer.daily_units is not None:
            before = making[offer.product_id].units if offer.product_id in making else 0
            making[offer.product_id] = Making(
                product_id=offer.product_id, name=offer.name, units=before + part.qty, most=offer.daily_units,
                gone=made.get(offer.product_id, {}),
            )  # fmt: skip
    return Group(
        seller_id=card.id,
        kecamatan_code=card.kecamatan_code,
        opening_days=card.opening_days,
        goods=Rupiah.total([part.goods for part in parts]),
        weight_g=sum(part.offer.weight_g * part.qty for part in parts),
        volume_ml=sum(part.offer.volume_ml * part.qty for part in parts),
        units=sum(part.qty for part in parts),
        lead_days=max(part.offer.lead_days for part in parts),
        away=card.leave.days if card.leave else None,
        making=tuple(making.values()),
    )


def _candidate(known: _Known, seller: UUID, book: rules.Book, place: accounts.Place) -> Candidate:
    need, card, parts, day = known.need, known.cards[seller], known.parts[seller], known.days[seller]
    answer = known.answers.get(seller)
    has = {part.item_id for part in parts}
    missing = tuple(words for item, words, _qty, _note in need.items if item not in has)
    choice, why = _way(day.choices, need.hour)
    answered = answer is not None and answer.state == RequestState.ANSWERED and answer.delivery is not None
    shipping = answer.delivery if answer is not None and answered else (choice.price if choice else None)
    parcel = Parcel(
        seller_id=seller,
        goods=tuple(Goods(part.price, part.qty, part.offer.tax_kind) for part in parts),
        vat_registered=card.vat_registered,
        pbjt_payer=card.pbjt_payer,
        shipping=shipping,
    )
    if answer is not None and answer.state == RequestState.DECLINED:
        why = _("The shop declined: %(reason)s", reason=answer.note) if answer.note else _("The shop declined.")
    return Candidate(
        seller=card,
        parts=parts,
        missing=missing,
        choice=choice,
        shipping=shipping,
        quote=quoted(parcel, book),
        orders_left=day.orders_left,
        units_left=day.units_left,
        past=known.past[seller],
        near=_near(card, place),
        request_state=answer.state if answer is not None else "",
        request_note=answer.note if answer is not None else "",
        why_not=why,
    )


def _way(choices: Sequence[Choice], hour: str) -> tuple[Choice | None, Words | None]:
    """Return how the goods come: by the shop itself first, else by a courier where no hour is given; or why they cannot."""
    brought = [one for one in choices if one.method is Method.OWN or (one.method is Method.COURIER and not hour)]
    brought.sort(
        key=lambda one: (one.method is not Method.OWN, one.price is None, one.price.amount if one.price else 0)
    )
    for one in brought:
        if one.why is None and one.price is not None and not any(day.full for day in one.days):
            said = _outside(one, hour)
            return (one, said)
    for one in brought:
        why = next((day.why for day in one.days if day.why is not None), one.why)
        if why is not None:
            return None, why
    return None, _NOT_BROUGHT


def _outside(choice: Choice, hour: str) -> Words | None:
    """Return why a way that keeps to slots does not come by an hour; a slot in which the hour lies, or that ends before it."""
    slots = [slot for day in choice.days for slot in day.slots]
    if not slots or not hour:
        return None
    fitting = [one for one in slots if one.slot[:5] <= hour]
    if fitting and any(not one.full for one in fitting):
        return None
    return _(
        "The shop brings goods at other hours: %(hours)s.", hours=", ".join(one.slot for one in slots if not one.full)
    )


def _near(card: SellerCard, place: accounts.Place) -> str:
    if card.kelurahan_code == place.kelurahan_code:
        return "kelurahan"
    if card.kecamatan_code == place.kecamatan_code:
        return "kecamatan"
    return "kota" if card.kota == place.kota else "city"
