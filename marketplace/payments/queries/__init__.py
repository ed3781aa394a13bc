"""What is known of charges, gateways and webhook events."""

from marketplace.payments.queries.books import broken, payment_facts, webhook_facts
from marketplace.payments.queries.charges import (
    Charge,
    charge,
    charge_in,
    charge_of_session,
    charges_of,
    latest,
    latest_beside,
    payable,
    settled_amounts,
    settled_elsewhere,
)
from marketplace.payments.queries.gateways import gateway, known, offered
from marketplace.payments.queries.inbox import StoredWebhook, webhook_event
from marketplace.payments.queries.queue import FIRST, Place, Queue, due_charges, unanswered_charges, waiting_charges
from marketplace.payments.queries.sandbox import SandboxPage, sandbox_by_ref, sandbox_ref, sandbox_session

__all__ = [
    "FIRST",
    "Charge",
    "Place",
    "Queue",
    "SandboxPage",
    "StoredWebhook",
    "broken",
    "charge",
    "charge_in",
    "charge_of_session",
    "charges_of",
    "due_charges",
    "gateway",
    "known",
    "latest",
    "latest_beside",
    "offered",
    "payable",
    "payment_facts",
    "sandbox_by_ref",
    "sandbox_ref",
    "sandbox_session",
    "settled_amounts",
    "settled_elsewhere",
    "unanswered_charges",
    "waiting_charges",
    "webhook_event",
    "webhook_facts",
]
