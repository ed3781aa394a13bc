"""What is there already of what a table names, so that the same table again changes nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Text, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from marketplace.kernel.db import rows
from marketplace.offices.models import Line, Package, Unit

UNIT_FIELDS = ("code", "kind", "name", "parent_code", "paper_code", "address", "place", "npwp", "training")
PACKAGE_FIELDS = ("unit_code", "year", "rup_id", "name", "what", "value_idr")
LINE_FIELDS = ("unit_code", "year", "activity_code", "account_code", "name", "ceiling_idr")


@dataclass(frozen=True)
class Shelf:
    """What is known, by the texts that a row is known by, each with what is ``held`` of it; and the units above each office."""

    known: Mapping[tuple[str, ...], Mapping[str, Any]]
    above: Mapping[str, tuple[str, ...]]


def shelf(kind: str, codes: Collection[str], numbers: Collection[str]) -> Shelf:
    """Return what is there: all ``units``, the ``packages`` with these RUP numbers, or the ``lines`` of these offices."""
    if kind == "units":
        every = rows(select(Unit.__table__))
        return Shelf({(row.code,): _told(row, UNIT_FIELDS) for row in every}, {})
    offices = select(Unit.code, Unit.above).where(Unit.code == any_(_texts(codes)))
    above = {row.code: tuple(row.above) for row in rows(offices)}
    if kind == "packages":
        found = rows(select(Package.__table__).where(Package.rup_id == any_(_texts(numbers))))
        return Shelf({(str(row.year), row.rup_id): _held(row, PACKAGE_FIELDS) for row in found}, above)
    lines = rows(select(Line.__table__).where(Line.unit_code == any_(_texts(above))))
    return Shelf(
        {(row.unit_code, str(row.year), row.activity_code, row.account_code): _held(row, LINE_FIELDS) for row in lines},
        above,
    )


def _texts(found: Collection[str]) -> ColumnElement[Any]:
    # One parameter for any number of them.
    return literal(sorted(found), ARRAY(Text))


def _told(row: Row[Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _held(row: Row[Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {**_told(row, names), "held": row.committed_idr + row.realised_idr}
