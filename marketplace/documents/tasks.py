"""Work behind the request: drawing what was issued."""

from collections.abc import Mapping
from uuid import UUID

from marketplace.documents import services
from marketplace.documents.events import PaperIssued
from marketplace.kernel.events import Event, Handler, outside


def draw_paper(event: PaperIssued, _delivery: UUID) -> None:
    """Draw the file; a second time finds it done."""
    services.draw(UUID(event.paper_id))


HANDLES: Mapping[type[Event], tuple[Handler, ...]] = {PaperIssued: (outside(draw_paper),)}
