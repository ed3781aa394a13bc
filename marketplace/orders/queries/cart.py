"""The cart as it stands against the catalogue now: what can be bought, what changed, what it would cost."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ARRAY, FromClause, Row, Select, Table, Uuid, all_, bindparam, delete, func, select

from marketplace.catalog import queries as catalog
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.plugin import current
from marketplace.kernel.words import Words, _
from marketplace.media import queries as media
from marketplace.orders.forms import MOST_ROWS
from marketplace.orders.models import CartLine, Delivery, Draft
from marketplace.sellers import queries as sellers
from marketplace.web.formats import Number


@dataclass(frozen=True, kw_only=True)
class CartItem:
    """A line of the cart, with what the catalogue says of it now. ``offer`` is None when nothing is known of it any more."""

    variant_id: UUID
    qty: int
    seen: Rupiah
    offer: catalog.Offer | None
    picture: media.Picture | None

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
    """What the cart holds of one seller, and how it shall come."""

    seller: sellers.SellerCard
    items: tuple[CartItem, ...]
    delivery: Delivery
    tariff: Rupiah

    @cached_property
    def goods(self) -> Rupiah:
        """Return the price of the goods."""
        return Rupiah.total([item.total for item in self.items])

    @cached_property
    def shipping(self) -> Rupiah:
        """Return the price of the delivery."""
        return self.tariff if self.delivery is Delivery.SELLER else ZERO

    @cached_property
    def total(self) -> Rupiah:
        """Return what this seller's part costs."""
        return self.goods + self.shipping

    @cached_property
    def problem(self) -> bool:
        """Tell whether something in this group stands in the way of buying it."""
        return not self.seller.sells or any(item.problem for item in self.items)

    @cached_property
    def ready_on(self) -> date:
        """Return the day from which everything can be handed over: tomorrow, or after the longest time of making."""
        lead = max((item.offer.lead_days for item in self.items if item.offer), default=0)
        return clock.today() + timedelta(days=max(lead, 1))


@dataclass(frozen=True, kw_only=True)
class Cart:
    """Everything in somebody's cart, by seller in the order of first adding."""

    groups: tuple[CartGroup, ...]
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
    def goods(self) -> Rupiah:
        """Return the price of all goods that can be bought."""
        return Rupiah.total([group.goods for group in self.buyable])

    @cached_property
    def shipping(self) -> Rupiah:
        """Return the price of all deliveries of what can be bought."""
        return Rupiah.total([group.shipping for group in self.buyable])

    @cached_property
    def total(self) -> Rupiah:
        """Return what would be paid."""
        return self.goods + self.shipping

    @cached_property
    def brought(self) -> bool:
        """Tell whether anything that can be bought is brought to the buyer, who then has to say where they live."""
        return any(group.delivery is Delivery.SELLER for group in self.buyable)

    @cached_property
    def numbers(self) -> Mapping[UUID, int]:
        """Return which number each line that can be changed has in the cart's form."""
        lines = [item.variant_id for group in self.groups for item in group.items if item.changeable]
        return {variant_id: number for number, variant_id in enumerate(lines[:MOST_ROWS])}

    def without(self, shops: Collection[UUID]) -> "Cart":
        """Return the cart without these shops."""
        return replace(self, groups=tuple(group for group in self.groups if group.seller.id not in shops))


_TABLE, _DRAFTS = cast("Table", CartLine.__table__), cast("Table", Draft.__table__)
_SHOP = slice(7, 7 + len(sellers.SHOPS.c))
_OFFER = slice(_SHOP.stop, _SHOP.stop + len(catalog.OFFERS.c))
_PICTURE = slice(_OFFER.stop, _OFFER.stop + len(media.PICTURES.c))
_LINE = ("id", "variant_id", "seller_id", "qty", "seen_idr", "delivery", "added_at")


def _told(lines: FromClause) -> Select[Any]:
    """Return all that is in ``lines`` with what catalogue and sellers say of it now: one statement, for ``cart_of``."""
    offers, shops, pictures = catalog.OFFERS, sellers.SHOPS, media.PICTURES
    known = lines.join(shops, shops.c.id == lines.c.seller_id)
    known = known.outerjoin(offers, offers.c.variant_id == lines.c.variant_id)
    known = known.outerjoin(pictures, pictures.c.id == offers.c.image_id)
    return select(*(lines.c[name] for name in _LINE), *shops.c, *offers.c, *pictures.c).select_from(known)


_typed = select(_DRAFTS.c.typed).where(_DRAFTS.c.owner == bindparam("owner")).scalar_subquery()
_forgotten = delete(_DRAFTS).where(_DRAFTS.c.owner == bindparam("owner")).cte("forgotten")
CART = _told(_TABLE).add_columns(_typed.label("draft")).where(_TABLE.c.owner == bindparam("owner"))
TAKE_CART = _told(
    delete(_TABLE)
    .where(_TABLE.c.owner == bindparam("owner"), _TABLE.c.seller_id != all_(bindparam("but", type_=ARRAY(Uuid))))
    .returning(*(_TABLE.c[name] for name in _LINE))
    .cte("taken")
).add_cte(_forgotten)
"""Empties the cart of an owner, but for some shops, and tells what was in it; what was typed for it is forgotten."""


def owner(actor: Actor) -> str:
    """Return under which name an actor's cart is kept."""
    return f"person:{actor.id}" if actor.id else f"guest:{actor.guest_key}"


def cart(actor: Actor) -> Cart:
    """Return the actor's cart as it stands now."""
    found = rows(CART, {"owner": owner(actor)})
    return replace(cart_of(found), draft=(found and found[0].draft) or {})


def cart_of(found: Sequence[Row[*tuple[Any, ...]]]) -> Cart:
    """Return the cart of the rows that ``CART`` or ``TAKE_CART`` gave."""
    tariff = Rupiah(current().setting("DELIVERY_IDR"))
    grouped: dict[UUID, list[Row[*tuple[Any, ...]]]] = {}
    for row in sorted(found, key=lambda row: (row.added_at, row[0])):
        grouped.setdefault(row[2], []).append(row)
    return Cart(
        groups=tuple(
            CartGroup(
                seller=sellers.card_in(lines[0][_SHOP]),
                items=tuple(_item(line) for line in lines),
                delivery=Delivery(lines[0].delivery),
                tariff=tariff,
            )
            for lines in grouped.values()
        )
    )


def _item(row: Row[*tuple[Any, ...]]) -> CartItem:
    _id, variant_id, _seller, qty, seen, *_rest = row
    offer, picture = row[_OFFER], row[_PICTURE]
    return CartItem(
        variant_id=variant_id,
        qty=qty,
        seen=seen,
        offer=catalog.offer_in(offer) if offer[0] else None,
        picture=media.picture_in(picture) if picture[0] else None,
    )


def delivery(_product_id: UUID) -> dict[str, Rupiah]:
    """Return what it costs to have a product brought, for its page; it is the same everywhere for now."""
    return {"tariff": Rupiah(current().setting("DELIVERY_IDR"))}


def cart_badge(actor: Actor) -> dict[str, object] | None:
    """Return how much is in the cart, for the head of the page; None when nothing is."""
    if not actor.id and not actor.guest_key:
        return None
    counted = select(func.count(), func.count(CartLine.seller_id.distinct())).where(CartLine.owner == owner(actor))
    products, shops = session.execute(counted).one()
    if not products:
        return None
    label = _("Cart, %(products)s products from %(shops)s shops", products=products, shops=shops)
    return {"count": products, "label": str(label)}
