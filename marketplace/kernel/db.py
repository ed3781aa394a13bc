"""The database: tables' base, column types, and the one way to write, ``@transactional``."""

import functools
import random
import select
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import BigInteger, CheckConstraint, DateTime, Engine, Executable, MetaData, event, text
from sqlalchemy.engine import Connection, Dialect, Row
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from marketplace.kernel import crash
from marketplace.kernel.ids import uuid7
from marketplace.kernel.money import Rupiah
from marketplace.kernel.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")

RETRIES = 3
# serialization_failure and deadlock_detected: somebody else went first, and the same work will now go through.
RETRIABLE = frozenset({"40001", "40P01"})
LOCK_ORDER = (
    "idempotency", "order", "payment", "voucher", "budget", "delivery day",
    "stock by sku", "reservation", "ledger", "outbox", "audit head")  # fmt: skip
"""Kinds of rows in the one order in which a transaction may lock them (R2.3); of one kind in ascending key order."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: refuses naive values, stores and returns UTC (R1.3)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse what has no offset."""
        if value is not None and value.tzinfo is None:
            message = "an instant needs its offset from UTC"
            raise ValueError(message)
        return value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return UTC whatever the server's zone."""
        return None if value is None else value.astimezone(UTC)


class RupiahColumn(TypeDecorator[Rupiah]):
    """Whole rupiah in a BIGINT; the columns are called ``*_idr`` (R1.1)."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Rupiah | None, _dialect: Dialect) -> int | None:
        """Store the whole number."""
        return None if value is None else value.amount

    def process_result_value(self, value: int | None, _dialect: Dialect) -> Rupiah | None:
        """Return the amount."""
        return None if value is None else Rupiah(int(value))


class Base(DeclarativeBase):
    """The base of every table, with names for constraints that migrations can rely on."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, Rupiah: RupiahColumn}  # noqa: RUF012 - SQLAlchemy's own declaration


class Identified:
    """A table whose key is a UUIDv7 made here."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)


def at_least(column: str, least: int = 0) -> CheckConstraint:
    """Return the range check that every money and quantity column has (R1.2)."""
    return CheckConstraint(f"{column} >= {least}", name=f"{column}_range")


PERSONAL = {"personal": True}
"""``mapped_column(info=PERSONAL)``: the column holds personal data, and the plugin must fill ``personal_data`` (R22.1)."""

_writing: ContextVar[bool] = ContextVar("writing", default=False)


class Session(FlaskSession):
    """A session that reads on the side that cannot write, unless a service writes (R2.1)."""

    def get_bind(self, *_: object, **__: object) -> Engine | Connection:
        """Return the writing or the reading side; in tests, the connection that is rolled back."""
        binds: dict[str, Engine | Connection] = current_app.extensions["jkp_binds"]
        return binds["write" if _writing.get() else "read"]


db = SQLAlchemy(
    metadata=Base.metadata,
    session_options={"class_": Session, "expire_on_commit": False, "join_transaction_mode": "create_savepoint"},
)
session = db.session


def writing() -> bool:
    """Tell whether a service's transaction is open here; nobody may call out meanwhile (R2.5)."""
    return _writing.get()


_before_commit: dict[str, Callable[[], None]] = {}


