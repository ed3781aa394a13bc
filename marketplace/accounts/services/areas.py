"""The areas of Jakarta and the offices in them: reference data, renewed from the file that comes with the program."""

import csv
from pathlib import Path
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.dialects.postgresql import insert

from marketplace.accounts import queries
from marketplace.accounts.models import Area, Organisation
from marketplace.kernel import ids
from marketplace.kernel.db import session, transactional

FILE = Path(__file__).parent.parent / "data" / "jakarta_areas.csv"


@transactional
def load_areas() -> int:
    """Bring the areas to the state of the file; return how many rows were new or changed. Areas are never deleted."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = [
            {
                "code": row["code"],
                "level": row["level"],
                "name": row["name"],
                "parent_code": row["parent_code"] or None,
                "valid_from": row.get("valid_from") or None,
                "valid_to": row.get("valid_to") or None,
                "successor": row.get("successor") or None,
            }
            for row in csv.DictReader(lines)
        ]
    wanted = insert(Area).values(rows)
    new, held = wanted.excluded, Area.__table__.c
    columns = ("level", "name", "parent_code", "valid_from", "valid_to", "successor")
    written = session.execute(
        wanted.on_conflict_do_update(
            index_elements=["code"],
            set_={name: new[name] for name in columns},
            where=or_(*(held[name].is_distinct_from(new[name]) for name in columns)),
        ).returning(held.code)
    ).all()
    queries.forget_areas()
    return len(written)


@transactional
def open_organisation(kind: str, name: str, code: str, area_code: str | None = None) -> UUID:
    """Write down an office, or its new name; return its id."""
    values = {"id": ids.uuid7(), "kind": kind, "name": name, "code": code, "area_code": area_code}
    written = (
        insert(Organisation)
        .values(**values)
        .on_conflict_do_update(index_elements=["code"], set_={"kind": kind, "name": name, "area_code": area_code})
        .returning(Organisation.id)
    )
    return session.execute(written).scalar_one()
