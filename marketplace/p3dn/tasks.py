"""What the worker does for local content: it counts and seals the reports that were asked for."""

from collections.abc import Mapping
from uuid import UUID

from marketplace.kernel.events import Event, Handler, outside
from marketplace.p3dn import services
from marketplace.p3dn.events import ReportAsked


def seal_report(event: ReportAsked, _delivery: UUID) -> None:
    """Count a report and seal it; a second time changes nothing."""
    services.seal(UUID(event.report_id))


HANDLES: Mapping[type[Event], tuple[Handler, ...]] = {ReportAsked: (outside(seal_report),)}
