"""What a shop bears of a lost dispute or a refund found at its provider: its fee comes back, a credit note is issued (R7, R8).

The figures are those of the worked example of the money plan: shop A sells a batik for 222,000 with PPN inside, B ten boxes for
350,000 and 35,000 of PBJT; delivery is 12,500 and 10,000. All of it is 629,500, and the fees are 4,000 and 7,000.
"""

from random import Random
from uuid import UUID, uuid4

import pytest
from flask import Flask

from marketplace.kernel.access import SYSTEM, Actor, Grant
from marketplace.kernel.db import transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.money import Rupiah
from marketplace.orders import queries, services
from marketplace.orders.queries.bearing import part_share
from marketplace.orders.queries.giving_back import Bought
from marketplace.orders.queries.papers import CREDIT_NOTE, INVOICE, REVERSAL
from marketplace.orders.services.releasing import complete
from marketplace.orders.services.steps import locked_part
from marketplace.payments import queries as payments
from marketplace.payments.services import disputes, refunds
from marketplace.payments.slots import DisputeOutcome, DisputeStanding, RefundOutcome, RefundStanding
from tests.factories import orders
from tests.factories.accounts import person
from tests.orders.issuing import Stall, bought, papers, read, stall
from tests.orders.living import lies
from tests.orders.paying import charge_of
from tests.orders.test_credit_notes import heard, verified

WHY = "Penjual setuju menanggungnya."


def sold() -> tuple[str, Actor, Stall, Stall]:
    """Let a guest buy what the example tells; return the order's code, its buyer, and both shops."""
    rina, a = orders.guest(), stall(222_000, "Kemeja Batik", shipping=12_500, taxes=["vat_registered"])
    b = stall(
        35_000,
        "Nasi Kotak",
        meal=True,
        shipping=10_000,
        taxes=["pbjt_payer"],
    )
    return bought(rina, (a, 1), (b, 10), brought=True), rina, a, b


def numbers(code: str, by: Actor, *stalls: Stall) -> list[int]:
    """Return which part of an order is whose."""
    mine = {one.seller_id: one.number for one in queries.own_order(code, by).parts}
    return [mine[one.shop.id] for one in stalls]


@transactional
def _completed(code: str, number: int) -> None:
    order, part = locked_part(code, number)
    complete(order, part, by=SYSTEM)


def finished(code: str, by: Actor, *stalls: Stall) -> None:
    """Send the parts of these shops; nobody objects."""
    for number, one in zip(numbers(code, by, *stalls), stalls, strict=True):
        services.advance(f"{code}-{number}", "shipped", by=one.runs, shown=services.HandOver(receipt_number="JNE 0123"))
        services.receive(code, number, by=by)
        _completed(code, number)


def lost(code: str, by: Actor, amount: int | None = None) -> payments.Waiting:
    """Let the buyer's bank draw money back, and keep it."""
    charge = charge_of(code, by)
    drawn = Rupiah(amount) if amount else charge.amount
    for outcome in (DisputeOutcome.OPEN, DisputeOutcome.LOST):
        disputes.record(
            charge.id,
            DisputeStanding(
                provider_ref="dp_1", payment_ref=charge.payment_ref or "", amount=drawn, currency="IDR", outcome=outcome,
                reason="fraudulent",
            ),
        )  # fmt: skip
    (waiting,) = payments.disputes()
    return waiting


def _found(code: str, by: Actor, amount: int, outcome: RefundOutcome) -> None:
    charge = charge_of(code, by)
    refunds.found(
        charge.id,
        RefundStanding(
            provider_ref="re_desk", key=None, payment_ref=charge.payment_ref or "", amount=Rupiah(amount), currency="IDR",
            outcome=outcome,
        ),
    )  # fmt: skip


def found(code: str, by: Actor, amount: int) -> payments.Waiting:
    """Let somebody pay money back at the provider's own desk."""
    _found(code, by, amount, RefundOutcome.SUCCEEDED)
    (waiting,) = payments.suspended()
    return waiting


def officer() -> Actor:
    return Actor(kind="person", id=person("Rini Bendahara"), grants=(Grant("finance_officer"),))


