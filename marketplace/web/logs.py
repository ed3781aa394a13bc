"""The log: one line for each thing that happened, JSON in production, on standard error (R22.2)."""

import sys

import structlog
from structlog.typing import Processor


def speak(*, production: bool) -> None:
    """Set up the log for this process. Control characters are escaped by JSON, and by ``repr`` on a developer's screen."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Processor] = (
        [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()]
        if production
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )
    structlog.configure(
        processors=[*shared, *last],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
