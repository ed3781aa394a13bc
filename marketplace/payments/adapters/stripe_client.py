"""Stripe's own library, speaking over our line. Loaded when a call is made: it takes time and memory."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import stripe

from marketplace.payments.adapters.calling import Line, line

VERSION = "2026-05-27.dahlia"
"""The version whose published document our requests and Stripe's answers are checked against (decision note 0019)."""
Invalid = (stripe.InvalidRequestError, stripe.CardError, stripe.IdempotencyError)
"""What Stripe says when it certainly did not do what was asked."""
Failure = stripe.StripeError


class Wire(stripe.HTTPClient):
    """What the library calls through: time limits, tries, pace and breaker are those of our line, not its own."""

    name = "jakpreneur"

    def __init__(self, own: Line) -> None:
        super().__init__()
        self.line = own

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,  # noqa: ANN401 - the library's own signature
        **_more: object,
    ) -> tuple[Any, int, Mapping[str, str]]:
        """Call Stripe; GatewayUnavailableError passes through the library as it is."""
        reply = self.line.ask(method, url, headers=headers or {}, body=post_data)
        return reply.body, reply.status, reply.headers

    def close(self) -> None:
        """Keep the lines: they belong to the process."""


@lru_cache(maxsize=4)
def client(key: str, base: str) -> stripe.StripeClient:
    """Return the client of an account at an address."""
    return stripe.StripeClient(
        key,
        stripe_version=VERSION,
        base_addresses={"api": base},
        max_network_retries=0,
        http_client=Wire(line("stripe", base)),
    )