def before_commit(kind: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register what the kernel writes last in every transaction, by its kind in LOCK_ORDER, in which they are called."""

    def register(flush: Callable[[], None]) -> Callable[[], None]:
        _before_commit[kind] = flush
        return flush

    return register


def pending(kind: str) -> list[Any]:
    """Return the list of things of a kind that this transaction writes at its end; empty again after it."""
    held: list[Any] = session().info.setdefault(kind, [])
    return held


@contextmanager
def savepoint() -> Iterator[None]:
    """Let a part of a transaction come to nothing without the rest: its rows, and what it told."""
    held = {kind: len(things) for kind, things in session().info.items()}
    try:
        with session.begin_nested():
            yield
    except BaseException:
        for kind, things in session().info.items():
            del things[held.get(kind, 0) :]
        raise


def transactional(service: Callable[P, R]) -> Callable[P, R]:
    """Run a use case in one write transaction; one called by another joins it.

    Only the outermost commits. Deadlock and serialisation failures are retried three times with jitter (R2.4), so a
    service has no effect outside the database. Each service has the crash points ``<name>:before`` and ``:after`` its
    commit.
    """
    name = f"{service.__module__}.{service.__qualname__}".removeprefix("marketplace.")
    crash.declare(f"{name}:before", f"{name}:after")

    @functools.wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _writing.get():
            return service(*args, **kwargs)
        for attempt in range(RETRIES + 1):
            try:
                return _once(name, lambda: service(*args, **kwargs))
            except DBAPIError as failure:
                if attempt == RETRIES or getattr(failure.orig, "sqlstate", None) not in RETRIABLE:
                    raise
                time.sleep(random.uniform(0.01, 0.05) * 2**attempt)  # noqa: S311 - jitter, not a secret
        raise AssertionError

    return run


def _once(name: str, work: Callable[[], R]) -> R:
    here = session()
    here.rollback()  # Ends what was read so far: the service sees the database of its own moment.
    here.info.clear()
    mark = _writing.set(True)
    try:
        result = work()
        here.flush()
        for kind in sorted(_before_commit, key=LOCK_ORDER.index):
            _before_commit[kind]()
        crash.point(f"{name}:before")
        here.commit()
    except BaseException:
        here.rollback()
        raise
    finally:
        here.info.clear()
        _writing.reset(mark)
    crash.point(f"{name}:after")
    return result


def rows(
    statement: Executable, parameters: dict[str, Any] | Sequence[dict[str, Any]] | None = None
) -> Sequence[Row[Any]]:
    """Run a statement and return its rows, which hold columns; where nothing is written, past the mapping of objects."""
    run = session.execute if _writing.get() else session.connection().execute
    return run(statement, parameters).all()


def steady() -> None:
    """Read on from one moment: all that this session reads until it ends or writes is of now (REPEATABLE READ)."""
    session.rollback()
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def advisory_lock(name: str) -> bool:
    """Take the named lock for the rest of this transaction if nobody has it; tell whether it is ours."""
    taken = session.execute(text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})
    return bool(taken.scalar_one())


def connect(app: Flask, settings: Settings) -> None:
    """Give the application its two sides: UTC, statement and idle timeouts (R1.4), and a reading side that cannot write.

    Reading needs no transaction: each statement sees the moment it begins, as it would inside one (READ COMMITTED), and
    the pages save the statements that begin and end it. Each side's pool holds ``DB_POOL`` connections a process
    (default 8) and as many again in a rush; they are opened as they are needed.
    """
    common = "-c timezone=UTC -c statement_timeout=10s -c idle_in_transaction_session_timeout=30s"

    def side(options: str, **more: object) -> dict[str, object]:
        return {
            "url": settings.database_url,
            "pool_size": settings.pool,
            "max_overflow": settings.pool,
            "pool_timeout": 5,
            "hide_parameters": True,  # An error ends up in logs; what people wrote does not belong there (R22.2).
            "connect_args": {"connect_timeout": 5, "options": options},
            **more,
        }

    app.config["SQLALCHEMY_BINDS"] = {
        None: side(common),
        "read": side(
            f"{common} -c default_transaction_read_only=on", isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True
        ),
    }
    db.init_app(app)
    with app.app_context():
        for engine in db.engines.values():
            event.listen(engine, "checkout", _still_there)
        app.extensions["jkp_binds"] = {"write": db.engines[None], "read": db.engines["read"]}


def _still_there(connection: Any, *_: object) -> None:  # noqa: ANN401 - the driver's own connection
    # A server that went away has closed the socket, and a closed socket can be read. Asking the socket costs microseconds
    # where a statement would cost a round trip for every request.
    waiting = select.poll()
    if not connection.closed:
        waiting.register(connection.fileno(), select.POLLIN)
    if connection.closed or waiting.poll(0):
        raise DisconnectionError
