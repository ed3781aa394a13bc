"""QRIS and virtual accounts through Midtrans' Core API, in whole rupiah: our own pages show the code or the number."""

import json
import math
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha512
from hmac import compare_digest
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

import structlog

from marketplace.kernel import clock
from marketplace.kernel.money import Rupiah
from marketplace.kernel.plugin import current
from marketplace.kernel.words import Words, _
from marketplace.payments.adapters.by_hand import by_hand
from marketplace.payments.adapters.calling import line
from marketplace.payments.slots import (
    ChargeRequest,
    DisputeStanding,
    GatewayRefusedError,
    GatewayUnavailableError,
    Listed,
    Method,
    Opened,
    Outcome,
    RefundOutcome,
    RefundRequest,
    RefundStanding,
    Standing,
    Terms,
    Told,
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
NIGHT_BEGINS, NIGHT_ENDS = "23:55", "06:00"
"""ShopeePay takes no refunds in between (Jakarta time)."""
log = structlog.get_logger()


class Midtrans:
    """What all ways to pay through one merchant account share; asked of one on behalf of all."""

    hook: str = "midtrans"
    place: str = "midtrans"
    by_sum: bool = False
    on_receipt: bool = False

    def fetch(self, provider_ref: str) -> Standing:
        """Return how a transaction stands, with its refunds."""
        return _standing(_status(provider_ref))

    def fetch_refund(self, provider_ref: str) -> RefundStanding:
        """Return a refund, found among those of its transaction."""
        order, _slash, key = provider_ref.partition("/")
        found = next((one for one in self.fetch(order).refunds if one.provider_ref == f"{order}/{key}"), None)
        if found is None:
            raise GatewayUnavailableError(provider_ref)
        return found

    def find_refund(self, request: RefundRequest) -> RefundStanding | None:
        """Return the refund made under a key."""
        return next((one for one in self.fetch(request.provider_ref).refunds if one.key == request.key), None)

    def fetch_dispute(self, provider_ref: str) -> DisputeStanding:
        """QRIS and virtual accounts know no disputes."""
        raise GatewayUnavailableError(provider_ref)

    def listed(self, since: datetime, own: Sequence[str]) -> Iterator[Listed]:  # noqa: ARG002 - there is no list to ask for
        """Ask about each of our own: Midtrans has no list."""
        for provider_ref in own:
            told = self._known(provider_ref)
            if told is not None:
                yield told
                yield from told.refunds

    def _known(self, provider_ref: str) -> Standing | None:
        code, told = _call("GET", f"/v2/{quote(provider_ref, safe='')}/status")
        return None if code == NOT_FOUND else _standing(_checked(code, told))

    def verify(self, body: bytes, _headers: Mapping[str, str]) -> Told | None:
        """Check a notification's signature by each key that is in force.

        No time stands in it, so an old one can be told again; all that comes of it is that we ask how things stand.
        """
        try:
            note = json.loads(body)
            order, code, gross = (str(note[name]) for name in ("order_id", "status_code", "gross_amount"))
            state, ref, mark = (str(note[name]) for name in ("transaction_status", "transaction_id", "signature_key"))
            refunds = [str(each["refund_key"]) for each in note.get("refunds", ())]
        except (ValueError, KeyError, TypeError):
            return None
        if not signed(order, code, gross, mark):
            return None
        # The state, the code and what was paid back make one piece of news.
        news = sha512(" ".join([mark, *refunds]).encode()).hexdigest()[:16]
        return Told(
            event_id=f"{ref}:{state}:{news}"[:255],
            kind=f"{note.get('payment_type', '')}.{state}"[:255],
            provider_ref=order if _key(order) else "",
            live=live(),
            version="2",
        )

    def expire(self, provider_ref: str) -> Standing:
        """End a transaction that nobody has paid; any other is left as it is."""
        code, told = _call("POST", f"/v2/{quote(provider_ref, safe='')}/{self.ends_by}")
        if code == NOT_FOUND:
            raise GatewayUnavailableError(provider_ref)
        if code != CANNOT:
            _checked(code, told)
        return self.fetch(provider_ref)

    ends_by: str = "expire"

    def _open(self, request: ChargeRequest, way: Thing, *, readable: bool) -> Thing:
        """Charge, or find what was charged before under our number; ``readable`` if a status shows how to pay.

        What cannot be shown again is cancelled and charged anew: the number of a cancelled one may be used again.
        """
        asked = _charge(request, way)
        code, told = _call("POST", "/v2/charge", asked, key=request.key)
        if code != USED:
            return _checked(code, told)
        known = _status(request.key)
        if readable or OUTCOMES.get(str(known["transaction_status"])) is not Outcome.OPEN:
            return known
        self.expire(request.key)
        return _checked(*_call("POST", "/v2/charge", asked))


class Qris(Midtrans):
    """A code that any bank's or wallet's app can scan."""

    key: str = "midtrans_qris"
    label: Words = _("QRIS")
    hint: Words = _("Scan a code with the app of your bank or wallet.")
    ends_by: str = "cancel"

    def available(self) -> bool:
        """Tell whether there is a key to a merchant account."""
        return bool(_keys())

    def unfit(self, amount: Rupiah, terms: Terms) -> Words | None:  # noqa: ARG002 - whose it is does not matter
        """Refuse what is more than QRIS may carry at once."""
        most = int(current().setting("QRIS_MOST_IDR"))
        return _("This is more than can be paid by QRIS at once. Choose another way.") if amount.amount > most else None

    def minutes(self) -> int:
        """Return the time of ways that are done in a few minutes."""
        return int(current().setting("PAY_MINUTES"))

    def open(self, request: ChargeRequest) -> Opened:
        """Make a code."""
        made = self._open(request, {"payment_type": "qris"}, readable=False)
        code = str(made.get("qr_string") or "")
        if not code:
            # It was paid, or has ended: how it stands is asked for next.
            return Opened(provider_ref=request.key, pay_path="")
        return Opened(provider_ref=request.key, pay_path="", method=Method(kind="qr", text=code))

    def refund(self, request: RefundRequest) -> RefundStanding:
        """Pay back at once; what the scheme does not take back any more is left to a person."""
        asked = {"refund_key": request.key, "amount": request.amount.amount, "reason": request.reason[:255]}
        code, told = _call("POST", f"/v2/{quote(request.provider_ref, safe='')}/refund/online/direct", asked)
        if code in DONE or code == USED:
            found = self.find_refund(request)
            if found is None:
                raise GatewayUnavailableError(f"midtrans: the refund {request.key} is done and not to be seen")
            return found
        if code == NO_FUNDS:
            return by_hand(request, str(code))
        if code != CANNOT:
            _checked(code, told)
        return self._not_now(request, str(code))

    def _not_now(self, request: RefundRequest, cause: str) -> RefundStanding:
        """Tell apart what one code says: too much, too late, or at a bad hour."""
        known = _status(request.provider_ref)
        standing = _standing(known)
        back = sum(one.amount.amount for one in standing.refunds)
        paid = standing.amount.amount if standing.amount else 0
        if standing.outcome is not Outcome.PAID or back + request.amount.amount > paid:
            raise GatewayRefusedError("too_much")
        now = clock.now().astimezone(clock.JAKARTA).strftime("%H:%M")
        if "shopee" in str(known.get("acquirer", "")) and not NIGHT_ENDS <= now < NIGHT_BEGINS:
            raise GatewayUnavailableError("midtrans: no refunds at night")
        return by_hand(request, cause)


@dataclass(frozen=True)
class Bank:
    """A bank that gives numbers: how Midtrans names it, how people do."""

    code: str
    name: str


BANKS = (
    Bank("bca", "BCA"),
    Bank("mandiri", "Mandiri"),
    Bank("bni", "BNI"),
    Bank("bri", "BRI"),
    Bank("permata", "Permata"),
    Bank("cimb", "CIMB Niaga"),
)


class VirtualAccount(Midtrans):
    """A number at a bank that takes exactly this payment."""

    hint: Words = _("Pay a number by ATM or the app of your bank.")

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.key = f"midtrans_va_{bank.code}"
        self.label: Words = _("%(bank)s virtual account", bank=bank.name)

    def available(self) -> bool:
        """Tell whether there is a merchant account, and this bank was agreed on."""
        wanted = str(current().setting("MIDTRANS_VA_BANKS")).split(",")
        return bool(_keys()) and self.bank.code in (one.strip() for one in wanted)

    def unfit(self, amount: Rupiah, terms: Terms) -> Words | None:  # noqa: ARG002 - whose it is does not matter
        """Refuse what banks do not take by such a number."""
        least = int(current().setting("VA_LEAST_IDR"))
        return _("This is too little for a virtual account. Choose another way.") if amount.amount < least else None

    def minutes(self) -> int:
        """Return the time of a number: who pays by ATM has to go there."""
        return int(current().setting("VA_HOURS")) * 60

    def open(self, request: ChargeRequest) -> Opened:
        """Get a number."""
        made = self._open(request, self._way(request.label), readable=True)
        number, code = _number(made)
        if not number:
            return Opened(provider_ref=request.key, pay_path="")
        method = Method(kind="account", text=number, bank=self.bank.name, code=code)
        return Opened(provider_ref=request.key, pay_path="", method=method)

    def _way(self, label: str) -> Thing:
        if self.bank.code == "mandiri":
            return {"payment_type": "echannel", "echannel": {"bill_info1": "Pesanan", "bill_info2": label[:30]}}
        return {"payment_type": "bank_transfer", "bank_transfer": {"bank": self.bank.code}}

    def refund(self, request: RefundRequest) -> RefundStanding:
        """Leave it to a person: money paid to such a number does not go back the way it came."""
        return by_hand(request, "virtual_account")


def live() -> bool:
    """Tell whether real money is behind the address that is called."""
    return urlsplit(_base()).hostname == LIVE_HOST


def signed(order: str, code: str, gross: str, mark: str) -> bool:
    """Tell whether a notification carries our signature: SHA-512 over number, code, amount and key, by any key in force."""
    right = False
    for key in _keys():
        wanted = sha512(f"{order}{code}{gross}{key}".encode()).hexdigest()
        right |= compare_digest(wanted.encode(), mark.encode())
    return right


def rupiah(told: object) -> Rupiah | None:
    """Return an amount of Midtrans' in rupiah; None when it is no whole number of them (R5.7)."""
    found = AMOUNT.fullmatch(told) if isinstance(told, str) else None
    return Rupiah(int(found[1])) if found else None


def _charge(request: ChargeRequest, way: Thing) -> Thing:
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


def _standing(told: Thing) -> Standing:
    order, paid_as = str(told["order_id"]), str(told["transaction_id"])
    outcome = OUTCOMES.get(str(told["transaction_status"]), Outcome.OPEN)
    if told.get("fraud_status") == "challenge":
        outcome = Outcome.OPEN
    return Standing(
        provider_ref=order,
        key=_key(order),
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
        key=_key(key) or None,
        payment_ref=paid_as,
        amount=amount,
        currency="IDR",
        outcome=RefundOutcome.SUCCEEDED,
        cause=str(row.get("reason") or ""),
    )


def _number(told: Thing) -> tuple[str, str]:
    """Return the number to pay to, and the code of the company where the bank asks for one."""
    if told.get("bill_key"):
        return str(told["bill_key"]), str(told.get("biller_code") or "")
    if told.get("permata_va_number"):
        return str(told["permata_va_number"]), ""
    numbers = told.get("va_numbers") or ()
    return (str(numbers[0]["va_number"]), "") if numbers else ("", "")


def _key(order: str) -> str:
    """Return a number of ours as we gave it; nothing for those of others who use the same account."""
    try:
        return str(UUID(order)) if len(order) == 36 else ""  # noqa: PLR2004 - written with its dashes, as we do
    except ValueError:
        return ""


def _status(provider_ref: str) -> Thing:
    code, told = _call("GET", f"/v2/{quote(provider_ref, safe='')}/status")
    if code == NOT_FOUND:
        raise GatewayUnavailableError(f"midtrans: {provider_ref} is not known there")
    return _checked(code, told)


def _checked(code: int, told: Thing) -> Thing:
    """Return an answer that tells of a transaction, whatever became of it; raise for any other."""
    if all(name in told for name in ("transaction_status", "order_id", "transaction_id", "gross_amount")):
        return told
    if code in OURS:
        log.error("midtrans refused our account", code=code)
        raise GatewayUnavailableError(f"midtrans: {code}")
    raise GatewayRefusedError(str(code))


def _call(method: str, path: str, asked: Thing | None = None, *, key: str = "") -> tuple[int, Thing]:
    """Call Midtrans; return its own code, which the HTTP status need not say, and what it told."""
    keys, base = _keys(), _base()
    if not keys:
        raise GatewayUnavailableError("midtrans: no key is set")
    headers = {
        "Accept": "application/json",
        "Content-Type": "application/json",
        "Authorization": "Basic " + b64encode(f"{keys[0]}:".encode()).decode(),
    }
    if key:
        headers["Idempotency-Key"] = key
    body = json.dumps(asked) if asked is not None else None
    reply = line("midtrans", base).ask(method, f"{base}{path}", headers=headers, body=body, meaning=_code)
    if not reply.code:
        raise GatewayUnavailableError("midtrans: no answer of its kind")
    told: Thing = json.loads(reply.body)
    return reply.code, told


def _code(_status: int, body: bytes) -> int:
    """Return Midtrans' own code; 0 where an answer is none of its, 5xx where the HTTP status says so all the same."""
    try:
        code = int(json.loads(body)["status_code"])
    except (ValueError, KeyError, TypeError):
        return _status if _status >= 500 or _status == 429 else 0  # noqa: PLR2004 - as HTTP has them
    return code


def _keys() -> tuple[str, ...]:
    """Return the server keys in force: the first is used for calls."""
    return tuple(filter(None, (one.strip() for one in str(current().setting("MIDTRANS_SERVER_KEY")).split(","))))


def _base() -> str:
    return str(current().setting("MIDTRANS_API_BASE")).rstrip("/")
