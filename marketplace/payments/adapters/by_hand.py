"""Refunds that a gateway cannot send: a person pays them back from the bank, and notes it."""

from marketplace.payments.slots import RefundOutcome, RefundRequest, RefundStanding


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
