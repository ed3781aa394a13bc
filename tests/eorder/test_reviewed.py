"""What an office has accepted it may review, and nobody else for it."""

import pytest
from flask import Flask

from marketplace.eorder.models import SHOP
from marketplace.eorder.models.acts import PPTK, TREASURER
from marketplace.eorder.queries import received
from marketplace.eorder.queries.past import past_of
from marketplace.kernel.errors import NotFound
from marketplace.kernel.words import speaking
from marketplace.reviews import queries as reviews
from marketplace.reviews import services
from marketplace.reviews.forms import ReviewIn
from tests.eorder.fulfilling import accepted


def test_an_office_reviews_what_it_has_accepted(app: Flask) -> None:
    way = accepted()
    code, officer = way.case.code, way.case.by(PPTK)
    way.ship()
    way.receive(40)
    assert reviews.handed(code, officer).lines == ()
    way.signed(38, "reduce")
    (line,) = reviews.handed(code, officer).lines
    said = ReviewIn.model_validate({"barang": line.line_id, "nilai": 5, "ulasan": "Tepat waktu, hangat."})
    services.write(code, said, by=officer)
    services.write(code, said, by=way.case.by(TREASURER))  # The office says it once, whoever of it does.
    assert list(reviews.broken()) == []
    assert received.of_person(way.case.by("procurement_officer").id) == [line.receipt]
    assert [one.name for one in received.reach(line.receipt)] == ["Pratiwi Puspita"]
    seen = past_of(way.case.desk.unit_code, way.order.year, [way.case.shop.id])[way.case.shop.id]
    with speaking("id"):
        assert (seen.reviews, seen.stars, seen.mean) == (1, 5, "5,0")


def test_nobody_else_reviews_for_an_office(app: Flask) -> None:
    """Guard (R26.3): an order of an office is reviewed by its own people (R11.10)."""
    way, other = accepted(), accepted()
    way.ship()
    way.receive(40)
    way.signed(40)
    for stranger in (other.case.by(PPTK), way.case.by(SHOP), other.case.by(SHOP)):
        with pytest.raises(NotFound):
            reviews.handed(way.case.code, stranger)
