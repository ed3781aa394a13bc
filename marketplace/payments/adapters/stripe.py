"""Stripe Checkout by redirect: no card data ever comes near us (R6.1). The one module that knows Stripe's hundredths (R5.7)."""

import hmac
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import structlog

from marketplace.kernel import clock
from marketplace.kernel.money import Rupiah
from marketplace.kernel.plugin import current
from marketplace.kernel.words import Words, _
from marketplace.payments.slots import (
    ChargeRequest,
    DisputeOutcome,
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
    Subject,
    Terms,
    Told,
)

if TYPE_CHECKING:
    from stripe import StripeClient

Thing = dict[str, Any]
HUNDREDTHS = 100
"""Stripe counts rupiah with two decimals."""
TOLERANCE_SECONDS = 300
LIVES = timedelta(hours=24)
"""A session lives so long at most: what was paid since a moment may have been opened so much earlier."""
PAGE = 100
SUBJECTS = {
    "checkout.session": Subject.CHARGE,
    "refund": Subject.REFUND,
    "dispute": Subject.DISPUTE,
    "transfer": Subject.PAYOUT,
}
REFUNDS = {
    "pending": RefundOutcome.SENT,
    "requires_action": RefundOutcome.SENT,
    "succeeded": RefundOutcome.SUCCEEDED,
    "failed": RefundOutcome.FAILED,
    "canceled": RefundOutcome.FAILED,
}
DISPUTES = {"won": DisputeOutcome.WON, "lost": DisputeOutcome.LOST}
log = structlog.get_logger()


class Stripe:
    """Collects by Stripe's own page. All that is asked of it is about sessions, refunds and disputes of one account."""

    key: str = "stripe"
    hook: str = "stripe"
    place: str = "stripe"
    label: Words = _("Card")
    hint: Words = _("Visa, Mastercard and others, on the page of Stripe.")
    by_sum: bool = False
    on_receipt: bool = False

    def available(self) -> bool:
        """Tell whether there is a key to an account."""
        return keyed()

    def unfit(self, amount: Rupiah, terms: Terms) -> Words | None:  # noqa: ARG002 - Stripe says itself what is too little
        """Take any amount."""
        return None

    def minutes(self) -> int:
        """Return the time of ways that are done in a few minutes."""
        return int(current().setting("PAY_MINUTES"))

    def open(self, request: ChargeRequest) -> Opened:
        """Make a session that ends with the charge, or, where Stripe finds that too soon, one that we shall end."""
        asked = _session(request)
        ends = {"expires_at": int(request.expires_at.timestamp())}
        key = f"{request.key}-{request.attempt}"
        try:
            made = done(lambda there: there.v1.checkout.sessions.create(free({**asked, **ends}), under(key)))
        except GatewayRefusedError as refused:
            # Had it been made under this key before, Stripe would have given it again, and not looked at the time.
            if str(refused) != "expires_at" or request.expires_at <= clock.now():
                raise
            made = done(lambda there: there.v1.checkout.sessions.create(free(asked), under(f"{key}-late")))
        address = str(made["url"] or "")
        return Opened(provider_ref=made["id"], pay_path=address, method=Method(kind="redirect", text=address))

    def fetch(self, provider_ref: str) -> Standing:
        """Return how a session stands."""
        asked = {"expand": ["payment_intent"]}
        return _standing(read(lambda there: there.v1.checkout.sessions.retrieve(provider_ref, free(asked))))

    def expire(self, provider_ref: str) -> Standing:
        """End a session; one that is not open any more is left as it is."""
        try:
            return _standing(done(lambda there: there.v1.checkout.sessions.expire(provider_ref)))
        except GatewayRefusedError:
            return self.fetch(provider_ref)

    def refund(self, request: RefundRequest) -> RefundStanding:
        """Pay back of what was paid under a payment intent."""
        if request.payment_ref is None:
            raise GatewayRefusedError("not_paid")
        asked = {
            "payment_intent": request.payment_ref,
            "amount": in_hundredths(request.amount),
            "metadata": {"refund": request.key, "cause": request.reason[:500]},
        }
        key = under(f"{request.key}-{request.attempt}")
        return _refund(done(lambda there: there.v1.refunds.create(free(asked), key)))

    def find_refund(self, request: RefundRequest) -> RefundStanding | None:
        """Look through the refunds of a payment for the one that names ours."""
        if request.payment_ref is None:
            return None
        rows = listed(lambda there, page: there.v1.refunds.list(free(page)), {"payment_intent": request.payment_ref})
        return next((_refund(row) for row in rows if named(row, "refund") == request.key), None)

    def fetch_refund(self, provider_ref: str) -> RefundStanding:
        """Return how a refund stands."""
        return _refund(read(lambda there: there.v1.refunds.retrieve(provider_ref)))

    def fetch_dispute(self, provider_ref: str) -> DisputeStanding:
        """Return how a dispute stands."""
        return _dispute(read(lambda there: there.v1.disputes.retrieve(provider_ref)))

    def listed(self, since: datetime, own: Sequence[str]) -> Iterator[Listed]:  # noqa: ARG002 - Stripe has lists
        """Give sessions, refunds and disputes from Stripe's lists; sessions of others at the same account are left out."""
        opened = {"created": {"gte": int((since - LIVES).timestamp())}, "expand": ["data.payment_intent"]}
        for row in listed(lambda there, page: there.v1.checkout.sessions.list(free(page)), opened):
            if row.get("client_reference_id"):
                yield _standing(row)
        made = {"created": {"gte": int(since.timestamp())}}
        for row in listed(lambda there, page: there.v1.refunds.list(free(page)), made):
            yield _refund(row)
        for row in listed(lambda there, page: there.v1.disputes.list(free(page)), made):
            yield _dispute(row)

    def verify(self, body: bytes, headers: Mapping[str, str]) -> Told | None:
        """Check time and signature against each secret that is in force, and read the event (R6.2)."""
        if not signed(body, headers.get("Stripe-Signature", ""), _setting("STRIPE_WEBHOOK_SECRET")):
            return None
        try:
            event = json.loads(body)
            of = event["data"]["object"]
            kind, thing = str(event["type"])[:255], str(of["object"])
            told = {"event_id": str(event["id"])[:255], "version": str(event.get("api_version") or "")[:255]}
        except (ValueError, KeyError, TypeError):
            return None
        subject = SUBJECTS.get(thing, Subject.NONE)
        # What others sell at the same account, or at one that is connected to it, is none of our business.
        foreign = (
            "account" in event
            or (subject is Subject.CHARGE and not of.get("client_reference_id"))
            or (subject is Subject.PAYOUT and named(of, "payout") is None)
        )
        ref = "" if foreign or subject is Subject.NONE else str(of.get("id") or "")[:255]
        return Told(kind=kind, subject=subject, provider_ref=ref, live=event.get("livemode") is True, **told)


