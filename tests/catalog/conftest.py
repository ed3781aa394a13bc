"""What every test of the catalogue stands on."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from marketplace.catalog import services
from marketplace.catalog.index import products
from marketplace.catalog.queries import finding
from marketplace.catalog.queries.categories import forget_categories
from marketplace.kernel.access import SYSTEM
from search import services as searching
from tests.factories import catalog, sellers


@pytest.fixture(autouse=True)
def _fresh_categories():
    """Read the categories anew: those of the last test were rolled back."""
    forget_categories()
    yield
    forget_categories()


@dataclass
class Market:
    """What is for sale in the tests of pages, and by whom."""

    shop: object
    other: object
    basket: UUID
    shallots: UUID
    draft: UUID


@pytest.fixture
def market(app) -> Market:
    """Two shops in two kecamatan, a craft, a food, and a draft."""
    services.load_categories(catalog.TREE)
    shop = sellers.shop(name="Dapur Ibu Siti", trusted=True, story="Memasak sejak 2009.")
    other = sellers.shop(name="Kriya Rawa Belong", kelurahan="31.74.01.1001", trusted=True)
    return Market(
        shop,
        other,
        basket=catalog.product(of=other),
        shallots=catalog.product(catalog.shallots(), of=shop),
        draft=services.create_product(shop.id, catalog.listing(name="Belum Jadi"), by=SYSTEM),
    )


@pytest.fixture
def indexed(market) -> Market:
    """The same, with the search index built."""
    searching.rebuild(products)
    return market


@pytest.fixture
def no_index(monkeypatch):
    """Take the search index away."""

    def away(_name: str, _query: object) -> None:
        raise finding.Unavailable

    monkeypatch.setattr(finding, "search", away)
