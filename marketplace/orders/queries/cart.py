"""The cart as it stands against the catalogue now: what can be bought, what changed, what it would cost."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ARRAY, FromClause, Row, Select, Table, Uuid, all_, bindparam, delete, func, select

from marketplace.catalog import queries as catalog
from marketplace.delivery import queries as deliveries
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Number, Words, _
from marketplace.media import queries as media
from marketplace.orders.forms import MOST_ROWS, kelurahan_meant
from marketplace.orders.models import CartLine, Delivery, Draft
from marketplace.orders.queries.explaining import Tax, taxes_of, together
from marketplace.orders.queries.making import making
from marketplace.orders.queries.quoting import Goods, Parcel, PartQuote, Quote, quoted
from marketplace.orders.queries.ways import Way, Wish, way_of
from marketplace.payments.slots import Terms
from marketplace.rules import queries as rules
from marketplace.sellers import queries as sellers


@dataclass(frozen=True, kw_only=True)
class CartItem:
    """A line of the cart, with what the catalogue says of it now. ``offer`` is None when nothing is known of it any more."""

    variant_id: UUID
    qty: int
    seen: Rupiah
    offer: catalog.Offer | None
    picture: media.Picture | None
    made: Mapping[date, int] = field(default_factory=dict)
    """How many pieces of the product are promised for days to come, where only so many can be made for one day."""

    @cached_property
    def price(self) -> Rupiah:
        """Return the price of one now."""
        return self.offer.price if self.offer else self.seen

    @cached_property
    def total(self) -> Rupiah:
        """Return what the line costs now."""
        return self.price * self.qty

    @cached_property
    def price_changed(self) -> bool:
        """Tell whether the price is another one than the reader last agreed to."""
        return self.offer is not None and self.offer.on_sale and self.offer.price != self.seen

    @cached_property
    def changeable(self) -> bool:
        """Tell whether another quantity could be bought; of what is gone none can."""
        return self.offer is not None and self.offer.on_sale and self.offer.available > 0

    @cached_property
    def problem(self) -> Words | None:
        """Return why this line cannot be bought as it is, None when it can."""
        if self.offer is None or not self.offer.on_sale:
            return _("Not sold any more. Remove it to continue.")
        if self.qty < self.offer.min_order:
            return _("The smallest order is %(least)s.", least=Number(self.offer.min_order))
        if not self.offer.made_to_order and self.offer.available <= 0:
            return _("Sold out meanwhile. Remove it to continue.")
        if not self.offer.made_to_order and self.qty > self.offer.available:
            return _("Only %(left)s left. Take fewer to continue.", left=Number(self.offer.available))
        if self.qty > self.offer.max_order:
            return _("At most %(most)s in one order.", most=Number(self.offer.max_order))
        return None


@dataclass(frozen=True, kw_only=True)
class CartGroup:
    """What the cart holds of one seller, how it shall come, and what it costs."""

    seller: sellers.SellerCard
    items: tuple[CartItem, ...]
    wish: Wish
    """What was chosen; ``way`` is what of it can be."""
    way: Way
    quote: PartQuote
    note: str = field(default="", repr=False)
    """The owner's word to the shop."""

    @property
    def goods(self) -> Rupiah:
        """Return the price of the goods."""
        return self.quote.goods

    @property
    def shipping(self) -> Rupiah:
        """Return the price of the delivery, nothing as long as it is not known."""
        return self.quote.shipping

    @property
    def discount(self) -> Rupiah:
        """Return what is taken off the goods."""
        return self.quote.discount

    @cached_property
    def taxes(self) -> tuple[Tax, ...]:
        """Return the taxes of this part, each with its rate and law."""
        return taxes_of(self.quote)

    @property
    def total(self) -> Rupiah:
        """Return what this seller's part costs."""
        return self.quote.total

    @property
    def delivery(self) -> Delivery:
        """Return the kind of delivery."""
        return self.way.delivery

    @cached_property
    def problem(self) -> bool:
        """Tell whether something in this group stands in the way of buying it."""
        return not self.seller.sells or self.way.problem is not None or any(item.problem for item in self.items)

    @cached_property
    def weight_g(self) -> int:
        """Return the weight of the parcel."""
        return sum(item.offer.weight_g * item.qty for item in self.items if item.offer)

    @cached_property
    def units(self) -> int:
        """Return how many pieces the shop has to make or pack."""
        return sum(item.qty for item in self.items)

    @property
    def made_to_order(self) -> Iterator[tuple[UUID, int, int | None]]:
        """Yield of what is made to order the product, how many of a variant are wanted, and how many it makes for a day."""
        for item in self.items:
            if item.offer is not None and item.offer.made_to_order:
                yield item.offer.product_id, item.qty, item.offer.daily_units


