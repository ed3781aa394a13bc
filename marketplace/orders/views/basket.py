"""What a checkout is about: the reader's cart, or what is ready of one of their standing orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from marketplace.kernel.routes import actor
from marketplace.orders import queries
from marketplace.orders.views.keys import shops_named
from marketplace.web.gate import SignInNeeded


@dataclass(frozen=True)
class Basket:
    """The cart to be bought without the shops that were left out; ``standing`` is None for the reader's own cart."""

    cart: queries.Cart
    left_out: tuple[UUID, ...]
    standing: queries.StandingBasket | None = None


def basket(standing: Sequence[str], without: Sequence[str], place: str | None = None) -> Basket:
    """Return what an address or a form names, its deliveries priced to a kecamatan.

    ``standing`` holds the id of a standing order or nothing, ``without`` ids of shops. Raises SignInNeeded where a standing
    order is named and nobody is signed in, NotFound for somebody else's.
    """
    left_out, named = tuple(shops_named(without)), shops_named(standing)
    if not named:
        return Basket(queries.cart(actor(), place).without(left_out), left_out)
    if not actor().signed_in:
        raise SignInNeeded
    prepared = queries.standing_basket(named[0], actor(), place)
    return Basket(prepared.cart.without(left_out), left_out, prepared)
