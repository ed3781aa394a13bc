"""The objects of Stripe's API as its document describes them, made of the few facts that matter to us."""

from secrets import token_hex
from typing import Any

Thing = dict[str, Any]

ACCEPTED = {"network_status": "approved_by_network", "type": "authorized", "seller_message": "Payment complete."}


def name(prefix: str) -> str:
    """Return a new id."""
    return f"{prefix}_{token_hex(12)}"


def session(asked: Thing, *, at: int, live: bool, base: str) -> Thing:
    """Return a checkout session that is open."""
    items = asked["line_items"]
    total = sum(each["price_data"]["unit_amount"] * each.get("quantity", 1) for each in items)
    ref = name(f"cs_{'live' if live else 'test'}")
    return {
        "id": ref,
        "object": "checkout.session",
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "cancel_url": asked.get("cancel_url"),
        "client_reference_id": asked.get("client_reference_id"),
        "created": at,
        "currency": items[0]["price_data"]["currency"],
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer": None,
        "customer_creation": "if_required",
        "customer_details": None,
        "customer_email": asked.get("customer_email"),
        "expires_at": asked.get("expires_at", at + 24 * 3600),
        "invoice": None,
        "livemode": live,
        "locale": asked.get("locale"),
        "metadata": asked.get("metadata", {}),
        "mode": asked["mode"],
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_options": {},
        "payment_method_types": asked.get("payment_method_types", ["card"]),
        "payment_status": "unpaid",
        "setup_intent": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": None,
        "subscription": None,
        "success_url": asked["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{base}/pay/{ref}",
    }


def intent(paid: Thing, data: Thing, *, at: int) -> Thing:
    """Return the payment intent of a session whose buyer pressed the button; its charge is still to come."""
    return {
        "id": name("pi"),
        "object": "payment_intent",
        "amount": paid["amount_total"],
        "amount_capturable": 0,
        "amount_received": 0,
        "application": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic",
        "confirmation_method": "automatic",
        "created": at,
        "currency": paid["currency"],
        "customer": None,
        "description": data.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": paid["livemode"],
        "metadata": data.get("metadata", {}),
        "next_action": None,
        "payment_method": None,
        "payment_method_types": paid["payment_method_types"],
        "processing": None,
        "receipt_email": None,
        "status": "processing",
        "transfer_group": data.get("transfer_group"),
    }


def charge(of: Thing, *, at: int, ok: bool) -> Thing:
    """Return a charge of an intent, taken or declined."""
    return {
        "id": name("ch"),
        "object": "charge",
        "amount": of["amount"],
        "amount_captured": of["amount"] if ok else 0,
        "amount_refunded": 0,
        "application": None,
        "balance_transaction": None,
        "billing_details": {"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
        "captured": ok,
        "created": at,
        "currency": of["currency"],
        "customer": None,
        "description": of["description"],
        "disputed": False,
        "failure_code": None if ok else "card_declined",
        "failure_message": None if ok else "Your card was declined.",
        "livemode": of["livemode"],
        "metadata": of["metadata"],
        "outcome": {"network_status": "declined_by_network", "type": "issuer_declined"} if not ok else ACCEPTED,
        "paid": ok,
        "payment_intent": of["id"],
        "payment_method": None,
        "receipt_url": None,
        "refunded": False,
        "status": "succeeded" if ok else "failed",
        "transfer_group": of["transfer_group"],
    }


def refund(of: Thing, amount: int, asked: Thing, *, at: int, status: str) -> Thing:
    """Return a refund of a charge."""
    return {
        "id": name("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": of["id"],
        "created": at,
        "currency": of["currency"],
        "metadata": asked.get("metadata", {}),
        "payment_intent": of["payment_intent"],
        "reason": asked.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
    }


def dispute(of: Thing, amount: int, *, at: int, due: int) -> Thing:
    """Return a dispute of a charge, just opened."""
    return {
        "id": name("du"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": of["id"],
        "created": at,
        "currency": of["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": due,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": of["livemode"],
        "metadata": {},
        "payment_intent": of["payment_intent"],
        "reason": "product_not_received",
        "status": "needs_response",
    }


def movement(kind: str, source: Thing, amount: int, fee: int, *, at: int) -> Thing:
    """Return a row of the balance: what came or went, and what Stripe kept of it."""
    kept = {
        "amount": fee,
        "application": None,
        "currency": source["currency"],
        "description": None,
        "type": "stripe_fee",
    }
    return {
        "id": name("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": at,
        "balance_type": "payments",
        "created": at,
        "currency": source["currency"],
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [kept] if fee else [],
        "net": amount - fee,
        "reporting_category": kind,
        "source": source["id"],
        "status": "available",
        "type": kind,
    }


def transfer(asked: Thing, *, at: int, live: bool) -> Thing:
    """Return money that goes to a connected account."""
    ref = name("tr")
    return {
        "id": ref,
        "object": "transfer",
        "amount": asked["amount"],
        "amount_reversed": 0,
        "balance_transaction": None,
        "created": at,
        "currency": asked["currency"],
        "description": asked.get("description"),
        "destination": asked["destination"],
        "livemode": live,
        "metadata": asked.get("metadata", {}),
        "reversals": {"object": "list", "data": [], "has_more": False, "url": f"/v1/transfers/{ref}/reversals"},
        "reversed": False,
        "source_transaction": asked.get("source_transaction"),
        "source_type": "card",
        "transfer_group": asked.get("transfer_group"),
    }


def reversal(of: Thing, amount: int, asked: Thing, *, at: int) -> Thing:
    """Return money that comes back from a connected account."""
    return {
        "id": name("trr"),
        "object": "transfer_reversal",
        "amount": amount,
        "balance_transaction": None,
        "created": at,
        "currency": of["currency"],
        "destination_payment_refund": None,
        "metadata": asked.get("metadata", {}),
        "source_refund": None,
        "transfer": of["id"],
    }


def account(asked: Thing, *, at: int, ready: bool) -> Thing:
    """Return a connected account."""
    return {
        "id": name("acct"),
        "object": "account",
        "capabilities": {"transfers": "active" if ready else "pending"},
        "charges_enabled": False,
        "country": asked.get("country", "ID"),
        "created": at,
        "default_currency": "idr",
        "details_submitted": ready,
        "email": asked.get("email"),
        "metadata": asked.get("metadata", {}),
        "payouts_enabled": ready,
        "type": asked.get("type", "express"),
    }


def event(kind: str, of: Thing, *, at: int, version: str, request: Thing) -> Thing:
    """Return an event; ``of`` is the object as it is at this moment."""
    return {
        "id": name("evt"),
        "object": "event",
        "api_version": version,
        "created": at,
        "data": {"object": of},
        "livemode": of.get("livemode", False),
        "pending_webhooks": 1,
        "request": request,
        "type": kind,
    }
