"""The console program: what an operator does to an installation, without questions asked."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import click
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import insert, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from marketplace import create_app, jkp
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.audit import audit
from marketplace.kernel.db import db, rows, session, transactional
from marketplace.kernel.ids import uuid7
from marketplace.kernel.models import Delivery, StoredEvent
from marketplace.kernel.plugin import Schedule, enter
from marketplace.kernel.settings import SettingsError, read
from marketplace.testing.plugin import Live, administer, hang_up, sibling

Run = Callable[..., Result]


@pytest.fixture
def run(live: Live) -> Run:
    """Give a function that runs ``jkp`` with words on a live site."""
    program: click.Group = jkp.assemble(live.app)

    def go(*words: str) -> Result:
        return live.app.test_cli_runner().invoke(program, list(words))

    return go


def test_a_migrated_site_has_nothing_to_do_and_no_difference(run: Run) -> None:
    assert run("db", "upgrade").output == ""
    assert run("db", "check").output == "ok\n"


def test_a_table_that_was_changed_by_hand_is_found(run: Run) -> None:
    @transactional
    def change() -> None:
        session.execute(text("ALTER TABLE kernel_due ADD COLUMN stray integer"))

    change()
    checked = run("db", "check")
    assert checked.exit_code == 1
    assert "stray" in checked.output


def test_the_same_seed_gives_the_same_site_and_every_invariant_holds(run: Run) -> None:
    planted = run("seed", "--profile", "small", "--seed", "7")
    assert planted.exit_code == 0, planted.output
    told = json.loads(planted.output)
    assert told["people"]["penjual@jakpreneur.example"]["id"]
    assert run("verify").output.strip().endswith("ok")
    assert json.loads(run("verify", "--json").output) == {"broken": []}
    again = json.loads(run("seed", "--profile", "small", "--seed", "7").output)
    assert again["people"] == told["people"]


def test_facts_are_json_lines_of_whole_rupiah_and_times_with_z(run: Run, tmp_path: Path) -> None:
    assert run("seed", "--profile", "small").exit_code == 0
    assert run("facts", "--out", str(tmp_path / "facts")).exit_code == 0
    stock = [json.loads(line) for line in (tmp_path / "facts" / "stock.jsonl").read_text().splitlines()]
    assert stock
    assert all(isinstance(row["on_hand"], int) for row in stock)
    orders = [json.loads(line) for line in (tmp_path / "facts" / "orders.jsonl").read_text().splitlines()]
    assert all(isinstance(row["total_idr"], int) and row["placed_at"].endswith("Z") for row in orders)
    assert {"outbox", "idempotency", "audit", "payments", "products", "suborders", "lines"} <= {
        path.stem for path in (tmp_path / "facts").iterdir()
    }


def test_a_changed_audit_entry_fails_the_check_by_name(run: Run) -> None:
    @transactional
    def write() -> None:
        audit("test:1", "price", "sku", by=SYSTEM, after={"price_idr": 1})

    @transactional
    def tamper() -> None:
        session.execute(text("ALTER TABLE kernel_audit DISABLE TRIGGER ALL"))
        session.execute(text("UPDATE kernel_audit SET content = '{}' WHERE stream = 'test:1'"))

    write()
    assert run("audit", "verify").output == "ok\n"
    tamper()
    checked = run("audit", "verify")
    assert checked.exit_code == 1
    assert "test:1: entry 1 was changed" in checked.output
    assert run("verify").exit_code == 1


@pytest.mark.parametrize("command", ["relay", "reap", "complete", "worker"])
def test_each_loop_does_what_is_due_once_and_stops(run: Run, command: str) -> None:
    done = run(command, "--once")
    assert done.exit_code == 0
    assert done.output.splitlines()[-1].isdigit()


def test_one_failing_piece_of_work_stops_neither_the_others_nor_the_deliveries(live: Live) -> None:
    swept: list[str] = []

    def fail() -> None:
        message = "the broom is broken"
        raise RuntimeError(message)

    registry = live.app.extensions["jkp"]
    hour = timedelta(hours=1)
    schedule = {"a": Schedule(hour, fail), "b": Schedule(hour, lambda: swept.append("b"))}
    live.app.extensions["jkp"] = replace(registry, schedule=schedule)
    enter(live.app.extensions["jkp"])
    done = live.app.test_cli_runner().invoke(jkp.assemble(live.app), ["worker", "--once"])
    assert (done.exit_code, done.output.splitlines()[-1]) == (1, "1")
    assert swept == ["b"]


def set_aside() -> UUID:
    @transactional
    def write() -> UUID:
        event, delivery = uuid7(), uuid7()
        session.execute(insert(StoredEvent).values(id=event, name="bakery.BreadBaked", payload={}, at=clock.now()))
        row = {"event_id": event, "handler": "bakery.ear", "state": "aside", "tries": 100, "due_at": clock.now()}
        session.execute(insert(Delivery).values(id=delivery, **row))
        return delivery

    return write()


def test_a_delivery_set_aside_fails_the_check_until_it_is_begun_anew(run: Run) -> None:
    first, _second = set_aside(), set_aside()
    checked = run("verify")
    assert checked.exit_code == 1
    assert f"outbox: the delivery {first} of bakery.BreadBaked to bakery.ear was set aside" in checked.output
    assert run("relay", "--again", str(first)).output == "1\n"
    for gone in (first, UUID(int=7)):
        refused = run("relay", "--again", str(gone))
        assert (refused.exit_code, f"no delivery {gone} was set aside" in refused.output) == (1, True)
    assert run("relay", "--again", "all").output == "1\n"
    assert run("relay", "--again", "bread").exit_code == 2
    assert run("verify").exit_code == 0


def test_the_worker_outlives_a_database_that_goes_away(live: Live, server: str) -> None:
    name = make_url(live.url).database
    with live.app.app_context():
        session.remove()
        hang_up()
    worker = subprocess.Popen(
        [sys.executable, "-c", "from marketplace.jkp import main; main()", "worker"],
        env={**os.environ, **live.environ},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_for(lambda: rows(text("SELECT name FROM kernel_due")))
        session.remove()
        hang_up()
        administer(
            server,
            f"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",  # noqa: S608
        )
        assert worker.stderr is not None
        assert any("database is away" in line for line in worker.stderr), "it says so and goes on"
        administer(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        delivery = set_aside()
        jkp.outbox.again(delivery)
        wait_for(lambda: rows(text("SELECT tries FROM kernel_deliveries WHERE tries > 0")))
    finally:
        worker.kill()
        worker.communicate()


def wait_for(found: Callable[[], Sequence[object]]) -> None:
    end = time.monotonic() + 30
    while not found():
        assert time.monotonic() < end, "it did not happen within 30 s"
        session.rollback()
        time.sleep(0.1)


def test_routes_name_what_guards_each_of_them(run: Run) -> None:
    listed = json.loads(run("routes", "--json").output)
    assert all(
        set(one) == {"methods", "path", "endpoint", "policy", "csrf", "rate", "cache", "idempotency"} for one in listed
    )
    (order,) = [one for one in listed if one["path"] == "/beli" and one["methods"] == ["POST"]]
    assert order["csrf"]
    assert order["idempotency"]
    assert "/beli" in run("routes").output


def test_crash_points_stand_around_every_service(run: Run) -> None:
    points = json.loads(run("crashpoints", "--json").output)
    assert {"kernel.outbox.deliver:called", "kernel.outbox._inside:before", "kernel.outbox._inside:after"} <= set(
        points
    )
    assert "payments.services.reach:called" in run("crashpoints").output


def test_settings_that_allow_a_start_are_ok(run: Run) -> None:
    assert run("config", "check").output == "ok\n"


GOOD = {
    "APP_ENV": "production",
    "DATABASE_URL": "postgresql://shop@db/shop",
    "SECRET_KEY": "x" * 40,
    "PUBLIC_BASE_URL": "https://shop.example",
    "TRUSTED_HOSTS": "shop.example",
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"TRUSTED_HOSTS": " "}, "TRUSTED_HOSTS"),
        ({"PUBLIC_BASE_URL": "http://shop.example"}, "https"),
        ({"JKP_TEST_HOOKS": "1"}, "JKP_TEST_HOOKS"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({"JKP_EMBEDDED_DATABASE": "1"}, "embedded database"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"DATABASE_URL": "mysql://shop@db/shop"}, "PostgreSQL"),
        ({"JKP_STRIKES": "many"}, "STRIKES must be a whole number"),
        ({"DB_POOL": "x"}, "DB_POOL must be a whole number"),
        ({"DB_POOL": "0"}, "DB_POOL must be a whole number, 1 or more"),
        ({"APP_ENV": "prod"}, "APP_ENV to development or production.*'prod'"),
        ({"APP_ENV": "Production"}, "APP_ENV"),
        ({"APP_ENV": ""}, "APP_ENV"),
    ],
)
def test_production_refuses_to_start_with_what_would_harm_it(tmp_path: Path, change: dict[str, str], said: str) -> None:
    assert read(tmp_path, {"STRIKES": 3}, GOOD).production
    with pytest.raises(SettingsError, match=said):
        read(tmp_path, {"STRIKES": 3}, {**GOOD, **change})


def test_plugins_settings_come_from_the_environment_in_their_own_kind(tmp_path: Path) -> None:
    defaults = {"STRIKES": 3, "LOUD": False, "NAME": "shop"}
    given = {"DATABASE_URL": "postgres://x@y/z", "JKP_STRIKES": "5", "LOUD": "1", "JKP_NAME": "toko"}
    settings = read(tmp_path, defaults, given)
    assert dict(settings.extra) == {"STRIKES": 5, "LOUD": True, "NAME": "toko"}
    assert settings.database_url == "postgresql+psycopg://x@y/z"
    assert len(settings.secret_key) >= 32
    assert read(tmp_path, {}, given).secret_key == settings.secret_key, "made once and kept"


def test_demo_data_is_refused_in_production(make_live: Callable[..., Live], monkeypatch: pytest.MonkeyPatch) -> None:
    site = make_live()
    registry = site.app.extensions["jkp"]
    monkeypatch.setattr(type(registry.settings), "production", property(lambda _self: True))
    refused = site.app.test_cli_runner().invoke(jkp.assemble(site.app), ["seed"])
    assert refused.exit_code == 1
    assert "refused in production" in refused.output


@pytest.fixture
def typed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., tuple]]:
    """Give a function that runs the program as typed, on a machine where no database is named unless told."""
    monkeypatch.setenv("JKP_INSTANCE", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    made: list[Flask] = []

    def make() -> Flask:
        made.append(create_app())
        return made[-1]

    monkeypatch.setattr(jkp, "create_app", make)

    def go(*words: str, **environ: str) -> tuple[object, str, str]:
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["jkp", *words])
        with pytest.raises(SystemExit) as end:
            jkp.main()
        said = capsys.readouterr()
        return end.value.code, said.out, said.err

    yield go
    for app in made:
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()


def test_a_database_out_of_reach_is_one_sentence_without_the_password(typed: Callable[..., tuple]) -> None:
    url = "postgresql://shop:geheim@127.0.0.1:1/shop"
    code, out, err = typed("verify", DATABASE_URL=url)
    assert (code, out) == (1, "")
    assert err.startswith("The database of DATABASE_URL cannot be used: ")
    assert "127.0.0.1" in err
    assert err.count("\n") == 1
    assert "geheim" not in err


@pytest.fixture
def bare(server: str) -> Iterator[str]:
    """Give the address of a database in which nobody has made our tables yet."""
    name = f"bare_{os.getpid()}"
    administer(server, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    yield sibling(server, name)
    administer(server, f"DROP DATABASE {name} WITH (FORCE)")


COMMANDS = ["verify", "relay --once", "worker --once", "seed"]


@pytest.mark.parametrize("words", COMMANDS)
def test_a_database_without_our_tables_is_one_sentence_that_says_what_makes_them(
    typed: Callable[..., tuple], bare: str, words: str
) -> None:
    code, out, err = typed(*words.split(), DATABASE_URL=bare)
    assert (code, out) == (1, "")
    assert err == (
        "Tables are missing in the database of DATABASE_URL, or older than this program: jkp db upgrade makes them.\n"
    )


def test_a_broken_statement_of_ours_is_not_taken_for_missing_tables(
    typed: Callable[..., tuple], live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jkp.audit_log, "broken", lambda: session.execute(text("SELECT stray FROM nowhere")))
    with pytest.raises(ProgrammingError, match="nowhere"):
        typed("audit", "verify", DATABASE_URL=live.url)


@pytest.mark.parametrize("words", [["--help"], ["verify", "--help"], ["db", "--help"], ["catalog", "--help"]])
def test_help_needs_no_database(typed: Callable[..., tuple], words: list[str]) -> None:
    code, out, err = typed(*words)
    assert (code, err) == (0, "")
    assert out.startswith(f"Usage: jkp {' '.join(words[:-1])}")


def test_help_lists_the_commands_of_the_program_and_of_the_plugins(typed: Callable[..., tuple]) -> None:
    _code, out, _err = typed("--help")
    listed = {line.split()[0] for line in out.partition("Commands:")[2].splitlines() if line.strip()}
    assert {"verify", "config", "db", "catalog", "seed"} <= listed


def test_a_command_without_a_database_says_what_to_set(typed: Callable[..., tuple]) -> None:
    code, out, err = typed("config", "check")
    assert (code, out) == (1, "")
    assert err.startswith("Set DATABASE_URL ")
    assert err.count("\n") == 1
