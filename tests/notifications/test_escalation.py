"""A paid part that nobody of its shop looks at: their phones after two hours, the programme's officers after two more (D15)."""

import email
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from threading import Barrier

import pytest
from sqlalchemy import func, select

from marketplace.kernel.access import Actor, Grant
from marketplace.kernel.db import session
from marketplace.kernel.models import StoredEvent
from marketplace.kernel.outbox import relay
from marketplace.notifications import queries, services
from marketplace.notifications.models import Mail, Watch
from marketplace.orders import services as order_services
from marketplace.orders.models import PartState
from marketplace.testing.plugin import Live, TestClock
from tests.factories import catalog, orders, sellers
from tests.factories.accounts import as_actor, person
from tests.standins.hook import SECRET, Hook

pytestmark = pytest.mark.unmeasured

PHONE = "+6281311112222"


@dataclass
class Evening:
    """A shop that has an order, its people, and an officer; nobody has looked at anything."""

    live: Live
    clock: TestClock
    code: str
    siti: Actor
    dinas: Actor

    def at(self, time: str) -> None:
        """Let it be that time, and let everything that is due happen, more than once."""
        self.clock.set(f"2026-11-27T{time}+07:00")
        for _ in range(3):
            services.call_due()
            relay()

    def told(self, to: Actor) -> list[str]:
        return [one.title for group in queries.inbox(to).groups for one in group.messages]

    def mails(self) -> list[EmailMessage]:
        sink = self.live.app.extensions["jkp"].settings.mail_sink
        return [email.message_from_bytes(path.read_bytes(), policy=default) for path in sink.glob("*.eml")]

    def letters(self, template: str) -> int:
        wanted = (Mail.channel == "mail", Mail.template == template, Mail.state == "sent")
        return session.scalar(select(func.count()).where(*wanted)) or 0


def settled(live: Live, clock: TestClock, phone: str | None = PHONE) -> Evening:
    shop = sellers.shop(trusted=True)
    held = Grant("seller", "seller", str(shop.id))
    siti = as_actor(person("Siti", email="siti@contoh.example", phone=phone, grants=(held,)), held)
    dinas = person("Rini", grants=(Grant("programme_officer"),))
    clock.set("2026-11-27T09:00:00+07:00")
    code = orders.paid(orders.guest(), catalog.basket(of=shop), email="rina@contoh.example")
    relay()
    return Evening(live, clock, code, siti, as_actor(dinas, Grant("programme_officer")))


@pytest.fixture
def evening(make_live: Callable[..., Live], hook_standin: Hook, clock: TestClock) -> Iterator[Evening]:
    site = make_live(WHATSAPP_WEBHOOK=hook_standin.url, WHATSAPP_SECRET=SECRET)
    with site.app.app_context():
        yield settled(site, clock)
        session.remove()


def test_an_order_that_nobody_looks_at_climbs_to_the_phones_and_then_to_the_officers(
    evening: Evening, hook_standin: Hook
) -> None:
    evening.at("10:59:59")
    assert hook_standin.sent == []
    evening.at("11:00:01")
    assert [one["to"] for one in hook_standin.sent] == [PHONE]
    assert hook_standin.sent[0]["text"].startswith("Pesanan baru")
    assert evening.told(evening.dinas) == []
    evening.at("12:59:59")
    assert evening.told(evening.dinas) == []
    evening.at("13:00:02")
    evening.at("20:00:00")
    assert len(hook_standin.sent) == 1
    assert len(evening.told(evening.dinas)) == 1
    assert "belum membuka pesanan" in evening.told(evening.dinas)[0]
    assert evening.letters("orders/mail/overlooked") == 1
    [letter] = [one for one in evening.mails() if "belum membuka pesanan" in one["Subject"]]
    assert "0812-3456-7890" in letter.get_content(), "they are to call the shop"
    assert list(queries.broken()) == []


def test_a_shop_that_has_read_of_it_is_left_in_peace(evening: Evening, hook_standin: Hook) -> None:
    message = queries.inbox(evening.siti).groups[0].messages[0]
    services.read_one(message.id, by=evening.siti)
    evening.at("11:00:01")
    evening.at("13:00:02")
    assert hook_standin.sent == []
    assert evening.told(evening.dinas) == []
    assert session.scalars(select(Watch.outcome)).all() == ["read"]


def test_an_order_that_was_taken_climbs_no_further(evening: Evening, hook_standin: Hook) -> None:
    evening.at("11:00:01")
    order_services.advance(f"{evening.code}-1", PartState.ACCEPTED, by=evening.siti)
    evening.at("13:00:02")
    assert len(hook_standin.sent) == 1
    assert evening.told(evening.dinas) == []
    outcomes = session.scalars(select(Watch.outcome).order_by(Watch.step)).all()
    assert outcomes == ["climbed", "settled"]


def test_an_order_taken_between_the_decision_and_the_call_wakes_nobody(evening: Evening, hook_standin: Hook) -> None:
    evening.clock.set("2026-11-27T11:00:01+07:00")
    hook_standin.fault("503")
    services.call_due()
    relay()
    assert hook_standin.sent == []
    order_services.advance(f"{evening.code}-1", PartState.ACCEPTED, by=evening.siti)
    evening.at("11:05:00")
    assert hook_standin.sent == []


