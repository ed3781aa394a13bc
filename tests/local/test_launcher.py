"""`make run` opens the site, says plainly why it cannot, and leaves nothing behind however it ends."""

import contextlib
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from marketplace.local.launcher import Choices, LaunchError, Site, choose
from tests.local.conftest import Run, answers, eventually, living

Open = Callable[..., Run]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_closes_the_site_and_leaves_no_process(site: Open, number: signal.Signals) -> None:
    run = site().open()
    assert answers(run.port)
    everyone = run.everyone()
    assert len(everyone) > 4

    run.send(number)

    assert run.ended() == 0
    assert living(everyone) == []
    assert not answers(run.port)
    assert "Traceback" not in run.said()


def test_a_folder_with_an_odd_name_is_a_folder_like_any_other(site: Open, tmp_path: Path) -> None:
    run = site(instance=tmp_path / """toko "ibu" Siti, it's new""" / "instance").open()
    assert answers(run.port)
    assert run.part("valkey")


def test_a_folder_that_cannot_be_used_is_told_in_one_sentence(site: Open, tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("not a folder", encoding="utf-8")
    run = site(instance=tmp_path / "berkas").start()
    assert run.ended() == 1
    assert "cannot be used as the folder of the site's data" in run.said()
    assert run.said().count("\n") == 1


def test_a_taken_port_is_told_in_one_sentence(site: Open) -> None:
    run = site()
    with socket.create_server(("127.0.0.1", run.port)):
        assert run.start().ended() == 1
    assert run.said() == (f"Port {run.port} is taken by another program: stop it, or start with PORT={run.port + 1}.\n")


def test_an_unreachable_database_is_told_in_one_sentence(site: Open) -> None:
    run = site(environ={"DATABASE_URL": "postgresql://umkm:rahasia@127.0.0.1:1/pasar"}).start()
    assert run.ended() == 1
    assert run.said().startswith("The database of DATABASE_URL cannot be reached: ")
    assert run.said().count("\n") == 1
    assert "rahasia" not in run.said()


def test_an_unreachable_broker_is_told_in_one_sentence(site: Open) -> None:
    run = site(environ={"REDIS_URL": "redis://:rahasia@127.0.0.1:1/0"}).start()
    assert run.ended() == 1
    assert run.said().startswith("The Redis or Valkey of REDIS_URL cannot be reached: ")
    assert run.said().count("\n") == 1
    assert "rahasia" not in run.said()


@pytest.mark.parametrize("port", ["0", "70000", "abc", "-1", "8000 "])
def test_a_port_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(LaunchError, match="PORT must be a number from 1 to 65535, not "):
        choose([])


def test_production_does_not_get_the_database_of_the_wheel(tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match="Set DATABASE_URL: the database that comes with the program is not for"):
        Site(Choices(tmp_path, 8000, environ={"APP_ENV": "production"})).reach_database()


def test_a_second_run_from_the_same_folder_is_told_of_the_first(site: Open) -> None:
    first = site().open()
    second = site().start()
    assert second.ended() == 1
    assert second.said().startswith("The site already runs from this folder (process ")
    assert first.running()
    assert answers(first.port)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["web", "valkey", "postgres"])
def test_a_killed_part_is_started_again(site: Open, name: str) -> None:
    run = site().open()
    killed = run.part(name)

    run_kill(killed)

    eventually(lambda: f"The part {name} had ended" in run.said(), f"{name} is started again")
    eventually(lambda: answers(run.port), "the home page answers again")
    assert run.part(name) != killed


@pytest.mark.slow
def test_a_killed_launcher_takes_its_parts_along_and_the_next_start_is_open(site: Open) -> None:
    first = site().open()
    everyone = first.everyone()

    first.send(signal.SIGKILL)
    first.ended()
    second = site(port=first.port).open()

    assert answers(second.port)
    assert living(everyone) == []


@pytest.mark.slow
def test_a_site_killed_whole_leaves_nothing_that_stops_the_next_start(site: Open) -> None:
    first = site().open()
    for pid in first.everyone():
        run_kill(pid)
    first.ended()

    assert answers(site(port=first.port).open().port)


@pytest.mark.slow
def test_an_application_that_cannot_be_loaded_ends_the_start_with_a_hint(site: Open) -> None:
    run = site(app="tests.local.greeter:nobody").start()
    assert run.ended() == 1
    assert "The part web does not stay alive; read " in run.said()
    assert "Traceback" not in run.said()


def run_kill(pid: int) -> None:
    """Kill a process; one that just died of another's death is as good."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def test_a_start_that_is_called_off_ends_at_once_and_leaves_no_process(site: Open) -> None:
    run = site(app="tests.local.greeter:slow").start()
    eventually(lambda: run.part("web") != 0, "the web server is started")
    everyone = run.everyone()

    run.send(signal.SIGINT)

    assert run.ended() == 0
    assert "is open at" not in run.said()
    assert living(everyone) == []
