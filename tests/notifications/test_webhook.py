"""The way to phones: signed, to one host, in time, and each message once however often it is asked for."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask

from marketplace.kernel.plugin import PluginError, Registry, enter
from marketplace.notifications import services
from marketplace.notifications.adapters import Webhook, breaker
from marketplace.notifications.adapters.webhook import post, receiver
from marketplace.notifications.slots import Message, NobodyThereError, NotTakenError, Recipient
from marketplace.notifications.tasks import send_once
from marketplace.testing.plugin import TestClock
from tests.standins.hook import SECRET, Hook
from tests.standins.proxy import Proxy

DELIVERY = UUID("0190b8f0-0000-7000-8000-000000000001")
PHONE = "+6281234567890"


def said(to: str = PHONE, title: str = "Pesanan baru", link: str = "/lapak/pesanan/AB-1") -> Message:
    return Message(
        recipient=Recipient("", "Siti", "id", to),
        kind="uji",
        title=title,
        letter="",
        short_title=title,
        short="2 × Nasi kotak",
        link=link,
        group="AB",
        delivery=DELIVERY,
    )


@pytest.fixture
def pointed(app: Flask) -> Iterator[Callable[..., Webhook]]:
    """Point the site's webhook at an address for this test."""
    usual: Registry = app.extensions["jkp"]

    def point(url: str, secret: str = SECRET) -> Webhook:
        extra = {**usual.settings.extra, "WHATSAPP_WEBHOOK": url, "WHATSAPP_SECRET": secret}
        enter(replace(usual, settings=replace(usual.settings, extra=extra)))
        return Webhook()

    yield point
    enter(usual)


def test_a_message_comes_signed_with_a_key_and_a_whole_address(
    clock: TestClock, pointed: Callable[..., Webhook], hook_standin: Hook
) -> None:
    pointed(hook_standin.url).send(said(), "kunci-1")
    assert hook_standin.sent == [
        {
            "to": PHONE,
            "text": "Pesanan baru\n2 × Nasi kotak",
            "url": "http://127.0.0.1:8000/lapak/pesanan/AB-1",
            "key": "kunci-1",
        }
    ]


def test_the_receiver_knows_a_stranger_by_the_signature(
    clock: TestClock, pointed: Callable[..., Webhook], hook_standin: Hook
) -> None:
    stranger = pointed(hook_standin.url, secret="somebody-elses-secret")
    with pytest.raises(NotTakenError, match="HTTP 401"):
        stranger.send(said(), "kunci-1")
    assert hook_standin.sent == []
    assert hook_standin.take_complaints() == ["the signature is not ours"]


