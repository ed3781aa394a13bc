"""Payouts asked for, approved and confirmed at the same moment, by processes that die (R8, R26)."""

import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import NoReturn
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.kernel import clock as time
from marketplace.kernel import crash
from marketplace.kernel.db import db, session
from marketplace.kernel.errors import Conflict
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import relay
from marketplace.kernel.plugin import current
from marketplace.payments import queries, services
from marketplace.payments.adapters import Bank
from marketplace.payments.models import Batch, Payout
from marketplace.payments.slots import (
    GatewayRefusedError,
    GatewayUnavailableError,
    PayoutOutcome,
    PayoutRequest,
    PayoutStanding,
)  # fmt: skip
from marketplace.testing.plugin import Live, TestClock
from tests.payments.paying_out import (
    MONDAY,
    answer,
    broken,
    earned,
    entry,
    lies,
    officer,
    owner,
    payable,
    payee,
    posted,
    requested,
    state,
)  # fmt: skip


def at_once(live: Live, *acts: Callable[[], object]) -> Counter[str]:
    """Do all of this at the same moment; return how often which came out."""
    outcomes: Counter[str] = Counter()
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        with live.app.app_context():
            start.wait()
            try:
                outcomes["nothing" if act() in (None, 0) else "done"] += 1
            except Conflict as refused:
                outcomes[refused.code] += 1
            finally:
                session.remove()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_payouts_at_once_take_no_more_than_is_there(live: Live, clock: TestClock) -> None:
    shop = payee(clock, 100_000)
    ask = lambda: services.request_payout(shop, Rupiah(30_000), by=owner())  # noqa: E731
    assert at_once(live, *[ask] * 8) == {"done": 3, "short": 5}
    assert payable(shop) == 10_000
    assert broken() == []


def test_a_refund_at_the_same_moment_leaves_books_that_agree(live: Live, clock: TestClock) -> None:
    """Whoever comes second: the payout is refused, or the refund is carried forward as a debt. Nothing is paid twice."""
    for round_ in range(6):
        shop = payee(clock, 50_000)

        def refund(number: int = round_, of: str = shop) -> str:
            posted(entry(f"back:{number}", f"payable:{of}", "ref:x", 20_000, kind="goods_back"))
            return "done"

        outcomes = at_once(live, refund, lambda of=shop: services.request_payout(of, Rupiah(50_000), by=owner()))
        assert outcomes in ({"done": 2}, {"done": 1, "short": 1})
        assert payable(shop) == (-20_000 if outcomes["done"] == 2 else 30_000)
    assert broken() == []


def test_two_officers_who_approve_at_once_approve_once(live: Live, clock: TestClock) -> None:
    payout = requested(payee(clock, 6_000_000), 6_000_000)

    def approve() -> str:
        services.approve_payout(payout, by=officer())
        return "done"

    assert at_once(live, approve, approve, approve) == {"done": 1, "state": 2}


def test_rounds_of_the_schedule_at_once_ask_once_for_each_payee(live: Live, clock: TestClock) -> None:
    shops = [payee(clock, 40_000) for _shop in range(3)]
    clock.set(MONDAY)
    at_once(live, *[services.propose_payouts] * 4)
    assert [len(queries.payouts_of(shop)) for shop in shops] == [1, 1, 1]
    assert [payable(shop) for shop in shops] == [0, 0, 0]
    assert broken() == []


def test_two_files_at_once_have_every_payout_in_one_of_them(live: Live, clock: TestClock) -> None:
    for _shop in range(4):
        requested(payee(clock, 40_000), 40_000)
    make = lambda: services.make_batch(by=officer())  # noqa: E731
    assert at_once(live, make, make, make) == {"done": 1, "nothing": 2}
    assert [one.payouts for one in queries.batches()] == [4]
    assert broken() == []


