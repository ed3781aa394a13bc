"""What was published, in the order of publishing, by process, and by year."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, select

from marketplace.kernel.db import rows
from marketplace.kernel.errors import NotFound
from marketplace.transparency.models import OpenProcess, Release
from marketplace.transparency.queries.ocds import Body, instant

MOST = 100
"""Releases in a package."""
CHUNK = 500
_COLUMNS = (OpenProcess.ocid, Release.seq, Release.number, Release.at, Release.tags, Release.body)
_PUBLISHED = select(*_COLUMNS).join(OpenProcess, OpenProcess.id == Release.process_id)


def released(row: Row[Any]) -> Body:
    """Return a release as it is given away."""
    return {
        "ocid": row.ocid,
        "id": f"{row.ocid}-{row.number}",
        "date": instant(row.at),
        "tag": list(row.tags),
        **row.body,
    }


def compiled(row: Row[Any]) -> Body:
    """Return a process as its newest release knows it: that is what merging all of them gives, as each says everything."""
    return {**released(row), "tag": ["compiled"], "id": f"{row.ocid}-{instant(row.at)}"}


def newer(after: int, most: int) -> Sequence[Row[Any]]:
    """Return releases behind a number of the feed, in its order."""
    return rows(_PUBLISHED.where(Release.seq > after).order_by(Release.seq).limit(most))


def record(ocid: str) -> Body:
    """Return a process with all of its releases, the first first. Raises NotFound."""
    found = rows(_PUBLISHED.where(OpenProcess.ocid == ocid).order_by(Release.number))
    if not found:
        raise NotFound
    return {"ocid": ocid, "releases": [released(row) for row in found], "compiledRelease": compiled(found[-1])}


def of_year(year: int, *, newest: bool) -> Iterator[Row[Any]]:
    """Yield the releases of all processes of a fiscal year, or only the newest of each; asked for while they are read."""
    wanted = _PUBLISHED.where(OpenProcess.year == year).order_by(Release.seq).limit(CHUNK)
    if newest:
        wanted = wanted.where(Release.number == OpenProcess.releases)
    after = 0
    while found := rows(wanted.where(Release.seq > after)):
        yield from found
        after = found[-1].seq


def years() -> tuple[int, ...]:
    """Return the fiscal years of which something is published, the newest first."""
    found = rows(select(OpenProcess.year).distinct().order_by(OpenProcess.year.desc()))
    return tuple(row.year for row in found)