@dataclass(frozen=True, kw_only=True)
class Cart:
    """Everything in somebody's cart, by seller in the order of first adding; ``later`` is kept and not bought."""

    groups: tuple[CartGroup, ...]
    later: tuple[CartItem, ...] = ()
    draft: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What its owner typed at the checkout before coming back from there, by field; see ``DraftIn``."""

    @cached_property
    def buyable(self) -> tuple[CartGroup, ...]:
        """Return the groups that nothing stands in the way of."""
        return tuple(group for group in self.groups if not group.problem)

    @cached_property
    def blocked(self) -> tuple[CartGroup, ...]:
        """Return the groups with a problem; they never stop the others."""
        return tuple(group for group in self.groups if group.problem)

    @cached_property
    def price_changed(self) -> bool:
        """Tell whether a price waits for the reader's agreement."""
        return any(item.price_changed for group in self.buyable for item in group.items)

    @cached_property
    def quote(self) -> Quote:
        """Return what all that can be bought costs."""
        return Quote(tuple(group.quote for group in self.buyable))

    @property
    def goods(self) -> Rupiah:
        """Return the price of all goods that can be bought."""
        return self.quote.goods

    @property
    def shipping(self) -> Rupiah:
        """Return the price of all deliveries of what can be bought, as far as it is known."""
        return self.quote.shipping

    @property
    def total(self) -> Rupiah:
        """Return what would be paid."""
        return self.quote.total

    @cached_property
    def shipping_open(self) -> bool:
        """Tell whether a delivery has no price yet, as nobody said where to."""
        return any(not group.quote.shipping_known for group in self.buyable)

    @cached_property
    def taxes(self) -> tuple[Tax, ...]:
        """Return the taxes of all that can be bought."""
        return together(group.taxes for group in self.buyable)

    @cached_property
    def brought(self) -> bool:
        """Tell whether anything that can be bought is brought to the buyer, who then has to say where they live."""
        return any(not group.delivery.fetched for group in self.buyable)

    @cached_property
    def numbers(self) -> Mapping[UUID, int]:
        """Return which number each line that can be changed has in the cart's form."""
        lines = [item.variant_id for group in self.groups for item in group.items if item.changeable]
        return {variant_id: number for number, variant_id in enumerate(lines[:MOST_ROWS])}

    @property
    def terms(self) -> Terms:
        """Return what ways to pay have to know of what can be bought."""
        return Terms(
            payees=len(self.buyable) or 1,
            takes_cash=all(group.seller.cod for group in self.buyable),
            hands_over=all(group.delivery.by_shop for group in self.buyable),
        )

    def without(self, shops: Collection[UUID]) -> "Cart":
        """Return the cart without these shops."""
        return replace(self, groups=tuple(group for group in self.groups if group.seller.id not in shops))


_TABLE, _DRAFTS = cast("Table", CartLine.__table__), cast("Table", Draft.__table__)
_LINE = (
    "id",
    "variant_id",
    "seller_id",
    "qty",
    "seen_idr",
    "delivery",
    "added_at",
    "way",
    "day",
    "slot",
    "later",
    "note",
)
_SHOP = slice(len(_LINE), len(_LINE) + len(sellers.SHOPS.c))
_OFFER = slice(_SHOP.stop, _SHOP.stop + len(catalog.OFFERS.c))
_PICTURE = slice(_OFFER.stop, _OFFER.stop + len(media.PICTURES.c))


def told_of(lines: FromClause) -> Select[Any]:
    """Return all that is in ``lines`` with what is said of it now: one statement, for ``cart_of``."""
    offers, shops, pictures = catalog.OFFERS, sellers.SHOPS, media.PICTURES
    known = lines.join(shops, shops.c.id == lines.c.seller_id)
    known = known.outerjoin(offers, offers.c.variant_id == lines.c.variant_id)
    known = known.outerjoin(pictures, pictures.c.id == offers.c.image_id)
    columns = (*(lines.c[name] for name in _LINE), *shops.c, *offers.c, *pictures.c)
    made = deliveries.made_of(offers.c.product_id, limited=offers.c.daily_units.is_not(None))
    return select(*columns, deliveries.told_of(shops.c.id), made).select_from(known)


_typed = select(_DRAFTS.c.typed).where(_DRAFTS.c.owner == bindparam("owner")).scalar_subquery()
_forgotten = delete(_DRAFTS).where(_DRAFTS.c.owner == bindparam("owner")).cte("forgotten")
CART = told_of(_TABLE).add_columns(_typed.label("draft")).where(_TABLE.c.owner == bindparam("owner"))
TAKE_CART = told_of(
    delete(_TABLE)
    .where(
        _TABLE.c.owner == bindparam("owner"),
        ~_TABLE.c.later,
        _TABLE.c.seller_id != all_(bindparam("but", type_=ARRAY(Uuid))),
    )
    .returning(*(_TABLE.c[name] for name in _LINE))
    .cte("taken")
).add_cte(_forgotten)
"""Empties the cart of an owner, but for some shops and what is kept for later, and tells what was in it.

What was typed for it is forgotten.
"""


def owner(actor: Actor) -> str:
    """Return under which name an actor's cart is kept."""
    return f"person:{actor.id}" if actor.id else f"guest:{actor.guest_key}"


