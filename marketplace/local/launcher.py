"""The whole site by one command: database, broker, worker and web server, started together and stopped together."""

import argparse
import contextlib
import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from marketplace.local import postgres, process, provision, valkey
from marketplace.local.parts import Crew, Part, PartError, StopRequested, reading
from marketplace.local.welcome import goodbye, greet

HOUSE = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
WEB_WORKERS = 2
WEB_THREADS = 4
UP_SECONDS = 90.0
REACH_SECONDS = 5
LARGEST_LOG = 5_000_000
LOWEST = 19  # the niceness of work that nobody waits for
WATCH_SECONDS = 0.2
LOGINS = "demo-logins.json"
ART = ("catalog", "art")
SERVE_STOP = ((signal.SIGTERM, 30.0),)
# Nobody waits for an answer before the home page is up, and a server that still loads does not hear every signal.
UNSERVED_STOP = ((signal.SIGTERM, 1.0),)
JOB_STOP = ((signal.SIGTERM, 5.0),)
# What outlived a killed launcher has nobody to serve; only the database is given its time.
LADDERS = {"postgres": postgres.STOP}


class LaunchError(Exception):
    """The site cannot start; the message is one sentence for a person."""


@dataclass(frozen=True)
class Choices:
    """What the command line and the environment ask for."""

    instance: Path
    port: int
    app: str = "wsgi:app"
    bare: bool = False  # web server, database and broker alone, for tests of the launcher itself
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Return where the site is found."""
        return f"http://{HOST}:{self.port}"

    @property
    def logs(self) -> Path:
        """Return the folder of the logs."""
        return self.instance / "log"


def main(arguments: Sequence[str]) -> int:
    """Start the site and stay until it is stopped; return 0 then, 1 with one sentence when it cannot run."""
    began = time.monotonic()
    try:
        choices = choose(arguments)
        with only_one(choices):
            return Site(choices).run(began)
    except (LaunchError, PartError, postgres.PostgresError, valkey.ValkeyError, provision.ProvisionError) as error:
        print(error, file=sys.stderr)
        return 1


def choose(arguments: Sequence[str]) -> Choices:
    """Read the command line and the environment; raise LaunchError when PORT is no port."""
    parser = argparse.ArgumentParser(prog="python -m marketplace.local", description="Start the whole site.")
    parser.add_argument("--with-parent", action="store_true", help="stop when the program that started this one ends")
    parser.add_argument("--instance", type=Path, help="the folder of data and logs; default: instance/ of the project")
    parser.add_argument("--app", default="wsgi:app", help="module:name of the WSGI application")
    parser.add_argument("--bare", action="store_true", help="no tables, demo data or worker")
    given = parser.parse_args(arguments)
    if given.with_parent:
        process.end_with_parent(signal.SIGTERM)
    port = os.environ.get("PORT") or "8000"
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 1 << 16:
        raise LaunchError(f"PORT must be a number from 1 to 65535, not {port!r}.")
    environ = {"APP_ENV": "development", "PORT": port} | dict(os.environ)
    instance = given.instance or Path(environ.get("JKP_INSTANCE") or HOUSE / "instance")
    environ["JKP_INSTANCE"] = str(instance.absolute())
    environ["PYTHONUNBUFFERED"] = "1"
    return Choices(instance.absolute(), int(port), given.app, given.bare, environ)


@contextlib.contextmanager
def only_one(choices: Choices) -> Iterator[None]:
    """Hold the folder for this run; raise LaunchError when another run has it."""
    try:
        choices.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Opened without emptying it: until the lock is ours, what stands there is the other run's.
        opened = (choices.instance / "run.lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise LaunchError(
            f"{choices.instance} cannot be used as the folder of the site's data ({error.strerror}):"
            " name another by JKP_INSTANCE, or start as its owner."
        ) from error
    with opened as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            owner = lock.read().strip() or "another process"
            raise LaunchError(f"The site already runs from this folder ({owner}); stop it there with Ctrl-C.") from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, {choices.address}")
        lock.flush()
        yield


class Site:
    """One run of the site."""

    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        self.environ = dict(choices.environ)
        self.crew = Crew(process.Ledger(choices.instance / "run"))
        self.database: postgres.Server | None = None
        self.name = ""  # of the database; empty for our own

    def run(self, began: float) -> int:
        """Start everything, watch over it until a signal comes, and stop everything."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.crew.heed)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup has it
            signal.signal(signal.SIGHUP, self.crew.heed)
        try:
            self.start()
            print(
                greet(self.choices.address, time.monotonic() - began, self.kept(LOGINS), self.choices.logs), flush=True
            )
            self.paint()
            while True:
                self.crew.pause(WATCH_SECONDS)
                for name in self.crew.mend():
                    print(f"The part {name} had ended and was started again; its log is {name}.log.", flush=True)
        except StopRequested:
            print(goodbye(), flush=True)
            return 0
        finally:
            self.crew.end()
            (self.choices.instance / "database.url").unlink(missing_ok=True)

    def start(self) -> None:
        """Start all parts and return when the home page answers; raise an error with one sentence when it will not."""
        self.crew.ledger.clear(LADDERS)
        for log in self.choices.logs.glob("*.log"):
            if log.stat().st_size > LARGEST_LOG:
                log.replace(log.with_suffix(".log.1"))
        self.need_port()
        broker = self.start_valkey()
        self.reach_database()
        if not self.choices.bare:
            self.prepare()
        web = self.web()
        self.crew.start(web)
        if broker is not None:
            broker.wait()
        if not self.choices.bare:
            self.crew.start(self.worker())
        self.wait_for_home()
        web.gently = SERVE_STOP

    def need_port(self) -> None:
        """Raise LaunchError when another program has the port: the web server itself would share it."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, self.choices.port))
            except PermissionError:
                raise LaunchError(f"Port {self.choices.port} needs more rights: start with PORT=8000.") from None
            except OSError:
                free = self.choices.port + 1
                raise LaunchError(
                    f"Port {self.choices.port} is taken by another program: stop it, or start with PORT={free}."
                ) from None

    def reach_database(self) -> None:
        """Make sure of the operator's database, or start our own."""
        if url := self.environ.get("DATABASE_URL"):
            provision.reach(url, REACH_SECONDS).close()
            self.name = f"-{postgres.short_hash(Path(url))}"
            return
        if self.environ["APP_ENV"] == "production":
            raise LaunchError("Set DATABASE_URL: the database that comes with the program is not for production.")
        self.database = server = postgres.Server(self.choices.instance / "pg")
        server.prepare()
        part = Part("postgres", server.start, postgres.STOP, server.log)
        self.crew.start(part)
        server.wait()
        if server.process is not None and server.process is not part.process:
            # It needed more than one start, after a run that was killed.
            part.process = server.process
            self.crew.ledger.note(part.name, server.process.pid)
        self.environ |= {"DATABASE_URL": server.url, "JKP_EMBEDDED_DATABASE": "1"}
        (self.choices.instance / "database.url").write_text(f"{server.url}\n", encoding="utf-8")

    def start_valkey(self) -> valkey.Server | None:
        """Start the broker unless the operator has one; without a wheel the worker does without a broker."""
        if url := self.environ.get("REDIS_URL"):
            valkey.reach(url, REACH_SECONDS)
            return None
        if valkey.find_program() is None:
            return None
        log = self.choices.logs / "valkey.log"
        broker = valkey.Server(self.choices.instance / "valkey", log)
        self.crew.start(Part("valkey", broker.start, valkey.STOP, log))
        self.environ["REDIS_URL"] = broker.url
        return broker

    def prepare(self) -> None:
        """Bring the tables to their newest, and plant the demo site when nobody is there; raise LaunchError in vain."""
        if self.kept("seeding").exists() and self.database is not None:
            print("The last run was stopped while it planted the demo site: clearing what it left ...", flush=True)
            self.database.recreate()
            shutil.rmtree(self.choices.instance / "search", ignore_errors=True)  # made again from the database
        with provision.reach(self.environ["DATABASE_URL"], REACH_SECONDS) as connection:
            if provision.behind(connection):
                print("Bringing the tables to their newest form ...", flush=True)
                self.command("migrate", "db", "upgrade")
            if self.environ["APP_ENV"] != "production" and provision.empty(connection):
                print("Planting the demo site, once ...", flush=True)
                self.seed()

    def seed(self) -> None:
        """Plant the demo site and keep the sign-ins it made; a planting cut short is known by a file that stays."""
        self.kept("seeding").touch()
        draft = self.kept("demo-logins.draft")
        draft.touch(mode=0o600)
        self.command("seed", "seed", "--profile", "demo", answer=draft)
        draft.replace(self.kept(LOGINS))
        self.kept("painted").unlink(missing_ok=True)
        self.kept("seeding").unlink()

    def kept(self, name: str) -> Path:
        """Return the place of a file that belongs to the database in use, ours or one of the operator's."""
        stem, dot, ending = name.partition(".")
        return self.choices.instance / f"{stem}{self.name}{dot}{ending}"

    def command(self, name: str, *words: str, answer: Path | None = None) -> None:
        """Run ``jkp`` with these words; raise LaunchError with its last line when it fails."""
        part = self.jkp(name, words, answer)
        if self.crew.finish(part):
            raise LaunchError(f"jkp {' '.join(words)} failed; {reading(part.log)}")

    def jkp(self, name: str, words: Sequence[str], answer: Path | None = None, niceness: int = 0) -> Part:
        """Return the part that runs our console program."""
        log = self.choices.logs / f"{name}.log"
        program: list[str | Path] = [Path(sys.executable).with_name("jkp"), *words]
        return Part(name, lambda: self.spawn(program, log, answer=answer, niceness=niceness), JOB_STOP, log)

    def spawn(
        self, program: Sequence[str | Path], log: Path, *, answer: Path | None = None, niceness: int = 0
    ) -> subprocess.Popen[bytes]:
        """Start a program of ours in the project's folder."""
        return process.spawn(program, log=log, env=self.environ, cwd=HOUSE, answer=answer, niceness=niceness)

    def web(self) -> Part:
        """Return the web server's part."""
        log = self.choices.logs / "web.log"
        options = {
            "--interface": "wsgi",
            "--host": HOST,
            "--port": str(self.choices.port),
            "--workers": str(WEB_WORKERS),
            "--blocking-threads": str(WEB_THREADS),
            "--http": "1",
            "--log-level": "warning",
            "--workers-kill-timeout": "25",
        }
        flat = [word for option in options.items() for word in option]
        program: list[str | Path] = [
            Path(sys.executable).with_name("granian"),
            *flat,
            "--no-ws",
            "--respawn-failed-workers",
        ]
        return Part("web", lambda: self.spawn([*program, self.choices.app], log), UNSERVED_STOP, log)

    def worker(self) -> Part:
        """Return the worker's part: Celery where there is a broker, the plain loop where there is none."""
        log = self.choices.logs / "worker.log"
        if not self.environ.get("REDIS_URL"):
            return self.jkp("worker", ["worker"])
        options = [
            "--pool",
            "threads",
            "--concurrency",
            "2",
            "--loglevel",
            "WARNING",
            "--without-gossip",
            "--without-mingle",
        ]
        program: list[str | Path] = [
            Path(sys.executable).with_name("celery"),
            "--app",
            "marketplace.worker",
            "worker",
            *options,
        ]
        return Part("worker", lambda: self.spawn(program, log), SERVE_STOP, log)

    def wait_for_home(self) -> None:
        """Wait until the home page answers 200; raise PartError or LaunchError when it will not."""
        limit = time.monotonic() + UP_SECONDS
        while time.monotonic() < limit:
            if self.home_answers():
                return
            self.crew.mend(most=2)
            self.crew.pause(process.PAUSE * 2)
        raise LaunchError(f"The home page does not answer; {reading(self.choices.logs / 'web.log')}")

    def home_answers(self) -> bool:
        """Tell whether the home page answers 200 now."""
        connection = http.client.HTTPConnection(HOST, self.choices.port, timeout=3)
        try:
            connection.request("GET", "/", headers={"Connection": "close"})
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def paint(self) -> None:
        """Make the pictures of the demo site in the background, once per planting."""
        done = self.kept("painted")
        if self.choices.bare or done.exists() or not self.kept(LOGINS).exists():
            return
        part = self.jkp("art", ART, niceness=LOWEST)
        part.once = lambda code: None if code else done.touch()
        self.crew.start(part)
