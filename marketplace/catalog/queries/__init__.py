"""Reads of the catalogue, as frozen dataclasses; other plugins enter here."""

from marketplace.catalog.queries.addresses import pattern_address, product_address, shop_address
from marketplace.catalog.queries.alike import alike
from marketplace.catalog.queries.cards import Card, card_of, cards, cards_of, newest_cards
from marketplace.catalog.queries.categories import CategoryView, Tree, category_tree
from marketplace.catalog.queries.desk import (
    Edited,
    ListedVariant,
    Listing,
    listing,
    listing_counts,
    listings,
    rejected_count,
    sold_out_count,
    waiting,
    waiting_count,
)
from marketplace.catalog.queries.history import PriceSince, descriptions, median_price, prices_of, published_since
from marketplace.catalog.queries.matching import matching
from marketplace.catalog.queries.offers import GOODS, MOST_AT_ONCE, OFFERS, Offer, offer_in, offers

__all__ = [
    "GOODS",
    "MOST_AT_ONCE",
    "OFFERS",
    "Card",
    "CategoryView",
    "Edited",
    "ListedVariant",
    "Listing",
    "Offer",
    "PriceSince",
    "Tree",
    "alike",
    "card_of",
    "cards",
    "cards_of",
    "category_tree",
    "descriptions",
    "listing",
    "listing_counts",
    "listings",
    "matching",
    "median_price",
    "newest_cards",
    "offer_in",
    "offers",
    "pattern_address",
    "prices_of",
    "product_address",
    "published_since",
    "rejected_count",
    "shop_address",
    "sold_out_count",
    "waiting",
    "waiting_count",
]
