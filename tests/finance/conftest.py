"""What the stories of the desk borrow: Stripe with its stand-in."""

from tests.payments.gateways import stripe_bench

__all__ = ["stripe_bench"]
