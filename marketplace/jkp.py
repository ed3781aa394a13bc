"""The console program ``jkp``: everything an operator does to an installation, without questions asked."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import structlog
from flask import Flask, current_app
from flask.cli import FlaskGroup, with_appcontext
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError

from marketplace import create_app
from marketplace.kernel import audit as audit_log
from marketplace.kernel import crash, outbox
from marketplace.kernel.db import db, session, steady
from marketplace.kernel.plugin import Plugin, PluginError, collect, current
from marketplace.kernel.routes import rules_of
from marketplace.kernel.settings import SettingsError
from marketplace.kernel.slots import completers, demos, facts, reapers, references, verifiers
from marketplace.web import console, migrate

PAUSE_SECONDS = 2.0
ROUND_SECONDS = 10.0
# undefined_table and undefined_column: the database is not in the form that this program knows.
UNKNOWN = frozenset({"42P01", "42703"})
log = structlog.get_logger()


def main() -> None:
    """Run ``jkp``; what settings or plugins forbid, and a database out of reach or without our tables, is one sentence.

    The exit code is 1 then.

    Help is given whatever the settings.
    """
    words = sys.argv[1:]
    try:
        if not words or "--help" in words:
            helping()(words, prog_name="jkp")
        else:
            _run(create_app(), words)
    except (SettingsError, PluginError) as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(1)
    except (OperationalError, InterfaceError) as failure:
        # The driver's first line alone: it names server and cause, never the password.
        reason = str(failure.orig).partition("\n")[0].strip().rstrip(".")
        click.echo(f"The database of DATABASE_URL cannot be used: {reason}.", err=True)
        sys.exit(1)


def _run(app: Flask, words: list[str]) -> None:
    try:
        assemble(app)(words, prog_name="jkp")
    except ProgrammingError as failure:
        with app.app_context():
            if not _is_old(failure):
                raise
        said = (
            "Tables are missing in the database of DATABASE_URL, or older than this program: jkp db upgrade makes them."
        )
        click.echo(said, err=True)
        sys.exit(1)


def _is_old(failure: DBAPIError) -> bool:
    """Tell whether a statement failed because the database waits for ``jkp db upgrade``."""
    return getattr(failure.orig, "sqlstate", None) in UNKNOWN and bool(migrate.behind(db.engine, current().plugins))


def assemble(app: Flask) -> click.Group:
    """Return the commands of the program and of every plugin, for one application."""
    group = FlaskGroup(
        name="jkp", create_app=lambda: app, add_default_commands=False, add_version_option=False, load_dotenv=False
    )
    return offer(group, app.extensions["jkp"].plugins)


def helping() -> click.Group:
    """Return the same commands without an application, for their help alone: it needs no database to be named."""
    disabled = [name.strip() for name in os.environ.get("DISABLED_PLUGINS", "").split(",") if name.strip()]
    return offer(click.Group("jkp", help=__doc__), collect(disabled))


def offer(group: click.Group, plugins: Sequence[Plugin]) -> click.Group:
    """Add our own commands to a group, those that plugins put beside them, and behind its name the others of each plugin."""
    for command in (
        db_group,
        seed,
        write_facts,
        verify,
        audit_group,
        relay,
        reap,
        complete,
        routes,
        crashpoints,
        config,
        worker,
    ):
        group.add_command(command)
    for plugin in plugins:
        # Help is given without an application, so the manifests themselves are read.
        for fill in plugin.fills:
            if fill.slot == console.commands.name:
                group.add_command(fill.thing)
        if plugin.commands:
            inner = click.Group(plugin.name, help=str(plugin.label))
            for command in plugin.commands:
                inner.add_command(command)
            group.add_command(inner)
    return group


@click.group("db")
def db_group() -> None:
    """Migrations: upgrade, downgrade, check."""


@db_group.command()
@with_appcontext
def upgrade() -> None:
    """Bring every plugin's tables to their newest form."""
    for step in migrate.upgrade(db.engine, current().plugins):
        click.echo(step)
    for load in references:
        load()


@db_group.command()
@click.option("--plugin", "owner", help="Only this plugin's tables.")
@with_appcontext
def downgrade(owner: str | None) -> None:
    """Take all tables away again, newest plugin first."""
    for step in migrate.downgrade(db.engine, current().plugins, owner):
        click.echo(step)


@db_group.command()
@with_appcontext
def check() -> None:
    """Fail when models and schema differ."""
    _fail_on(migrate.differences(db.engine, current().plugins))


@click.command()
@click.option("--profile", default="demo", type=click.Choice(["small", "demo", "bench"]))
@click.option("--seed", "number", default=2026, show_default=True)
@with_appcontext
def seed(profile: str, number: int) -> None:
    """Fill the site with demo data, the same for the same number; prints logins, ids and secrets as JSON.

    People, shops, products and what was ordered are the same, ids of people and products included. Orders are placed by the
    services that buyers use, which draw their ids and codes anew each time.
    """
    if current().settings.production:
        click.echo("Demo data is refused in production.", err=True)
        sys.exit(1)
    planted: dict[str, Any] = {}
    for demo in demos:
        planted.update(demo.plant(profile, number))
    click.echo(json.dumps(planted, ensure_ascii=False, indent=1, default=str))


@click.command("facts")
@click.option("--out", type=click.Path(path_type=Path), required=True)
@with_appcontext
def write_facts(out: Path) -> None:
    """Write the facts of this moment as JSON Lines, one file a kind, from one consistent snapshot."""
    out.mkdir(parents=True, exist_ok=True)
    steady()
    for name, rows in facts:
        with (out / f"{name}.jsonl").open("w", encoding="utf-8") as target:
            for row in rows():
                target.write(json.dumps(row, ensure_ascii=False, default=_plain) + "\n")


