"""What documents tells."""

from dataclasses import dataclass

from marketplace.kernel.events import Event


@dataclass(frozen=True)
class PaperIssued(Event):
    """A paper of a kind has its number; its file follows."""

    paper_id: str
    kind: str
    subject: str
