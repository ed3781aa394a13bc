"""What the database needs before the site can open: its tables at their newest, and demo data when it is empty.

Everything here looks at files and tables alone and never imports the program, so that a start with nothing to do is quick.
"""

import ast
import os
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

import psycopg
from psycopg import sql

GROUP = "marketplace.plugins"
HOUSE = Path(__file__).resolve().parents[1]
PEOPLE = "accounts_people"
SCHEMES = ("postgres", "postgresql", "postgresql+psycopg")


class ProvisionError(Exception):
    """The database cannot be used; the message says why in one sentence."""


@dataclass(frozen=True)
class Head:
    """The newest revision of one history, as its files have it."""

    owner: str
    revision: str

    @property
    def table(self) -> str:
        """Return the table that holds the present revision."""
        return f"{self.owner}_version"


def heads() -> list[Head]:
    """Return the head of the kernel's history and of each enabled plugin's that has one."""
    disabled = {name.strip() for name in os.environ.get("DISABLED_PLUGINS", "").split(",")}
    folders = [("kernel", HOUSE / "kernel" / "migrations")]
    for point in metadata.entry_points(group=GROUP):
        package = None if point.name in disabled else package_folder(point.module)
        if package is not None:
            folders.append((point.name, package / "migrations"))
    newest = [(owner, max(folder.glob("[0-9]*.py"), default=None)) for owner, folder in folders]
    return [Head(owner, revision(path)) for owner, path in sorted(newest) if path is not None]


def package_folder(manifest: str) -> Path | None:
    """Return the folder of the package whose manifest module is named, importing none of it."""
    top, *inner = manifest.split(".")[:-1]
    spec = util.find_spec(top)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)), *inner)


def revision(path: Path) -> str:
    """Return the revision that a migration file declares; raise ProvisionError when it declares none."""
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="revision")], value=ast.Constant(value=str(value)))
                | ast.AnnAssign(target=ast.Name(id="revision"), value=ast.Constant(value=str(value)))
            ):
                return value
            case _:
                continue
    raise ProvisionError(f"The migration {path.name} in {path.parent} declares no revision.")


def behind(connection: psycopg.Connection) -> bool:
    """Tell whether any history in the database is not at its head."""
    return any(present(connection, head.table) != head.revision for head in heads())


def present(connection: psycopg.Connection, table: str) -> str | None:
    """Return the revision a version table holds; nothing when the table is missing or empty."""
    if not exists(connection, table):
        return None
    row = connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))).fetchone()
    return None if row is None else str(row[0])


def empty(connection: psycopg.Connection) -> bool:
    """Tell whether the site knows nobody yet."""
    if not exists(connection, PEOPLE):
        return True
    people = sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(PEOPLE))
    return connection.execute(people).fetchone() is None


def exists(connection: psycopg.Connection, table: str) -> bool:
    """Tell whether the database has a table of this name."""
    row = connection.execute("SELECT to_regclass(%s)", [table]).fetchone()
    return row is not None and row[0] is not None


def reach(url: str, seconds: int) -> psycopg.Connection:
    """Connect to a database of the operator's own; raise ProvisionError with the reason when that fails."""
    scheme, _, rest = url.partition("://")
    if scheme not in SCHEMES or not rest:
        raise ProvisionError("DATABASE_URL must be a PostgreSQL address: postgresql://user:password@host/database.")
    try:
        return psycopg.connect(f"postgresql://{rest}", connect_timeout=seconds, autocommit=True)
    except psycopg.Error as error:
        reason = str(error).partition("\n")[0].strip().rstrip(".")
        raise ProvisionError(f"The database of DATABASE_URL cannot be reached: {reason}.") from error
