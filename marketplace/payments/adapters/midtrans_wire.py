"""What is said on the line to Midtrans: requests, answers with their own codes, keys and signatures."""

import json
import math
import re
from base64 import b64encode
from hashlib import sha512
from hmac import compare_digest
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

import structlog

from marketplace.kernel import clock
from marketplace.kernel.money import Rupiah
from marketplace.kernel.plugin import current
from marketplace.payments.adapters.calling import line
from marketplace.payments.slots import (
    ChargeRequest,
    GatewayRefusedError,
    GatewayUnavailableError,
    Outcome,
    RefundOutcome,
    RefundStanding,
    Standing,
)

Thing = dict[str, Any]
LIVE_HOST = "api.midtrans.com"
AMOUNT = re.compile(r"([0-9]{1,15})(?:\.00)?")
OUTCOMES = {
    "settlement": Outcome.PAID,
    "capture": Outcome.PAID,
    "refund": Outcome.PAID,
    "partial_refund": Outcome.PAID,
    "pending": Outcome.OPEN,
    "authorize": Outcome.OPEN,
    "expire": Outcome.EXPIRED,
    # Only we cancel, and only what nobody has paid in time.
    "cancel": Outcome.EXPIRED,
    "deny": Outcome.FAILED,
    "failure": Outcome.FAILED,
}
DONE = range(200, 300)
NOT_FOUND, USED, CANNOT, NO_FUNDS = 404, 406, 412, 414
OURS = frozenset({401, 402, 403, 410, 411})
"""Codes that are about our account or key: nothing that a charge could do for."""
TIME = "%Y-%m-%d %H:%M:%S %z"
log = structlog.get_logger()


def live() -> bool:
    """Tell whether real money is behind the address that is called."""
    return urlsplit(_base()).hostname == LIVE_HOST


def signed(order: str, code: str, gross: str, mark: str) -> bool:
    """Tell whether a notification carries our signature: SHA-512 over number, code, amount and key, by any key in force."""
    right = False
    for key in keys():
        wanted = sha512(f"{order}{code}{gross}{key}".encode()).hexdigest()
        right |= compare_digest(wanted.encode(), mark.encode())
    return right


def rupiah(told: object) -> Rupiah | None:
    """Return an amount of Midtrans' in rupiah; None when it is no whole number of them (R5.7)."""
    found = AMOUNT.fullmatch(told) if isinstance(told, str) else None
    return Rupiah(int(found[1])) if found else None


def charged(request: ChargeRequest, way: Thing) -> Thing:
    """Return what is asked for a charge. Raises GatewayRefusedError when its time is over."""
    begun = request.begun_at or clock.now()
    if request.expires_at <= clock.now():
        raise GatewayRefusedError("too_late")
    minutes = max(math.ceil((request.expires_at - begun).total_seconds() / 60), 1)
    # Counted from when the charge was made, which stays the same however late and often we ask.
    ends = {
        "order_time": begun.astimezone(clock.JAKARTA).strftime(TIME),
        "expiry_duration": minutes,
        "unit": "minute",
    }
    gross = (request.asked or request.amount).amount
    return {**way, "transaction_details": {"order_id": request.key, "gross_amount": gross}, "custom_expiry": ends}


def standing(told: Thing) -> Standing:
    """Return how a transaction stands by what Midtrans tells of it."""
    order, paid_as = str(told["order_id"]), str(told["transaction_id"])
    outcome = OUTCOMES.get(str(told["transaction_status"]), Outcome.OPEN)
    if told.get("fraud_status") == "challenge":
        outcome = Outcome.OPEN
    return Standing(
        provider_ref=order,
        key=ours(order),
        outcome=outcome,
        amount=rupiah(told["gross_amount"]),
        currency=str(told.get("currency") or "IDR"),
        live=live(),
        payment_ref=paid_as,
        refunds=tuple(_refund(order, paid_as, each) for each in told.get("refunds", ())),
    )


def _refund(order: str, paid_as: str, row: Thing) -> RefundStanding:
    amount = rupiah(row["refund_amount"])
    if amount is None:
        message = f"Midtrans tells of {row['refund_amount']} paid back for {order}, which are no whole rupiah"
        raise ValueError(message)
    key = str(row["refund_key"])
    return RefundStanding(
        provider_ref=f"{order}/{key}"[:255],
        key=ours(key) or None,
        payment_ref=paid_as,
        amount=amount,
        currency="IDR",
        outcome=RefundOutcome.SUCCEEDED,
        cause=str(row.get("reason") or ""),
    )


def number(told: Thing) -> tuple[str, str]:
    """Return the number to pay to, and the code of the company where the bank asks for one."""
    if told.get("bill_key"):
        return str(told["bill_key"]), str(told.get("biller_code") or "")
    if told.get("permata_va_number"):
        return str(told["permata_va_number"]), ""
    numbers = told.get("va_numbers") or ()
    return (str(numbers[0]["va_number"]), "") if numbers else ("", "")


def ours(order: str) -> str:
    """Return a number of ours as we gave it; nothing for those of others who use the same account."""
    try:
        return str(UUID(order)) if len(order) == 36 else ""  # noqa: PLR2004 - written with its dashes, as we do
    except ValueError:
        return ""


def status(provider_ref: str) -> Thing:
    """Ask how a transaction stands. Raises GatewayUnavailableError when it is not known there."""
    code, told = call("GET", f"/v2/{quote(provider_ref, safe='')}/status")
    if code == NOT_FOUND:
        raise GatewayUnavailableError(f"midtrans: {provider_ref} is not known there")
    return checked(code, told)


def checked(code: int, told: Thing) -> Thing:
    """Return an answer that tells of a transaction, whatever became of it; raise for any other."""
    if all(name in told for name in ("transaction_status", "order_id", "transaction_id", "gross_amount")):
        return told
    if code in OURS:
        log.error("midtrans refused our account", code=code)
        raise GatewayUnavailableError(f"midtrans: {code}")
    raise GatewayRefusedError(str(code))


def call(method: str, path: str, asked: Thing | None = None, *, key: str = "") -> tuple[int, Thing]:
    """Call Midtrans; return its own code, which the HTTP status need not say, and what it told."""
    known, base = keys(), _base()
    if not known:
        raise GatewayUnavailableError("midtrans: no key is set")
    headers = {
        "Accept": "application/json",
        "Content-Type": "application/json",
        "Authorization": "Basic " + b64encode(f"{known[0]}:".encode()).decode(),
    }
    if key:
        headers["Idempotency-Key"] = key
    body = json.dumps(asked) if asked is not None else None
    reply = line("midtrans", base).ask(method, f"{base}{path}", headers=headers, body=body, meaning=_code)
    if not reply.code:
        raise GatewayUnavailableError("midtrans: no answer of its kind")
    told: Thing = json.loads(reply.body)
    return reply.code, told


def _code(http: int, body: bytes) -> int:
    """Return Midtrans' own code; 0 where an answer is none of its, 5xx where the HTTP status says so all the same."""
    try:
        code = int(json.loads(body)["status_code"])
    except (ValueError, KeyError, TypeError):
        return http if http >= 500 or http == 429 else 0  # noqa: PLR2004 - as HTTP has them
    return code


def keys() -> tuple[str, ...]:
    """Return the server keys in force: the first is used for calls."""
    return tuple(filter(None, (one.strip() for one in str(current().setting("MIDTRANS_SERVER_KEY")).split(","))))


def _base() -> str:
    return str(current().setting("MIDTRANS_API_BASE")).rstrip("/")
