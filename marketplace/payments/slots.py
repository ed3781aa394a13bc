"""Where gateways plug in: what a gateway is asked, and what it answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from marketplace.kernel.money import Rupiah
from marketplace.kernel.plugin import Slot
from marketplace.kernel.words import Words


class GatewayUnavailableError(Exception):
    """The gateway could not be reached in time; nothing is known about what it did."""


class GatewayRefusedError(Exception):
    """The gateway said no: what was asked for was certainly not done. Its text is the gateway's own code."""


class Outcome(StrEnum):
    """How a charge stands at the gateway."""

    OPEN = "open"
    PROMISED = "promised"
    """The buyer's word was taken; the money comes with the goods."""
    PAID = "paid"
    EXPIRED = "expired"
    FAILED = "failed"


class RefundOutcome(StrEnum):
    """How a refund stands at the gateway; ``BY_HAND`` when this gateway cannot pay back."""

    SENT = "sent"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    BY_HAND = "by_hand"


class DisputeOutcome(StrEnum):
    """How a dispute stands at the gateway; ``ASKING`` when a bank asks and has drawn no money, or never did."""

    ASKING = "asking"
    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Subject(StrEnum):
    """What a webhook event is about."""

    CHARGE = "charge"
    REFUND = "refund"
    DISPUTE = "dispute"
    PAYOUT = "payout"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class ChargeRequest:
    """What a gateway is told of a charge: nothing personal. The same ``key`` always means the same session (R3.3).

    ``return_path`` is a path below our own address; ``asked`` is what shall be paid where that is not the amount. Nothing
    of it may differ the next time the same key is used: providers compare.
    """

    key: str
    amount: Rupiah
    currency: str
    label: str
    return_path: str
    expires_at: datetime
    attempt: int = 1
    asked: Rupiah | None = None
    begun_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a gateway may have to know of a sale beside its amount; by default it is one that no cash is collected for.

    ``payees`` are those who would each get a share, ``takes_cash`` says that they take cash, and ``hands_over`` that they
    themselves meet the buyer.
    """

    payees: int = 1
    takes_cash: bool = False
    hands_over: bool = False


@dataclass(frozen=True, kw_only=True)
class Method:
    """What the buyer is shown to pay with; ``kind`` is one of those below.

    ``redirect`` is a page to go to, ``qr`` a code to scan (``text`` is what stands in it), ``account`` a number at a
    ``bank`` (``text``), with the ``code`` of the company where the bank asks for one and its ``holder`` where it is a
    plain account, ``door`` nothing but the door.
    """

    kind: str
    text: str = ""
    bank: str = ""
    holder: str = ""
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A session at the gateway: its name there, and the page where the buyer pays; empty where there is none to go to."""

    provider_ref: str
    pay_path: str
    method: Method | None = None