def test_the_same_confirmation_twice_at_once_is_read_once(live: Live, clock: TestClock) -> None:
    """Guard (R26.3): one confirmation once."""
    payout = requested(payee(clock, 40_000), 40_000)
    services.make_batch(by=officer())
    content = answer((queries.payout(payout).code, 40_000, "berhasil", ""))
    read = lambda: None if services.confirm_payouts(content, "a.csv", by=officer()).again else "read"  # noqa: E731
    assert at_once(live, read, read, read) == {"done": 1, "nothing": 2}
    assert (lies("at:bank"), lies(f"payout:{payout}")) == (0, 0)
    assert broken() == []


def test_an_account_that_ends_while_a_payout_is_asked_for_gets_nothing(live: Live, clock: TestClock) -> None:
    for _round in range(4):
        shop = payee(clock, 40_000)
        (account,) = queries.bank_accounts(shop)

        def end(of: str = shop, ended: UUID = account.id) -> str:
            services.end_bank_account(ended, of, by=owner())
            return "done"

        at_once(live, end, lambda of=shop: services.request_payout(of, Rupiah(40_000), by=owner()))
        assert [one.state for one in queries.payouts_of(shop)] in ([], ["cancelled"])
        assert payable(shop) == 40_000
    assert broken() == []


class Transfers(Bank):
    """A payer that is asked from here, with a memory of its own, losing answers as it is told."""

    key, place, by_file = "transfers", "stripe", False  # type: ignore[assignment]
    banks: Mapping[str, str] = Bank.banks

    def __init__(self) -> None:
        self.paid: dict[str, int] = {}
        self.cut, self.refuses = 0, False

    def send(self, request: PayoutRequest) -> PayoutStanding:
        if self.refuses:
            raise GatewayRefusedError("account closed")
        self.paid[f"{request.key}-{request.attempt}"] = request.amount.amount
        if self.cut > 0:
            self.cut -= 1
            raise GatewayUnavailableError(self.key)
        return self._done(request)

    def find(self, request: PayoutRequest) -> PayoutStanding | None:
        return self._done(request) if any(key.startswith(request.key) for key in self.paid) else None

    def _done(self, request: PayoutRequest) -> PayoutStanding:
        return PayoutStanding(outcome=PayoutOutcome.PAID, provider_ref=f"tr_{request.key}")


@pytest.fixture
def transfers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Transfers:
    made = Transfers()
    monkeypatch.setitem(current().fills, "payments.payers", (made,))
    return made


def test_a_payer_that_is_asked_from_here_pays_once(clock: TestClock, transfers: Transfers) -> None:
    """Its answer lost twice, and asked again a day later when it may have forgotten the key: still one transfer."""
    payout = requested(payee(clock, 40_000), 40_000)
    transfers.cut = 2
    for _time in range(2):
        with pytest.raises(GatewayUnavailableError):
            services.send_payout(payout)
    assert state(payout) == "approved"
    with pytest.raises(Conflict):
        services.cancel_payout(payout, "salah", by=officer())
    clock.set("2026-11-29T10:00:00+07:00")
    assert services.complete_payouts() == 1
    assert (state(payout), list(transfers.paid.values())) == ("paid", [40_000])
    assert (lies("at:stripe"), lies(f"payout:{payout}")) == (40_000, 0)
    services.send_payout(payout)
    assert broken() == []


def test_what_a_payer_refuses_is_payable_again(clock: TestClock, transfers: Transfers) -> None:
    transfers.refuses = True
    shop = payee(clock, 40_000)
    payout = requested(shop, 40_000)
    relay()
    assert (state(payout), queries.payout(payout).cause, payable(shop)) == ("failed", "account closed", 40_000)
    assert broken() == []


def test_a_payer_that_left_is_waited_for(
    clock: TestClock, transfers: Transfers, monkeypatch: pytest.MonkeyPatch
) -> None:
    payout = requested(payee(clock, 40_000), 40_000)
    monkeypatch.setitem(current().fills, "payments.payers", ())
    clock.set(MONDAY)
    assert services.complete_payouts() == 0
    assert state(payout) == "approved"


POINTS = (
    "payments.services.payouts.request_payout:before",
    "payments.services.payouts.request_payout:after",
    "payments.services.batches.make_batch:before",
    "payments.services.batches.make_batch:after",
    "payments.services.batches.confirm_payouts:before",
    "payments.services.batches.confirm_payouts:after",
)


