"""The sandbox gateway: a provider of our own, for trying things out; outside production only."""

import hmac
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from marketplace.kernel import clock
from marketplace.kernel.money import Rupiah
from marketplace.kernel.plugin import current
from marketplace.kernel.words import Words, _
from marketplace.payments import queries, services
from marketplace.payments.models import SandboxState
from marketplace.payments.services.sandbox import NAME, SIGNATURE, signature
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
    Subject,
    Terms,
    Told,
)

TOLERANCE = timedelta(seconds=300)
"""How far a webhook's time may be from ours, either way (R6.2)."""
SUBJECTS = (Subject.REFUND, Subject.DISPUTE)
SIGNED = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")


class Sandbox:
    """Collects no money at all; behaves like a provider with a hosted page and signed webhooks."""

    key: str = NAME
    hook: str = NAME
    place: str = NAME
    label: Words = _("Sandbox (for trials)")
    hint: Words = _("No money moves. The next page lets you choose how the payment ends.")
    by_sum: bool = False
    on_receipt: bool = False

    def available(self) -> bool:
        """Tell whether this is no production site."""
        return not current().settings.production

    def unfit(self, amount: Rupiah, terms: Terms) -> Words | None:  # noqa: ARG002 - nothing moves
        """Take any amount."""
        return None

    def minutes(self) -> int:
        """Return the time of ways that are done in a few minutes."""
        return int(current().setting("PAY_MINUTES"))

    def open(self, request: ChargeRequest) -> Opened:
        """Make the session of a key and say where its page is."""
        token = services.sandbox_open(request)
        session_id = request.key.replace("-", "")
        path = f"/sandbox/{token}"
        return Opened(
            provider_ref=f"sandbox_{session_id}", pay_path=path, method=Method(kind="redirect", text=path)
        )  # fmt: skip

    def fetch(self, provider_ref: str) -> Standing:
        """Return how a session stands; one whose time is over has expired, whether or not anybody noted it."""
        found = queries.sandbox_by_ref(provider_ref)
        if found is None:
            raise GatewayUnavailableError(provider_ref)
        if found.state == SandboxState.OPEN and found.expires_at <= clock.now():
            return self.expire(provider_ref)
        return Standing(
            provider_ref=provider_ref,
            key=str(found.id),
            outcome=Outcome(found.state),
            amount=found.amount,
            currency=found.currency,
            live=False,
            payment_ref=found.provider_ref,
        )

    def expire(self, provider_ref: str) -> Standing:
        """End a session that is still open."""
        found = queries.sandbox_by_ref(provider_ref)
        if found is None:
            raise GatewayUnavailableError(provider_ref)
        services.sandbox_end(found.id)
        return self.fetch(provider_ref)

    def refund(self, request: RefundRequest) -> RefundStanding:
        """Pay back at once what is left of a paid session."""
        found = queries.sandbox_by_ref(request.provider_ref)
        if found is None or not services.sandbox_refund(found.id, request):
            raise GatewayRefusedError("too_much")
        return _standing(queries.sandbox_refund_by_key(request.key), request.key)

    def find_refund(self, request: RefundRequest) -> RefundStanding | None:
        """Return what was paid back under a key, whatever the attempt."""
        found = queries.sandbox_refund_by_key(request.key)
        return None if found is None else _standing(found, request.key)

    def fetch_refund(self, provider_ref: str) -> RefundStanding:
        """Return what was paid back under the sandbox's own name for it."""
        return _standing(queries.sandbox_refund_by_ref(provider_ref), provider_ref)

    def fetch_dispute(self, provider_ref: str) -> DisputeStanding:
        """Nobody disputes what never moved."""
        raise GatewayUnavailableError(provider_ref)

    def listed(self, since: datetime, own: Sequence[str]) -> Iterator[Listed]:  # noqa: ARG002 - it holds no more than ours
        """Give our own sessions and what was paid back of them."""
        for provider_ref in own:
            if (found := queries.sandbox_by_ref(provider_ref)) is not None:
                yield self.fetch(provider_ref)
                for row in queries.sandbox_refunds(found.id):
                    yield _standing(row, row.provider_ref)

    def verify(self, body: bytes, headers: Mapping[str, str]) -> Told | None:
        """Check time and signature over the raw body, in constant time, and read the event."""
        signed = SIGNED.fullmatch(headers.get(SIGNATURE, ""))
        if signed is None:
            return None
        moment = int(signed[1])
        if abs(clock.now().timestamp() - moment) > TOLERANCE.total_seconds():
            return None
        if not hmac.compare_digest(signature(body, moment), signed[0]):
            return None
        return _told(body)


def _standing(found: queries.SandboxPaidBack | None, wanted: str) -> RefundStanding:
    if found is None:
        raise GatewayUnavailableError(wanted)
    return RefundStanding(
        provider_ref=found.provider_ref,
        key=found.refund_key,
        payment_ref=queries.sandbox_ref(found.session_id),
        amount=found.amount,
        currency=found.currency,
        outcome=RefundOutcome.SUCCEEDED,
    )


def _told(body: bytes) -> Told | None:
    try:
        event = json.loads(body)
    except ValueError:
        return None
    if not isinstance(event, dict) or not isinstance(event.get("id"), str):
        return None
    kind = str(event.get("type", ""))[:255]
    subject = next((one for one in SUBJECTS if kind.startswith(f"{one}.")), Subject.CHARGE)
    return Told(
        event_id=event["id"][:255],
        kind=kind,
        subject=subject,
        provider_ref=str(event.get("session" if subject is Subject.CHARGE else str(subject), ""))[:255],
        live=event.get("live") is True,
        version="1",
    )
