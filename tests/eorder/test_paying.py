"""The treasurer pays: what is withheld by the law of the day, once, never more than was accepted, and how soon."""

import io
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.eorder import money_letters, queries, services
from marketplace.eorder.events import PaymentLate
from marketplace.eorder.forms import InspectIn, PaymentIn, SignIn, SlipIn
from marketplace.eorder.models import SHOP, Order, OrderState, Payment, Withholding
from marketplace.eorder.models.acts import AUDITOR, PA, PPK, PPTK, TREASURER
from marketplace.kernel import clock, ids
from marketplace.kernel.access import SYSTEM, Grant
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.kernel.money import Rupiah
from marketplace.media.services import keep_file
from marketplace.sellers.queries import SellerCard
from tests.factories import eorder as of
from tests.factories import sellers
from tests.factories.accounts import PASSWORD, person, signed_in

PDF = b"%PDF-1.7\nSP2D\n%%EOF"
YEAR_END = date(2026, 12, 31)


def payment(number: str | None = None, **told: Any) -> PaymentIn:
    return PaymentIn.model_validate(
        {"cara": "UP", "nomor": number or f"TRX-{ids.short_code()}", "tanggal": clock.today(), **told}
    )


def cook(*papers: str, **profile: Any) -> SellerCard:
    """Open a shop that showed these papers."""
    shop = sellers.shop(trusted=True, name=f"Dapur Ibu {ids.short_code()}", **profile)
    for kind in papers:
        ends = {"sampai": YEAR_END} if kind in ("final_tax", "statement") else {}
        sellers.papered(shop, kind, f"{kind}-{ids.short_code()}", **ends)
    return shop


def due(gross: int, shop: SellerCard, template: str = "stationery", **changes: Any) -> of.Case:
    """Write down an order of so much that waits for its payment."""
    return of.order_in(
        OrderState.PAYMENT_REQUESTED,
        shop=shop,
        qty=1,
        template=template,
        goods_idr=Rupiah(gross - changes.get("tax_idr", Rupiah(0)).amount),
        total_idr=Rupiah(gross),
        accepted_idr=Rupiah(gross),
        **changes,
    )


def taxes(payment_id: object) -> list[tuple[str, int]]:
    found = session.query(Withholding).filter_by(payment_id=payment_id).order_by(Withholding.code)
    return [(one.code, one.kept_idr.amount) for one in found if one.kept_idr]


def net(payment_id: object) -> int:
    return session.get_one(Payment, payment_id).net_idr.amount


