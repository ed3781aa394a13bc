"""Migrations: each plugin has its own linear history and its own version table; upgrades run in plugin order."""

import functools
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, Engine, inspect, text

from marketplace import kernel
from marketplace.kernel.db import Base
from marketplace.kernel.plugin import Plugin, PluginError

KERNEL = Path(kernel.__file__).parent / "migrations"
LOCK = 7_160_042


@dataclass(frozen=True)
class History:
    """The migrations of one plugin, oldest first."""

    owner: str
    steps: tuple[ModuleType, ...]

    @property
    def version_table(self) -> str:
        """Return the table that holds the one present revision."""
        return f"{self.owner}_version"

    @property
    def revisions(self) -> list[str]:
        """Return the revisions of the steps, oldest first."""
        return [step.revision for step in self.steps]


def histories(plugins: Sequence[Plugin]) -> list[History]:
    """Return the kernel's history and then each plugin's that has one, in plugin order; PluginError if one is not linear."""
    owners = [("kernel", KERNEL), *((one.name, one.migrations) for one in plugins if one.migrations is not None)]
    return [History(owner, _steps(owner, folder)) for owner, folder in owners]


def upgrade(engine: Engine, plugins: Sequence[Plugin]) -> list[str]:
    """Bring every history to its head; return what was run. Two at once wait for each other.

    Raises PluginError when the database is ahead of this program.
    """
    done: list[str] = []
    for history in histories(plugins):
        with engine.begin() as connection:
            for step in history.steps[_begin(connection, history) :]:
                _run(connection, step, "upgrade")
                _record(connection, history, step.revision)
                done.append(f"{history.owner} {step.revision}")
    return done


def downgrade(engine: Engine, plugins: Sequence[Plugin], owner: str | None = None) -> list[str]:
    """Take back every step of one owner, or of all in reverse plugin order; return what was run."""
    done: list[str] = []
    for history in reversed(histories(plugins)):
        if owner is not None and history.owner != owner:
            continue
        with engine.begin() as connection:
            for step in reversed(history.steps[: _begin(connection, history)]):
                _run(connection, step, "downgrade")
                done.append(f"{history.owner} {step.revision}")
            connection.execute(text(f"DROP TABLE {history.version_table}"))
    return done


def behind(engine: Engine, plugins: Sequence[Plugin]) -> list[str]:
    """Return a sentence for each history that is not yet at its head.

    One that is further than this program knows is not behind: the release after this one is coming up beside it (R25.2).
    """
    return [
        f"{history.owner} is at {present or 'nothing'}, its head is {history.revisions[-1]}"
        for history, present in _standing(engine, plugins)
        if present is None or present in history.revisions[:-1]
    ]


def ahead(engine: Engine, plugins: Sequence[Plugin]) -> list[str]:
    """Return a sentence for each history of which the database has steps that this program does not know."""
    return [
        _beyond(history, present)
        for history, present in _standing(engine, plugins)
        if present is not None and present not in history.revisions
    ]


def _beyond(history: History, present: str) -> str:
    head = history.revisions[-1]
    return (
        f"{history.owner} is at {present}, and this program knows it up to {head} only: it is older than its database."
    )


def _standing(engine: Engine, plugins: Sequence[Plugin]) -> list[tuple[History, str | None]]:
    known = histories(plugins)
    with engine.connect() as connection:
        tables = set(inspect(connection).get_table_names())
        asked = [
            f"SELECT '{history.owner}' AS owner, revision FROM {history.version_table}"  # noqa: S608 - a plugin's name
            for history in known
            if history.version_table in tables
        ]
        rows = connection.execute(text(" UNION ALL ".join(asked))).all() if asked else ()
    present = {row.owner: row.revision for row in rows}
    return [(history, present.get(history.owner)) for history in known]


def differences(engine: Engine, plugins: Sequence[Plugin]) -> list[str]:
    """Return where models and schema differ, and which histories are behind; empty when all is well."""
    owners = tuple(f"{history.owner}_" for history in histories(plugins))

    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or (str(name).startswith(owners) and not str(name).endswith("_version"))

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": ours})
        found = [*behind(engine, plugins), *ahead(engine, plugins)]
        return found + [str(difference) for difference in compare_metadata(context, Base.metadata)]


# The files of a program do not change while it runs, and readyz asks every few seconds.
@functools.cache
def _steps(owner: str, folder: Path) -> tuple[ModuleType, ...]:
    steps: list[ModuleType] = []
    for path in sorted(folder.glob("[0-9]*.py")):
        spec = importlib.util.spec_from_file_location(f"{owner}_migration_{path.stem}", path)
        if spec is None or spec.loader is None:
            message = f"The migration {path.name} of {owner!r} cannot be read."
            raise PluginError(message)
        step = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(step)
        if step.down_revision != (steps[-1].revision if steps else None):
            message = f"The migrations of {owner!r} are not one line: {path.name} does not follow the one before it."
            raise PluginError(message)
        steps.append(step)
    if not steps:
        message = f"The plugin {owner!r} names a migrations folder without migrations."
        raise PluginError(message)
    return tuple(steps)


def _begin(connection: Connection, history: History) -> int:
    """Wait for whoever migrates now; return how many steps of the history were done already."""
    # A step may take longer than a page's statement, and may think between two statements; it may not wait for locks.
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    connection.execute(text("SET LOCAL lock_timeout = '2s'"))
    connection.execute(text(f"CREATE TABLE IF NOT EXISTS {history.version_table} (revision text NOT NULL)"))
    present = connection.scalar(text(f"SELECT revision FROM {history.version_table}"))  # noqa: S608 - a plugin's name
    if present is None:
        return 0
    if present not in history.revisions:
        raise PluginError(_beyond(history, present))
    return history.revisions.index(present) + 1


def _run(connection: Connection, step: ModuleType, direction: str) -> None:
    with Operations.context(MigrationContext.configure(connection)):
        getattr(step, direction)()


def _record(connection: Connection, history: History, revision: str) -> None:
    connection.execute(text(f"DELETE FROM {history.version_table}"))  # noqa: S608 - a plugin's name
    connection.execute(text(f"INSERT INTO {history.version_table} VALUES (:revision)"), {"revision": revision})  # noqa: S608 - our own table's name
