"""Money that does not fit its order: who is told, what the pages say, and what a person decides (R6.4, R6.5, R23.1)."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.catalog import services as shelves
from marketplace.catalog.models import Stock
from marketplace.kernel.access import SYSTEM, Actor, Grant
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.ids import token_hash
from marketplace.kernel.models import AuditEntry
from marketplace.kernel.outbox import relay
from marketplace.kernel.slots import verifiers
from marketplace.orders import commands, queries, services
from marketplace.orders.events import OrderQuestioned
from marketplace.orders.forms import PayAgainIn
from marketplace.orders.services.payment import give_up
from marketplace.payments import commands as payment_commands
from marketplace.payments import queries as payments
from marketplace.payments import services as payment_services
from marketplace.payments.models import SandboxState
from marketplace.payments.services import disputes
from marketplace.payments.slots import DisputeOutcome, DisputeStanding, Outcome, Standing
from marketplace.testing.plugin import Outbox
from tests.factories import catalog, orders
from tests.factories.accounts import person

WHY = "Bukti transfer dicek, jumlahnya benar."


def told_of(charge: payments.Charge, outcome: Outcome = Outcome.PAID, currency: str = "IDR") -> None:
    """Let the gateway say how a charge stands."""
    assert charge.provider_ref is not None
    if outcome is Outcome.PAID:
        orders.paid_after_all(charge)
    standing = Standing(
        provider_ref=charge.provider_ref, key=str(charge.id), outcome=outcome, amount=charge.amount, currency=currency,
        live=False,
    )  # fmt: skip
    payment_services.record(charge.id, standing)


def charges(code: str, by: Actor) -> list[payments.Charge]:
    """Return an order's charges, oldest first."""
    return list(reversed(payments.charges_of(queries.own_order(code, by).reference)))


def again(code: str, by: Actor, key: str = "kunci-kedua") -> None:
    services.pay_again(code, PayAgainIn(gateway="sandbox", kunci=key), by=by)


def two_payments(by: Actor, **changes: object) -> tuple[str, payments.Charge, payments.Charge]:
    """Let a first payment fail and a second be opened; return the order's code and both."""
    code = orders.ordered(by, catalog.basket(), **changes).code
    orders.decided(code, by, SandboxState.FAILED)
    again(code, by)
    first, second = charges(code, by)
    return code, first, second


def shelf() -> tuple[int, int]:
    row = session.execute(select(Stock.on_hand, Stock.reserved)).one()
    return row.on_hand, row.reserved


def broken() -> list[str]:
    return [said for check in verifiers for said in check()]


def audited() -> list[str]:
    entries = select(AuditEntry.content).where(AuditEntry.stream == "orders").order_by(AuditEntry.seq)
    return [one["action"] for one in session.scalars(entries)]


def letters(app: Flask) -> list[str]:
    sink: Path = app.extensions["jkp"].settings.mail_sink
    return [path.read_text(encoding="utf-8") for path in sink.rglob("*") if path.is_file()]


def browser(client: FlaskClient) -> Actor:
    """Return the guest that a client's cookie makes it."""
    client.set_cookie("tamu", "tamu-yang-ragu")
    return Actor(kind="guest", guest_key=token_hash("tamu-yang-ragu"))


def test_who_paid_twice_is_told_and_the_order_goes_its_way(app: Flask, outbox: Outbox) -> None:
    person("Laras Pertiwi", email="laras.ragu@contoh.example", grants=(Grant("admin"), Grant("programme_officer")))
    person("Fitri Handayani", email="fitri.ragu@contoh.example", grants=(Grant("programme_officer"),))
    rina = orders.guest()
    code, first, second = two_payments(rina, email="rina.ragu@contoh.example")
    told_of(second)
    relay()

    told_of(first)
    relay()
    relay()

    assert queries.own_order(code, rina).state == "paid"
    assert outbox.named(OrderQuestioned) == []
    mine = [letter for letter in letters(app) if code[:4] in letter and code[4:] in letter]
    twice = [letter for letter in mine if "pembayaran kedua" in letter]
    assert sum("rina.ragu@contoh.example" in letter for letter in twice) == 1
    for staff in ("laras.ragu@contoh.example", "fitri.ragu@contoh.example"):
        assert not any(staff in letter for letter in mine), "there is nothing for a person to do"
    assert [one.state for one in payments.refunds_of(first.id)] == ["succeeded"]
    assert broken() == []