def signed(body: bytes, header: str, secrets: str) -> bool:
    """Tell whether a header signs a body: scheme v1 alone, by any of the secrets, in constant time, not old and not early."""
    pairs = [item.partition("=") for item in header.split(",")]
    moment = next((value for name, _sign, value in pairs if name == "t"), "")
    if not moment.isascii() or not moment.isdigit() or len(moment) > 12:  # noqa: PLR2004 - a time in the year 30,000
        return False
    if abs(clock.now().timestamp() - int(moment)) > TOLERANCE_SECONDS:
        return False
    marks = [value for name, _sign, value in pairs if name == "v1" and value.isascii()]
    right = False
    for secret in filter(None, (one.strip() for one in secrets.split(","))):
        wanted = hmac.new(secret.encode(), f"{moment}.".encode() + body, sha256).hexdigest()
        for mark in marks:
            right |= hmac.compare_digest(wanted, mark)
    return right


def _setting(name: str) -> str:
    return str(current().setting(name))


def _session(request: ChargeRequest) -> Thing:
    back = f"{current().settings.public_base_url}{request.return_path}"
    own = {"charge": request.key}
    asked = in_hundredths(request.asked or request.amount)
    price = {
        "currency": request.currency.lower(),
        "unit_amount": asked,
        "product_data": {"name": request.label},
    }
    return {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "client_reference_id": request.key,
        "metadata": own,
        "payment_intent_data": {"metadata": own, "description": request.label},
        "success_url": back,
        "cancel_url": back,
    }


def _standing(session: Thing) -> Standing:
    intent = session.get("payment_intent")
    paid_as = intent["id"] if isinstance(intent, dict) else intent
    return Standing(
        provider_ref=session["id"],
        key=str(session.get("client_reference_id") or ""),
        outcome=_outcome(session, intent if isinstance(intent, dict) else {}),
        amount=rupiah(session.get("amount_total")),
        currency=str(session.get("currency") or "").upper(),
        live=session.get("livemode") is True,
        payment_ref=paid_as,
    )