def test_the_receiver_knows_an_old_message_by_its_time(
    clock: TestClock, pointed: Callable[..., Webhook], hook_standin: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = pointed(hook_standin.url)
    usual = ours.send

    class Late(Hook):
        def answer(self, asked, pause):  # type: ignore[no-untyped-def]
            clock.set("2026-11-27T09:06:00+07:00")
            return super().answer(asked, pause)

    with Late(seconds=60) as late:
        pointed(late.url)
        with pytest.raises(NotTakenError, match="HTTP 401"):
            usual(said(), "kunci-1")
        assert late.sent == []


@pytest.mark.parametrize("fault", ["500", "429", "503", "drop", "do_then_cut", "do_then_500"])
def test_whatever_is_no_clear_yes_is_asked_again_under_the_same_key(
    clock: TestClock, pointed: Callable[..., Webhook], hook_standin: Hook, fault: str
) -> None:
    hook_standin.fault(fault)
    way = pointed(hook_standin.url)
    told = services.Told(key="kunci-1", address=PHONE, template="uji", channel="webhook")
    assert isinstance(send_once(way, said(), told), NotTakenError)
    assert send_once(way, said(), told) is None
    assert [one["key"] for one in hook_standin.sent] == ["kunci-1"]
    assert hook_standin.repeats == (1 if fault.startswith("do_then") else 0)
    assert send_once(way, said(), told) is None, "what went is not asked for a third time"
    assert len(hook_standin.requests) == 2


def test_a_number_that_nobody_has_is_not_tried_again(
    clock: TestClock, pointed: Callable[..., Webhook], hook_standin: Hook
) -> None:
    hook_standin.nobody.add(PHONE)
    way = pointed(hook_standin.url)
    with pytest.raises(NobodyThereError, match="HTTP 422"):
        way.send(said(), "kunci-1")


def test_a_receiver_that_hangs_is_left_in_time(
    clock: TestClock, pointed: Callable[..., Webhook], hook_standin: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "TOTAL_SECONDS", 0.3)
    hook_standin.fault("hang", seconds=5)
    began = time.monotonic()
    with pytest.raises(NotTakenError, match="no answer"):
        pointed(hook_standin.url).send(said(), "kunci-1")
    assert time.monotonic() - began < 4


@pytest.mark.parametrize("mode", ["refuse", "reset", "garbage", "cut"])
def test_a_line_that_fails_takes_nothing(
    clock: TestClock,
    pointed: Callable[..., Webhook],
    hook_standin: Hook,
    fault_proxy: Callable[[int], Proxy],
    mode: str,
) -> None:
    line = fault_proxy(hook_standin.port).mode(mode, 5)
    with pytest.raises(NotTakenError):
        pointed(f"{line.address}/pesan").send(said(), "kunci-1")


def test_a_receiver_that_failed_three_times_is_left_alone_and_then_tried_once(
    clock: TestClock, pointed: Callable[..., Webhook], hook_standin: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook_standin.fault("500", times=3)
    way = pointed(hook_standin.url)
    for _ in range(3):
        with pytest.raises(NotTakenError, match="HTTP 500"):
            way.send(said(), "kunci-1")
    with pytest.raises(NotTakenError, match="breaker open"):
        way.send(said(), "kunci-1")
    assert len(hook_standin.requests) == 3
    later = time.monotonic() + breaker.PAUSE_SECONDS + 1
    monkeypatch.setattr(breaker.time, "monotonic", lambda: later)
    way.send(said(), "kunci-1")
    assert len(hook_standin.sent) == 1


def test_a_redirect_is_not_followed_to_another_host(
    clock: TestClock, pointed: Callable[..., Webhook], hook_standin: Hook
) -> None:
    class Sly(Hook):
        def answer(self, asked, pause):  # type: ignore[no-untyped-def]
            given = super().answer(asked, pause)
            given.status, given.headers["Location"] = 307, hook_standin.url
            return given

    with Sly(seconds=60) as sly, pytest.raises(NotTakenError, match="HTTP 307"):
        pointed(sly.url).send(said(), "kunci-1")
    assert hook_standin.requests == []


def test_a_proxy_of_the_environment_is_not_asked(
    clock: TestClock, pointed: Callable[..., Webhook], hook_standin: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Hook(seconds=60) as other:
        monkeypatch.setenv("HTTP_PROXY", other.address)
        monkeypatch.setenv("http_proxy", other.address)
        pointed(hook_standin.url).send(said(), "kunci-1")
        assert other.requests == []


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("http://pesan.contoh.example/kirim", SECRET),
        ("ftp://pesan.contoh.example", SECRET),
        ("https://nama:sandi@pesan.contoh.example/", SECRET),
        ("pesan.contoh.example", SECRET),
        ("https://pesan.contoh.example/kirim", "pendek"),
    ],
)
def test_a_receiver_that_nobody_should_be_sent_numbers_to_stops_the_start(
    pointed: Callable[..., Webhook], url: str, secret: str
) -> None:
    with pytest.raises(PluginError, match="WHATSAPP_"):
        pointed(url, secret).available()


def test_without_a_receiver_there_is_no_such_channel(app: Flask) -> None:
    assert not Webhook().available()
    names = [handler.name for wanted in app.extensions["jkp"].handlers.values() for handler in wanted]
    assert not [name for name in names if name.endswith("@webhook")]


def test_the_address_keeps_its_query(clock: TestClock, pointed: Callable[..., Webhook], hook_standin: Hook) -> None:
    pointed(f"{hook_standin.url}?kanal=wa")
    where = receiver()
    assert where is not None
    assert post(where, b"{}") == 400
    assert hook_standin.take_complaints()
