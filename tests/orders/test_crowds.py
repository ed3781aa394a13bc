"""Many who order the same goods while something is slow or locked: nobody hears of it, and nobody waits for a provider (R2).

The size of ``make soak`` is that of the requirement: two baskets of five, a thousand orders, ten clients.
"""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles
from uuid import UUID

import pytest
from sqlalchemy import select

from marketplace.catalog.models import Stock
from marketplace.kernel import ids
from marketplace.kernel.db import session
from marketplace.kernel.slots import verifiers
from marketplace.orders import queries
from marketplace.payments.adapters import calling
from marketplace.testing.plugin import Live
from tests.factories import catalog, orders, sellers
from tests.payments.gateways import connect_stripe
from tests.standins.stripe import Stripe

SLEEPS_SECONDS = 20.0
GIVE_UP_SECONDS = 5.0
ASLEEP = 12
OTHERS = 60


def on_show(names: int, stock: int) -> list[UUID]:
    shop = sellers.shop(trusted=True)
    return [catalog.basket(stock=stock, name=f"Keranjang {number}", of=shop) for number in range(names)]


def bought(variants: list[UUID], gateway: str = "sandbox") -> str:
    """Let a guest with a number of their own order; return how the charge stands."""
    rina = orders.guest()
    placed = orders.ordered(rina, *variants, gateway=gateway, whatsapp=f"0812{ids.uuid7().int % 10**8:08d}")
    return "payable" if placed.charge.pay_path or queries.own_payment(placed.code, rina).charge.pay_path else "waits"


def in_site(live: Live, work: Callable[[], str]) -> str:
    with live.app.app_context():
        try:
            return work()
        finally:
            session.remove()


@pytest.mark.parametrize("each", [pytest.param(6, id="short"), pytest.param(100, id="whole", marks=pytest.mark.soak)])
def test_two_baskets_in_opposite_order_never_lock_each_other_up(live: Live, each: int) -> None:
    clients = 10
    goods = on_show(5, clients * each)
    session.remove()

    def client(number: int) -> list[str]:
        basket = goods if number % 2 else goods[::-1]
        return [in_site(live, lambda: bought(basket)) for _turn in range(each)]

    with ThreadPoolExecutor(clients) as crowd:
        heard = Counter(said for mine in crowd.map(client, range(clients)) for said in mine)

    assert heard == {"payable": clients * each}, "whoever met another was tried again, and heard nothing of it"
    shelf = session.execute(select(Stock.on_hand, Stock.reserved)).all()
    assert [tuple(row) for row in shelf] == [(clients * each, clients * each)] * 5
    assert [said for check in verifiers for said in check()] == []


@pytest.mark.slow
def test_while_a_provider_sleeps_everybody_else_is_served(
    make_live: Callable[..., Live], stripe_standin: Stripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twelve wait for Stripe, which is three times what there are connections; the others buy the same goods meanwhile.

    Whoever called from inside a transaction would hold a connection and the rows of the goods: that was tried.
    """
    live = make_live(DB_POOL="2")
    monkeypatch.setattr(calling, "TOTAL_SECONDS", GIVE_UP_SECONDS)
    with live.app.app_context():
        connect_stripe(monkeypatch, stripe_standin)
        stripe_standin.fault("delay", "/v1/checkout/sessions", times=10 * ASLEEP, seconds=SLEEPS_SECONDS)
        goods = on_show(2, 500)
        session.remove()

        def timed(_turn: int) -> float:
            began = time.monotonic()
            assert in_site(live, lambda: bought(goods)) == "payable"
            return time.monotonic() - began

        with ThreadPoolExecutor(ASLEEP) as sleepers:
            waiting = [sleepers.submit(in_site, live, lambda: bought(goods, "stripe")) for _one in range(ASLEEP)]
            until_asleep(stripe_standin)
            with ThreadPoolExecutor(2) as awake:
                took = list(awake.map(timed, range(OTHERS)))
            heard = Counter(one.result() for one in waiting)

        assert quantiles(took, n=20)[18] < 2.0, sorted(took)
        assert heard == {"waits": ASLEEP}, "their orders stand, and can be paid as soon as it wakes"
        stock = session.execute(select(Stock.reserved)).scalars().all()
        assert stock == [ASLEEP + OTHERS] * 2
        assert [said for check in verifiers for said in check()] == []


def until_asleep(there: Stripe) -> None:
    """Wait until the first of them is asked for, and nobody has an answer."""
    for _turn in range(400):
        if there.faults[0].times < 10 * ASLEEP:
            return
        time.sleep(0.01)
    raise AssertionError("nobody asks Stripe")