def cart(actor: Actor, place: str | None = None) -> Cart:
    """Return the actor's cart as it stands now, its deliveries priced to a kecamatan.

    Without one it is that of the address which its owner typed at the checkout before coming back from there, if any.
    """
    found = rows(CART, {"owner": owner(actor), "today": clock.today()})
    draft = (found and found[0].draft) or {}
    meant = kelurahan_meant(draft.get("kelurahan") or "") if place is None else None
    return replace(cart_of(found, meant.kecamatan_code if meant else place), draft=draft)


def cart_of(
    found: Sequence[Row[*tuple[Any, ...]]],
    place: str | None = None,
    wished: Mapping[UUID, Wish] | None = None,
    fit: Mapping[UUID, int] | None = None,
) -> Cart:
    """Return the cart of the rows that ``CART`` or ``TAKE_CART`` gave; ``wished`` counts more than what the cart says.

    ``fit`` says how many of each variant there shall be instead; of what it does not name, or gives none of, there is none.
    """
    grouped: dict[UUID, list[Row[*tuple[Any, ...]]]] = {}
    later = []
    for row in sorted(found, key=lambda row: (row.added_at, row[0])):
        if row.later:
            later.append(_item(row))
        elif fit is None or fit.get(row.variant_id):
            grouped.setdefault(row.seller_id, []).append(row)
    shops = [
        (sellers.card_in(lines[0][_SHOP]), tuple(_item(line, fit) for line in lines)) for lines in grouped.values()
    ]
    said = {seller_id: deliveries.said_in(lines[0].said) for seller_id, lines in grouped.items()}
    now = clock.now()
    offered = deliveries.offered([(_parcel(card, items), said[card.id]) for card, items in shops], place, now)
    book = rules.rules(clock.today()) if shops else rules.Book(clock.today())
    wishes = {seller_id: _wish(lines[0]) for seller_id, lines in grouped.items()} | dict(wished or {})
    notes = {seller_id: lines[0].note for seller_id, lines in grouped.items()}
    groups = (_group(card, items, wishes[card.id], offered[card.id], book) for card, items in shops)
    return Cart(
        groups=tuple(replace(group, note=notes[group.seller.id]) for group in groups),
        later=tuple(later),
    )


def _wish(line: Row[*tuple[Any, ...]]) -> Wish:
    if line.way is not None:
        return Wish(line.way, line.day, line.slot)
    # Written by the version before, which knew two ways.
    return Wish("own") if line.delivery == Delivery.SELLER else Wish()


def _parcel(card: sellers.SellerCard, items: Sequence[CartItem]) -> deliveries.Group:
    known = [(item, item.offer) for item in items if item.offer is not None]
    return deliveries.Group(
        seller_id=card.id,
        kecamatan_code=card.kecamatan_code,
        opening_days=card.opening_days,
        goods=Rupiah.total([item.total for item in items]),
        weight_g=sum(offer.weight_g * item.qty for item, offer in known),
        volume_ml=sum(offer.volume_ml * item.qty for item, offer in known),
        units=sum(item.qty for item in items),
        lead_days=max((offer.lead_days for _item, offer in known), default=0),
        away=card.leave.days if card.leave else None,
        making=making((offer, item.qty, item.made) for item, offer in known),
    )


def _group(
    card: sellers.SellerCard,
    items: tuple[CartItem, ...],
    wish: Wish,
    offered: Sequence[deliveries.Choice],
    book: rules.Book,
) -> CartGroup:
    way = way_of(offered, wish)
    goods = tuple(
        Goods(item.price, item.qty, item.offer.tax_kind) if item.offer else Goods(item.price, item.qty)
        for item in items
    )
    parcel = Parcel(
        seller_id=card.id,
        goods=goods,
        vat_registered=card.vat_registered,
        pbjt_payer=card.pbjt_payer,
        shipping=way.price,
    )
    return CartGroup(seller=card, items=items, wish=wish, way=way, quote=quoted(parcel, book))


def _item(row: Row[*tuple[Any, ...]], fit: Mapping[UUID, int] | None = None) -> CartItem:
    offer, picture = row[_OFFER], row[_PICTURE]
    return CartItem(
        variant_id=row.variant_id,
        qty=row.qty if fit is None else fit[row.variant_id],
        seen=row.seen_idr,
        offer=catalog.offer_in(offer) if offer[0] else None,
        picture=media.picture_in(picture) if picture[0] else None,
        made=deliveries.made_in(row.made),
    )


def cart_badge(actor: Actor) -> dict[str, object] | None:
    """Return how much is in the cart, for the head of the page; None when nothing is."""
    if not actor.id and not actor.guest_key:
        return None
    counted = select(func.count(), func.count(CartLine.seller_id.distinct())).where(
        CartLine.owner == owner(actor), ~CartLine.later
    )
    products, shops = session.execute(counted).one()
    if not products:
        return None
    label = _("Cart, %(products)s products from %(shops)s shops", products=products, shops=shops)
    return {"count": products, "label": str(label)}
