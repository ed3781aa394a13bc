"""Fixtures of the stand-in servers: each is started when it is asked for, and stopped behind its test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.standins.hook import Hook
from tests.standins.midtrans import Midtrans
from tests.standins.oidc import Provider
from tests.standins.proxy import Proxy
from tests.standins.serving import StandIn
from tests.standins.stripe import Stripe


def watched(stand_in: StandIn) -> Iterator[StandIn]:
    """Run a stand-in; a complaint that the test did not take fails it."""
    with stand_in:
        yield stand_in
    assert stand_in.take_complaints() == []


@pytest.fixture
def stripe_standin() -> Iterator[Stripe]:
    """Give a Stripe of its own, empty, in test mode."""
    yield from watched(Stripe(seconds=300))  # type: ignore[misc]


@pytest.fixture
def midtrans_standin() -> Iterator[Midtrans]:
    """Give a Midtrans of its own, empty."""
    yield from watched(Midtrans(seconds=300))  # type: ignore[misc]


@pytest.fixture
def hook_standin() -> Iterator[Hook]:
    """Give a receiver of messages for phones, who has sent none yet."""
    yield from watched(Hook(seconds=300))  # type: ignore[misc]


@pytest.fixture
def oidc_standin() -> Iterator[Provider]:
    """Give an identity provider that knows Siti."""
    yield from watched(Provider(seconds=300))  # type: ignore[misc]


@pytest.fixture
def fault_proxy() -> Iterator[Callable[[int], Proxy]]:
    """Give a fault proxy in front of a port; several may be asked for."""
    with ExitStack() as proxies:
        yield lambda port: proxies.enter_context(Proxy(port, seconds=300))
