"""Buyers who received what they ordered, and what they say of it."""

from uuid import UUID

from sqlalchemy import select

from marketplace.kernel.access import Actor, Grant
from marketplace.kernel.db import session
from marketplace.orders import queries as order_queries
from marketplace.orders import services as order_services
from marketplace.orders.models import PartState
from marketplace.orders.policies import SELLER
from marketplace.reviews import queries, services
from marketplace.reviews.forms import AnswerIn, DecisionIn, ReportIn, ReviewIn
from marketplace.reviews.models import Rating, Reason, Review
from tests.factories import orders
from tests.factories.accounts import as_actor, person

OFFICER = Grant("programme_officer")


def team(seller_id: UUID) -> Actor:
    """Return somebody of a shop."""
    return Actor(kind="person", id=UUID(int=11), grants=(Grant(SELLER, SELLER, str(seller_id)),))


def officer() -> Actor:
    """Return somebody of the programme who decides about reviews."""
    return as_actor(person("Dewi Petugas", grants=(OFFICER,)), OFFICER, name="Dewi Petugas")


def received(by: Actor, *variants: UUID, **changes: object) -> str:
    """Order, pay, have every part prepared, and take it; return the order's code."""
    code = orders.paid(by, *variants, **changes)
    for part in order_queries.own_order(code, by).parts:
        order_services.advance(f"{code}-{part.number}", PartState.READY, by=team(part.seller_id))
        order_services.receive(code, part.number, by=by)
    return code


def words(line_id: UUID, **changes: object) -> ReviewIn:
    """Return what a form sends about a line."""
    told = {"barang": line_id, "nilai": 5, "ulasan": "Rapi dan sesuai foto.", **changes}
    return ReviewIn.model_validate(told)


def line_of(code: str, by: Actor, at: int = 0) -> UUID:
    """Return the id of a received line."""
    return queries.handed(code, by).lines[at].line_id


def reviewed(by: Actor, variant: UUID, **changes: object) -> UUID:
    """Receive a variant and say something of it; return the review's id."""
    code = received(by, variant)
    return services.write(code, words(line_of(code, by), **changes), by=by)


def objection(**changes: object) -> ReportIn:
    """Return a report."""
    return ReportIn.model_validate({"alasan": Reason.ABUSE, **changes})


def reason(text: str = "Memuat nomor telepon penjual.") -> DecisionIn:
    """Return what an officer writes to a decision."""
    return DecisionIn(alasan=text)


def rating(product_id: UUID) -> tuple[int, int] | None:
    """Return how many visible reviews a product has by its counters, and their stars together."""
    found = session.execute(select(Rating.reviews, Rating.stars).where(Rating.product_id == product_id)).one_or_none()
    return None if found is None else (found.reviews, found.stars)


def kept(review_id: UUID) -> Review:
    """Return a review's row as it is now."""
    session.expire_all()
    return session.get_one(Review, review_id)


def thanks(text: str = "Terima kasih banyak, Kak.") -> AnswerIn:
    """Return what a shop answers."""
    return AnswerIn(balasan=text)
