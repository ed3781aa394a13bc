"""The demo buyer's complaints to the demo seller, one for each state that a claim can be in."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from marketplace.accounts import queries as accounts
from marketplace.claims import queries, services
from marketplace.claims.models import Claim, ClaimState, Reason, Wish
from marketplace.kernel.access import SYSTEM, Actor, Grant
from marketplace.kernel.db import session
from marketplace.orders import demo as orders
from marketplace.orders.policies import SELLER
from marketplace.sellers import queries as sellers

HOST = "jakpreneur.example"
OWN_SHOP = "UMKM-0001"


@dataclass(frozen=True)
class Trouble:
    """A claim to be: what the buyer says, and what shop, buyer and desk do then, up to its state."""

    to: ClaimState
    body: str
    reason: Reason = Reason.LATE
    wish: Wish = Wish.REFUND
    offer: str = ""
    answer: str = ""
    decision: str = ""


TROUBLES = (
    Trouble(ClaimState.OPEN, "Datangnya sehari setelah acara, jadi tidak terpakai."),
    Trouble(ClaimState.OFFERED, "Janjinya pagi, siap diambil baru sore.", offer="uang"),
    Trouble(
        ClaimState.ESCALATED,
        "Sudah dua kali saya ke toko dan belum siap.",
        offer="uang",
        answer="tolak",
    ),
    Trouble(
        ClaimState.RETURNING, "Karena terlambat, saya sudah beli di tempat lain.", offer="kembali", answer="setuju"
    ),
    Trouble(
        ClaimState.REPLACED,
        "Kemasannya rusak karena terlalu lama menunggu.",
        wish=Wish.REPLACEMENT,
        offer="setuju",
    ),
    Trouble(ClaimState.RESOLVED, "Terlambat dua hari, tamunya sudah pulang.", offer="setuju"),
    Trouble(
        ClaimState.REJECTED,
        "Menurut saya terlambat, walau hanya satu jam.",
        offer="uang",
        answer="tolak",
        decision="Pesanan siap pada hari yang dijanjikan, menurut catatan toko dan pembeli.",
    ),
    Trouble(ClaimState.WITHDRAWN, "Saya kira belum siap, ternyata sudah."),
)


def plant(_profile: str, seed: int) -> Mapping[str, Any]:
    """Plant the demo claims through the services that people use; a second time changes nothing."""
    buyer, shop = accounts.person_by(f"pembeli@{HOST}"), sellers.seller_by_code(OWN_SHOP)
    if buyer is None or shop is None or session.scalar(select(Claim.id).limit(1)) is not None:
        return {}
    drawn = random.Random(f"claims {seed}")
    rania = Actor(kind="person", id=buyer, name="Rania Pembeli")
    team = Actor(kind="system", grants=(Grant(SELLER, SELLER, str(shop.id)),))
    made = []
    for trouble in TROUBLES:
        code = orders.received_order(shop.id, rania, drawn)
        if code is None:
            break
        made.append(_told(trouble, code, rania, team))
    return {"claims": {f"pembeli@{HOST}": made}}


def _told(trouble: Trouble, code: str, buyer: Actor, team: Actor) -> str:
    part = queries.of_order(code, buyer).parts[0]
    pieces = [services.PiecesIn(barang=line.id, jumlah=line.left) for line in part.lines]
    said = services.ClaimIn(
        bagian=part.number, baris=pieces, alasan=trouble.reason, harap=trouble.wish, cerita=trouble.body
    )
    opened = services.open_claim(code, said, by=buyer)
    claim = queries.own_claim(code, opened.number, buyer).row
    if trouble.offer:
        amount = claim.worth.split([1, 1])[0] if trouble.offer == "uang" else None
        words = {"catatan": "Maaf sekali, Kak. Kami kewalahan pesanan minggu itu.", "nilai": amount}
        services.answer(claim.id, services.OfferIn(jenis=trouble.offer, **words), by=team)
    if trouble.answer:
        services.answer_offer(code, opened.number, services.AnswerIn(jawaban=trouble.answer), by=buyer)
    if trouble.to is ClaimState.REPLACED:
        services.send_replacement(claim.id, services.ReplacementIn(kiriman="Dibawa Bang Udin"), by=team)
    if trouble.decision:
        services.decide(claim.id, services.DecisionIn(putusan="tolak", alasan=trouble.decision), by=SYSTEM)
    if trouble.to is ClaimState.WITHDRAWN:
        services.withdraw(code, opened.number, by=buyer)
    return claim.shown_code
