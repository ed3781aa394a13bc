"""The fault proxy: each way of failing is seen by a client as what it is, and ends when it is told to."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
import stripe

from tests.standins.buying import library, opened, rows
from tests.standins.proxy import LOOPBACK, Proxy
from tests.standins.stripe import Stripe

Fronted = Callable[[int], Proxy]


@pytest.fixture
def proxy(fault_proxy: Fronted, stripe_standin: Stripe) -> Proxy:
    return fault_proxy(stripe_standin.port)


def asked(proxy: Proxy, timeout: float = 5.0) -> bytes:
    """Ask for something plain and return all that comes."""
    with socket.create_connection((LOOPBACK, proxy.port), timeout=timeout) as line:
        line.sendall(b"GET /v1/refunds HTTP/1.1\r\nHost: x\r\n\r\n")
        came = b""
        while piece := line.recv(4096):
            came += piece
        return came


def test_it_passes_everything_on_until_it_is_told_otherwise(proxy: Proxy) -> None:
    assert asked(proxy).startswith(b"HTTP/1.1 401")
    assert proxy.connections == 1


def test_refused(proxy: Proxy) -> None:
    proxy.mode("refuse")
    with pytest.raises(ConnectionRefusedError):
        asked(proxy)
    proxy.mode("pass")
    assert asked(proxy).startswith(b"HTTP/1.1 401"), "the same port is open again"


def test_hanging(proxy: Proxy) -> None:
    proxy.mode("hang")
    with pytest.raises(TimeoutError):
        asked(proxy, timeout=0.3)
    proxy.mode("pass")
    assert asked(proxy).startswith(b"HTTP/1.1 401")


def test_slow(proxy: Proxy) -> None:
    proxy.mode("delay", 200)
    began = time.monotonic()
    assert asked(proxy).startswith(b"HTTP/1.1 401")
    assert time.monotonic() - began >= 0.4, "there and back"


def test_reset(proxy: Proxy) -> None:
    proxy.mode("reset")
    with pytest.raises(ConnectionError):
        asked(proxy)


@pytest.mark.parametrize("amount", [1, 12, 100])
def test_cut_after_so_many_bytes(proxy: Proxy, amount: int) -> None:
    proxy.mode("cut", amount)
    with socket.create_connection((LOOPBACK, proxy.port), timeout=5) as line:
        line.sendall(b"GET /v1/refunds HTTP/1.1\r\nHost: x\r\n\r\n")
        came = line.recv(amount, socket.MSG_WAITALL)
        with pytest.raises(ConnectionError):
            line.recv(1)
    assert came == b"HTTP/1.1 401 Unauthorized"[:amount] if amount < 25 else len(came) == amount


def test_garbage(proxy: Proxy) -> None:
    proxy.mode("garbage")
    assert asked(proxy).startswith(b"\x00\xffHTTP?")


def test_a_line_that_stands_is_cut_when_the_mode_changes(proxy: Proxy) -> None:
    with socket.create_connection((LOOPBACK, proxy.port), timeout=5) as line:
        line.sendall(b"GET ")
        while not proxy.connections:
            time.sleep(0.01)
        time.sleep(0.1)
        proxy.mode("hang")
        # Its end is heard as a reset or as the end of what comes, by how far the proxy had read.
        with suppress(ConnectionError):
            assert line.recv(1) == b""


def test_a_server_that_is_not_there(fault_proxy: Fronted) -> None:
    with socket.create_server((LOOPBACK, 0)) as nobody:
        port = nobody.getsockname()[1]
    with pytest.raises(ConnectionError):
        asked(fault_proxy(port))


def test_no_such_mode(proxy: Proxy) -> None:
    with pytest.raises(ValueError, match="there are: cut, delay"):
        proxy.mode("melt")


def test_what_a_shop_does_over_a_bad_line(proxy: Proxy, stripe_standin: Stripe) -> None:
    client = library(stripe_standin, address=proxy.address)
    for mode, amount in [("refuse", 0), ("reset", 0), ("garbage", 0), ("cut", 30)]:
        proxy.mode(mode, amount)
        with pytest.raises(stripe.APIConnectionError):
            opened(client, "kunci")
    assert len(rows(stripe_standin, "session")) == 1, "over the cut line the work was done"
    proxy.mode("pass")
    assert opened(client, "kunci").last_response.headers["Idempotent-Replayed"] == "true"


def test_as_a_program_it_is_switched_by_a_control_socket(stripe_standin: Stripe) -> None:
    command = [sys.executable, "-m", "tests.standins.proxy", "--target", str(stripe_standin.port), "--seconds", "60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            place, _, control = running.stdout.readline().split()
            door, orders = (int(each.rpartition(":")[2]) for each in (place, control))
            with socket.create_connection((LOOPBACK, orders), timeout=5) as line, line.makefile("rw") as said:
                for order, answer in [("refuse", "ok\n"), ("melt", "no: "), ("pass", "ok\n")]:
                    said.write(f"{order}\n")
                    said.flush()
                    assert said.readline().startswith(answer)
                    if order == "refuse":
                        with pytest.raises(ConnectionRefusedError):
                            socket.create_connection((LOOPBACK, door), timeout=5)
            socket.create_connection((LOOPBACK, door), timeout=5).close()
        finally:
            running.terminate()


@pytest.mark.parametrize("name", ["stripe", "midtrans", "proxy"])
def test_a_program_ends_by_itself(name: str) -> None:
    more = ["--target", "9"] if name == "proxy" else []
    command = [sys.executable, "-m", f"tests.standins.{name}", "--seconds", "0.3", *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert "127.0.0.1" in running.stdout.readline()
        assert running.wait(30) == 0
