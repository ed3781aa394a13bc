"""Ways to pay without a provider: a person pays back, and notes it; nobody else tells of anything."""

from collections.abc import Mapping

from marketplace.payments.slots import (
    DisputeStanding,
    GatewayUnavailableError,
    RefundOutcome,
    RefundRequest,
    RefundStanding,
    Told,
)


class ByHand:
    """What gateways without a provider have in common; ``paid_back`` is the cause that their refunds wait with."""

    paid_back: str

    def refund(self, request: RefundRequest) -> RefundStanding:
        """Leave it to a person, who pays it back the way it came."""
        return by_hand(request, self.paid_back)

    def find_refund(self, _request: RefundRequest) -> RefundStanding | None:
        """Nobody but a person sends one."""
        return None

    def fetch_refund(self, provider_ref: str) -> RefundStanding:
        """Nobody but a person knows of one."""
        raise GatewayUnavailableError(provider_ref)

    def fetch_dispute(self, provider_ref: str) -> DisputeStanding:
        """No bank asks about cash or a transfer."""
        raise GatewayUnavailableError(provider_ref)

    def verify(self, _body: bytes, _headers: Mapping[str, str]) -> Told | None:
        """Nobody sends messages of their own accord."""
        return None


def by_hand(request: RefundRequest, cause: str) -> RefundStanding:
    """Return the standing of a refund that its gateway cannot make; ``cause`` says why."""
    return RefundStanding(
        provider_ref="",
        key=request.key,
        payment_ref=request.payment_ref or "",
        amount=request.amount,
        currency=request.currency,
        outcome=RefundOutcome.BY_HAND,
        cause=cause,
    )