def test_a_receiver_that_is_away_gets_the_message_when_it_is_back(evening: Evening, hook_standin: Hook) -> None:
    hook_standin.fault("500")
    evening.at("11:00:01")
    assert hook_standin.sent == []
    evening.at("11:00:30")
    assert len(hook_standin.sent) == 1
    row = session.execute(select(Mail.state, Mail.tries, Mail.result).where(Mail.channel == "webhook")).one()
    assert tuple(row) == ("sent", 2, "")


def test_without_a_way_to_phones_the_officers_hear_at_once(make_live: Callable[..., Live], clock: TestClock) -> None:
    site = make_live()
    with site.app.app_context():
        evening = settled(site, clock)
        evening.at("11:00:01")
        assert len(evening.told(evening.dinas)) == 1
        evening.at("15:00:00")
        assert len(evening.told(evening.dinas)) == 1
        session.remove()


def test_of_many_who_call_at_once_one_calls_and_one_takes_the_step(evening: Evening, hook_standin: Hook) -> None:
    evening.clock.set("2026-11-27T11:00:01+07:00")
    begin = Barrier(6)

    def sweep() -> int:
        with evening.live.app.app_context():
            begin.wait()
            called = services.call_due()
            relay()
            session.remove()
            return called

    with ThreadPoolExecutor(6) as hands:
        called = [one.result() for one in [hands.submit(sweep) for _ in range(6)]]
    relay()
    assert sum(called) == 1
    assert len(hook_standin.sent) == 1
    names = session.scalars(select(StoredEvent.name).where(StoredEvent.name.like("notifications.%"))).all()
    assert sorted(names) == ["notifications.Escalated", "notifications.WatchDue"]


def test_a_team_that_gave_no_number_is_reached_by_the_shop_s_own(
    make_live: Callable[..., Live], hook_standin: Hook, clock: TestClock
) -> None:
    site = make_live(WHATSAPP_WEBHOOK=hook_standin.url, WHATSAPP_SECRET=SECRET)
    with site.app.app_context():
        evening = settled(site, clock, phone=None)
        evening.at("11:00:01")
        assert [one["to"] for one in hook_standin.sent] == ["+6281234567890"]
        session.remove()


def test_a_watch_that_was_closed_takes_no_second_step(evening: Evening) -> None:
    evening.clock.set("2026-11-27T11:00:01+07:00")
    services.call_due()
    found = queries.watched(session.scalars(select(Watch.id)).one())
    assert found is not None
    taken = [
        services.climb(found, settled=False, next_step=lambda: 0, steps=2, after=timedelta(hours=2)) for _ in range(3)
    ]
    assert taken == ["climbed", "", ""]
    assert session.scalar(select(func.count()).where(StoredEvent.name == "notifications.Escalated")) == 1
    assert session.scalar(select(func.count()).select_from(Watch)) == 2


def worker(live: Live, now: str, crash: str = "") -> int:
    """Run the sweep and the relay as a process of their own, perhaps until it dies."""
    (live.folder / "clock").write_text(now, encoding="ascii")
    environ = {**os.environ, **live.environ, "JKP_CLOCK_FILE": str(live.folder / "clock"), "JKP_CRASH": crash}
    command = [sys.executable, "-c", "from marketplace.jkp import main; main()", "relay", "--once"]
    return subprocess.run(command, env=environ, capture_output=True, timeout=60, check=False).returncode


@pytest.mark.slow
def test_a_worker_that_dies_after_the_call_makes_the_receiver_send_nothing_twice(
    evening: Evening, hook_standin: Hook
) -> None:
    evening.clock.set("2026-11-27T11:00:01+07:00")
    services.call_due()
    session.remove()
    sent = "notifications.tell:sent:1"
    assert worker(evening.live, "2026-11-27T11:00:02+07:00", crash=sent) == -signal.SIGKILL
    assert (len(hook_standin.sent), hook_standin.repeats) == (1, 0)
    assert worker(evening.live, "2026-11-27T11:02:00+07:00", crash=sent) == -signal.SIGKILL
    assert worker(evening.live, "2026-11-27T11:04:00+07:00") == 0
    assert (len(hook_standin.sent), hook_standin.repeats) == (1, 1)
    assert session.scalars(select(Mail.state).where(Mail.channel == "webhook")).all() == ["given_up"]


@pytest.mark.slow
@pytest.mark.parametrize("point", ["climb", "call_due"])
@pytest.mark.parametrize("end", ["before", "after"])
def test_a_worker_that_dies_while_deciding_takes_the_step_once(
    evening: Evening, hook_standin: Hook, point: str, end: str
) -> None:
    session.remove()
    if point == "call_due":
        code = f"from marketplace.notifications import services; services.{point}()"
        environ = {**os.environ, **evening.live.environ, "JKP_NOW": "2026-11-27T11:00:01+07:00"}
        environ["JKP_CRASH"] = f"notifications.services.watches.call_due:{end}:1"
        program = f"from marketplace import create_app\nwith create_app().app_context():\n    {code}"
        done = subprocess.run(
            [sys.executable, "-c", program], env=environ, capture_output=True, timeout=60, check=False
        )
        assert done.returncode == -signal.SIGKILL
    else:
        evening.clock.set("2026-11-27T11:00:01+07:00")
        services.call_due()
        session.remove()
        # It joins the transaction of its delivery.
        crash = f"kernel.outbox._inside:{end}:1"
        assert worker(evening.live, "2026-11-27T11:00:02+07:00", crash=crash) == -signal.SIGKILL
    evening.at("11:04:00")
    evening.at("11:06:00")
    assert len(hook_standin.sent) == 1
    assert hook_standin.repeats == 0
