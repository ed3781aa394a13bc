"""Migrations while two releases run beside each other, and steps that take their time (R25.2)."""

from pathlib import Path

import pytest
from sqlalchemy import text

from marketplace.kernel.db import db, rows, session, transactional
from marketplace.kernel.plugin import Plugin, PluginError, current
from marketplace.kernel.words import _
from marketplace.testing.plugin import Live
from marketplace.web import migrate

STEP = '''"""A step."""

from alembic import op

revision = {revision!r}
down_revision = {before!r}


def upgrade() -> None:
    op.execute({up!r})


def downgrade() -> None:
    op.execute({down!r})
'''


def bakery(folder: Path, *steps: tuple[str, str]) -> Plugin:
    """Return a plugin with these steps up and down."""
    folder.mkdir()
    before = None
    for number, (up, down) in enumerate(steps, 1):
        revision = f"{number:04}"
        step = STEP.format(revision=revision, before=before, up=up, down=down)
        (folder / f"{revision}_step.py").write_text(step, encoding="utf-8")
        before = revision
    return Plugin(name="bakery", label=_("Bakery"), migrations=folder)


OVEN = ("CREATE TABLE bakery_ovens (id integer)", "DROP TABLE bakery_ovens")
TRAY = ("CREATE TABLE bakery_trays (id integer)", "DROP TABLE bakery_trays")


def test_a_step_may_take_longer_than_the_statement_of_a_page(live: Live, tmp_path: Path) -> None:
    limits = "current_setting('statement_timeout') AS page, current_setting('lock_timeout') AS waiting"
    step = (f"CREATE TABLE bakery_limits AS SELECT {limits}", "DROP TABLE bakery_limits")
    migrate.upgrade(db.engine, [bakery(tmp_path / "slow", step)])
    assert [tuple(row) for row in rows(text("SELECT page, waiting FROM bakery_limits"))] == [("0", "2s")]
    with db.engine.connect() as connection:
        assert connection.scalar(text("SHOW statement_timeout")) == "10s", "for that transaction alone"


def test_a_database_ahead_of_the_program_is_ready_for_reading_and_told_in_a_sentence(
    live: Live, tmp_path: Path
) -> None:
    new, old = bakery(tmp_path / "new", OVEN, TRAY), bakery(tmp_path / "old", OVEN)
    assert migrate.upgrade(db.engine, [old]) == ["bakery 0001"]
    assert migrate.behind(db.engine, [new]) == ["bakery is at 0001, its head is 0002"]
    assert migrate.upgrade(db.engine, [new]) == ["bakery 0002"]
    assert migrate.behind(db.engine, [old]) == []
    (sentence,) = migrate.ahead(db.engine, [old])
    assert sentence in migrate.differences(db.engine, [old])
    assert migrate.ahead(db.engine, [new]) == []
    for wrong in (migrate.upgrade, migrate.downgrade):
        with pytest.raises(PluginError, match=r"bakery is at 0002, .* it is older than its database"):
            wrong(db.engine, [old])


def test_readyz_is_ready_beside_a_newer_release_and_not_before_the_first_step(live: Live) -> None:
    @transactional
    def write(statement: str) -> None:
        session.execute(text(statement))

    client = live.app.test_client()
    assert client.get("/readyz").status_code == 200
    write("UPDATE orders_version SET revision = '9999'")
    assert client.get("/readyz").status_code == 200
    write("DELETE FROM orders_version")
    assert client.get("/readyz").status_code == 503
    write("DROP TABLE orders_version")
    assert client.get("/readyz").status_code == 503


def test_the_files_of_migrations_are_read_once(live: Live) -> None:
    first, second = (migrate.histories(current().plugins) for _number in range(2))
    assert all(one.steps is other.steps for one, other in zip(first, second, strict=True))
