"""The launcher knows by itself whether the tables are at their newest and whether the site is empty."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from marketplace.kernel.plugin import collect
from marketplace.local import provision
from marketplace.local.postgres import Server
from marketplace.local.provision import Head, ProvisionError
from marketplace.web import migrate


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[psycopg.Connection]:
    """Give a connection to an empty database."""
    with Server(tmp_path_factory.mktemp("pg"), fsync=False) as server, server.connect() as opened:
        yield opened


@pytest.fixture(autouse=True)
def _fresh(connection: psycopg.Connection) -> None:
    connection.execute("DROP SCHEMA public CASCADE")
    connection.execute("CREATE SCHEMA public")


def test_the_launcher_sees_the_same_heads_as_the_program() -> None:
    program = {history.owner: history.steps[-1].revision for history in migrate.histories(collect())}
    assert {head.owner: head.revision for head in provision.heads()} == program


def test_an_empty_database_is_behind_and_empty(connection: psycopg.Connection) -> None:
    assert provision.behind(connection)
    assert provision.empty(connection)


def test_tables_at_their_heads_are_not_behind_until_a_new_head_comes(
    connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.execute("CREATE TABLE stalls_version AS SELECT '0002' AS revision")
    monkeypatch.setattr(provision, "heads", lambda: [Head("stalls", "0002")])
    assert not provision.behind(connection)
    monkeypatch.setattr(provision, "heads", lambda: [Head("stalls", "0003")])
    assert provision.behind(connection)
    monkeypatch.setattr(provision, "heads", lambda: [Head("stalls", "0002"), Head("spots", "0001")])
    assert provision.behind(connection)


def test_a_site_that_knows_somebody_is_not_empty(connection: psycopg.Connection) -> None:
    connection.execute("CREATE TABLE accounts_people (id int)")
    assert provision.empty(connection)
    connection.execute("INSERT INTO accounts_people VALUES (1)")
    assert not provision.empty(connection)


@pytest.mark.parametrize("text", ['revision = "0001"\n', 'revision: str = "0001"\ndown_revision = None\n'])
def test_a_migration_tells_its_revision_without_being_run(tmp_path: Path, text: str) -> None:
    path = tmp_path / "0001_begin.py"
    path.write_text(f"{text}raise SystemExit\n", encoding="utf-8")
    assert provision.revision(path) == "0001"


def test_a_migration_without_a_revision_is_told(tmp_path: Path) -> None:
    path = tmp_path / "0001_begin.py"
    path.write_text("down_revision = None\n", encoding="utf-8")
    with pytest.raises(ProvisionError, match=r"0001_begin\.py in .* declares no revision"):
        provision.revision(path)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_an_unreachable_database_is_told_without_its_password(scheme: str) -> None:
    with pytest.raises(ProvisionError, match=r"^The database of DATABASE_URL cannot be reached: [^\n]+\.$") as told:
        provision.reach(f"{scheme}://umkm:rahasia@127.0.0.1:1/pasar", 2)
    assert "rahasia" not in str(told.value)


@pytest.mark.parametrize("url", ["sqlite:///pasar.db", "mysql://umkm@host/pasar", "pasar", "postgresql://", ""])
def test_an_address_of_another_kind_is_told(url: str) -> None:
    with pytest.raises(ProvisionError, match="DATABASE_URL must be a PostgreSQL address"):
        provision.reach(url, 2)
