"""Buyers who complain, shops that answer, and the desk."""

from uuid import UUID

from sqlalchemy import select

from marketplace.claims import queries, services
from marketplace.claims.forms import AnswerIn, CheckIn, ClaimIn, DecisionIn, MessageIn, OfferIn, ReplacementIn
from marketplace.claims.models import Claim
from marketplace.kernel.access import Actor, Grant
from marketplace.kernel.db import session
from marketplace.media.services import store_image
from tests.factories import catalog, orders, reviews, sellers
from tests.factories.accounts import as_actor, person
from tests.factories.media import photo

WORDS = "Tutupnya retak waktu dibuka di rumah."


def complaint(code: str, by: Actor, **changes: object) -> ClaimIn:
    """Return what a form says about all that is left of the first part, or of another (``bagian``)."""
    number = changes.get("bagian", 1)
    part = next(one for one in queries.of_order(code, by).parts if one.number == number)
    rows = [{"barang": line.id, "jumlah": line.left} for line in part.lines]
    told = {"bagian": number, "baris": rows, "alasan": "broken", "harap": "refund", "cerita": WORDS, **changes}
    return ClaimIn.model_validate(told)


def received(by: Actor, *variants: UUID) -> str:
    """Order one each, pay, and take it; return the order's code. Without variants it is a basket of a new shop."""
    return reviews.received(by, *(variants or (catalog.basket(),)))


def opened(code: str, by: Actor, **changes: object) -> UUID:
    """Complain, and return the claim's id."""
    made = services.open_claim(code, complaint(code, by, **changes), by=by)
    return queries.own_claim(code, made.number, by).row.id


def team(claim_id: UUID) -> Actor:
    """Return somebody of the shop that a claim is about."""
    return reviews.team(queries.row_of(claim_id).seller_id)


def stranger() -> Actor:
    """Return somebody of another shop."""
    return sellers.runs(sellers.shop(name="Toko Lain", phone="081388887777"))


def officer() -> Actor:
    """Return somebody who decides."""
    grant = Grant("programme_officer")
    return as_actor(person("Dewi Petugas", grants=(grant,)), grant, name="Dewi Petugas")


def offer(kind: str, amount: int | None = None) -> OfferIn:
    """Return what a shop answers."""
    return OfferIn.model_validate({"jenis": kind, "nilai": amount})


def reply(answer: str, **more: str) -> AnswerIn:
    """Return what a buyer answers."""
    return AnswerIn.model_validate({"jawaban": answer, **more})


def checked(result: str, **more: object) -> CheckIn:
    """Return what a shop says of goods that came back."""
    return CheckIn.model_validate({"hasil": result, **more})


def sent(how: str = "Dibawa Bang Udin") -> ReplacementIn:
    """Return how other goods were sent."""
    return ReplacementIn(kiriman=how)


def decision(kind: str, amount: int | None = None) -> DecisionIn:
    """Return what the desk decides."""
    return DecisionIn.model_validate({"putusan": kind, "nilai": amount, "alasan": "Fotonya jelas menunjukkan retak."})


def words(text: str = "Mohon kirim foto bagian bawahnya.") -> MessageIn:
    """Return a message."""
    return MessageIn(pesan=text)


def evidence(code: str, by: Actor) -> UUID:
    """Take in a photo for the first part of an order."""
    return services.take_photo(photo(), queries.of_order(code, by).parts[0].id, by=by)


def foreign_photo() -> UUID:
    """Take in a private photo that belongs to somebody else."""
    return store_image(photo(), owner="part/else", alt="x", by=orders.guest(), private=True)


def kept(claim_id: UUID) -> Claim:
    """Return a claim's row as it is now."""
    session.expire_all()
    return session.execute(select(Claim).where(Claim.id == claim_id)).scalar_one()
