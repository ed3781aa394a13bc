"""A purchase at the stand-in for Stripe, as a shop makes it."""

from typing import Any

import stripe

from tests.standins.stripe import Stripe

ITEM = {
    "price_data": {"currency": "idr", "unit_amount": 62_950_000, "product_data": {"name": "Pesanan"}},
    "quantity": 1,
}


def library(stand_in: Stripe, *, address: str = "") -> stripe.StripeClient:
    return stripe.StripeClient(
        "sk_test_x",
        stripe_version=stand_in.contract.version,
        base_addresses={"api": address or stand_in.address},
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=5),
    )


def opened(client: stripe.StripeClient, key: str | None = None, **more: Any) -> stripe.checkout.Session:
    asked = {
        "mode": "payment",
        "line_items": [ITEM],
        "client_reference_id": "tagihan-1",
        "metadata": {"charge": "tagihan-1"},
        "payment_intent_data": {"metadata": {"charge": "tagihan-1"}, "transfer_group": "pesanan-1"},
        "success_url": "http://127.0.0.1/kembali?s={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1/batal",
        **more,
    }
    return client.v1.checkout.sessions.create(asked, {"idempotency_key": key} if key else {})  # type: ignore[arg-type]


def paid(client: stripe.StripeClient, stand_in: Stripe) -> str:
    session = opened(client)
    return str(stand_in.books.pay(session.id)["payment_intent"])


def rows(stand_in: Stripe, kind: str) -> list[dict[str, Any]]:
    return [row for row in stand_in.log() if row["kind"] == kind]
