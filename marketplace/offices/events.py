"""What happens to duties that others may follow."""

from dataclasses import dataclass

from marketplace.kernel.events import Event


@dataclass(frozen=True)
class MandateBegan(Event):
    """A deputy acts in a duty of an office from today on; the principal's own right rests."""

    mandate_id: str
    unit_code: str
    duty: str
    deputy_id: str


@dataclass(frozen=True)
class MandateEnding(Event):
    """Tomorrow is the last day on which a deputy acts."""

    mandate_id: str
    unit_code: str
    duty: str
    deputy_id: str


@dataclass(frozen=True)
class MandateEnded(Event):
    """A deputy acts no more: the last day is over, or somebody ended it before."""

    mandate_id: str
    unit_code: str
    duty: str
    deputy_id: str


@dataclass(frozen=True)
class CommitmentCarried(Event):
    """What was held for a reference on a line of an ended year is held on one of this year from now on."""

    reference: str
    line_id: str
    package_id: str
    year: int
