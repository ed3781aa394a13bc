"""Events in every order, once and often, early and late: each payment is settled once, and the books agree (R6.3, R6.6)."""

from random import Random
from threading import Thread

import pytest
from sqlalchemy import func, select

from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session
from marketplace.kernel.models import StoredEvent
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import relay
from marketplace.kernel.slots import verifiers
from marketplace.notifications.models import Mail
from marketplace.orders.events import OrderPaid
from marketplace.payments import queries, services
from marketplace.payments.events import PaymentSettled
from marketplace.payments.models import Entry, WebhookEvent, WebhookState
from marketplace.payments.services.webhooks import done
from marketplace.payments.slots import Outcome, Standing
from marketplace.testing.plugin import Live, TestClock
from tests.factories import catalog, orders
from tests.payments.gateways import AMOUNT, Bench, connect_midtrans, connect_stripe, found
from tests.standins.midtrans import Midtrans
from tests.standins.stripe import Stripe

EVENTS = 2000
PARTS = (Rupiah(500), Rupiah(29_000))


def count(model: type[Entry] | type[WebhookEvent]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def told(event: type) -> int:
    named = select(func.count()).select_from(StoredEvent).where(StoredEvent.name == event.name())
    return session.scalar(named) or 0


def all_worked_on(clock: TestClock, until: int = 40) -> None:
    """Let the outbox come back to what came too early, as minutes pass."""
    for minute in range(until):
        clock.set(f"2026-11-27T09:{minute:02d}:30+07:00")
        while relay(1000, seconds=120.0):
            pass


@pytest.fixture
def both(
    live: Live, stripe_standin: Stripe, midtrans_standin: Midtrans, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> tuple[Bench, Bench]:
    connect_stripe(monkeypatch, stripe_standin)
    connect_midtrans(monkeypatch, midtrans_standin)
    stripe_standin.tell.set(mode="held")
    midtrans_standin.tell.set(mode="held")
    return Bench(found("stripe"), stripe_standin), Bench(found("midtrans_qris"), midtrans_standin)


@pytest.mark.slow
def test_two_thousand_messages_shuffled_doubled_and_late(both: tuple[Bench, Bench], clock: TestClock) -> None:
    """Payments, refunds of ours and of the desk, disputes: told in any order, some before their charge is known here.

    Without the unique event id of the inbox, the look at the state in ``charges.record``, or that at the provider's id in
    ``refunds.found`` this fails: each was taken out once.
    """
    random = Random(2026)
    charges: list[queries.Charge] = []
    while sum(len(bench.there.tell.held) for bench in both) < EVENTS // 3:
        bench = random.choice(both)
        charge = bench.charge()
        assert charge.provider_ref is not None
        bench.pay(charge.provider_ref)
        charges.append(charge)
        if random.random() < 0.5:
            _at_the_desk(bench, charge, random)
    posts = [(bench, event, body) for bench in both for event, body in bench.there.tell.held]
    posts = [post for post in posts for _time in range(random.randint(1, 50) if random.random() < 0.05 else 2)]
    posts += [random.choice(posts) for _one in range(max(EVENTS - len(posts), 0))]
    random.shuffle(posts)
    assert len(posts) >= EVENTS
    for number, (bench, _event, body) in enumerate(posts):
        assert bench.endpoint()(body, bench.there.tell.sign(body)) == 204
        if number % 250 == 0:
            relay(100)
    all_worked_on(clock)

    assert {queries.charge(charge.id).state for charge in charges} == {"settled"}
    assert told(PaymentSettled) == len(charges)
    assert count(WebhookEvent) == len({(id(bench), event) for bench, event, _body in posts})
    assert {one["state"] for one in queries.webhook_facts()} == {"handled", "ignored"}
    refunds = [one for charge in charges for one in queries.refunds_of(charge.id)]
    assert sorted(one.amount.amount for one in refunds) == sorted(
        amount for bench in both for amount in bench.paid_back()
    )
    assert {one.state for one in refunds} == {"succeeded"}
    waiting = [said for said in queries.broken() if "waits for a person" not in said and "suspense" not in said]
    assert waiting == []


def _at_the_desk(bench: Bench, charge: queries.Charge, random: Random) -> None:
    """Let somebody pay back at the provider, or a buyer's bank ask; our own books know nothing yet."""
    if isinstance(bench.there, Midtrans):
        bench.there.desk_refund(str(charge.id), amount=random.choice(PARTS).amount)
        return
    assert isinstance(bench.there, Stripe)
    intent = bench.there.books.get("checkout.session", charge.provider_ref or "")["payment_intent"]
    if random.random() < 0.7:
        bench.there.books.make_refund({"payment_intent": intent, "amount": random.choice(PARTS).amount * 100})
    else:
        bench.there.books.open_dispute({"payment_intent": intent})


@pytest.mark.parametrize("seed", range(6))
def test_every_message_of_a_purchase_often_in_any_order_and_at_once(
    both: tuple[Bench, Bench], live: Live, clock: TestClock, seed: int
) -> None:
    """One order and one set of entries, whoever comes first: four threads tell it, and the worker is at it meanwhile.

    Guard (R26.3): the state of a charge, when its standing is recorded.
    """
    bench, random = both[seed % 2], Random(seed)
    who = orders.guest()
    placed = orders.ordered(who, catalog.basket(), gateway=bench.gateway.key, email="rina@contoh.example")
    charge = queries.latest(placed.charge.reference)
    assert charge is not None
    assert charge.provider_ref is not None
    bench.pay(charge.provider_ref)
    posts = [body for _event, body in bench.there.tell.held for _time in range(random.randint(1, 50))]
    random.shuffle(posts)

    def tell(mine: list[bytes]) -> None:
        with live.app.app_context():
            for body in mine:
                assert bench.endpoint()(body, bench.there.tell.sign(body)) == 204
                if random.random() < 0.2:
                    relay(5)
            session.remove()

    threads = [Thread(target=tell, args=(posts[part::4],)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    all_worked_on(clock, 10)
    assert (queries.charge(charge.id).state, told(PaymentSettled), told(OrderPaid)) == ("settled", 1, 1)
    assert {one["state"] for one in queries.webhook_facts()} <= {"handled", "ignored"}, "a repeat is no failure"
    letters = session.execute(select(Mail.template, Mail.state).where(Mail.template == "orders/mail/paid")).all()
    assert [tuple(one) for one in letters] == [("orders/mail/paid", "sent")], "one letter says that it is paid"
    assert [said for check in verifiers for said in check()] == []


def test_a_message_is_closed_by_who_comes_first(both: tuple[Bench, Bench]) -> None:
    """Without the look at the state in ``webhooks.done`` the second would move it again, and the machine refuse.

    Guard (R26.3): the state of a stored event.
    """
    bench = both[0]
    charge = bench.charge()
    bench.pay(charge.provider_ref or "")
    bench.there.tell.set(target=bench.endpoint(), mode="held")
    bench.there.tell.release()
    stored = session.scalars(select(WebhookEvent.id).where(WebhookEvent.subject == "charge")).first()
    assert stored is not None
    services.work(stored)
    done(stored, WebhookState.IGNORED, "late")
    services.work(stored, again=True)
    assert queries.webhook_event(stored).state == "handled"


def test_an_event_before_our_own_row_waits_for_it(both: tuple[Bench, Bench], clock: TestClock) -> None:
    """R6.6: of a session that our books do not know, with a reference like ours, nobody says that it is nothing."""
    bench = both[0]
    request = bench.request()
    opened = bench.gateway.open(request)
    bench.pay(opened.provider_ref)
    bench.there.tell.set(target=bench.endpoint(), mode="held")
    bench.there.tell.release()
    relay()
    states = {one["type"]: one["state"] for one in queries.webhook_facts()}
    assert states["checkout.session.completed"] == "received"
    assert states["charge.succeeded"] == "ignored"


def test_a_second_payment_goes_back_whole_at_its_provider(both: tuple[Bench, Bench], clock: TestClock) -> None:
    """R6.5, over two gateways: the first ended here before its money came. Without the look at other charges in
    ``charges._accept`` nothing goes back, as the unique index refuses a second settled one: it was tried.
    """
    first, second = both
    one = first.charge("uji-2")
    first.pay(one.provider_ref or "")
    _let_go(one)
    two = second.charge("uji-2", AMOUNT)
    second.pay(two.provider_ref or "")
    services.ask(two.id)
    services.ask(one.id)
    all_worked_on(clock, 3)
    assert (queries.charge(two.id).state, queries.charge(one.id).state) == ("settled", "surplus")
    assert (first.paid_back(), second.paid_back()) == ([AMOUNT.amount], [])
    assert list(queries.broken()) == []


def _let_go(charge: queries.Charge) -> None:
    ended = Standing(
        provider_ref=charge.provider_ref or "", key=str(charge.id), outcome=Outcome.EXPIRED, amount=charge.amount,
        currency="IDR", live=False,
    )  # fmt: skip
    services.record(charge.id, ended, by=SYSTEM)
