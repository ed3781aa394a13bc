"""A PostgreSQL from the wheel, whoever starts it, and what it does with folders and kills."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from marketplace.local import postgres, process
from marketplace.local.postgres import PostgresError, Server
from tests.local.conftest import HOUSE, eventually, living

RUN = """
import signal, sys
from pathlib import Path
from marketplace.local.postgres import Server

server = Server(Path(sys.argv[1]), fsync=False)
server.prepare()
print(server.start().pid, flush=True)
signal.pause()
"""
root_only = pytest.mark.skipif(os.getuid() != 0, reason="only root runs PostgreSQL as somebody else")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that every user can reach, as a test's own folder cannot."""
    folder = Path(tempfile.mkdtemp(prefix="jakpreneur-test-", dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_a_server_gives_an_address_and_keeps_what_was_written(tmp_path: Path) -> None:
    with Server(tmp_path / "pg") as server:
        assert server.url.startswith("postgresql+psycopg://")
        with psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("CREATE TABLE stalls AS SELECT 'Kemang' AS place")
        assert server.process is not None
        pid = server.process.pid
    assert living([pid]) == []

    with Server(tmp_path / "pg") as server, server.connect() as connection:
        row = connection.execute("SELECT place FROM stalls").fetchone()
        assert row == ("Kemang",)
        assert settings(connection) == {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
        server.recreate()
    with Server(tmp_path / "pg") as server, server.connect() as connection:
        assert connection.execute("SELECT to_regclass('stalls')").fetchone() == (None,)


def settings(connection: psycopg.Connection) -> dict[str, str]:
    """Return what decides whether a power cut loses anything."""
    names = ["fsync", "synchronous_commit", "full_page_writes"]
    return {name: connection.execute("SELECT current_setting(%s)", [name]).fetchone()[0] for name in names}  # type: ignore[index]


def test_a_killed_server_starts_again_over_its_stale_pid_file(tmp_path: Path) -> None:
    with Server(tmp_path / "pg") as server:
        assert server.process is not None
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()
    assert (server.place.data / "postmaster.pid").exists()
    with Server(tmp_path / "pg") as again, again.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_cluster_cut_short_while_it_was_made_is_made_anew(tmp_path: Path) -> None:
    server = Server(tmp_path / "pg")
    (tmp_path / "pg" / "draft" / "base").mkdir(parents=True)
    with server, server.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_long_path_gets_its_socket_elsewhere_for_us_alone(tmp_path: Path) -> None:
    folder = tmp_path / ("sangat-panjang-" * 8)
    with Server(folder, fsync=False) as server, server.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        assert not server.place.socket.is_relative_to(folder)
        assert server.place.socket.stat().st_mode & 0o077 == 0
    shutil.rmtree(server.place.socket)


def test_a_path_that_postgresql_would_take_apart_gets_its_socket_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / "toko, warung"
    with Server(folder, fsync=False) as server, psycopg.connect(server.url.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        assert not server.place.socket.is_relative_to(folder)
    shutil.rmtree(server.place.socket)


def test_a_server_that_cannot_start_says_where_to_read(tmp_path: Path) -> None:
    with Server(tmp_path / "pg", fsync=False):
        pass
    server = Server(tmp_path / "pg", fsync=False)
    (server.place.data / "PG_VERSION").write_text("9\n", encoding="ascii")
    with pytest.raises(PostgresError, match=r"PostgreSQL did not start; .*server\.log says why\."), server:
        pass


@root_only
def test_root_without_namespaces_runs_a_copy_as_somebody_else(
    tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "namespaces_allowed", lambda: False)
    monkeypatch.setattr(postgres, "SHARED_PLACE", open_folder)
    before = tmp_path.stat().st_mode
    with Server(tmp_path / "pg") as server, server.connect() as connection:
        row = connection.execute("SELECT current_setting('data_directory')").fetchone()
        assert row == (str(server.place.data),)
        assert server.place.data.is_relative_to(open_folder)
        assert server.place.data.stat().st_uid == postgres.NOBODY
        assert server.process is not None
        assert Path(f"/proc/{server.process.pid}").stat().st_uid == postgres.NOBODY
    assert (tmp_path / "pg.location").read_text(encoding="utf-8").strip() == str(server.place.folder)
    assert tmp_path.stat().st_mode == before


@root_only
def test_root_with_namespaces_keeps_the_folder_its_own(tmp_path: Path) -> None:
    if not postgres.namespaces_allowed():
        pytest.skip("this system allows no user namespaces")
    with Server(tmp_path / "pg", fsync=False) as server:
        assert server.place.user == process.NAMESPACE
        assert server.place.data.stat().st_uid == 0


def test_without_a_wheel_the_person_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgres.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(PostgresError, match="set DATABASE_URL"):
        Server(tmp_path / "pg").prepare()


def test_a_run_that_is_killed_takes_its_server_along(tmp_path: Path) -> None:
    run = subprocess.Popen([sys.executable, "-c", RUN, str(tmp_path / "pg")], cwd=HOUSE, stdout=subprocess.PIPE)
    with run:
        assert run.stdout is not None
        pid = int(run.stdout.readline())
        eventually((tmp_path / "pg" / "data" / "postmaster.pid").exists, "the server writes its pid file")
        run.kill()
    eventually(lambda: living([pid]) == [], "the server ends with the one that started it")
