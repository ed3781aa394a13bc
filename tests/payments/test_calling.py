"""The line to a provider: bounded waits, the same again where it helps, a steady pace, and a breaker (R6.9, R13.2)."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from flask import Flask

from marketplace.kernel.db import transactional
from marketplace.payments.adapters import calling
from marketplace.payments.adapters.calling import Breaker, Bucket, Line
from marketplace.payments.slots import GatewayUnavailableError
from tests.payments.gateways import configure
from tests.standins.proxy import Proxy

Script = list[tuple[int, dict[str, str]]]


class Provider:
    """Answers as it was told, one status after the other, and then with 200."""

    def __init__(self) -> None:
        self.script: Script = []
        self.keys: list[str] = []
        self.drip = 0.0
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                provider.keys.append(self.headers.get("Idempotency-Key", ""))
                status, headers = provider.script.pop(0) if provider.script else (200, {})
                self.send_response(status)
                for name, value in {"Content-Length": "20", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                for piece in b"x" * 20:
                    time.sleep(provider.drip)
                    self.wfile.write(bytes([piece]))

            def log_message(self, *_said: object) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, *_what: object) -> None:
                """Who hangs up is no news."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = int(self.server.server_address[1])
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()


@pytest.fixture
def provider(app: Flask, monkeypatch: pytest.MonkeyPatch):
    configure(monkeypatch, GATEWAY_RATE=10_000)
    monkeypatch.setattr(calling, "FIRST_PAUSE_SECONDS", 0.02)
    running = Provider()
    yield running
    running.server.shutdown()
    running.server.server_close()


def ask(line: Line, port: int) -> int:
    reply = line.ask("POST", f"http://127.0.0.1:{port}/v1/x", headers={"Idempotency-Key": "k1"}, body="a=1")
    return reply.status


@pytest.mark.parametrize("status", [409, 429, 500, 503])
def test_what_may_pass_is_asked_again_under_the_same_key(provider: Provider, status: int) -> None:
    provider.script = [(status, {}), (status, {})]
    assert ask(Line("uji"), provider.port) == 200
    assert provider.keys == ["k1"] * 3


@pytest.mark.parametrize("status", [400, 401, 402, 404, 406, 412])
def test_a_no_is_a_no(provider: Provider, status: int) -> None:
    provider.script = [(status, {})]
    assert ask(Line("uji"), provider.port) == status
    assert provider.keys == ["k1"]


def test_three_tries_and_no_more(provider: Provider) -> None:
    provider.script = [(503, {})] * 9
    with pytest.raises(GatewayUnavailableError, match="503"):
        ask(Line("uji"), provider.port)
    assert len(provider.keys) == 3


def test_who_says_not_to_ask_again_is_not_asked_again(provider: Provider) -> None:
    provider.script = [(500, {"Stripe-Should-Retry": "false"})]
    with pytest.raises(GatewayUnavailableError):
        ask(Line("uji"), provider.port)
    assert len(provider.keys) == 1


def test_a_pause_that_is_told_is_kept_or_the_try_is_left(provider: Provider) -> None:
    provider.script = [(429, {"Retry-After": "1"})]
    began = time.monotonic()
    assert ask(Line("uji"), provider.port) == 200
    assert time.monotonic() - began >= 1
    provider.script = [(429, {"Retry-After": "60"})]
    with pytest.raises(GatewayUnavailableError, match="429"):
        ask(Line("uji"), provider.port)