def part_id(code: str, by: Actor, of: Stall) -> str:
    return next(str(one.id) for one in queries.own_order(code, by).parts if one.seller_id == of.shop.id)


def test_shops_that_bear_a_lost_dispute_have_their_fees_back_and_owe_credit_notes(app: Flask) -> None:
    """Guard (R26.3): without the fee's entry the shops are 11,000 short, and verify says so."""
    code, rina, a, b = sold()
    finished(code, rina, a, b)
    earned = {one: lies(f"payable:{one.shop.id}") for one in (a, b)}
    assert (lies("fee"), queries.own_order(code, rina).total.amount) == (11_000, 629_500)
    dispute = lost(code, rina)
    services.bear_dispute(dispute, "all", WHY, by=officer())
    assert lies(f"payable:{a.shop.id}") == earned[a] - 234_500 + 4_000
    assert lies(f"payable:{b.shop.id}") == earned[b] - 395_000 + 7_000
    assert (lies("fee"), lies(f"dispute:{dispute.id}")) == (0, 0)
    heard()
    made = papers(code, rina)
    assert [one.kind for one in made] == [INVOICE, CREDIT_NOTE] * 2
    notes = {one.owner: one for one in made if one.kind == CREDIT_NOTE}
    assert (notes[a.owner].total.amount, notes[b.owner].total.amount) == (234_500, 395_000)
    assert (notes[a.owner].data["included_tax_idr"], notes[b.owner].data["tax_idr"]) == (22_000, 35_000)
    assert "Bank pembeli menarik" in read(notes[a.owner])
    assert verified() == []


def test_a_share_of_the_amount_brings_its_share_of_the_fee_and_what_is_left_the_rest(app: Flask) -> None:
    """B bears 115,500 of a refund that was made at the provider, taken of boxes and delivery by what each cost."""
    code, rina, a, b = sold()
    finished(code, rina, a, b)
    before = lies(f"payable:{b.shop.id}")
    services.bear_refund(found(code, rina, 115_500), part_id(code, rina, b), WHY, by=officer())
    heard()
    (note,) = (one for one in papers(code, rina) if one.kind == CREDIT_NOTE)
    told = note.data
    assert told["goods_idr"] + told["tax_idr"] + told["shipping_idr"] == note.total.amount == 115_500
    fee = 7_000 * told["goods_idr"] // 350_000
    assert (lies(f"payable:{b.shop.id}"), fee > 0) == (before - 115_500 + fee, True)
    assert told["tax_idr"] * 10 == pytest.approx(told["goods_idr"], abs=10)
    assert lies("suspense") == 0
    assert verified() == []


def test_before_completion_it_comes_out_of_what_is_held_and_completion_takes_the_fee_of_the_rest(app: Flask) -> None:
    code, rina, a, _b = sold()
    own = f"payable:{a.shop.id}"
    services.bear_refund(found(code, rina, 100_000), part_id(code, rina, a), WHY, by=officer())
    held = f"held:{part_id(code, rina, a)}"
    assert (lies(held), lies(own), lies("fee")) == (134_500, 0, 0)
    heard()
    (note,) = (one for one in papers(code, rina) if one.kind == CREDIT_NOTE)
    finished(code, rina, a)
    goods = note.data["goods_idr"]
    left = 4_000 - 4_000 * goods // 222_000
    assert (lies(held), lies("fee")) == (0, left)
    assert verified() == []
    assert lies(own) == 134_500 - left, "as if so much less had been bought, but for what the gateway costs"


def test_a_part_that_is_called_off_after_it_gives_back_only_what_is_left(app: Flask) -> None:
    """Guard (R26.3): what was borne counts in the part, so that nothing goes back twice, nor stays behind."""
    code, rina, a, _b = sold()
    services.bear_refund(found(code, rina, 100_000), part_id(code, rina, a), WHY, by=officer())
    (number,) = numbers(code, rina, a)
    services.decline(f"{code}-{number}", "sold_out", by=a.runs)
    heard()
    assert lies(f"held:{part_id(code, rina, a)}") == 0
    assert charge_of(code, rina).refunded.amount == 234_500
    notes = [one.total.amount for one in papers(code, rina) if one.kind == CREDIT_NOTE]
    assert sorted(notes) == [100_000, 134_500]
    assert verified() == []


