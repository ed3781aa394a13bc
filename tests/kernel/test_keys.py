"""How long a one-time key counts (R3.2)."""

from marketplace.kernel import idempotency
from marketplace.kernel.db import transactional
from marketplace.kernel.idempotency import Key
from marketplace.testing.plugin import TestClock
from tests.kernel.conftest import Town

FIRST = {"number": 1}


@transactional
def asked(answer: dict[str, int]) -> dict[str, int] | None:
    return Key.of("guest:1", "abc", {"qty": 1}).earlier("orders.place", answer)


def test_a_key_is_kept_for_72_hours(town: Town, clock: TestClock) -> None:
    with town().app_context():
        assert asked(FIRST) is None
        clock.set("2026-11-30T09:00:00+07:00")
        idempotency.forget()
        assert asked({"number": 2}) == FIRST
        clock.set("2026-11-30T09:00:01+07:00")
        idempotency.forget()
        assert asked({"number": 2}) is None
