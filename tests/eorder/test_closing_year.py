"""What is left to do before a year ends: only of the reader's offices, and it leaves the list when it is done."""

from flask import Flask

from marketplace.accounts import services as accounts
from marketplace.eorder.models import OrderState
from marketplace.eorder.models.acts import AUDITOR
from marketplace.eorder.queries.closing_year import GOING_ON, HELD, KINDS, UNNUMBERED, UNPAID, left_to_do
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from tests.eorder.fulfilling import accepted
from tests.factories import eorder as of
from tests.factories.accounts import signed_in


def kinds(unit_code: str) -> dict[str, tuple[int, int]]:
    return {one.kind: (one.many, one.sum.amount) for one in left_to_do([unit_code], clock.today().year) if one.many}


def test_what_was_accepted_waits_for_money_and_a_number(app: Flask) -> None:
    way = accepted()
    unit = way.case.desk.unit_code
    assert kinds(unit) == {GOING_ON: (1, 1_280_000)}
    way.ship()
    way.receive(40)
    way.signed(40)
    assert kinds(unit) == {UNPAID: (1, 1_280_000), UNNUMBERED: (1, 1_280_000), GOING_ON: (1, 1_280_000)}
    assert HELD in KINDS
    closed = of.order_in(OrderState.CLOSED)
    assert kinds(closed.desk.unit_code) == {}


def test_an_auditor_of_one_office_sees_what_that_one_has_to_do(app: Flask) -> None:
    """Guard (R26.3): the list of the year's end is of the offices that were granted (R11.10)."""
    mine, other = of.order_in(OrderState.BAST_SIGNED), of.order_in(OrderState.BAST_SIGNED)
    who = mine.by(AUDITOR)
    assert who.id is not None
    accounts.grant(who.id, AUDITOR, "organisation", mine.desk.unit_code, by=SYSTEM)
    browser = signed_in(app.test_client(), who.id)
    page = browser.get("/pengadaan/tutup-tahun").text
    assert mine.code in page
    assert other.code not in page
    assert browser.get(f"/pengadaan/tutup-tahun?unit={other.desk.unit_code}").status_code == 404
