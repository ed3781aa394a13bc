"""What ``jkp verify``, ``jkp documents check`` and ``jkp facts`` ask of papers."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Row, func, or_, select

from marketplace.documents import models
from marketplace.documents.models import Paper, Series
from marketplace.documents.queries.papers import digest
from marketplace.kernel.db import rows
from marketplace.media import queries as media
from marketplace.media.slots import StorageAway

NEWEST = 200
AT_ONCE = 1_000


def broken() -> Iterator[str]:
    """Yield a sentence for each broken series and each paper that is not what was issued (R26.1)."""
    yield from _broken_series()
    for row in _every():
        if digest(row.kind, row.shown, row.issued_at, row.corrects, row.data) != row.digest:
            yield f"documents: the paper {row.id} ({row.shown}) is not what was issued"
    yield from broken_files(NEWEST)


def _every() -> Iterator[Row[Any]]:
    """Yield the rows of all papers, some at a time, by id."""
    frozen = select(*Paper.__table__.c).order_by(Paper.id).limit(AT_ONCE)
    found = rows(frozen)
    while found:
        yield from found
        found = rows(frozen.where(Paper.id > found[-1].id))


def _broken_series() -> Iterator[str]:
    given = (
        select(
            Paper.kind,
            Paper.owner,
            Paper.year,
            func.count().label("papers"),
            func.count(Paper.number.distinct()).label("different"),
            func.max(Paper.number).label("newest"),
        )
        .group_by(Paper.kind, Paper.owner, Paper.year)
        .subquery()
    )
    same = (Series.kind == given.c.kind) & (Series.owner == given.c.owner) & (Series.year == given.c.year)
    # As many papers as the last number, the newest with that number and no two alike: none is left out or there twice.
    wrong = or_(
        Series.last.is_distinct_from(func.coalesce(given.c.papers, 0)),
        Series.last.is_distinct_from(func.coalesce(given.c.newest, 0)),
        given.c.different < given.c.papers,
    )
    asked = select(
        func.coalesce(Series.kind, given.c.kind).label("kind"),
        func.coalesce(Series.owner, given.c.owner).label("owner"),
        func.coalesce(Series.year, given.c.year).label("year"),
        Series.last,
        given.c.papers,
        given.c.newest,
    )
    for row in rows(asked.select_from(models.Series.__table__.join(given, same, full=True)).where(wrong)):
        counted = f"{row.papers or 0} papers up to number {row.newest or 0}"
        said = f"the series {row.kind} of {row.owner} in {row.year} has {counted}"
        yield f"documents: {said}, and its last number is {row.last}"


def broken_files(newest: int | None = None) -> Iterator[str]:
    """Yield a sentence for each stored file that is not what was drawn, of the newest papers or of all."""
    stored = select(Paper.id, Paper.shown, Paper.file_key, Paper.file_sha256).where(Paper.file_key.is_not(None))
    for row in rows(stored.order_by(Paper.id.desc()).limit(newest)):
        try:
            found = media.storage().get(row.file_key)
        except StorageAway:
            yield "documents: the storage does not answer, so files were not compared"
            return
        if found is None:
            yield f"documents: the file of {row.shown} ({row.id}) is gone"
        elif hashlib.sha256(found).hexdigest() != row.file_sha256:
            yield f"documents: the file of {row.shown} ({row.id}) is not the one that was drawn"


def document_facts() -> Iterator[Mapping[str, object]]:
    """Yield the rows of ``documents`` for ``jkp facts``: no data of anybody."""
    for row in _every():
        yield {
            "id": str(row.id),
            "number": row.number,
            "shown": row.shown,
            "kind": row.kind,
            "owner": row.owner,
            "series_year": row.year,
            "sha256": row.file_sha256,
            "digest": row.digest,
            "total_idr": row.data["total_idr"],
            "stamp_duty": row.stamp_duty,
            "issued_at": row.issued_at.isoformat().replace("+00:00", "Z"),
            "ref": row.subject,
            "corrects": str(row.corrects) if row.corrects else None,
        }
