"""The database says no: money and quantities have their ranges, instants their zone, migrations their way back (R1)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Table

from marketplace.kernel.db import Base, db, session
from marketplace.kernel.plugin import current
from marketplace.kernel.slots import personal_data
from marketplace.testing.plugin import Live, administer, environment, hang_up, sibling
from marketplace.web import migrate

COUNTED = ("_idr", "qty", "on_hand", "reserved", "quantity")
# What may fall below zero: a movement has a direction.
DIRECTED = {"catalog_stock_moves.delta"}


def columns(app: Flask) -> list[tuple[Table, Column[object]]]:
    return [(table, column) for table in Base.metadata.tables.values() for column in table.columns]


def test_every_money_and_quantity_column_has_a_range_check(app: Flask) -> None:
    for table, column in columns(app):
        if not column.name.endswith(COUNTED) or f"{table.name}.{column.name}" in DIRECTED:
            continue
        checks = [str(one.sqltext) for one in table.constraints if isinstance(one, CheckConstraint)]
        assert any(column.name in check for check in checks), f"{table.name}.{column.name}"
        if column.name.endswith("_idr"):
            kind = getattr(column.type, "impl_instance", column.type)
            assert isinstance(kind, BigInteger), f"{table.name}.{column.name}"


def test_every_instant_has_a_zone_and_nothing_is_a_float(app: Flask) -> None:
    for table, column in columns(app):
        kind = getattr(column.type, "impl_instance", column.type)
        if isinstance(kind, DateTime):
            assert kind.timezone, f"{table.name}.{column.name}"
        assert kind.__visit_name__ not in ("float", "real", "double", "numeric"), f"{table.name}.{column.name}"


def test_every_foreign_key_points_down_the_ladder(app: Flask) -> None:
    order = ["kernel", *(plugin.name for plugin in current().plugins)]
    for table, column in columns(app):
        for key in column.foreign_keys:
            owner, target = table.name.split("_")[0], key.column.table.name.split("_")[0]
            assert owner == target or order.index(target) < order.index(owner), f"{table.name}.{column.name}"


def test_a_plugin_with_personal_columns_offers_export_and_erasure(app: Flask) -> None:
    keepers = {table.name.split("_")[0] for table, column in columns(app) if column.info.get("personal")}
    offering = {export.export.__module__.split(".")[1] for export in personal_data}
    assert keepers <= offering


@pytest.fixture
def empty(server: str, tmp_path: Path) -> str:
    administer(server, "DROP DATABASE IF EXISTS updown WITH (FORCE)", "CREATE DATABASE updown")
    return sibling(server, "updown")


def test_up_down_and_up_again_leaves_no_difference_to_the_models(
    empty: str, server: str, tmp_path: Path, make_live: Callable[..., Live]
) -> None:
    from marketplace import create_app

    site = create_app(environ=environment(empty, tmp_path))
    with site.app_context():
        plugins = current().plugins
        migrate.upgrade(db.engine, plugins)
        assert migrate.differences(db.engine, plugins) == []
        migrate.downgrade(db.engine, plugins)
        migrate.upgrade(db.engine, plugins)
        assert migrate.differences(db.engine, plugins) == []
        session.remove()
        hang_up()
    administer(server, "DROP DATABASE updown WITH (FORCE)")
