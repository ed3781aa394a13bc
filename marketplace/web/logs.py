"""The log: one line for each thing that happened, JSON in production, on standard error (R22.2)."""

import sys

import structlog
from sqlalchemy import Engine, ExceptionContext, event
from structlog.processors import ExceptionRenderer, JSONRenderer
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import Processor

# What PostgreSQL adds to an error quotes rows and keys: names, addresses, tokens.
QUOTES = "\nDETAIL:"


def speak(*, production: bool) -> None:
    """Set up the log for this process. Control characters are escaped by JSON, and by ``repr`` on a developer's screen."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Processor] = (
        # Without local variables: they hold passwords, addresses and tokens.
        [ExceptionRenderer(ExceptionDictTransformer(show_locals=False)), JSONRenderer()]
        if production
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )
    structlog.configure(
        processors=[*shared, *last],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def quote_nobody(engine: Engine) -> None:
    """Have errors of this engine say what went wrong without quoting what was written."""
    event.listen(engine, "handle_error", _unquoted)


def _unquoted(failure: ExceptionContext) -> None:
    for error in (failure.original_exception, failure.sqlalchemy_exception):
        if error is not None and error.args and QUOTES in str(error.args[0]):
            error.args = (str(error.args[0]).partition(QUOTES)[0], *error.args[1:])