@dataclass(frozen=True, kw_only=True)
class RefundRequest:
    """What a gateway is told of a refund; ``key`` is the refund's id, and with ``attempt`` the gateway's own key (R3.3)."""

    key: str
    attempt: int
    provider_ref: str
    payment_ref: str | None
    amount: Rupiah
    currency: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RefundStanding:
    """What the gateway knows of a refund now; without ``key`` nobody here asked for it."""

    provider_ref: str
    key: str | None
    payment_ref: str
    amount: Rupiah
    currency: str
    outcome: RefundOutcome
    cause: str = ""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the gateway knows of a session now; ``key`` is ours, given at opening, ``payment_ref`` names what was paid.

    An ``amount`` that is no whole number of rupiah is None, and agrees with nothing (R5.7). ``refunds`` are those that the
    gateway tells of in the same breath; others it tells of one by one.
    """

    provider_ref: str
    key: str
    outcome: Outcome
    amount: Rupiah | None
    currency: str
    live: bool
    payment_ref: str | None = None
    refunds: tuple[RefundStanding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DisputeStanding:
    """What the gateway knows of a dispute now; ``due_at`` is until when it wants to hear of us."""

    provider_ref: str
    payment_ref: str
    amount: Rupiah
    currency: str
    outcome: DisputeOutcome
    reason: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Told:
    """A webhook event whose signature was right. Without ``provider_ref`` it is of no use to us and only kept.

    ``provider_ref`` names a session, or a refund or dispute where that is the subject.
    """

    event_id: str
    kind: str
    provider_ref: str
    live: bool
    version: str = ""
    subject: Subject = Subject.CHARGE


Listed = Standing | RefundStanding | DisputeStanding
"""What a gateway tells when it is asked for everything."""


class Gateway(Protocol):
    """Who collects money. Every call but ``verify`` may raise GatewayUnavailableError and is made with no transaction open.

    ``hook``, ``verify``, ``fetch`` and what follows it are asked of any one gateway of a provider on behalf of all.
    """

    @property
    def key(self) -> str:
        """Return the name that charges carry."""

    @property
    def hook(self) -> str:
        """Return the name in the webhook's address; gateways of one provider may share it."""

    @property
    def place(self) -> str:
        """Return where its money lies, as the ledger's account ``at:<place>`` names it."""

    @property
    def label(self) -> Words:
        """Return what buyers choose."""

    @property
    def hint(self) -> Words:
        """Return one short sentence beside the label."""

    @property
    def by_sum(self) -> bool:
        """Tell whether payments come in under no name but their sum: then each is asked for by another one."""

    @property
    def on_receipt(self) -> bool:
        """Tell whether the buyer's word is enough for now, and the money is handed over with the goods.

        Then ``open`` asks nobody: it is called within the transaction that plans the charge, which is promised at once.
        """

    def available(self) -> bool:
        """Tell whether this installation may offer it."""

    def unfit(self, amount: Rupiah, terms: Terms) -> Words | None:
        """Return in a sentence why such a sale cannot be paid this way; None when it can."""

    def minutes(self) -> int:
        """Return how long a buyer has to pay, and so how long goods are held; 0 where nothing waits for the money."""

    def open(self, request: ChargeRequest) -> Opened:
        """Make the session of a charge, or return the one already made under its key. May raise GatewayRefusedError."""

    def fetch(self, provider_ref: str) -> Standing:
        """Return how a session stands."""

    def expire(self, provider_ref: str) -> Standing:
        """End a session so that it cannot be paid any more, if it is still open; return how it stands then."""

    def refund(self, request: RefundRequest) -> RefundStanding:
        """Pay back, or return the refund already made under this key and attempt. May raise GatewayRefusedError."""

    def find_refund(self, request: RefundRequest) -> RefundStanding | None:
        """Return the refund made under a key at any attempt, found without the gateway's memory for keys; None if none was."""

    def fetch_refund(self, provider_ref: str) -> RefundStanding:
        """Return how a refund stands."""

    def fetch_dispute(self, provider_ref: str) -> DisputeStanding:
        """Return how a dispute stands."""

    def listed(self, since: datetime, own: Sequence[str]) -> Iterable[Listed]:
        """Give all that happened since a moment, for the reconciliation: sessions, refunds, disputes, in any order.

        ``own`` are our names of sessions of that time, for a provider that has no list and is asked about each.
        """

    def verify(self, body: bytes, headers: Mapping[str, str]) -> Told | None:
        """Check a webhook's signature over the raw body; None when it is not right, whatever the reason."""


gateways: Slot[Gateway] = Slot("payments.gateways")


class PayoutOutcome(StrEnum):
    """How a payout stands at who pays it."""

    SENT = "sent"
    PAID = "paid"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class PayoutRequest:
    """What a payer is told of a payout; ``key`` is its id, and with ``attempt`` the payer's own key (R3.3).

    ``account`` is the number in full, and empty where a payout is only looked for.
    """

    key: str
    attempt: int
    account: str
    amount: Rupiah
    label: str


@dataclass(frozen=True, kw_only=True)
class PayoutStanding:
    """What the payer knows of a payout now; without ``key`` nobody here asked for it.

    ``FAILED`` also says that what was paid came back, whole. ``amount`` is what the payer still counts as paid, and None
    where it does not tell or tells of parts of a rupiah.
    """

    outcome: PayoutOutcome
    provider_ref: str = ""
    cause: str = ""
    key: str | None = None
    amount: Rupiah | None = None


class Payer(Protocol):
    """Who pays out. Calls that go out may raise GatewayUnavailableError and are made with no transaction open."""

    @property
    def key(self) -> str:
        """Return the name that payouts carry as their channel."""

    @property
    def hook(self) -> str:
        """Return the name in the address of the webhook that tells of its payouts; empty where none does."""

    @property
    def place(self) -> str:
        """Return where the money lies that it pays with: the ledger's account ``at:<place>``."""

    @property
    def banks(self) -> Mapping[str, str]:
        """Return the names of the banks whose accounts it pays to, by their codes."""

    @property
    def by_file(self) -> bool:
        """Tell whether a person takes a file to it and brings its answer; it is not asked from here then."""

    @property
    def by_desk(self) -> bool:
        """Tell whether officers give its accounts: payees do not know the numbers themselves."""

    def available(self) -> bool:
        """Tell whether this installation may pay by it."""

    def right(self, number: str) -> bool:
        """Tell whether a number looks like one of its accounts."""

    def send(self, request: PayoutRequest) -> PayoutStanding:
        """Pay, or return how it stands with what was asked under this key before. May raise GatewayRefusedError."""

    def find(self, request: PayoutRequest) -> PayoutStanding | None:
        """Return the payout made under a key at any attempt, found without the payer's memory for keys; None if none was."""

    def fetch(self, provider_ref: str) -> PayoutStanding:
        """Return how a payout stands."""

    def listed(self, since: datetime) -> Iterable[PayoutStanding]:
        """Give all payouts made since a moment, for the reconciliation."""


payers: Slot[Payer] = Slot("payments.payers")
