"""Work behind the request: following what the budget says of orders."""

from collections.abc import Mapping
from uuid import UUID

from marketplace.eorder import services
from marketplace.kernel.events import Event, Handler, inside
from marketplace.offices.events import CommitmentCarried


def follow_budget(event: CommitmentCarried) -> None:
    """Money held for an order is held on a line of this year from now on."""
    services.follow_budget(
        event.reference, line_id=UUID(event.line_id), package_id=UUID(event.package_id), year=event.year
    )


HANDLES: Mapping[type[Event], tuple[Handler, ...]] = {CommitmentCarried: (inside(follow_budget),)}
