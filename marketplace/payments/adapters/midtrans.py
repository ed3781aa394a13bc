"""QRIS and virtual accounts through Midtrans' Core API, in whole rupiah: our own pages show the code or the number."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha512
from urllib.parse import quote

from marketplace.kernel import clock
from marketplace.kernel.money import Rupiah
from marketplace.kernel.plugin import current
from marketplace.kernel.words import Words, _
from marketplace.payments.adapters import midtrans_wire as wire
from marketplace.payments.adapters.by_hand import by_hand
from marketplace.payments.adapters.midtrans_wire import Thing
from marketplace.payments.slots import (
    ChargeRequest,
    DisputeStanding,
    GatewayRefusedError,
    GatewayUnavailableError,
    Listed,
    Method,
    Opened,
    Outcome,
    RefundRequest,
    RefundStanding,
    Standing,
    Terms,
    Told,
)

NIGHT_BEGINS, NIGHT_ENDS = "23:55", "06:00"
"""ShopeePay takes no refunds in between (Jakarta time)."""


class Midtrans:
    """What all ways to pay through one merchant account share; asked of one on behalf of all."""

    hook: str = "midtrans"
    place: str = "midtrans"
    by_sum: bool = False
    on_receipt: bool = False

    def fetch(self, provider_ref: str) -> Standing:
        """Return how a transaction stands, with its refunds."""
        return wire.standing(wire.status(provider_ref))

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
        code, told = wire.call("GET", f"/v2/{quote(provider_ref, safe='')}/status")
        return None if code == wire.NOT_FOUND else wire.standing(wire.checked(code, told))

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
        if not wire.signed(order, code, gross, mark):
            return None
        # The state, the code and what was paid back make one piece of news.
        news = sha512(" ".join([mark, *refunds]).encode()).hexdigest()[:16]
        return Told(
            event_id=f"{ref}:{state}:{news}"[:255],
            kind=f"{note.get('payment_type', '')}.{state}"[:255],
            provider_ref=order if wire.ours(order) else "",
            live=wire.live(),
            version="2",
        )

    def expire(self, provider_ref: str) -> Standing:
        """End a transaction that nobody has paid; any other is left as it is."""
        code, told = wire.call("POST", f"/v2/{quote(provider_ref, safe='')}/{self.ends_by}")
        if code == wire.NOT_FOUND:
            raise GatewayUnavailableError(provider_ref)
        if code != wire.CANNOT:
            wire.checked(code, told)
        return self.fetch(provider_ref)

    ends_by: str = "expire"

    def _open(self, request: ChargeRequest, way: Thing, *, readable: bool) -> Thing:
        """Charge, or find what was charged before under our number; ``readable`` if a status shows how to pay.

        What cannot be shown again is cancelled and charged anew: the number of a cancelled one may be used again.
        """
        asked = wire.charged(request, way)
        code, told = wire.call("POST", "/v2/charge", asked, key=request.key)
        if code != wire.USED:
            return wire.checked(code, told)
        known = wire.status(request.key)
        if readable or wire.OUTCOMES.get(str(known["transaction_status"])) is not Outcome.OPEN:
            return known
        self.expire(request.key)
        return wire.checked(*wire.call("POST", "/v2/charge", asked))


class Qris(Midtrans):
    """A code that any bank's or wallet's app can scan."""

    key: str = "midtrans_qris"
    label: Words = _("QRIS")
    hint: Words = _("Scan a code with the app of your bank or wallet.")
    ends_by: str = "cancel"

    def available(self) -> bool:
        """Tell whether there is a key to a merchant account."""
        return bool(wire.keys())

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
        code, told = wire.call("POST", f"/v2/{quote(request.provider_ref, safe='')}/refund/online/direct", asked)
        if code in wire.DONE or code == wire.USED:
            found = self.find_refund(request)
            if found is None:
                raise GatewayUnavailableError(f"midtrans: the refund {request.key} is done and not to be seen")
            return found
        if code == wire.NO_FUNDS:
            return by_hand(request, str(code))
        if code != wire.CANNOT:
            wire.checked(code, told)
        return self._not_now(request, str(code))

    def _not_now(self, request: RefundRequest, cause: str) -> RefundStanding:
        """Tell apart what one code says: too much, too late, or at a bad hour."""
        known = wire.status(request.provider_ref)
        standing = wire.standing(known)
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
        return bool(wire.keys()) and self.bank.code in (one.strip() for one in wanted)

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
        number, code = wire.number(made)
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
