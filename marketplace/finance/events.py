"""What finance tells."""

from dataclasses import dataclass

from marketplace.kernel.events import Event


@dataclass(frozen=True)
class TurnoverReached(Event):
    """A shop's turnover of a year came to so many percent of the limit of a rule; told once for each."""

    seller_id: str
    year: int
    code: str
    percent: int
    turnover_idr: int
    limit_idr: int
