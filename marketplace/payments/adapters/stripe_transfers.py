"""Stripe as payer: money goes from our account there to a connected one by a transfer, which is done as it is made."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from marketplace.payments.adapters import stripe
from marketplace.payments.adapters.stripe import Thing, in_hundredths
from marketplace.payments.slots import PayoutOutcome, PayoutRequest, PayoutStanding

ACCOUNT = re.compile(r"acct_[A-Za-z0-9]{10,40}")
CURRENCY = "idr"


class Transfers:
    """Pays to accounts that are connected to ours at Stripe. Their ids stand at Stripe's desk, so officers type them."""

    key = "stripe"
    hook = "stripe"
    place = "stripe"
    banks: Mapping[str, str] = {"stripe": "Stripe"}
    by_file = False
    by_desk = True

    def available(self) -> bool:
        """Tell whether there is a key to an account."""
        return stripe.keyed()

    def right(self, number: str) -> bool:
        """Tell whether this is the id of a connected account."""
        return ACCOUNT.fullmatch(number) is not None

    def send(self, request: PayoutRequest) -> PayoutStanding:
        """Transfer, or return what was transferred under this key before."""
        asked = {
            "amount": in_hundredths(request.amount),
            "currency": CURRENCY,
            "destination": request.account,
            "description": request.label,
            "transfer_group": request.label,
            "metadata": {"payout": request.key},
        }
        key = stripe.under(f"{request.key}-{request.attempt}")
        return _standing(stripe.done(lambda there: there.v1.transfers.create(stripe.free(asked), key)))

    def find(self, request: PayoutRequest) -> PayoutStanding | None:
        """Look through the transfers of a payout's code, and to its account where that is told, for the one that names it."""
        asked: Thing = {"transfer_group": request.label}
        if request.account:
            asked["destination"] = request.account
        rows = stripe.listed(lambda there, page: there.v1.transfers.list(stripe.free(page)), asked)
        return next((_standing(row) for row in rows if stripe.named(row, "payout") == request.key), None)

    def fetch(self, provider_ref: str) -> PayoutStanding:
        """Return how a transfer stands."""
        return _standing(stripe.read(lambda there: there.v1.transfers.retrieve(provider_ref)))

    def listed(self, since: datetime) -> Iterator[PayoutStanding]:
        """Give the transfers made since a moment."""
        asked: Thing = {"created": {"gte": int(since.timestamp())}}
        for row in stripe.listed(lambda there, page: there.v1.transfers.list(stripe.free(page)), asked):
            yield _standing(row)


def _standing(row: Thing) -> PayoutStanding:
    back = row["reversed"] is True
    left = stripe.rupiah(row["amount"] - row["amount_reversed"])
    return PayoutStanding(
        outcome=PayoutOutcome.FAILED if back else PayoutOutcome.PAID,
        provider_ref=row["id"],
        cause="reversed" if back else "",
        key=stripe.named(row, "payout"),
        amount=left,
    )
