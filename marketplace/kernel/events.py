"""Facts told in the past tense, and the handlers that hear them."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar
from uuid import UUID


@dataclass(frozen=True)
class Event:
    """A fact of one moment: a frozen dataclass of plain JSON types, identifiers and values, never an object of the ORM."""

    @classmethod
    def name(cls) -> str:
        """Return ``<plugin>.<Class>``: how the outbox and the docs call this fact."""
        return f"{cls.__module__.split('.')[-2]}.{cls.__name__}"

    def payload(self) -> dict[str, Any]:
        """Return the fields for storage as JSON."""
        return asdict(self)


E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Handler:
    """Somebody who hears an event, under a stable name that the outbox stores.

    ``inside`` handlers only touch our database: handler and done mark are one transaction, hence exactly once.
    ``outside`` handlers call mail, search, storage or a provider: claimed with a lease, run with no transaction open,
    at least once, with the delivery's id as the idempotency key.
    """

    name: str
    inside: bool
    run: Callable[[Any, UUID], None]


def inside(function: Callable[[E], None]) -> Handler:
    """Declare a handler of our own database; called with the event inside the delivery's transaction."""

    def run(event: E, _delivery: UUID) -> None:
        function(event)

    return Handler(_name(function), inside=True, run=run)


def outside(function: Callable[[E, UUID], None]) -> Handler:
    """Declare a handler that reaches out; called with the event and the delivery's id, no transaction open."""
    return Handler(_name(function), inside=False, run=function)


def _name(function: Callable[..., None]) -> str:
    return f"{function.__module__}.{function.__qualname__}".removeprefix("marketplace.")
