"""From the letter to the money: what came, what was accepted, what was paid, and that it all adds up."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.eorder import queries, services
from marketplace.eorder.forms import InspectIn, PaymentIn, ReasonIn, ReceiptIn, ShipIn, SignIn, SlipIn
from marketplace.eorder.models import SHOP, Minutes, OrderState, Withholding
from marketplace.eorder.models.acts import PPK, PPTK, RECEIVER, TREASURER
from marketplace.eorder.queries import OrderView
from marketplace.kernel import clock, ids
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.money import Rupiah
from marketplace.offices import queries as offices
from tests.factories import eorder as of
from tests.factories.accounts import PASSWORD

PROOF = services.Proof("private/proof", "a" * 64)
SIGNED = SignIn(password=PASSWORD)
WHY = ReasonIn(alasan="Sambal tumpah di jalan")


def seen(case: of.Case) -> OrderView:
    return queries.order(case.code, SYSTEM)


def line(case: of.Case) -> UUID:
    return seen(case).lines[0].id


def sent(case: of.Case, many: int | None = None) -> None:
    kiriman = [] if many is None else [{"baris": line(case), "jumlah": many}]
    services.ship(
        case.code, ShipIn.model_validate({"kiriman": kiriman, "catatan": "Mobil B 1234 XY"}), by=case.by(SHOP)
    )


def came(case: of.Case, many: int, bad: int = 0, key: str | None = None) -> UUID:
    told = {"kunci": key or ids.short_code(), "baris": [{"id": line(case), "datang": many, "rusak": bad}]}
    return services.receive(case.code, ReceiptIn.model_validate(told), by=case.by(RECEIVER))


def judged(case: of.Case, accepted: int, **told: object) -> None:
    data = InspectIn.model_validate({"baris": [{"id": line(case), "terima": accepted}], **told})
    services.inspect(case.code, data, by=case.by(PPK))


def signed(case: of.Case) -> None:
    services.sign(case.code, SIGNED, by=case.by(PPK))
    services.countersign(case.code, by=case.by(SHOP))


def payment(number: str | None = None, **told: object) -> PaymentIn:
    return PaymentIn.model_validate(
        {"cara": "UP", "nomor": number or f"TRX-{ids.short_code()}", "tanggal": clock.today(), **told}
    )


def budget(case: of.Case) -> tuple[int, int]:
    (found,) = offices.lines(case.desk.unit_code, clock.today().year, SYSTEM)
    return found.committed.amount, found.realised.amount


def test_forty_boxes_come_are_accepted_signed_by_both_and_paid(app: Flask) -> None:
    case = of.order_in(OrderState.ACCEPTED)
    sent(case)
    came(case, 40)
    judged(case, 40, fungsi=True, lengkap=True, waktu=True)
    signed(case)
    assert (seen(case).state, seen(case).accepted) == (OrderState.BAST_SIGNED, Rupiah(1_280_000))
    services.request_payment(case.code, by=case.by(PPTK))
    art21 = {"kode": "income.21", "dipotong": "32000", "slip": "BP21-0001"}
    services.pay(case.code, payment(pajak=[art21]), by=case.by(TREASURER), proof=PROOF)
    assert (seen(case).state, seen(case).paid, budget(case)) == (OrderState.CLOSED, Rupiah(1_280_000), (0, 1_280_000))
    assert list(offices.broken()) == []


def test_who_signs_the_minutes_asks_for_payment_with_it(app: Flask) -> None:
    case = of.order_in(OrderState.ARRIVED)
    judged(case, 40)
    services.sign(case.code, SignIn(password=PASSWORD, bayar=True), by=case.by(PPK))
    assert seen(case).state == OrderState.INSPECTED
    services.countersign(case.code, by=case.by(SHOP))
    assert (seen(case).state, seen(case).waits_for) == (OrderState.PAYMENT_REQUESTED, (TREASURER,))


def test_two_boxes_are_bad_and_come_again_the_next_day(app: Flask) -> None:
    case = of.order_in(OrderState.ACCEPTED)
    tomorrow = clock.today() + timedelta(days=1)
    sent(case)
    came(case, 40, bad=2)
    with pytest.raises(Invalid) as refused:
        judged(case, 38, catatan="Dua kotak penyok")
    assert list(refused.value.fields) == ["lanjutan"]
    judged(case, 38, catatan="Dua kotak penyok", lanjutan="complete", sampai=tomorrow)
    signed(case)
    assert (seen(case).state, seen(case).accepted, seen(case).day) == (
        OrderState.IN_PRODUCTION,
        Rupiah(1_216_000),
        tomorrow,
    )
    sent(case)
    came(case, 2)
    judged(case, 2)
    signed(case)
    assert (seen(case).state, seen(case).accepted) == (OrderState.BAST_SIGNED, Rupiah(1_280_000))
    assert [row.value_idr.amount for row in session.query(Minutes).order_by(Minutes.number)] == [1_216_000, 64_000]


def test_what_is_taken_off_goes_back_to_the_budget(app: Flask) -> None:
    case = of.order_in(OrderState.ACCEPTED)
    sent(case)
    came(case, 39)
    judged(case, 38, catatan="Satu penyok, satu tidak datang", lanjutan="reduce")
    assert budget(case) == (1_280_000, 0)  # Nothing is bound before the shop has signed.
    signed(case)
    assert (seen(case).state, seen(case).total, budget(case)) == (
        OrderState.BAST_SIGNED,
        Rupiah(1_216_000),
        (1_216_000, 0),
    )


def test_the_shop_objects_and_the_office_inspects_anew(app: Flask) -> None:
    case = of.order_in(OrderState.ARRIVED)
    judged(case, 30, catatan="Sepuluh kurang lauk", lanjutan="reduce")
    with pytest.raises(Conflict) as refused:
        services.countersign(case.code, by=case.by(SHOP))
    assert refused.value.code == "unsigned"
    services.sign(case.code, SIGNED, by=case.by(PPK))
    services.object_to(case.code, ReasonIn(alasan="Lauk sesuai menu"), by=case.by(SHOP))
    judged(case, 40)
    signed(case)
    assert (seen(case).state, seen(case).accepted) == (OrderState.BAST_SIGNED, Rupiah(1_280_000))


def test_nothing_good_came_so_nothing_is_signed(app: Flask) -> None:
    case = of.order_in(OrderState.ARRIVED)
    with pytest.raises(Invalid):
        judged(case, 0, catatan="Basi semua", lanjutan="reduce")
    judged(case, 0, catatan="Basi semua", lanjutan="complete", sampai=clock.today())
    assert (seen(case).state, seen(case).lines[0].came) == (OrderState.IN_PRODUCTION, 0)


def test_more_than_was_ordered_cannot_come_and_what_is_sent_twice_is_one_receipt(app: Flask) -> None:
    """Guard (R26.3): accepted, delivered and ordered (R11.6)."""
    case = of.order_in(OrderState.SHIPPED)
    with pytest.raises(Invalid) as refused:
        came(case, 41)
    assert list(refused.value.fields) == [f"baris-{line(case)}-datang"]
    first = came(case, 25, key="kunci-dari-ponsel")
    assert came(case, 25, key="kunci-dari-ponsel") == first
    assert seen(case).lines[0].came == 25
    with pytest.raises(Invalid):
        came(case, 16)
    came(case, 15)
    with pytest.raises(Invalid) as more:
        judged(case, 41)
    assert list(more.value.fields) == [f"baris-{line(case)}-terima"]


def test_the_units_own_number_of_minutes_is_given_once_a_year(app: Flask) -> None:
    """Guard (R26.3): numbers that an office gives itself (R11.5)."""
    desk = of.desk()
    first, second = of.order_in(OrderState.ARRIVED, of=desk), of.order_in(OrderState.ARRIVED, of=desk)
    for case in (first, second):
        judged(case, 40)
    services.sign(first.code, SignIn(password=PASSWORD, nomor="12/BAST/2026"), by=desk[PPK])
    with pytest.raises(Invalid) as refused:
        services.sign(second.code, SignIn(password=PASSWORD, nomor=" 12/bast/2026"), by=desk[PPK])
    assert list(refused.value.fields) == ["nomor"]
    services.sign(second.code, SignIn(password=PASSWORD, nomor="13/BAST/2026"), by=desk[PPK])


def test_a_payment_reference_is_used_once_in_the_whole_system(app: Flask) -> None:
    """Guard (R26.3): one reference, one payment (R11.6)."""
    one, other = of.order_in(OrderState.PAYMENT_REQUESTED), of.order_in(OrderState.PAYMENT_REQUESTED)
    services.pay(one.code, payment("TRX-2026.0001"), by=one.by(TREASURER))
    with pytest.raises(Invalid) as refused:
        services.pay(other.code, payment("trx 2026/0001"), by=other.by(TREASURER))
    assert (list(refused.value.fields), seen(other).paid, budget(other)) == (["nomor"], Rupiah(0), (1_280_000, 0))


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"jumlah": "1280001"}, "jumlah"),
        ({"tanggal": "2099-01-01"}, "tanggal"),
        ({"tanggal": "2020-01-01"}, "tanggal"),
        ({"cara": "KKPD"}, "kartu"),
        ({"cara": "LS", "spp": "1", "spm": "2"}, "sp2d"),
    ],
)
def test_a_payment_that_cannot_be_is_refused_beside_its_field(app: Flask, told: dict[str, str], field: str) -> None:
    """Guard (R26.3): no more is paid than was accepted."""
    case = of.order_in(OrderState.PAYMENT_REQUESTED)
    with pytest.raises(Invalid) as refused:
        services.pay(case.code, payment(**told), by=case.by(TREASURER))
    assert list(refused.value.fields) == [field]


def test_a_large_order_of_goods_is_paid_with_its_income_tax_and_waits_for_the_slip(app: Flask) -> None:
    """PPh 22 of 1.5 percent above two million, twice as much without a tax number (PMK 59/2022, PMK 51/2025)."""
    case = of.order_in(OrderState.PAYMENT_REQUESTED, qty=100, template="stationery")
    services.pay(case.code, payment(), by=case.by(TREASURER), proof=PROOF)
    (tax,) = session.query(Withholding).all()
    assert (tax.code, tax.base_idr.amount, tax.kept_idr.amount) == ("income.22_unnumbered", 3_200_000, 96_000)
    assert (seen(case).state, budget(case)) == (OrderState.PAID, (0, 3_200_000))
    services.document_tax(case.code, tax.id, SlipIn(nomor="BP-000001"), by=case.by(TREASURER))
    assert seen(case).state == OrderState.CLOSED


def test_a_tax_is_corrected_with_a_reason_only(app: Flask) -> None:
    """Guard (R26.3): a correction of a tax says why."""
    case = of.order_in(OrderState.PAYMENT_REQUESTED, qty=100, template="stationery")
    told = {"kode": "income.22_unnumbered", "dipotong": "48000"}
    with pytest.raises(Invalid) as refused:
        services.pay(case.code, payment(pajak=[told]), by=case.by(TREASURER))
    assert list(refused.value.fields) == ["pajak-income.22_unnumbered-alasan"]
    told["alasan"] = "NPWP ditunjukkan hari ini"
    services.pay(case.code, payment(pajak=[told]), by=case.by(TREASURER))
    (tax,) = session.query(Withholding).all()
    assert (tax.proposed_idr.amount, tax.kept_idr.amount) == (96_000, 48_000)


def test_parts_of_a_payment_are_one_purchase_for_the_limit(app: Flask) -> None:
    case = of.order_in(OrderState.PAYMENT_REQUESTED, qty=100, template="stationery")
    services.pay(case.code, payment(jumlah="1900000"), by=case.by(TREASURER))
    services.pay(case.code, payment(jumlah="1300000"), by=case.by(TREASURER))
    small, tax = session.query(Withholding).order_by(Withholding.id).all()
    assert (small.code, small.base_idr.amount, small.kept_idr.amount) == ("income.22_limit", 1_900_000, 0)
    assert (tax.base_idr.amount, tax.kept_idr.amount) == (3_200_000, 96_000)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 20), min_size=1, max_size=5), st.integers(0, 99_999))
def test_all_minutes_of_an_order_come_to_its_total_to_the_rupiah(app: Flask, parts: list[int], shipping: int) -> None:
    case = of.order_in(
        OrderState.ACCEPTED,
        qty=sum(parts),
        shipping_idr=Rupiah(shipping),
        total_idr=Rupiah(sum(parts) * 32_000 + shipping),
    )
    for place, many in enumerate(parts):
        sent(case, many)
        came(case, many)
        last = place == len(parts) - 1
        judged(case, many, **({} if last else {"lanjutan": "complete", "sampai": clock.today()}))
        signed(case)
    values = session.query(Minutes).filter_by(order_id=case.order_id)
    assert Rupiah.total([row.value_idr for row in values]) == seen(case).total == seen(case).accepted


def test_what_never_came_is_settled_after_its_day(app: Flask) -> None:
    case = of.order_in(OrderState.ACCEPTED)
    sent(case, 30)
    came(case, 30)
    judged(case, 30, lanjutan="complete", sampai=clock.today())
    signed(case)
    with pytest.raises(Conflict) as refused:
        services.settle(case.code, WHY, by=case.by(PPK))
    assert refused.value.code == "early"
    of.day_over(case)
    services.settle(case.code, WHY, by=case.by(PPK))
    assert (seen(case).state, seen(case).total, budget(case)) == (
        OrderState.BAST_SIGNED,
        Rupiah(960_000),
        (960_000, 0),
    )
