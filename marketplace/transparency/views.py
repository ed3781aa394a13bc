"""D06: what the city bought, for everybody, and the same as files."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from flask import Response, render_template, request, stream_with_context, url_for

from marketplace.accounts import queries as accounts
from marketplace.catalog import queries as catalog
from marketplace.kernel import clock
from marketplace.kernel.access import PUBLIC
from marketplace.kernel.errors import NotFound
from marketplace.kernel.plugin import current
from marketplace.kernel.routes import Cache, Pages
from marketplace.kernel.words import _, language
from marketplace.offices import queries as offices
from marketplace.transparency import queries
from marketplace.transparency.queries import Open, Promptness, Row
from marketplace.transparency.queries.feed import of_year as published_in
from marketplace.transparency.queries.merging import FEW
from marketplace.web import pictures
from marketplace.web.formats import month_name
from marketplace.web.workbooks import as_csv

bp = Pages("transparency", __name__)
EARLIEST = 2020
FILES = "id"
"""Names in files are Indonesian, whoever takes them."""


@bp.page("/transparansi", policy=PUBLIC, cache=Cache.PUBLIC, keys=("tahun",))
def index() -> str:
    """D06: sums of a year for everybody."""
    found = _asked()
    names = _names(found, language())
    return render_template(
        "transparency/index.html",
        found=found,
        names=names,
        label=lambda row: _label(row, names),
        months=_months(found),
        years=[_year(year, found.year) for year in range(clock.today().year, EARLIEST - 1, -1)],
        opened=queries.years(),
        trend=pictures.trend([row.value.amount for row in found.months]),
        bar=pictures.bar,
        map=_map(found, names),
        few=FEW,
        license=queries.LICENSE,
        today=clock.today(),
    )


@bp.page("/transparansi/metodologi", policy=PUBLIC, cache=Cache.PUBLIC)
def methodology() -> str:
    """Say what is counted, from where, and what is left out."""
    return render_template(
        "transparency/methodology.html",
        few=FEW,
        license=queries.LICENSE,
        prefix=current().setting("OCID_PREFIX"),
        opened=queries.years(),
        feed=url_for("ocds.releases"),
    )


@bp.page("/transparansi/data/<table>.csv", policy=PUBLIC, cache=Cache.PUBLIC, keys=("tahun",))
def table(table: str) -> Response:
    """Give a table of the page as a file. Raises NotFound for one that the page has not."""
    if table not in TABLES:
        raise NotFound
    found = _asked()
    columns, lines = TABLES[table](found, _names(found, FILES))
    return _as_file(as_csv(f"transparansi-{table}-{found.year}", columns, lines))


@bp.page("/transparansi/rilis/<int:year>.jsonl", policy=PUBLIC, cache=Cache.PUBLIC)
def releases_of(year: int) -> Response:
    """Give all releases of a fiscal year, one a line, in the order of publishing."""
    return _lines(f"ocds-rilis-{year}", (queries.released(row) for row in _published(year, newest=False)))


@bp.page("/transparansi/rekaman/<int:year>.jsonl", policy=PUBLIC, cache=Cache.PUBLIC)
def compiled_of(year: int) -> Response:
    """Give each process of a fiscal year as it is known now, one a line."""
    return _lines(f"ocds-rekaman-{year}", (queries.compiled(row) for row in _published(year, newest=True)))


def _published(year: int, *, newest: bool) -> Iterator[Any]:
    if year not in queries.years():
        raise NotFound
    return published_in(year, newest=newest)


def _lines(name: str, told: Iterable[Mapping[str, Any]]) -> Response:
    lines = (json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n" for one in told)
    headers = {"Content-Disposition": f'attachment; filename="{name}.jsonl"'}
    return Response(stream_with_context(lines), mimetype="application/x-ndjson", headers=headers)


def _as_file(response: Any) -> Response:  # noqa: ANN401 - a response of werkzeug
    response.headers["Link"] = f'<{queries.LICENSE}>; rel="license"'
    return response  # type: ignore[no-any-return]


def _asked() -> Open:
    today = clock.today()
    asked = request.args.get("tahun", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else today.year  # noqa: PLR2004 - of a year
    return queries.of_year(year if EARLIEST <= year <= today.year else today.year, today)


def _year(year: int, shown: int) -> Mapping[str, object]:
    return {"label": str(year), "url": url_for("transparency.index", tahun=year), "current": year == shown}


def _names(found: Open, said: str) -> Mapping[str, str]:
    names = {str(one.id): one.said(said) for one in catalog.category_tree().by_slug.values()}
    names |= {area.code: area.short_name for area in accounts.areas("kecamatan")}
    names |= offices.unit_names(key for row in found.offices for key in row.keys)
    return names


def _label(row: Row | Promptness, names: Mapping[str, str]) -> str:
    return ", ".join(names.get(key) or str(_("Other")) for key in row.keys)


def _months(found: Open) -> Mapping[tuple[str, ...], str]:
    told = {}
    for row in found.months:
        days = [date.fromisoformat(key) for key in row.keys]
        first, last = month_name(days[0].month), month_name(days[-1].month)
        told[row.keys] = first if len(days) == 1 else str(_("%(first)s to %(last)s", first=first, last=last))
    return told


def _map(found: Open, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - Markup
    alone = {row.keys[0]: row.value for row in found.by_kecamatan if len(row.keys) == 1}
    if len(alone) < 2:  # noqa: PLR2004 - with one there is nothing to compare
        return ""
    said = {key: str(value) for key, value in alone.items()}
    said |= {
        key: str(_("put together with others")) for row in found.by_kecamatan if len(row.keys) > 1 for key in row.keys
    }
    return pictures.tiles({key: value.amount for key, value in alone.items()}, names, said)


Columns = Sequence[str]
Lines = list[tuple[object, ...]]
_SUMS = ("nilai_idr", "nilai_pdn_idr", "bagian_pdn_x100")


def _cells(row: Row) -> tuple[object, ...]:
    return (row.value.amount, row.domestic.amount, "" if row.share is None else row.share)


def _months_file(found: Open, _names: Mapping[str, str]) -> tuple[Columns, Lines]:
    return ("bulan_pertama", "bulan_terakhir", *_SUMS), [
        (row.keys[0][:7], row.keys[-1][:7], *_cells(row)) for row in found.months
    ]


def _kecamatan_file(found: Open, names: Mapping[str, str]) -> tuple[Columns, Lines]:
    return ("kode_kecamatan", "kecamatan", *_SUMS), [
        (" ".join(row.keys), _label(row, names), *_cells(row)) for row in found.by_kecamatan
    ]


def _category_file(found: Open, names: Mapping[str, str]) -> tuple[Columns, Lines]:
    return ("kategori", *_SUMS), [(_label(row, names), *_cells(row)) for row in found.by_category]


def _offices_file(found: Open, names: Mapping[str, str]) -> tuple[Columns, Lines]:
    return ("kode_opd", "opd", "pesanan_dibayar", "median_hari_kerja", "tepat_waktu", "bagian_tepat_waktu_x100"), [
        (" ".join(row.keys), _label(row, names), row.orders, f"{row.median_days:g}", row.in_time, row.share)
        for row in found.offices
    ]


TABLES: Mapping[str, Callable[[Open, Mapping[str, str]], tuple[Columns, Lines]]] = {
    "bulan": _months_file,
    "kecamatan": _kecamatan_file,
    "kategori": _category_file,
    "opd": _offices_file,
}