def killed(point: str, shop: str) -> bool:
    """Pay a payee out in a process that dies at the point; tell whether it got there."""
    session.remove()
    child = os.fork()
    if child == 0:
        _die(point, shop)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _die(point: str, shop: str) -> NoReturn:
    try:
        for engine in db.engines.values():
            engine.dispose(close=False)
        os.environ["JKP_CRASH"] = f"{point}:1"
        paid_out(shop)
    finally:
        os._exit(1)


def paid_out(shop: str) -> None:
    """Do what is left to be done until a payee has their money; whoever does it again does no harm."""
    with suppress(Conflict):
        services.request_payout(shop, Rupiah(40_000), by=owner())
    with suppress(Conflict):
        services.make_batch(by=officer())
    codes = [one.code for one in queries.payouts_of(shop) if one.state == "sent"]
    if codes:
        services.confirm_payouts(answer(*[(code, 40_000, "berhasil", "") for code in codes]), "a.csv", by=officer())


def test_whatever_dies_while_a_payee_is_paid_they_are_paid_once(live: Live, clock: TestClock) -> None:
    assert set(POINTS) <= set(crash.names())
    for number, point in enumerate(POINTS, start=1):
        shop = payee(clock, 40_000)
        assert killed(point, shop), f"nobody died at {point}"
        paid_out(shop)
        assert [one.state for one in queries.payouts_of(shop)] == ["paid"], point
        assert (payable(shop), lies("at:bank")) == (0, 0), point
        assert session.scalar(select(func.count()).select_from(Batch)) == number
        assert broken() == [], point


@pytest.mark.parametrize("seed", [1, 8, 2026])
def test_whatever_happens_in_whatever_order_balances_are_sums(app: Flask, clock: TestClock, seed: int) -> None:
    """Eighty steps over three payees: earned, refunded, asked for, approved, called off, sent, paid, failed."""
    chance = random.Random(seed)
    shops = [payee(clock) for _shop in range(3)]
    earnings = dict.fromkeys(shops, 0)
    moment = time.now()
    for step in range(80):
        shop = chance.choice(shops)
        match chance.randrange(7):
            case 0 | 1:
                amount = chance.randint(1, 7_000_000)
                earned(shop, amount)
                earnings[shop] += amount
            case 2:
                amount = chance.randint(1, 2_000_000)
                posted(entry(f"back:{step}", f"payable:{shop}", "ref:x", amount))
                earnings[shop] -= amount
            case 3:
                with suppress(Conflict):
                    services.request_payout(shop, Rupiah(chance.randint(10_000, 9_000_000)), by=owner())
            case 4:
                _decided(chance)
            case 5:
                _to_the_bank(chance, f"{step}.csv")
            case 6:
                moment += timedelta(hours=chance.randint(1, 9))
                clock.set(moment.isoformat())
                services.propose_payouts()
        assert list(queries.unbalanced()) == []
        for one, earned_so_far in earnings.items():
            gone = [each for each in queries.payouts_of(one, 500) if each.state not in ("failed", "cancelled")]
            assert payable(one) == earned_so_far - sum(each.amount.amount for each in gone)
    assert [one for one in broken() if "since more than" not in one] == []
    assert session.scalar(select(func.count()).select_from(Payout))


def _decided(chance: random.Random) -> None:
    for one in queries.open_payouts(*queries.OPEN_STATES):
        with suppress(Conflict):
            if chance.random() < 0.7:
                services.approve_payout(one.id, by=officer())
            else:
                services.cancel_payout(one.id, "salah", by=officer())


def _to_the_bank(chance: random.Random, name: str) -> None:
    with suppress(Conflict):
        services.make_batch(by=officer())
    answers = [("berhasil", ""), ("berhasil", ""), ("berhasil", ""), ("gagal", "tutup")]
    sent = [one for one in queries.open_payouts(queries.OPEN_STATES[2]) if chance.random() < 0.6]
    if told := [(one.code, one.amount.amount, *chance.choice(answers)) for one in sent]:
        services.confirm_payouts(answer(*told), name, by=officer())
