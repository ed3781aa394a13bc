"""What the stories of payments share: gateways with the stand-ins of their providers, and one that answers oddly."""

import pytest
from flask import Flask

from marketplace.kernel.plugin import current
from tests.payments.gateways import (
    bench,
    door_bench,
    number_bench,
    outside,
    qris_bench,
    sandbox_bench,
    stripe_bench,
    through,
)
from tests.payments.refunding import Odd

__all__ = [
    "bench",
    "door_bench",
    "number_bench",
    "odd",
    "outside",
    "qris_bench",
    "sandbox_bench",
    "stripe_bench",
    "through",
]


@pytest.fixture
def odd(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Odd:
    gateway = Odd()
    monkeypatch.setitem(current().fills, "payments.gateways", (gateway,))
    return gateway
