"""Cash on delivery: no provider. The buyer promises, and the payee who hands the goods over takes the money and says so."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from marketplace.kernel.access import SYSTEM
from marketplace.kernel.money import Rupiah
from marketplace.kernel.plugin import current
from marketplace.kernel.words import Number, Words, _
from marketplace.payments import queries, services
from marketplace.payments.adapters.by_hand import ByHand
from marketplace.payments.models import ChargeState
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

KEY = "cod"
OUTCOMES: Mapping[str, Outcome] = {
    ChargeState.PROMISED: Outcome.PROMISED,
    ChargeState.SETTLED: Outcome.PAID,
    ChargeState.SURPLUS: Outcome.PAID,
}


class CashOnDelivery(ByHand):
    """Takes a promise now, and cash as the goods are handed over."""

    key: str = KEY
    hook: str = KEY
    place: str = KEY
    label: Words = _("Pay when you receive it")
    hint: Words = _("In cash, to the shop, as it hands the goods to you.")
    by_sum: bool = False
    on_receipt: bool = True
    paid_back: str = "cash"

    def available(self) -> bool:
        """Tell whether there is a sum up to which it may be chosen."""
        return _limit() > Rupiah(0)

    def unfit(self, amount: Rupiah, terms: Terms) -> Words | None:
        """Refuse what one person at one door cannot collect: several payees, a stranger who hands it over, too much money."""
        if terms.payees != 1:
            return _(
                "Only for an order from one shop; yours is from %(count)s, who would each come for their money.",
                count=Number(terms.payees),
            )
        if not terms.takes_cash:
            return _("This shop takes no cash.")
        if not terms.hands_over:
            return _("Only where the shop itself hands the goods to you, not by courier or at a joint pick-up.")
        if amount > _limit():
            return _("Only up to Rp %(most)s.", most=Number(_limit().amount))
        return None

    def minutes(self) -> int:
        """Return 0: nothing waits for this payment, as the goods are given at once."""
        return 0

    def open(self, request: ChargeRequest) -> Opened:
        """Take the buyer's word; nobody is asked."""
        return Opened(provider_ref=request.key, pay_path="", method=Method(kind="door"))

    def fetch(self, provider_ref: str) -> Standing:
        """Return how a promise stands by our own books."""
        found = queries.charge_at(KEY, provider_ref)
        if found is None:
            raise GatewayUnavailableError(provider_ref)
        return Standing(
            provider_ref=provider_ref,
            key=str(found.id),
            outcome=OUTCOMES.get(found.state, Outcome.EXPIRED),
            amount=found.amount,
            currency=found.currency,
            live=current().settings.production,
            payment_ref=found.payment_ref,
        )

    def expire(self, provider_ref: str) -> Standing:
        """Withdraw a promise; what was collected is left as it is."""
        found = queries.charge_at(KEY, provider_ref)
        if found is not None and found.state == ChargeState.PROMISED:
            services.withdraw(found.id, str(Outcome.EXPIRED), by=SYSTEM)
        return self.fetch(provider_ref)

    def listed(self, since: datetime, own: Sequence[str]) -> Iterator[Listed]:  # noqa: ARG002 - the books are ours
        """Give our own."""
        for provider_ref in own:
            if queries.charge_at(KEY, provider_ref) is not None:
                yield self.fetch(provider_ref)


def _limit() -> Rupiah:
    return Rupiah(int(current().setting("COD_LIMIT_IDR")))
