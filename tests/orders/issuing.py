"""Shops of every tax status that sell one thing, and the papers of what was bought there."""

from dataclasses import dataclass
from uuid import UUID

from marketplace.catalog import services as catalog_services
from marketplace.catalog.models import TaxKind
from marketplace.catalog.services import CategoryIn
from marketplace.documents import queries as documents
from marketplace.documents import services as drawing
from marketplace.documents.slots import Paper
from marketplace.kernel.access import Actor
from marketplace.kernel.words import speaking
from marketplace.orders import queries, services
from marketplace.sellers.queries import SellerCard
from tests.factories import catalog, delivery, orders, sellers
from tests.factories.pdf import text_of

MEALS = CategoryIn(
    slug="saji-uji",
    name="Siap saji",
    name_en="Meals",
    food=True,
    tax_kind=TaxKind.MEAL,
    below=(CategoryIn(slug="saji-uji-nasi", name="Nasi", name_en="Rice", food=True, tax_kind=TaxKind.MEAL),),
)


@dataclass(frozen=True)
class Stall:
    """A shop, who runs it, and the one thing that it sells."""

    shop: SellerCard
    runs: Actor
    goods: UUID

    @property
    def owner(self) -> str:
        """Return how papers name it."""
        return f"seller:{self.shop.id}"


def stall(
    price: int, name: str = "Keripik Singkong", *, meal: bool = False, shipping: int = 0, **shop: object
) -> Stall:
    """Open a shop that sells a thing at a price and brings it for so much."""
    one = sellers.shop(trusted=True, opening_days=delivery.EVERY_DAY, **shop)
    delivery.offers(one.id, {"method": "pickup"}, {"method": "own", "flat": shipping})
    told: dict[str, object] = {"name": name, "variants": [{"price_idr": price, "stock": 500, "weight_g": 200}]}
    if meal:
        catalog_services.load_categories((MEALS,))
        told |= {"category": "saji-uji-nasi", "unit": "kotak", "halal": "certified", "halal_number": catalog.HALAL}
    made = catalog.product(catalog.listing(**told), of=one)
    return Stall(one, sellers.runs(one), catalog.variants(made)[0])


def bought(by: Actor, *wanted: tuple[Stall, int], brought: bool = False, language: str = "id") -> str:
    """Buy so many at each stall and pay; the papers are issued as the payment is heard. Return the order's code."""
    with speaking(language):
        for at, qty in wanted:
            services.put(at.goods, qty, by=by)
            if brought:
                services.choose_delivery(at.shop.id, queries.Wish("own"), by=by)
        code = services.buy(orders.checkout(queries.cart(by).total.amount), by=by).code
    orders.decided(code, by)
    return code


def papers(code: str, by: Actor) -> list[Paper]:
    """Return the papers of an order's parts, by part, each invoice before what corrects it."""
    parts = queries.own_order(code, by).parts
    found = queries.papers_of([part.id for part in parts])
    return [paper for part in parts for paper in found.get(part.id, ())]


def read(paper: Paper) -> str:
    """Draw a paper and return what stands on it, without the breaks of its lines."""
    drawing.draw(paper.id)
    return text_of(documents.content(documents.paper(paper.id))).replace("\n", "").replace("\u200b", "")
