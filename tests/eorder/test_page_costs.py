"""What the pages that offices open all day ask of the database, and how a list finds a shop among very many orders."""

from datetime import date

import pytest
from flask import Flask

from marketplace.eorder import queries, services
from marketplace.eorder.models import OrderState
from marketplace.eorder.models.acts import PA, PP, PPK, TREASURER
from marketplace.eorder.queries.inbox import FEW_UNITS
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.offices import services as units
from tests.catalog.reading import statements
from tests.eorder import test_need_pages as desks
from tests.eorder.test_needs import kitchens, need_in
from tests.eorder.test_pages import browser
from tests.factories import eorder as of
from tests.factories import offices, sellers

INBOX, ORDER, COMPARISON = 8, 16, 18
"""So many SQL statements a page takes at most, with who asks and the frame around it."""


@pytest.mark.parametrize("duty", [PPK, TREASURER, PA])
def test_an_inbox_takes_as_many_statements_for_four_orders_as_for_one(app: Flask, duty: str) -> None:
    case = of.order_in(OrderState.PENDING_APPROVAL, waits_for=[duty])
    client = browser(app, case, duty)
    client.get("/pengadaan")
    one = statements(client.get("/pengadaan"))
    for _order in range(3):
        of.order_in(OrderState.PENDING_APPROVAL, of=case.desk, waits_for=[duty])
    assert statements(client.get("/pengadaan")) == one <= INBOX


@pytest.mark.parametrize("state", [OrderState.PENDING_APPROVAL, OrderState.ARRIVED, OrderState.CLOSED])
def test_the_page_of_an_order_keeps_to_its_statements(app: Flask, state: OrderState) -> None:
    case = of.order_in(state)
    client = browser(app, case, PP)
    client.get(f"/pengadaan/pesanan/{case.code}")
    assert statements(client.get(f"/pengadaan/pesanan/{case.code}")) <= ORDER


def test_five_shops_side_by_side_keep_to_their_statements(app: Flask) -> None:
    desk = desks.appointed()
    kitchens(32_000, 33_000, 34_000, 35_000, 36_000)
    code = services.make_need(need_in(desk), by=desk[PP])
    page = desks.browser(app, desk)
    page.get(f"/pengadaan/bandingkan?kebutuhan={code}")
    assert statements(page.get(f"/pengadaan/bandingkan?kebutuhan={code}")) <= COMPARISON


def test_who_reads_very_many_units_finds_a_shop_and_a_month_as_others_do(app: Flask) -> None:
    top = offices.office("Dinas Kominfotik")
    case = of.order_in(OrderState.ARRIVED, shop=sellers.shop(trusted=True, name="Dapur 100% Betawi"))
    of.order_in(OrderState.ARRIVED, of=case.desk, shop=sellers.shop(trusted=True, name="Dapur 1000 Rasa"))
    units.set_unit(offices.unit_in(case.desk.unit_code, parent_code=top), by=SYSTEM)
    month, long_ago = clock.today().replace(day=1), date(2020, 1, 1)
    holder = of.holding(PA, top)

    def found(shop: str, of_month: date | None = None, state: str | None = None) -> list[str]:
        return [one.code for one in queries.listed(holder, state, shop=shop, month=of_month)]

    def looks() -> None:
        assert found("0% beta") == found("DAPUR 100%", month) == [case.code]
        assert found("0% beta", long_ago) == found("0% beta", state="closed") == found("Warung") == []
        assert (len(found("dapur")), len(found("", month)), found("", long_ago)) == (2, 2, [])

    looks()
    for _unit in range(FEW_UNITS):
        offices.office(parent_code=top)
    looks()
