"""How many SQL statements a request needs: the figure that decides a page's speed, so every request counts it."""

from contextvars import ContextVar
from typing import Any

from sqlalchemy import Engine, event

_statements: ContextVar[list[int]] = ContextVar("statements")


def begin() -> None:
    """Start counting from zero for this request."""
    _statements.set([0])


def statements() -> int:
    """Return the number since ``begin``; BEGIN and COMMIT do not count, as the driver sends them by itself."""
    return _statements.get([0])[0]


def watch(engine: Engine) -> None:
    """Count the statements of an engine."""

    @event.listens_for(engine, "before_cursor_execute")
    def _count(*_: Any) -> None:  # noqa: ANN401 - six arguments that nobody needs
        count = _statements.get(None)
        if count is not None:
            count[0] += 1
