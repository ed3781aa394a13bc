"""What notifications tell themselves: work that must survive a crash between deciding and doing it."""

from dataclasses import dataclass

from marketplace.kernel.events import Event


@dataclass(frozen=True)
class WatchDue(Event):
    """A watch's time is over; whether its step is taken is asked next."""

    watch_id: str


@dataclass(frozen=True)
class Escalated(Event):
    """A notice that nobody looked at goes one step up."""

    watch_id: str


@dataclass(frozen=True)
class ResendAsked(Event):
    """Somebody wants something told again, and said why; the row of the log names what."""

    mail_id: str
