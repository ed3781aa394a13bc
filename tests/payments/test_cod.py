"""Cash on delivery: a promise first, then exactly the money, or nothing (R6.5, C14)."""

from datetime import timedelta

import pytest
from flask import Flask

from marketplace.kernel import clock as time
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import speaking
from marketplace.payments import queries, services
from marketplace.payments.slots import Terms
from marketplace.testing.plugin import Outbox
from tests.payments.gateways import AT_THE_DOOR, configure
from tests.payments.test_charges import planned, standing

DUE = Rupiah(66_000)


def promised(reference: str = "pesanan-1", amount: Rupiah = DUE, **changes: object) -> queries.Charge:
    told = {"gateway": "cod", "label": "JKP-TEST", "return_path": "/bayar/uji", "by": SYSTEM, "terms": AT_THE_DOOR}
    until = time.now() + timedelta(minutes=60)
    return services.plan(reference, amount, until=until, **{**told, **changes})  # type: ignore[arg-type]


def test_a_word_is_taken_at_once_and_nothing_is_in_the_books(app: Flask, outbox: Outbox) -> None:
    charge = promised()
    assert (charge.state, charge.pay_path, charge.method) == (
        "promised", "", {"kind": "door", "text": "", "bank": "", "holder": "", "code": ""},
    )  # fmt: skip
    assert [name for name, _told in outbox] == ["payments.PaymentPromised"]
    assert queries.balance("at:cod") == Rupiah(0)
    assert queries.unpaid(["pesanan-1"]) == {"pesanan-1"}
    assert not queries.payable(["pesanan-1"]), "nothing is held for it: the goods are given"
    assert services.expire_due() == 0
    assert promised().id == charge.id, "asked for again it is the same promise"


def test_exactly_what_is_due_is_collected_once(app: Flask, outbox: Outbox) -> None:
    """Taking the comparison of the amounts out of ``collect`` makes this fail: it was tried."""
    charge = promised()
    for wrong in (DUE - Rupiah(1), DUE + Rupiah(1)):
        with pytest.raises(Conflict) as refused:
            services.collect(charge.id, wrong, by=SYSTEM)
        assert (refused.value.code, refused.value.facts) == ("amount", {"due": 66_000})
    services.collect(charge.id, DUE, by=SYSTEM)
    services.collect(charge.id, DUE, by=SYSTEM)
    assert queries.charge(charge.id).state == "settled"
    assert (queries.balance("at:cod"), queries.balance("ref:pesanan-1")) == (Rupiah(-66_000), DUE)
    assert [name for name, _told in outbox] == ["payments.PaymentPromised", "payments.PaymentSettled"]
    with pytest.raises(Conflict, match="paid"):
        services.withdraw(charge.id, "cancelled", by=SYSTEM)
    assert not list(queries.broken())


def test_goods_that_are_not_handed_over_are_not_owed_for(app: Flask) -> None:
    charge = promised()
    services.withdraw(charge.id, "cancelled", by=SYSTEM, why="nobody")
    services.withdraw(charge.id, "cancelled", by=SYSTEM)
    assert queries.charge(charge.id).state == "closed"
    with pytest.raises(Conflict) as refused:
        services.collect(charge.id, DUE, by=SYSTEM)
    assert refused.value.code == "state"
    assert queries.balance("at:cod") == Rupiah(0)
    assert promised().id != charge.id, "its buyer may promise anew"


def test_late_money_beside_a_promise_goes_back(app: Flask) -> None:
    """The first way to pay ended, the buyer chose the door, and then the money of the first came all the same."""
    late = services.reach(planned("pesanan-1", DUE))
    services.close(late.id)
    promise = promised()
    assert services.record(late.id, standing(queries.charge(late.id))) == "surplus"
    assert queries.charge(late.id).refunded == DUE
    services.collect(promise.id, DUE, by=SYSTEM)
    assert queries.charge(promise.id).state == "settled"


@pytest.mark.parametrize(
    ("amount", "terms", "why"),
    [
        (DUE, Terms(payees=2, takes_cash=True, hands_over=True), "Only for an order from one shop; yours is from 2"),
        (DUE, Terms(payees=1, takes_cash=False, hands_over=True), "This shop takes no cash."),
        (DUE, Terms(payees=1, takes_cash=True, hands_over=False), "not by courier"),
        (Rupiah(500_001), AT_THE_DOOR, "Only up to Rp 500,000"),
    ],
)  # fmt: skip
def test_why_it_is_not_offered_is_said_in_a_sentence(app: Flask, amount: Rupiah, terms: Terms, why: str) -> None:
    with speaking("en"):
        told = {one.key: str(said or "") for one, said in queries.weighed(amount, terms)}
        assert why in told["cod"]
    with pytest.raises(Invalid) as refused:
        promised(amount=amount, terms=terms)
    assert list(refused.value.fields) == ["gateway"]
    assert queries.latest("pesanan-1") is None


def test_up_to_the_limit_it_is_offered_and_without_one_never(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    most = Rupiah(500_000)
    assert "cod" in [one.key for one in queries.offered(most, AT_THE_DOOR)]
    assert "cod" not in [one.key for one in queries.offered(most)], "who says nothing of cash collects none"
    configure(monkeypatch, COD_LIMIT_IDR=0)
    assert "cod" not in [one.key for one, _why in queries.weighed(most, AT_THE_DOOR)]


def test_each_way_to_pay_has_its_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, BANK_ACCOUNT="BCA 1234567890 a/n Koperasi Jaya", MIDTRANS_SERVER_KEY="SB-Mid-server-x",
              STRIPE_SECRET_KEY="sk_test_x")  # fmt: skip
    hours = {one.key: queries.time_to_pay(one.key) / timedelta(hours=1) for one in queries.offered()}
    assert hours == {
        "midtrans_qris": 1, "midtrans_va_bca": 24, "midtrans_va_mandiri": 24, "midtrans_va_bni": 24, "midtrans_va_bri": 24,
        "midtrans_va_permata": 24, "stripe": 1, "transfer": 24, "cod": 0, "sandbox": 1,
    }  # fmt: skip
    configure(monkeypatch, VA_HOURS=6, TRANSFER_HOURS=48, PAY_MINUTES=30)
    assert [queries.time_to_pay(key) / timedelta(hours=1) for key in ("midtrans_va_bca", "transfer", "stripe")] == [
        6,
        48,
        0.5,
    ]
