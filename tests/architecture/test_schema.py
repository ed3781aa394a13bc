"""The database says no: money and quantities have their ranges, instants their zone, migrations their way back (R1)."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Table

from marketplace.kernel.db import Base, db, session
from marketplace.kernel.plugin import current
from marketplace.kernel.slots import personal_data
from marketplace.testing.plugin import administer, environment, hang_up, sibling
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
def empty(server: str) -> Iterator[str]:
    name = f"updown_{os.getpid()}"
    administer(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    yield sibling(server, name)
    administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def test_up_down_and_up_again_leaves_no_difference_to_the_models(empty: str, tmp_path: Path) -> None:
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
