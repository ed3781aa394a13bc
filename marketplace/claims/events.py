"""What claims tell."""

from dataclasses import dataclass

from marketplace.kernel.events import Event


@dataclass(frozen=True)
class ClaimMoved(Event):
    """A claim came into a state: ``by_role`` is buyer, seller, desk or timer, ``why`` a code or empty."""

    claim_id: str
    order_id: str
    seller_id: str
    state: str
    by_role: str
    why: str = ""


@dataclass(frozen=True)
class ClaimSaid(Event):
    """Somebody wrote in the thread of a claim, after it was opened."""

    message_id: str
    claim_id: str
    order_id: str
    seller_id: str
    by_role: str


@dataclass(frozen=True)
class ClaimUnpaid(Event):
    """The money of a claim could not be paid back: a person tries anew."""

    claim_id: str
    order_id: str