def test_money_that_cannot_be_paid_back_is_told_to_people_and_to_its_buyer(
    app: Flask, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    person("Laras Pertiwi", email="laras.gagal@contoh.example", grants=(Grant("programme_officer"),))
    rina = orders.guest()
    code, first, second = two_payments(rina, email="rina.gagal@contoh.example")
    told_of(second)
    told_of(first)
    with monkeypatch.context() as patched:
        patched.setattr("marketplace.payments.services.sandbox_refund", lambda *_: False)
        relay()
    relay()

    assert [told["cause"] for told in outbox.named(OrderQuestioned)] == ["refund_failed"]
    for address, said in (("laras.gagal", "jkp payments refund"), ("rina.gagal", "belum bisa melakukannya")):
        assert sum(address in letter and said in letter for letter in letters(app)) == 1
    assert [said for said in broken() if str(first.id) in said], "verify lists it until it is paid back"

    done = app.test_cli_runner().invoke(payment_commands.refund, [str(first.id), "--why", WHY])
    relay()
    assert (done.exit_code, [one.state for one in payments.refunds_of(first.id)]) == (0, ["failed", "succeeded"])
    assert queries.own_order(code, rina).state == "paid"
    assert broken() == []


def test_people_hear_of_a_dispute_and_the_order_goes_its_way(app: Flask, outbox: Outbox) -> None:
    person("Laras Pertiwi", email="laras.bank@contoh.example", grants=(Grant("programme_officer"),))
    rina = orders.guest()
    code = orders.paid(rina, catalog.basket())
    (charge,) = charges(code, rina)
    asked = DisputeStanding(
        provider_ref="dp_1", payment_ref="", amount=charge.amount, currency="IDR", outcome=DisputeOutcome.OPEN
    )
    disputes.record(charge.id, asked)
    relay()
    relay()

    assert [told["cause"] for told in outbox.named(OrderQuestioned)] == ["disputed"]
    assert sum("laras.bank" in letter and "bank pembayar menarik" in letter for letter in letters(app)) == 1
    assert queries.own_order(code, rina).state == "paid"


def test_no_new_payment_while_one_is_being_checked(app: Flask) -> None:
    rina = orders.guest()
    code = orders.ordered(rina, catalog.basket()).code
    told_of(charges(code, rina)[0], currency="USD")

    with pytest.raises(Conflict) as refused:
        again(code, rina)
    assert refused.value.code == "review"
    with pytest.raises(Conflict) as refused:
        services.cancel(code, by=rina)
    assert refused.value.code == "review"
    assert [one.state for one in charges(code, rina)] == ["review"]


def test_goods_stay_held_while_a_payment_is_being_checked(app: Flask) -> None:
    rina = orders.guest()
    code, first, second = two_payments(rina)
    told_of(first, currency="USD")
    told_of(second, Outcome.FAILED)

    services.let_go(queries.own_order(code, rina).reference, "failed")

    assert shelf() == (10, 1)
    relay()
    assert queries.own_order(code, rina).state == "review"


def test_a_payment_that_can_still_be_made_is_not_called_paid(app: Flask) -> None:
    rina = orders.guest()
    code = orders.ordered(rina, catalog.basket()).code
    with pytest.raises(Conflict) as refused:
        give_up(queries.own_order(code, rina).id, "unpaid", by=rina)
    assert refused.value.code == "open"


def test_the_payment_page_never_says_received_of_money_that_goes_back(app: Flask, client: FlaskClient) -> None:
    rina, quicker, variant = browser(client), orders.guest(), catalog.basket(stock=1)
    code = orders.ordered(rina, variant).code
    orders.decided(code, rina, SandboxState.FAILED)
    orders.paid(quicker, variant)
    told_of(charges(code, rina)[0])
    relay()

    page = client.get(f"/bayar/{code}").text

    assert queries.own_order(code, rina).state == "cancelled"
    assert "uangnya kami kembalikan" in page.lower()
    assert "Pembayaran diterima" not in page


def test_the_payment_page_tells_of_the_order_as_it_is_after_asking(app: Flask, client: FlaskClient) -> None:
    """The gateway says at the return that it was paid, but the goods are gone: the page must not promise them."""
    rina, quicker, variant = browser(client), orders.guest(), catalog.basket(stock=1)
    code = orders.ordered(rina, variant).code
    goods_let_go(code, rina)
    orders.paid(quicker, variant)
    (charge,) = charges(code, rina)
    assert charge.pay_path is not None
    payment_services.decide(charge.pay_path.rpartition("/")[2], SandboxState.PAID)

    page = client.get(f"/bayar/{code}?kembali=1").text

    assert queries.own_order(code, rina).state == "cancelled"
    assert "uangnya kami kembalikan" in page.lower()


def goods_let_go(code: str, by: Actor) -> None:
    """Let go of an order's goods although it can still be paid."""
    shelves.release(queries.own_order(code, by).reference, "expired")


def test_late_money_for_a_cancelled_order_is_not_called_nothing(app: Flask, client: FlaskClient) -> None:
    rina = browser(client)
    code = orders.ordered(rina, catalog.basket()).code
    services.cancel(code, by=rina)
    told_of(charges(code, rina)[0])
    assert "Pembayaran Anda sedang diperiksa" in client.get(f"/bayar/{code}").text
    relay()
    assert "uangnya kami kembalikan" in client.get(f"/bayar/{code}").text.lower()
    assert "setelah pesanan dibatalkan" in client.get(f"/pesanan/{code}").text


def reviewed(by: Actor, stock: int = 10) -> str:
    """Return the code of an order whose money came in another currency, and waits for a person."""
    code = orders.ordered(by, catalog.basket(stock=stock)).code
    told_of(charges(code, by)[0], currency="USD")
    relay()
    assert queries.own_order(code, by).state == "review"
    return code


def test_a_person_lets_an_order_in_review_go_on(app: Flask) -> None:
    rina = orders.guest()
    code = reviewed(rina)

    done = app.test_cli_runner().invoke(commands.settle, [code, "--why", WHY])
    relay()

    page = queries.own_order(code, rina)
    assert (done.exit_code, page.state, [part.state for part in page.parts]) == (0, "paid", ["new"])
    assert shelf() == (9, 0)
    assert audited() == ["order.review", "order.settled"]
    assert broken() == []


def test_goods_that_were_let_go_meanwhile_are_held_again_or_the_order_stays_in_review(app: Flask) -> None:
    rina, quicker = orders.guest(), orders.guest()
    code = reviewed(rina, stock=1)
    goods_let_go(code, rina)
    variant = session.scalars(select(Stock.variant_id)).one()
    orders.paid(quicker, variant)

    refused = app.test_cli_runner().invoke(commands.settle, [code, "--why", WHY])

    assert refused.exit_code == 1
    assert queries.own_order(code, rina).state == "review"
    assert [one.state for one in charges(code, rina)] == ["review"]
    assert shelf() == (0, 0)


def test_a_person_cancels_an_order_in_review_whose_money_went_back(
    app: Flask, client: FlaskClient, outbox: Outbox
) -> None:
    rina = browser(client)
    code = reviewed(rina)

    done = app.test_cli_runner().invoke(commands.cancel, [f"JKP-{code[:4]}-{code[4:]}", "--why", WHY])
    relay()

    page = queries.own_order(code, rina)
    assert (done.exit_code, page.state, page.cause) == (0, "cancelled", "returned")
    assert [one.state for one in charges(code, rina)] == ["closed"]
    assert shelf() == (10, 0)
    assert audited() == ["order.review", "order.cancelled"]
    assert broken() == []
    assert "Uang Anda sudah dikembalikan" in client.get(f"/bayar/{code}").text
    assert "mengembalikan uang Anda" in client.get(f"/pesanan/{code}").text


def test_settled_money_of_a_cancelled_order_counts_as_paid_back(app: Flask) -> None:
    rina, quicker, variant = orders.guest(), orders.guest(), catalog.basket(stock=1)
    code = orders.ordered(rina, variant).code
    orders.decided(code, rina, SandboxState.FAILED)
    orders.paid(quicker, variant)
    told_of(charges(code, rina)[0])
    relay()

    reference = queries.own_order(code, rina).reference
    facts = [one for one in payments.payment_facts() if one["order_id"] == reference]
    assert [(one["state"], one["refunded_idr"]) for one in facts] == [("settled", 45_000)]
    services.mark_paid(reference)
    assert queries.own_order(code, rina).state == "cancelled", "old news of money that went back changes nothing"
    assert broken() == []


def test_only_orders_in_review_are_decided(app: Flask) -> None:
    rina = orders.guest()
    code, runner = orders.ordered(rina, catalog.basket()).code, app.test_cli_runner()
    for command in (commands.settle, commands.cancel):
        assert runner.invoke(command, [code]).exit_code == 2, "why is not optional"
        refused = runner.invoke(command, [code, "--why", WHY])
        assert (refused.exit_code, "not in review" in refused.output) == (1, True)
        assert "There is no order" in runner.invoke(command, ["ZZZZ2222", "--why", WHY]).output
    assert queries.own_order(code, rina).state == "placed"
    for decide in (services.settle_reviewed, services.cancel_reviewed):
        with pytest.raises(NotFound):
            decide("ZZZZ2222", WHY, by=SYSTEM)


def test_a_charge_that_can_still_be_paid_is_ended_before_a_person_decides(app: Flask) -> None:
    rina = orders.guest()
    code, first, _second = two_payments(rina)
    told_of(first, currency="USD")
    relay()
    services.settle_reviewed(code, WHY, by=Actor(kind="system"))
    relay()
    assert [one.state for one in charges(code, rina)] == ["settled", "closed"]
    assert queries.own_order(code, rina).state == "paid"
    assert broken() == []


def test_calling_off_is_audited(app: Flask) -> None:
    rina = orders.guest()
    services.cancel(orders.ordered(rina, catalog.basket()).code, by=rina)
    assert audited() == ["order.cancelled"]
