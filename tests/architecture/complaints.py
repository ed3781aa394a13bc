"""The part of the matrix's town that is about complaints: one of a person at one shop, one of a guest at the other."""

from typing import TYPE_CHECKING
from uuid import UUID

from marketplace.claims import queries, services
from marketplace.kernel.access import Actor
from marketplace.sellers.queries import SellerCard
from tests.architecture.opinions import UNKNOWN, UNKNOWN_CODE
from tests.factories import catalog, claims

if TYPE_CHECKING:
    from tests.architecture.matrix import Town


def complained(town: "Town", buyers: dict[str, Actor], siti: SellerCard, bagus: SellerCard) -> None:
    """Let a buyer and a guest complain, each at a shop of their own, with a photo beside it."""
    codes: dict[str, str] = {}
    opened: dict[str, UUID] = {}
    photos = {"unknown": UNKNOWN}
    for buyer, owner, shop in (("pembeli", "penjual", siti), ("guest", "penjual2", bagus)):
        bought = catalog.basket(name=f"Besek {owner}", of=shop)
        codes[buyer] = claims.received(buyers[buyer], bought)
        photos[buyer] = photos[owner] = claims.evidence(codes[buyer], buyers[buyer])
        complaint = claims.complaint(codes[buyer], buyers[buyer])
        made = services.open_claim(codes[buyer], complaint, by=buyers[buyer], photos=[photos[buyer]])
        opened[owner] = queries.own_claim(codes[buyer], made.number, buyers[buyer]).row.id
    of_buyer = {name: {"code": code, "number": 1} for name, code in {**codes, "unknown": UNKNOWN_CODE}.items()}
    of_shop = {name: {"claim_id": claim} for name, claim in {**opened, "unknown": UNKNOWN}.items()}
    town.parts |= {
        "/pesanan code number": of_buyer,
        "/lapak claim_id": of_shop,
        "/program claim_id": of_shop,
        "/pesanan code number picture_id": {
            name: {**one, "picture_id": photos[name]} for name, one in of_buyer.items()
        },
        "/lapak claim_id picture_id": {name: {**one, "picture_id": photos[name]} for name, one in of_shop.items()},
        "/program claim_id picture_id": {name: {**one, "picture_id": photos[name]} for name, one in of_shop.items()},
    }
    said = {"pesan": "Boleh lihat fotonya?"}
    town.bodies |= {
        "claims.complain": {"bagian": "1", "alasan": "broken", "harap": "refund", "cerita": claims.WORDS},
        "claims.say": said,
        "claims.team_say": said,
        "claims.desk_say": said,
        "claims.answer": {"jawaban": "setuju"},
        "claims.offer": {"jenis": "setuju"},
        "claims.check": {"hasil": "sesuai"},
        "claims.replace": {"kiriman": "JNE 0123"},
        "claims.decide": {"putusan": "tolak", "alasan": "Foto tidak menunjukkan apa pun."},
    }