def test_an_answer_that_drips_is_not_waited_for(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each piece comes within a socket's limit, all of them do not: without the thread that is left this takes 6 s."""
    monkeypatch.setattr(calling, "TOTAL_SECONDS", 0.5)
    provider.drip = 0.3
    began = time.monotonic()
    with pytest.raises(GatewayUnavailableError, match="TimeoutError"):
        ask(Line("uji"), provider.port)
    assert time.monotonic() - began < 3


def test_one_who_hangs_costs_the_whole_time_once(
    provider: Provider, fault_proxy: Callable[[int], Proxy], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "TOTAL_SECONDS", 0.4)
    proxy = fault_proxy(provider.port).mode("hang")
    began = time.monotonic()
    with pytest.raises(GatewayUnavailableError):
        ask(Line("uji"), proxy.port)
    assert 0.3 < time.monotonic() - began < 3
    assert provider.keys == []


@pytest.mark.parametrize("mode", ["refuse", "reset", "garbage", "cut"])
def test_after_five_failures_nobody_asks(
    provider: Provider, fault_proxy: Callable[[int], Proxy], monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    """Without the breaker's ``lets_through`` in ``Line.ask`` this fails: it was tried."""
    proxy = fault_proxy(provider.port).mode(mode, 30)
    line = Line("uji")
    for _time in range(calling.FAILURES):
        with pytest.raises(GatewayUnavailableError):
            ask(line, proxy.port)
    proxy.mode("pass")
    with pytest.raises(GatewayUnavailableError, match="breaker"):
        ask(line, proxy.port)
    monkeypatch.setattr(calling, "AWAY_SECONDS", 0.0)
    line.breaker.note(answered=False)
    assert ask(line, proxy.port) == 200
    assert [ask(line, proxy.port) for _time in range(3)] == [200] * 3


def test_too_busy_is_not_away(provider: Provider) -> None:
    line = Line("uji")
    provider.script = [(429, {})] * 3 * calling.FAILURES
    for _time in range(calling.FAILURES):
        with pytest.raises(GatewayUnavailableError, match="429"):
            ask(line, provider.port)
    assert ask(line, provider.port) == 200


def test_of_many_who_come_after_the_pause_one_asks() -> None:
    breaker = Breaker()
    for _time in range(calling.FAILURES):
        assert breaker.lets_through()
        breaker.note(answered=False)
    breaker._again = 0.0
    assert [breaker.lets_through() for _time in range(3)] == [True, False, False]
    breaker.note(answered=True)
    assert breaker.lets_through()


class Counting(Bucket):
    """Notes who took a turn, at what rate and with what patience, and lets everybody go at once."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[tuple[int, float]] = []

    def turn(self, rate: int, patience: float) -> float | None:
        self.taken.append((rate, patience))
        return 0.0


def test_every_try_takes_a_turn(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guarded by the turn in ``Line.ask``; without it all would leave at once."""
    configure(monkeypatch, GATEWAY_RATE=8)
    bucket = Counting()
    provider.script = [(503, {}), (429, {})]
    assert ask(Line("uji", bucket=bucket), provider.port) == 200
    assert bucket.taken == [(8, calling.LONGEST_WAIT_SECONDS)] * 3


def test_who_would_wait_too_long_is_told_so_at_once(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = Bucket()
    first, second, third = (bucket.turn(1, 1.0) for _one in range(3))
    assert (first, third) == (0.0, None)
    assert second is not None
    assert 0 < second <= 1
    monkeypatch.setattr(bucket, "turn", lambda _rate, _patience: None)
    with pytest.raises(GatewayUnavailableError, match="rush"):
        ask(Line("uji", bucket=bucket), provider.port)
    assert provider.keys == []


def test_of_many_at_once_no_two_have_the_same_turn() -> None:
    bucket, began = Bucket(), time.monotonic()
    with ThreadPoolExecutor(16) as crowd:
        list(crowd.map(lambda _one: bucket.turn(10, 1000.0), range(200)))
    assert bucket._next >= began + 200 / 10


def test_no_call_while_a_transaction_is_open(provider: Provider) -> None:
    """R2.5. Without the look at ``writing`` in ``Line.ask`` this fails: it was tried.

    Guard (R26.3): no line to a provider while a transaction is open.
    """

    @transactional
    def careless() -> None:
        ask(Line("uji"), provider.port)

    with pytest.raises(RuntimeError, match="transaction"):
        careless()
    assert provider.keys == []


def test_a_proxy_of_the_environment_is_used_but_not_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "api.midtrans.com")
    assert calling._proxy("https://api.stripe.com/v1/x") == "http://proxy.example:3128"
    assert calling._proxy("https://api.midtrans.com/v2/x") == ""
    assert calling._proxy("http://127.0.0.1:1/v1/x") == ""
