"""What a finance officer has to decide, with the orders it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from marketplace.kernel import clock
from marketplace.orders import queries as orders
from marketplace.payments import queries as payments

LATELY = timedelta(days=7)
"""So far back messages with a wrong signature are counted at the desk."""


@dataclass(frozen=True, kw_only=True)
class Checks:
    """What waits, by kind; ``portions`` of the orders by the references that stand there.

    ``refused`` counts messages that no gateway signed.
    """

    reviews: Sequence[payments.Waiting]
    disputes: Sequence[payments.Waiting]
    by_hand: Sequence[payments.Waiting]
    suspended: Sequence[payments.Waiting]
    refused: Sequence[payments.Refused]
    portions: Mapping[str, Sequence[orders.Portion]]


def checks() -> Checks:
    """Return what waits for a decision, the oldest fifty of each kind."""
    lists = [payments.reviews(), payments.disputes(), payments.by_hand(), payments.suspended()]
    return Checks(
        reviews=lists[0],
        disputes=lists[1],
        by_hand=lists[2],
        suspended=lists[3],
        refused=payments.refused_by_gateway(clock.now() - LATELY),
        portions=orders.portions({one.reference for each in lists for one in each}),
    )