def _outcome(session: Thing, intent: Thing) -> Outcome:
    if session["payment_status"] == "paid":
        return Outcome.PAID
    if session["status"] == "expired":
        return Outcome.EXPIRED
    # Sent by the buyer, by a way that takes days, and then not come.
    gone = session["status"] == "complete" and intent.get("status") in {"requires_payment_method", "canceled"}
    return Outcome.FAILED if gone else Outcome.OPEN


def _refund(row: Thing) -> RefundStanding:
    return RefundStanding(
        provider_ref=row["id"],
        key=named(row, "refund"),
        payment_ref=str(row.get("payment_intent") or ""),
        amount=_whole(row),
        currency=str(row["currency"]).upper(),
        outcome=REFUNDS.get(str(row["status"]), RefundOutcome.SENT),
        cause=str(row.get("failure_reason") or ""),
    )


def _dispute(row: Thing) -> DisputeStanding:
    due = (row.get("evidence_details") or {}).get("due_by")
    asking = str(row["status"]).startswith("warning") or row["status"] == "prevented"
    return DisputeStanding(
        provider_ref=row["id"],
        payment_ref=str(row.get("payment_intent") or ""),
        amount=_whole(row),
        currency=str(row["currency"]).upper(),
        outcome=DisputeOutcome.ASKING if asking else DISPUTES.get(row["status"], DisputeOutcome.OPEN),
        reason=str(row.get("reason") or ""),
        due_at=datetime.fromtimestamp(due, tz=clock.JAKARTA) if due else None,
    )


def in_hundredths(amount: Rupiah) -> int:
    """Return an amount as Stripe counts it."""
    return amount.amount * HUNDREDTHS


def rupiah(told: object) -> Rupiah | None:
    """Return an amount of Stripe's in rupiah; None when it is no whole number of them (R5.7)."""
    if not isinstance(told, int) or isinstance(told, bool) or told < 0 or told % HUNDREDTHS:
        return None
    return Rupiah(told // HUNDREDTHS)


def _whole(row: Thing) -> Rupiah:
    amount = rupiah(row.get("amount"))
    if amount is None:
        message = f"Stripe tells of {row.get('amount')} hundredths for {row['id']}, which are no whole rupiah"
        raise ValueError(message)
    return amount


def keyed() -> bool:
    """Tell whether there is a key to an account."""
    return bool(_setting("STRIPE_SECRET_KEY"))


def named(row: Thing, name: str) -> str | None:
    """Return what we wrote beside a thing under a name."""
    found = (row.get("metadata") or {}).get(name)
    return str(found) if found else None


def under(key: str) -> Any:  # noqa: ANN401 - the library's own dictionary of options
    """Return the options that carry a key of ours."""
    return {"idempotency_key": key}


def free(asked: Thing) -> Any:  # noqa: ANN401 - the library's dictionaries are as deep as Stripe's document
    """Return what is asked as the library takes it."""
    return asked


def done(call: Callable[["StripeClient"], Any]) -> Thing:
    """Ask for something; GatewayRefusedError names what Stripe found wrong, and then nothing was done."""
    from marketplace.payments.adapters import stripe_client as library

    try:
        made: Thing = call(library.client(_setting("STRIPE_SECRET_KEY"), _base())).to_dict()
    except library.Invalid as refused:
        said = getattr(refused, "param", None) or refused.code or type(refused).__name__
        log.warning("stripe refused", code=refused.code, param=getattr(refused, "param", None))
        raise GatewayRefusedError(str(said)) from refused
    except library.Failure as failure:
        # A key that is not right, or an answer that is none: nothing that the charge could do for.
        log.exception("stripe failed", kind=type(failure).__name__, status=failure.http_status)
        raise GatewayUnavailableError(f"stripe: {type(failure).__name__}") from failure
    return made


def read(call: Callable[["StripeClient"], Any]) -> Thing:
    """Ask about something; of what Stripe does not know nothing is known."""
    try:
        return done(call)
    except GatewayRefusedError as unknown:
        raise GatewayUnavailableError(f"stripe: {unknown}") from unknown


def listed(call: Callable[["StripeClient", Thing], Any], asked: Thing) -> Iterator[Thing]:
    """Give a list page by page."""
    page: Thing = {**asked, "limit": PAGE}
    more = True
    while more:
        wanted = dict(page)
        found = read(lambda there: call(there, wanted))  # noqa: B023 - called before the next page is thought of
        yield from found["data"]
        more = bool(found["has_more"] and found["data"])
        if more:
            page["starting_after"] = found["data"][-1]["id"]


def _base() -> str:
    return _setting("STRIPE_API_BASE").rstrip("/")
