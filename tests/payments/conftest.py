"""What the stories of payments share."""

import pytest
from flask import Flask

from marketplace.kernel.plugin import current
from tests.payments.refunding import Odd


@pytest.fixture
def odd(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Odd:
    gateway = Odd()
    monkeypatch.setitem(current().fills, "payments.gateways", (gateway,))
    return gateway
