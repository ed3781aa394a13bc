"""Bank transfer: no provider at all. Each payment is asked for by another sum, and the bank's statement tells who has paid."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from marketplace.kernel.money import Rupiah
from marketplace.kernel.plugin import current
from marketplace.kernel.words import Words, _
from marketplace.payments import queries
from marketplace.payments.adapters.by_hand import ByHand
from marketplace.payments.queries import account
from marketplace.payments.slots import (
    ChargeRequest,
    GatewayUnavailableError,
    Listed,
    Method,
    Opened,
    Outcome,
    Standing,
    Terms,
)


class Transfer(ByHand):
    """Takes money on the programme's own account."""

    key: str = "transfer"
    hook: str = "transfer"
    place: str = "bank"
    label: Words = _("Bank transfer")
    hint: Words = _("Transfer an exact sum. A person looks for it on working days.")
    by_sum: bool = True
    on_receipt: bool = False
    paid_back: str = "transfer"

    def available(self) -> bool:
        """Tell whether there is an account."""
        return account() is not None

    def unfit(self, amount: Rupiah, terms: Terms) -> Words | None:  # noqa: ARG002 - whose it is does not matter
        """Refuse what is less than the sums by which payments are told apart."""
        least = int(current().setting("UNIQUE_MOST")) + 1
        return _("This is too little for a transfer. Choose another way.") if amount.amount < least else None

    def minutes(self) -> int:
        """Return the time of a transfer: a person makes it, and a person finds it."""
        return int(current().setting("TRANSFER_HOURS")) * 60

    def open(self, request: ChargeRequest) -> Opened:
        """Show the account; nobody is asked."""
        to = account()
        if to is None:
            raise GatewayUnavailableError("transfer: no account is set")
        method = Method(kind="account", text=to.number, bank=to.bank, holder=to.holder)
        return Opened(provider_ref=request.key, pay_path="", method=method)

    def fetch(self, provider_ref: str) -> Standing:
        """Return how a transfer stands by our own statements."""
        return self._standing(provider_ref, Outcome.OPEN)

    def expire(self, provider_ref: str) -> Standing:
        """End the waiting; money that comes all the same is found by its sum for some days more."""
        return self._standing(provider_ref, Outcome.EXPIRED)

    def _standing(self, provider_ref: str, unpaid: Outcome) -> Standing:
        found = queries.transferred(provider_ref)
        if found is None:
            raise GatewayUnavailableError(provider_ref)
        if found.paid is None and not found.open:
            unpaid = Outcome.EXPIRED
        return Standing(
            provider_ref=provider_ref,
            key=provider_ref,
            outcome=unpaid if found.paid is None else Outcome.PAID,
            amount=found.asked if found.paid is None else found.paid,
            currency="IDR",
            live=current().settings.production,
            payment_ref=found.row,
        )

    def listed(self, since: datetime, own: Sequence[str]) -> Iterator[Listed]:  # noqa: ARG002 - the statements are ours
        """Give our own."""
        for provider_ref in own:
            if queries.transferred(provider_ref) is not None:
                yield self.fetch(provider_ref)