@click.command()
@click.option("--json", "as_json", is_flag=True)
@with_appcontext
def verify(as_json: bool) -> None:
    """Recompute every invariant from the database; exit 1 and say which is broken, with ids."""
    # The site goes on working meanwhile: sums and their parts are compared as they stood at one moment.
    steady()
    broken = [*audit_log.broken(), *outbox.broken()]
    for verifier in verifiers:
        broken.extend(verifier())
    if as_json:
        click.echo(json.dumps({"broken": broken}, ensure_ascii=False, indent=1))
        sys.exit(1 if broken else 0)
    _fail_on(broken)


@click.group("audit")
def audit_group() -> None:
    """The audit log."""


@audit_group.command("verify")
@with_appcontext
def audit_verify() -> None:
    """Find entries that were changed, removed, inserted or reordered."""
    steady()
    _fail_on(audit_log.broken())


Work = Callable[[], int]


def _rounds(works: Callable[[bool], Iterable[Work]], *, once: bool) -> None:
    """Do a round of work and another, or only one; what fails is logged and stops neither the others nor the next round."""
    while True:
        done, well = 0, True
        for work in works(once):
            try:
                done += work()
            except Exception as failure:  # noqa: BLE001 - a plugin's fault, or a database away, must not end all other work
                _bear(failure, once=once)
                well = False
        if once:
            click.echo(done)
            sys.exit(0 if well else 1)
        session.remove()
        time.sleep(PAUSE_SECONDS)


def _bear(failure: Exception, *, once: bool) -> None:
    session.remove()
    if isinstance(failure, (OperationalError, InterfaceError)):
        if once and getattr(failure.orig, "sqlstate", None) is None:
            raise failure  # Nobody answered: nothing else would get further.
        log.warning("the database is away or too busy", error=repr(failure.orig))
    elif isinstance(failure, ProgrammingError) and _is_old(failure):
        raise failure
    else:
        log.error("work failed", exc_info=failure)


def _loop(name: str, help_text: str, works: Callable[[bool], Iterable[Work]]) -> click.Command:
    @click.command(name, help=help_text)
    @click.option("--once", is_flag=True, help="Do what is due now, and stop.")
    @with_appcontext
    def command(once: bool) -> None:
        _rounds(works, once=once)

    return command


def _deliveries(once: bool) -> Iterable[Work]:
    """Give the work of delivering: all that is due or, when another round follows, as much as other work can wait for."""

    def drain() -> int:
        end = time.monotonic() + ROUND_SECONDS
        total = 0
        while (taken := outbox.relay()) and (once or time.monotonic() < end):
            total += taken
        return total + taken

    return [drain]


def _everything(once: bool) -> Iterable[Work]:
    return [*(partial(outbox.tick, name) for name in current().schedule), *_deliveries(once)]


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, and stop.")
@click.option(
    "--again", metavar="ID|all", help="Let a delivery that was set aside, or all of them, begin anew, and stop."
)
@with_appcontext
def relay(once: bool, again: str | None) -> None:
    """Deliver what waits in the outbox."""
    if again is None:
        _rounds(_deliveries, once=once)
        return
    try:
        which = [] if again == "all" else [UUID(again)]
    except ValueError as failure:
        message = "not the id of a delivery, nor 'all'"
        raise click.BadParameter(message, param_hint="--again") from failure
    revived = outbox.again(*which)
    if which and not revived:
        message = f"no delivery {again} was set aside; 'jkp verify' names those that are"
        raise click.ClickException(message)
    click.echo(revived)


reap = _loop("reap", "Release reservations and others that are past their time.", lambda _once: reapers)
complete = _loop("complete", "Finish what a crash left half done.", lambda _once: completers)
worker = _loop("worker", "Deliver the outbox and run every schedule, without a broker.", _everything)


@click.command()
@click.option("--json", "as_json", is_flag=True)
@with_appcontext
def routes(as_json: bool) -> None:
    """List every route with what guards it."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way
    rules = rules_of(app)
    listed = [
        {
            "methods": sorted(rule.methods - {"HEAD", "OPTIONS"}),
            "path": rule.rule,
            "endpoint": rule.endpoint,
            "policy": rules[rule.endpoint].policy.name,
            "csrf": rules[rule.endpoint].csrf and not (rule.methods <= {"GET", "HEAD", "OPTIONS"}),
            "rate": rules[rule.endpoint].rate,
            "cache": str(rules[rule.endpoint].cache),
            "idempotency": rules[rule.endpoint].idempotent,
        }
        for rule in sorted(app.url_map.iter_rules(), key=lambda one: (one.rule, one.endpoint))
        if rule.methods is not None
    ]
    if as_json:
        click.echo(json.dumps(listed, indent=1))
        return
    for one in listed:
        click.echo(f"{','.join(one['methods']):12} {one['path']:50} {one['policy']:24} {one['cache']}")


@click.command()
@click.option("--json", "as_json", is_flag=True)
def crashpoints(as_json: bool) -> None:
    """List the points at which JKP_CRASH can stop the process."""
    click.echo(json.dumps(crash.names(), indent=1) if as_json else "\n".join(crash.names()))


@click.group("config")
def config() -> None:
    """Settings."""


@config.command("check")
def config_check() -> None:
    """Say that the settings allow a start; whatever forbids one has stopped this program already, with a sentence."""
    click.echo("ok")


def _fail_on(broken: list[str]) -> None:
    for sentence in broken:
        click.echo(sentence)
    if broken:
        sys.exit(1)
    click.echo("ok")


def _plain(value: object) -> object:
    amount = getattr(value, "amount", None)
    if isinstance(amount, int):
        return amount
    moment = getattr(value, "isoformat", None)
    return moment().replace("+00:00", "Z") if callable(moment) else str(value)
