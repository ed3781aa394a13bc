"""Stripe's own library, at the version of the document, as the client of the stand-in."""

import pytest
import stripe

from tests.standins.buying import library
from tests.standins.stripe import Stripe


@pytest.fixture
def client(stripe_standin: Stripe) -> stripe.StripeClient:
    return library(stripe_standin)


@pytest.fixture
def heard(stripe_standin: Stripe) -> list[stripe.Event]:
    """Return what came in and whose signature Stripe's own library found right."""
    came: list[stripe.Event] = []

    def hook(body: bytes, headers) -> int:
        came.append(stripe.Webhook.construct_event(body, headers["Stripe-Signature"], "whsec_standin"))
        return 200

    stripe_standin.tell.set(target=hook)
    return came
