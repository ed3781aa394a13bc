"""Where gateways plug in: what a gateway is asked, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from marketplace.kernel.money import Rupiah
from marketplace.kernel.plugin import Slot
from marketplace.kernel.words import Words


class GatewayUnavailableError(Exception):
    """The gateway could not be reached in time; nothing is known about what it did."""


class Outcome(StrEnum):
    """How a charge stands at the gateway."""

    OPEN = "open"
    PAID = "paid"
    EXPIRED = "expired"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class ChargeRequest:
    """What a gateway is told of a charge: nothing personal. The same ``key`` always means the same session (R3.3)."""

    key: str
    amount: Rupiah
    currency: str
    label: str
    return_path: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A session at the gateway: its name there, and the page where the buyer pays."""

    provider_ref: str
    pay_path: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the gateway knows of a session now; ``key`` is ours, given at opening."""

    provider_ref: str
    key: str
    outcome: Outcome
    amount: Rupiah
    currency: str
    live: bool


@dataclass(frozen=True, kw_only=True)
class Told:
    """A webhook event whose signature was right. Without ``provider_ref`` it is of no use to us and only kept."""

    event_id: str
    kind: str
    provider_ref: str
    live: bool
    version: str = ""


class Gateway(Protocol):
    """Who collects money. Every call but ``verify`` may raise GatewayUnavailableError and is made with no transaction open."""

    @property
    def key(self) -> str:
        """Return the name that charges and the webhook's address carry."""

    @property
    def label(self) -> Words:
        """Return what buyers choose."""

    @property
    def hint(self) -> Words:
        """Return one short sentence beside the label."""

    def available(self) -> bool:
        """Tell whether this installation may offer it."""

    def open(self, request: ChargeRequest) -> Opened:
        """Make the session of a charge, or return the one already made under its key."""

    def fetch(self, provider_ref: str) -> Standing:
        """Return how a session stands."""

    def expire(self, provider_ref: str) -> Standing:
        """End a session so that it cannot be paid any more, if it is still open; return how it stands then."""

    def verify(self, body: bytes, headers: Mapping[str, str]) -> Told | None:
        """Check a webhook's signature over the raw body; None when it is not right, whatever the reason."""


gateways: Slot[Gateway] = Slot("payments.gateways")