EXAMPLES: dict[str, tuple[tuple[str, ...], dict[str, object], int, str, dict[str, Any], list[tuple[str, int]], int]] = {
    "5: goods of a person without letters": (
        ("identity",), {}, 3_400_000, "stationery", {}, [("income.22", 51_000)], 3_349_000,
    ),
    "6: the same with SK PP 55": (
        ("identity", "final_tax"), {}, 3_400_000, "stationery", {}, [("income.final_withheld", 17_000)], 3_383_000,
    ),
    "7: the same with a statement up to 500 million": (
        ("identity", "statement"), {}, 3_400_000, "stationery", {}, [], 3_400_000,
    ),
    "8: goods of a PKP": (
        ("identity",), {"taxes": ["vat_registered"]}, 11_100_000, "stationery", {"included_tax_idr": Rupiah(1_100_000)},
        [("income.22", 150_000), ("vat.collected", 1_100_000)], 9_850_000,
    ),
    "10: catering of a company that pays PBJT": (
        ("deed",), {"taxes": ["pbjt_payer"], "npwp": "01.234.567.4-012.000"}, 6_600_000, "meeting_food",
        {"tax_idr": Rupiah(600_000)}, [("income.23", 120_000)], 6_480_000,
    ),
    "11: catering of a person": (("identity",), {}, 6_000_000, "meeting_food", {}, [("income.21", 150_000)], 5_850_000),
    "11: catering of a person with SK PP 55": (
        ("identity", "final_tax"), {}, 6_000_000, "meeting_food", {}, [("income.final_withheld", 30_000)], 5_970_000,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_worked_examples_are_what_the_shop_gets(app: Flask, name: str) -> None:
    """domain.md 3.3."""
    papers, profile, gross, template, changes, kept, gets = EXAMPLES[name]
    case = due(gross, cook(*papers, **profile), template, **changes)
    made = services.pay(case.code, payment(), by=case.by(TREASURER))
    assert (taxes(made), net(made)) == (kept, gets)
    assert list(queries.money_broken()) == []


def test_a_purchase_that_was_split_into_two_orders_is_one_for_the_limit(app: Flask) -> None:
    """Guard (R26.3): a purchase that was split is one for the limit (domain.md 3.3, example 9).

    Each is below two million; of a third one the first two are no base again.
    """
    desk, shop = of.desk(), cook("identity")
    orders = [due(1_900_000, shop, of=desk) for _many in range(3)]
    made = [services.pay(one.code, payment(), by=one.by(TREASURER)) for one in orders]
    assert [taxes(one) for one in made] == [[], [("income.22", 57_000)], [("income.22", 28_500)]]
    other = due(1_900_000, cook("identity"), of=desk)
    assert taxes(services.pay(other.code, payment(), by=other.by(TREASURER))) == []


def test_where_a_number_was_used_is_said_to_who_may_see_that_order_alone(app: Flask) -> None:
    """Guard (R26.3): a refusal tells nothing of another office (R11.10)."""
    desk = of.desk()
    first, second = due(900_000, cook(), of=desk), due(800_000, cook(), of=desk)
    stranger = due(700_000, cook())
    services.pay(first.code, payment("TRX-1"), by=first.by(TREASURER))
    said = []
    for case in (second, stranger):
        with pytest.raises(Invalid) as refused:
            services.pay(case.code, payment("trx.1"), by=case.by(TREASURER))
        said.append(str(refused.value.fields["nomor"]))
    assert [first.code in one for one in said] == [True, False]


def test_nothing_is_paid_before_the_minutes(app: Flask) -> None:
    case = of.order_in(OrderState.INSPECTED)
    with pytest.raises(Conflict) as refused:
        services.pay(case.code, payment(), by=case.by(TREASURER))
    assert refused.value.code == "state"


def test_by_card_nothing_is_withheld_whatever_the_page_showed(app: Flask) -> None:
    case = due(3_400_000, cook("identity"))
    told = [{"kode": "income.22", "dipotong": "51000"}]
    made = services.pay(case.code, payment(cara="KKPD", kartu="4321", pajak=told), by=case.by(TREASURER))
    assert (taxes(made), net(made)) == ([], 3_400_000)


def test_a_proposal_that_was_not_looked_at_is_not_confirmed(app: Flask) -> None:
    """Guard (R26.3): the treasurer confirms what holds, not what the page once showed (R11.7)."""
    case = due(3_400_000, cook("identity"))
    with pytest.raises(Invalid) as refused:
        services.pay(case.code, payment(jumlah="3000000", potongan="51000"), by=case.by(TREASURER))
    assert list(refused.value.fields) == ["potongan"]
    made = services.pay(case.code, payment(jumlah="3000000", potongan="45000"), by=case.by(TREASURER))
    rest = services.pay(case.code, payment(), by=case.by(TREASURER))
    assert (taxes(made), taxes(rest)) == ([("income.22", 45_000)], [("income.22", 6_000)])


def test_an_order_is_closed_when_proof_and_slips_are_there(app: Flask) -> None:
    case = due(3_400_000, cook("identity"))
    treasurer = case.by(TREASURER)
    made = services.pay(case.code, payment(), by=treasurer)
    (tax,) = session.query(Withholding).filter_by(payment_id=made)
    services.document_tax(case.code, tax.id, SlipIn(nomor="BP22-001"), by=treasurer)
    assert queries.order(case.code, SYSTEM).state == OrderState.TAX_DOCUMENTED
    with pytest.raises(Conflict):
        services.close(case.code, by=case.by(PPK))
    services.add_proof(case.code, made, keep_file(PDF, owner=f"eorder/{case.order_id}", field="bukti"), by=treasurer)
    assert queries.order(case.code, SYSTEM).state == OrderState.CLOSED


def test_shop_treasurer_budget_holder_and_auditor_see_what_is_owed_and_strangers_do_not(app: Flask) -> None:
    """Guard (R26.3): what an office owes is its own matter and its shop's."""
    case, other = due(3_400_000, cook("identity")), due(1_000_000, cook())
    for duty in (TREASURER, PA, AUDITOR):
        assert [one.code for one in queries.unpaid(case.by(duty))] == [case.code]
    assert [(one.code, one.owed.amount) for one in queries.owed_to(case.seller)] == [(case.code, 3_400_000)]
    assert [one.code for one in queries.owed_to(other.seller)] == [other.code]
    services.pay(case.code, payment(jumlah="400000"), by=case.by(TREASURER))
    (left,) = queries.owed_to(case.seller)
    assert (left.owed.amount, left.late) == (3_000_000, False)
    services.pay(case.code, payment(), by=case.by(TREASURER))
    assert queries.unpaid(case.by(TREASURER)) == ()


def test_the_sellers_money_page_has_what_offices_owe(app: Flask, client: FlaskClient) -> None:
    case = due(3_400_000, cook("identity"))
    signed_in(client, sellers.keeper(case.shop))
    page = client.get(f"/lapak/keuangan?toko={case.shop.code}").text
    assert case.code in page
    assert "3.400.000" in page


@transactional
def signed_on(case: of.Case, day: date) -> None:
    session.get_one(Order, case.order_id).minutes_at = datetime.combine(day, time(10), clock.JAKARTA)


def test_who_waits_for_money_is_spoken_of_at_7_14_and_30_working_days(app: Flask) -> None:
    case = due(3_400_000, cook("identity"))
    calendar_back = {7: 11, 14: 20, 30: 44}
    assert services.dun_unpaid() == 0
    for stage, days in calendar_back.items():
        signed_on(case, clock.today() - timedelta(days=days))
        assert services.dun_unpaid() == 1, stage
        assert services.dun_unpaid() == 0
        assert session.get_one(Order, case.order_id, populate_existing=True).dunned == stage
    services.pay(case.code, payment(), by=case.by(TREASURER))
    assert services.dun_unpaid() == 0


def test_after_thirty_working_days_the_budget_holder_is_told_too(app: Flask) -> None:
    unit = of.desk().unit_code
    for duty in (TREASURER, PA):
        person(of.NAMES[duty], grants=(Grant(duty, "organisation", unit),), email=f"{duty}@jakpreneur.example")
    told = {"order_id": "1", "code": "K", "unit_code": unit, "seller_id": "1", "owed_idr": 1}
    assert [len(money_letters.payers(PaymentLate(days=days, **told))) for days in (7, 30)] == [1, 2]  # type: ignore[arg-type]


def test_how_soon_a_unit_pays_is_the_median_of_working_days(app: Flask) -> None:
    desk = of.desk()
    for days in (0, 3, 14):
        case = due(1_000_000, cook("identity"), of=desk)
        signed_on(case, clock.today() - timedelta(days=days))
        services.pay(case.code, payment(), by=case.by(TREASURER))
    (found,) = queries.punctuality([desk.unit_code], clock.today().year)
    assert (found.orders, found.in_time) == (3, 2)
    assert 0 < found.median_days <= 3


def test_the_shop_is_asked_for_its_papers_once_a_day_and_nothing_is_blocked(app: Flask) -> None:
    case = due(3_400_000, cook())
    with pytest.raises(NotAllowed):
        services.ask_for_tax_papers(case.code, by=case.by(PPTK))
    with pytest.raises(NotFound):
        services.ask_for_tax_papers(case.code, by=due(1_000, cook()).by(TREASURER))
    asked = [services.ask_for_tax_papers(case.code, by=case.by(TREASURER)) for _twice in range(2)]
    assert asked == [True, False]
    assert taxes(services.pay(case.code, payment(), by=case.by(TREASURER))) == [("income.22_unnumbered", 102_000)]


def test_the_treasurer_pays_on_a_page_with_three_fields(app: Flask, client: FlaskClient) -> None:
    case = due(3_400_000, cook("identity"))
    unit = case.desk.unit_code
    signed_in(client, person("Bayu", grants=(Grant(TREASURER, "organisation", unit),)))
    address = f"/pengadaan/pesanan/{case.code}/pembayaran"
    page = client.get(address).text
    assert "PMK 51/2025" in page
    assert "51.000" in page
    told: dict[str, Any] = {"cara": "UP", "nomor": "TRX-9", "tanggal": clock.today().isoformat(), "potongan": "51000"}
    told |= {"pajak-income.22-kode": "income.22", "pajak-income.22-dipotong": "51.000"}
    reckoned = client.post(address, data={**told, "jumlah": "1.000.000", "aksi": "hitung"}).text
    assert "1.000.000" in reckoned
    wrong = client.post(address, data={**told, "bukti": (io.BytesIO(b"GIF89a"), "bukti.gif")})
    assert (wrong.status_code, "TRX-9" in wrong.text) == (422, True)
    done = client.post(address, data={**told, "bukti": (io.BytesIO(PDF), "bukti.pdf")})
    assert (done.status_code, queries.order(case.code, SYSTEM).state) == (303, OrderState.PAID)
    (made,) = session.query(Payment)
    assert client.get(f"{address}/berkas/{made.id}").data == PDF
    assert "BP22" not in client.get(address).text


def test_what_a_shop_sold_to_offices_counts_in_the_year_of_its_minutes_without_taxes(app: Flask) -> None:
    case = of.order_in(OrderState.ARRIVED, included_tax_idr=Rupiah(126_847))
    data = InspectIn.model_validate({"baris": [{"id": queries.order(case.code, SYSTEM).lines[0].id, "terima": 40}]})
    services.inspect(case.code, data, by=case.by(PPK))
    assert queries.sold(case.shop.id, clock.today().year) == Rupiah(0)
    services.sign(case.code, SignIn(password=PASSWORD), by=case.by(PPK))
    services.countersign(case.code, by=case.by(SHOP))
    assert queries.sold(case.shop.id, clock.today().year) == Rupiah(1_153_153)
    assert queries.sold(case.shop.id, clock.today().year - 1) == Rupiah(0)
