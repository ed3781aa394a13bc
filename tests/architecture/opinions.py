"""The part of the matrix's town that buyers made: what they reviewed, keep for later, and want to be told of."""

from typing import TYPE_CHECKING
from uuid import UUID

from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.outbox import relay
from marketplace.reviews import services as review_services
from marketplace.sellers.queries import SellerCard
from marketplace.wishlist import services as wish_services
from tests.factories import catalog, orders, reviews, wishlist

if TYPE_CHECKING:
    from tests.architecture.matrix import Town

UNKNOWN = UUID(int=7)
UNKNOWN_CODE = "ZZZZ2222"
UNKNOWN_TOKEN = "A" * 22


def wished(town: "Town", buyers: dict[str, Actor], siti: SellerCard) -> None:
    """Let two buyers keep a product, and ask to be told of one that is sold out."""
    there = catalog.variants(town.parts["/lapak product_id"]["penjual"]["product_id"])[0]
    orders.pictured(gone := catalog.basket(stock=0, name="Nampan habis", of=siti))
    for name in ("guest", "pembeli"):
        wish_services.keep(wishlist.code_of(there), by=buyers[name])
        wishlist.asked(gone, buyers[name], f"{name}@contoh.example")
    sold_out, letter = {"produk": wishlist.code_of(gone)}, {"token": wishlist.token_of(wishlist.alerts()[0])}
    kept = {"kept": {"product_id": wishlist.product_of(there)}, "unknown": {"product_id": UNKNOWN}}
    town.parts["/simpanan product_id"] = kept
    town.queries |= {
        "wishlist.asking": {"sold out": sold_out, "unknown": {"produk": UNKNOWN_CODE}},
        "wishlist.answering": {"asked": letter, "unknown": {"token": UNKNOWN_TOKEN}},
    }
    town.bodies |= {
        "wishlist.keep": {"produk": wishlist.code_of(there)},
        "wishlist.ask": {**sold_out, "email": "baru@contoh.example"},
        "wishlist.answer": {**letter, "aksi": "ya"},
    }


def reviewed(town: "Town", buyer: Actor) -> None:
    """Let a buyer review what came from two shops; one review is hidden, one reported, and one may still be written."""
    relay(10_000, seconds=240)  # What the demo told stands in the way of what is told of payments now.
    listed = town.parts["/lapak product_id"]
    bought = {name: catalog.variants(listed[name]["product_id"])[0] for name in ("penjual", "penjual2")}
    said = {name: reviews.reviewed(buyer, variant) for name, variant in bought.items()}
    gone, told = (reviews.reviewed(buyer, variant) for variant in bought.values())
    review_services.hide(gone, reviews.reason(), by=SYSTEM)
    review_services.report(told, reviews.objection(), by=orders.guest(), address="203.0.113.7")
    code = reviews.received(buyer, bought["penjual"])
    unknown = {"unknown": {"review_id": UNKNOWN}}
    received = {"pembeli": {"code": code}, "unknown": {"code": UNKNOWN_CODE}}
    town.parts |= {
        "reviews.received": received,
        "reviews.write": received,
        "/ulasan review_id": {"shown": {"review_id": told}, "hidden": {"review_id": gone}, **unknown},
        "/lapak review_id": {**{name: {"review_id": one} for name, one in said.items()}, **unknown},
        "/program review_id": {"reported": {"review_id": told}, **unknown},
    }
    town.bodies |= {
        "reviews.write": {"barang": str(reviews.line_of(code, buyer)), "nilai": "5"},
        "reviews.answer": {"balasan": "Terima kasih."},
        "reviews.report": {"alasan": "abuse"},
        "reviews.hide": {"alasan": "Memuat nomor telepon."},
        "reviews.restore": {"alasan": "Nomornya nomor toko."},
    }
