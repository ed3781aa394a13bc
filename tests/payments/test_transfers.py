"""Payouts by Stripe's transfers: each is made once, whatever line or process breaks, and the books agree (R8, D10)."""

import os
import random
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from marketplace.kernel import clock as time
from marketplace.kernel import crash, ids
from marketplace.kernel.db import db, session
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import relay
from marketplace.kernel.plugin import current
from marketplace.payments import queries, services
from marketplace.payments.adapters import calling
from marketplace.payments.slots import GatewayUnavailableError
from marketplace.testing.plugin import Live, TestClock
from tests.payments.gateways import connect_stripe
from tests.payments.paying_out import (
    FRIDAY,
    SATURDAY,
    broken,
    earned,
    entry,
    lies,
    officer,
    owner,
    payable,
    posted,
    requested,
    state,
)
from tests.standins.stripe import Stripe

TRANSFERS = "/v1/transfers"


@dataclass
class Desk:
    """Stripe as payer, the stand-in behind it, and the day it is."""

    there: Stripe
    clock: TestClock

    def account(self) -> str:
        """Return the id of an account that is connected to ours, and ready."""
        return str(self.there.books.make_account({"type": "express", "country": "ID"}, ready=True)["id"])

    def payee(self, amount: int = 0, account: str = "") -> str:
        """Connect a payee as officers do: one types the id, another checks it on the next day."""
        name = str(ids.uuid7())
        self.clock.set(FRIDAY)
        given = services.connect_account(
            name, bank="stripe", number=account or self.account(), holder="Dapur Bu Siti", by=officer()
        )
        self.clock.set(SATURDAY)
        services.verify_bank_account(given, by=officer())
        if amount:
            earned(name, amount)
        return name

    def made(self) -> list[dict[str, Any]]:
        return self.there.books.all("transfer")

    def paid(self) -> list[int]:
        """Return what the transfers in Stripe's books come to, less what came back, in rupiah."""
        return [(row["amount"] - row["amount_reversed"]) // 100 for row in self.made()]

    def listens(self) -> None:
        """Take in Stripe's messages from now on."""
        self.there.tell.set(target=lambda body, headers: 204 if services.receive("stripe", body, headers) else 400)
        self.there.tell.set(mode="held")

    def tells(self) -> None:
        """Let Stripe's messages come in and be worked on."""
        self.there.tell.release()
        relay()


def _opened(there: Stripe, clock: TestClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    connect_stripe(monkeypatch, there)
    monkeypatch.setattr(calling, "FIRST_PAUSE_SECONDS", 0.01)
    yield Desk(there, clock)
    calling.line.cache_clear()


@pytest.fixture
def desk(app: Flask, stripe_standin: Stripe, clock: TestClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    yield from _opened(stripe_standin, clock, monkeypatch)


@pytest.fixture
def real_desk(live: Live, stripe_standin: Stripe, clock: TestClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Give the same for a site whose transactions end for others too."""
    yield from _opened(stripe_standin, clock, monkeypatch)


def recon() -> services.Compared:
    return services.recon(time.now() - timedelta(hours=30))


def test_a_payee_is_paid_by_one_transfer_that_names_the_payout(desk: Desk) -> None:
    account = desk.account()
    shop = desk.payee(40_000, account)
    payout = requested(shop, 40_000)
    relay()
    (row,) = desk.made()
    assert (row["amount"], row["currency"], row["destination"]) == (4_000_000, "idr", account)
    assert (row["metadata"], row["transfer_group"]) == ({"payout": str(payout)}, queries.payout(payout).code)
    assert f"{payout}-1" in desk.there.keys
    assert (state(payout), queries.payout(payout).provider_ref) == ("paid", row["id"])
    assert (payable(shop), lies(f"payout:{payout}"), lies("at:stripe")) == (0, 0, 40_000)
    assert queries.payout(payout).masked == f"Stripe ••••{account[-4:]}"
    assert broken() == []


def test_an_account_there_is_typed_by_one_officer_and_checked_by_another(desk: Desk) -> None:
    shop, first, account = str(ids.uuid7()), officer(), desk.account()
    with pytest.raises(Invalid) as wrong:
        services.connect_account(shop, bank="stripe", number="4000123412341234", holder="Siti", by=first)
    assert set(wrong.value.fields) == {"number"}
    with pytest.raises(Invalid) as wrong:
        services.give_bank_account(shop, bank="stripe", number="1234567890", holder="Siti", by=owner())
    assert set(wrong.value.fields) == {"bank"}
    desk.clock.set(FRIDAY)
    given = services.connect_account(shop, bank="stripe", number=account, holder="3 Saudara", by=first)
    desk.clock.set(SATURDAY)
    with pytest.raises(Conflict) as same:
        services.verify_bank_account(given, by=first)
    assert same.value.code == "same_person"
    services.verify_bank_account(given, by=officer())
    assert "stripe" not in queries.payee_banks()


def test_without_a_key_nothing_is_drawn_for_an_account_there(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = desk.payee(40_000)
    monkeypatch.setitem(current().settings.extra, "STRIPE_SECRET_KEY", "")
    with pytest.raises(Conflict) as refused:
        requested(shop, 40_000)
    assert (refused.value.code, payable(shop), queries.desk_banks()) == ("no_account", 40_000, {})


@pytest.mark.parametrize("later", [False, True])
def test_an_answer_that_got_lost_leaves_one_transfer(desk: Desk, later: bool) -> None:
    """The same key gives the same transfer; a day later, when it may be forgotten, the transfer is found by its name."""
    shop = desk.payee(40_000)
    payout = requested(shop, 40_000)
    desk.there.fault("do_then_cut", TRANSFERS, method="POST", times=3)
    with pytest.raises(GatewayUnavailableError):
        services.send_payout(payout)
    assert (state(payout), desk.paid()) == ("approved", [40_000])
    with pytest.raises(Conflict):
        services.cancel_payout(payout, "salah", by=officer())
    if later:
        desk.clock.set("2026-11-29T10:00:00+07:00")
        desk.there.keys.clear()
    assert services.complete_payouts() == (1 if later else 0)
    if not later:
        services.send_payout(payout)
    assert (state(payout), desk.paid(), queries.payout(payout).attempt) == ("paid", [40_000], 1)
    assert broken() == []


@pytest.mark.parametrize("fault", ["drop", "500", "429"])
def test_a_line_that_breaks_before_it_is_asked_again(desk: Desk, fault: str) -> None:
    payout = requested(desk.payee(40_000), 40_000)
    desk.there.fault(fault, TRANSFERS, method="POST", times=3)
    with suppress(GatewayUnavailableError):
        services.send_payout(payout)
    services.send_payout(payout)
    assert (state(payout), desk.paid()) == ("paid", [40_000])


def test_what_stripe_refuses_is_payable_again_with_its_reason(desk: Desk) -> None:
    poor = desk.payee(40_000)
    desk.there.books.balance = 1_000
    early = desk.payee(50_000, str(desk.there.books.make_account({"type": "express"})["id"]))
    first, second = requested(poor, 40_000), requested(early, 50_000)
    relay()
    causes = [queries.payout(one).cause for one in (first, second)]
    assert causes == ["balance_insufficient", "insufficient_capabilities_for_transfer"]
    assert (state(first), state(second), payable(poor), payable(early)) == ("failed", "failed", 40_000, 50_000)
    assert desk.made() == []
    desk.there.books.balance = None
    again = requested(poor, 40_000)
    relay()
    assert (state(again), desk.paid()) == ("paid", [40_000])
    assert broken() == []


def test_what_came_back_from_the_account_is_payable_again(desk: Desk) -> None:
    shop = desk.payee(40_000)
    payout = requested(shop, 40_000)
    desk.listens()
    relay()
    desk.there.books.reverse_transfer(desk.made()[0]["id"], {})
    desk.tells()
    assert (state(payout), queries.payout(payout).cause, payable(shop)) == ("failed", "reversed", 40_000)
    assert (lies("at:stripe"), lies(f"payout:{payout}")) == (0, 0)
    desk.there.resend(desk.there.books.all("event")[0]["id"])
    relay()
    assert payable(shop) == 40_000
    assert broken() == []
    again = requested(shop, 40_000)
    relay()
    assert (state(again), sum(desk.paid()), payable(shop)) == ("paid", 40_000, 0)


def test_messages_about_transfers_of_others_are_put_aside(desk: Desk) -> None:
    desk.listens()
    desk.there.books.make_transfer({"amount": 500_000, "currency": "idr", "destination": desk.account()})
    desk.tells()
    assert [row.state for row in queries.stored_webhooks(None, 10)] == ["ignored"]


def test_reconciliation_brings_in_what_was_made_and_not_noted(desk: Desk) -> None:
    shop = desk.payee(90_000)
    lost, came_back = requested(shop, 40_000), requested(shop, 50_000)
    services.send_payout(came_back)
    desk.there.books.reverse_transfer(desk.made()[0]["id"], {})
    desk.there.fault("do_then_cut", TRANSFERS, method="POST", times=3)
    with pytest.raises(GatewayUnavailableError):
        services.send_payout(lost)
    found = recon()
    assert (len(found.brought_in), found.unexplained, found.away) == (2, [], [])
    assert (state(lost), state(came_back), payable(shop)) == ("paid", "failed", 50_000)
    again = recon()
    assert (again.brought_in, again.unexplained) == ([], [])
    assert broken() == []


def test_reconciliation_says_what_nobody_can_explain(desk: Desk) -> None:
    shop = desk.payee(40_000)
    payout = requested(shop, 40_000)
    services.send_payout(payout)
    desk.there.books.reverse_transfer(desk.made()[0]["id"], {"amount": 1_000_000})
    strange = desk.there.books.make_transfer({"amount": 500_000, "currency": "idr", "destination": desk.account()})
    code = queries.payout(payout).code
    assert sorted(recon().unexplained) == [
        f"stripe: of the payout {code} 30000 is left there, and not all of it",
        f"stripe: the transfer {strange['id']} is of no payout of ours",
    ]
    desk.there.books.kinds["transfer"].clear()
    assert recon().unexplained == [f"stripe: the payout {code} is paid here and not known there"]


POINTS = (
    "payments.services.payouts.request_payout:before",
    "payments.services.payouts.request_payout:after",
    "payments.services.payouts.send_payout:called",
    "payments.services.payouts.record_payout:before",
    "payments.services.payouts.record_payout:after",
)


def _pay(shop: str) -> None:
    """Do what is left to be done until a payee has their money; whoever does it again does no harm."""
    with suppress(Conflict):
        services.request_payout(shop, Rupiah(40_000), by=owner())
    for one in queries.payouts_of(shop):
        services.send_payout(one.id)


def _killed(point: str, shop: str) -> bool:
    session.remove()
    child = os.fork()
    if child == 0:
        try:
            for engine in db.engines.values():
                engine.dispose(close=False)
            calling.line.cache_clear()
            os.environ["JKP_CRASH"] = f"{point}:1"
            _pay(shop)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def test_whatever_dies_while_a_transfer_is_made_it_is_made_once(real_desk: Desk) -> None:
    desk = real_desk
    assert set(POINTS) <= set(crash.names())
    for number, point in enumerate(POINTS, start=1):
        shop = desk.payee(40_000)
        assert _killed(point, shop), f"nobody died at {point}"
        _pay(shop)
        assert [one.state for one in queries.payouts_of(shop)] == ["paid"], point
        assert (payable(shop), desk.paid()) == (0, [40_000] * number), point
        assert broken() == [], point


@pytest.mark.parametrize("seed", [3, 1945])
def test_whatever_happens_in_whatever_order_stripe_and_books_agree(desk: Desk, seed: int) -> None:
    """Sixty steps over three payees: earned, refunded, asked for, sent over a bad line, refused, reversed, compared."""
    chance = random.Random(seed)
    shops = {desk.payee(): 0 for _shop in range(3)}
    begun = time.now()
    for step in range(60):
        shop = chance.choice(list(shops))
        match chance.randrange(7):
            case 0 | 1:
                amount = chance.randint(10_000, 4_000_000)
                earned(shop, amount)
                shops[shop] += amount
            case 2:
                amount = chance.randint(1, 900_000)
                posted(entry(f"back:{step}", f"payable:{shop}", "ref:x", amount))
                shops[shop] -= amount
            case 3:
                with suppress(Conflict):
                    services.request_payout(shop, Rupiah(chance.randint(10_000, 4_000_000)), by=owner())
            case 4:
                _broken_line(desk, chance)
            case 5:
                if whole := [row for row in desk.made() if not row["amount_reversed"]]:
                    desk.there.books.reverse_transfer(chance.choice(whole)["id"], {})
            case 6:
                services.recon(begun)
        assert list(queries.unbalanced()) == []
    desk.there.faults.clear()
    calling.line.cache_clear()
    _each_sent()
    assert (services.recon(begun).unexplained, services.recon(begun).brought_in) == ([], [])
    for one, earned_so_far in shops.items():
        gone = [each.amount.amount for each in queries.payouts_of(one, 500) if each.state == "paid"]
        assert payable(one) == earned_so_far - sum(gone)
    assert lies("at:stripe") == sum(desk.paid())
    assert broken() == []


def _broken_line(desk: Desk, chance: random.Random) -> None:
    if chance.random() < 0.5:
        desk.there.fault(chance.choice(("do_then_cut", "drop", "500")), TRANSFERS, times=chance.randint(1, 4))
    desk.there.books.balance = chance.choice((None, 1_000_000))
    _each_sent()
    desk.there.books.balance = None


def _each_sent() -> None:
    calling.line.cache_clear()
    for one in queries.open_payouts(*queries.OPEN_STATES):
        with suppress(GatewayUnavailableError):
            services.send_payout(one.id)