def test_what_one_shop_bears_of_the_other_s_part_gives_no_fee_and_no_paper(app: Flask) -> None:
    code, rina, a, b = sold()
    finished(code, rina, a, b)
    before = lies(f"payable:{a.shop.id}")
    services.bear_dispute(lost(code, rina), part_id(code, rina, a), WHY, by=officer())
    assert lies(f"payable:{a.shop.id}") == before - 629_500 + 4_000
    heard()
    assert [one.total.amount for one in papers(code, rina) if one.kind == CREDIT_NOTE] == [234_500]
    assert verified() == []


def test_a_found_refund_that_its_provider_takes_back_gives_each_shop_its_own_again(app: Flask) -> None:
    code, rina, a, b = sold()
    finished(code, rina, a)
    before = {one: lies(f"payable:{one.shop.id}") for one in (a, b)}
    services.bear_refund(found(code, rina, 200_000), "all", WHY, by=officer())
    heard()
    _found(code, rina, 200_000, RefundOutcome.FAILED)
    heard()
    assert {one: lies(f"payable:{one.shop.id}") for one in (a, b)} == before
    assert (lies("suspense"), lies("fee"), charge_of(code, rina).refunded.amount) == (0, 4_000, 0)
    kinds = [one.kind for one in papers(code, rina)]
    assert (kinds.count(CREDIT_NOTE), kinds.count(REVERSAL)) == (2, 2)
    assert verified() == []
    finished(code, rina, b)
    assert (lies("fee"), verified()) == (11_000, [])


def test_what_the_programme_bore_of_a_found_refund_comes_back_to_it(app: Flask) -> None:
    code, rina, _a, _b = sold()
    services.bear_refund(found(code, rina, 50_000), "loss", WHY, by=officer())
    _found(code, rina, 50_000, RefundOutcome.FAILED)
    heard()
    assert (lies("loss"), lies("suspense")) == (0, 0)
    assert verified() == []


def test_it_is_decided_once_by_an_officer_and_about_this_order(app: Flask) -> None:
    code, rina, _a, _b = sold()
    dispute = lost(code, rina)
    with pytest.raises(Invalid):
        services.bear_dispute(dispute, str(uuid4()), WHY, by=officer())
    services.bear_dispute(dispute, "all", WHY, by=officer())
    with pytest.raises(Conflict) as again:
        services.bear_dispute(dispute, "all", WHY, by=officer())
    assert again.value.code == "state"
    heard()
    assert [one.kind for one in papers(code, rina)].count(CREDIT_NOTE) == 2
    assert verified() == []


def line(qty: int, goods: int, tax: int, back: int) -> tuple[UUID, Bought]:
    one = uuid4()
    given = min(back, goods)
    return one, Bought(line_id=one, qty=qty, goods=Rupiah(goods), tax=Rupiah(tax), back_goods=Rupiah(given))


def test_any_shares_of_a_part_add_up_and_never_pass_what_is_left() -> None:
    """Two thousand parts of one to eight lines, each borne in three steps, the last of all that is left."""
    dice = Random(20261122)
    for _round in range(2_000):
        lines = dict(
            line(
                dice.randint(1, 9),
                dice.randint(1, 400_000),
                dice.choice((0, dice.randint(0, 40_000))),
                dice.randint(0, 9_000),
            )
            for _line in range(dice.randint(1, 8))
        )
        shipping = Rupiah(dice.choice((0, dice.randint(1, 50_000))))
        whole = Rupiah.total([one.left for one in lines.values()]) + shipping
        for wanted in (Rupiah(dice.randint(0, whole.amount)), whole, whole + Rupiah(1)):
            of_lines, of_shipping = part_share(lines, shipping, wanted)
            assert Rupiah.total([one.goods + one.tax for one in of_lines]) + of_shipping == min(wanted, whole)
            assert of_shipping <= shipping
            for one in of_lines:
                known = lines[one.line_id]
                assert Rupiah(0) <= one.goods <= known.goods - known.back_goods
                assert Rupiah(0) <= one.tax <= known.tax - known.back_tax
