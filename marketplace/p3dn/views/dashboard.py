"""D01 to D05: what was accepted, how much of it is domestic, by whom; each figure opens to its lines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.accounts import queries as accounts
from marketplace.catalog import queries as catalog
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Rupiah
from marketplace.kernel.routes import actor
from marketplace.kernel.words import Words, _, language
from marketplace.offices import queries as offices
from marketplace.offices.queries import UnitView
from marketplace.p3dn import policies
from marketplace.p3dn.models import NONE, Channel
from marketplace.p3dn.queries import CLASS_NAMES, targets
from marketplace.p3dn.queries.figures import (
    BASES,
    DEFINITION,
    Overview,
    Scope,
    last_month_with_data,
    lines,
    overview,
    total,
)
from marketplace.p3dn.queries.policies import TargetView, target
from marketplace.p3dn.slots import openers
from marketplace.p3dn.views.blueprint import bp
from marketplace.p3dn.views.words import KINDS
from marketplace.sellers import queries as sellers
from marketplace.web import pictures
from marketplace.web.formats import month_name
from marketplace.web.workbooks import MIME, csv_stream, workbook

CHANNELS: Mapping[str, Words] = {
    Channel.EORDER: _("Offices (e-Order)"),
    Channel.PUBLIC: _("Public shopping"),
    Channel.CAMPAIGN: _("Jumat Beli Lokal"),
    Channel.BAZAAR: _("Bazaars"),
}
EARLIEST = 2020
FILES = "id"
"""Names in files are Indonesian, whoever takes them."""
MOST_IN_BOOK = 10_000
CHUNK = 2_000
COLUMNS = (
    "urut", "tanggal", "saluran", "kode", "kode_unit", "nama_unit", "kegiatan", "paket_rup", "toko", "kecamatan", "kategori",
    "barang", "jumlah", "nilai_idr", "kelas", "jenjang", "tkdn_x100", "bmp_x100", "sertifikat", "jenis_sertifikat", "umk",
    "jakpreneur", "mengembalikan_urut",
)  # fmt: skip
"""Names of columns stay as they are: others read files by them. New ones come at the end."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a page was asked for, and what its reader may see."""

    scope: Scope
    before: Scope
    """The same days of the year before."""
    year: int
    period: str
    unit: str
    category: str
    units: tuple[UnitView, ...]
    whole: bool
    """Public sales are shown too."""

    @property
    def keys(self) -> dict[str, str | None]:
        """Return the part of an address that asks for the same."""
        return {
            "tahun": str(self.year), "periode": self.period or None, "opd": self.unit or None,
            "kategori": self.category or None, "saluran": self.scope.channel or None,
        }  # fmt: skip


@bp.page("/p3dn", policy=policies.READ)
def index() -> str:
    """Show the figures at a glance."""
    return _page(_asked(request.args.get("opd", ""), request.args.get("kategori", "")), "")


@bp.page("/p3dn/opd/<code>", policy=policies.READ)
def office(code: str) -> str:
    """Show the figures of one office with those below it."""
    asked = _asked(code, request.args.get("kategori", ""))
    return _page(asked, next(one.name for one in asked.units if one.code == code))


@bp.page("/p3dn/kategori/<slug>", policy=policies.READ)
def category(slug: str) -> str:
    """Show the figures of one category with those below it."""
    return _page(_asked(request.args.get("opd", ""), slug), _category_name(slug))


@bp.page("/p3dn/transaksi", policy=policies.READ)
def transactions() -> str | Response:
    """Show the lines behind a figure, newest first; or all of them as a file."""
    asked = _asked(request.args.get("opd", ""), request.args.get("kategori", ""))
    scope = replace(
        asked.scope,
        kecamatan=request.args.get("kecamatan", "")[:20],
        seller_id=_id(request.args.get("toko", "")),
        local_class=request.args.get("kelas", "") if request.args.get("kelas", "") in CLASS_NAMES else "",
        programme=request.args.get("kegiatan", "")[:60],
    )
    form = request.args.get("bentuk", "")
    name = f"p3dn-{asked.unit or 'semua'}-{scope.first}-{scope.last}"
    if form == "csv":
        return csv_stream(name, COLUMNS, _told(_all(scope)))
    if form == "xlsx":
        found = list(_all(scope, MOST_IN_BOOK + 1))
        if len(found) <= MOST_IN_BOOK:
            book = workbook(
                (("Rincian", COLUMNS, _told(found)), ("Keterangan", ("hal", "isi"), _explained(asked, found)))
            )
            headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
            return Response(book, mimetype=MIME, headers=headers)
    size = 100
    rows = lines(scope, after=_place(request.args.get("hal", "")), most=size + 1)
    shown = rows[:size]
    return render_template(
        "p3dn/transactions.html",
        asked=asked,
        scope=scope,
        rows=shown,
        more=f"{shown[-1].day}.{shown[-1].seq}" if len(rows) > size else None,
        too_many=MOST_IN_BOOK if form == "xlsx" else 0,
        names=_names(shown),
        class_names=CLASS_NAMES,
        channels=CHANNELS,
        kinds=KINDS,
        openers=dict(openers),
    )


@bp.page("/p3dn/ekspor", policy=policies.READ)
def exports() -> str:
    """Show what can be taken away, with its filters, definitions and total."""
    asked = _asked(request.args.get("opd", ""), request.args.get("kategori", ""))
    return render_template(
        "p3dn/export.html", asked=asked, found=total(asked.scope), columns=COLUMNS, bases=BASES, definition=DEFINITION,
        channels=CHANNELS, most=MOST_IN_BOOK, **_choices(asked),
    )  # fmt: skip


def _page(asked: Asked, title: str) -> str:
    found = overview(asked.scope)
    before = total(asked.before)
    aims = targets(min(asked.scope.last, clock.today()))
    return render_template(
        "p3dn/index.html",
        asked=asked,
        title=title,
        found=found,
        before=before,
        aims={key: _aim(aims, key, asked.unit) for key in ("spend", "commitment", "umk")},
        unit_aims={part.key: _aim(aims, "commitment", part.key) for part in found.units},
        names=_part_names(found),
        slugs=_slugs(),
        bases=BASES,
        class_names=CLASS_NAMES,
        channels=CHANNELS,
        month_name=month_name,
        months={part.key: date.fromisoformat(part.key) for part in found.months},
        trend=pictures.trend([part.figures.total.amount for part in found.months]),
        bar=pictures.bar,
        map=_map(asked, found) if found.whole.entries else "",
        final=asked.scope.last < clock.today(),
        today=clock.today(),
        last_data=None if found.whole.entries else last_month_with_data(asked.scope),
        definition=DEFINITION,
        **_choices(asked),
    )


def _choices(asked: Asked) -> dict[str, Any]:
    tree = catalog.category_tree()
    return {
        "years": range(clock.today().year, EARLIEST - 1, -1),
        "periods": PERIODS,
        "categories": [(one.slug, one.said(language())) for one in tree.tops],
        "units": asked.units,
    }


PERIODS: Mapping[str, tuple[Words, int, int]] = {
    "": (_("Whole year"), 1, 12),
    **{f"t{n}": (_("Quarter %(number)s", number=n), 3 * n - 2, 3 * n) for n in range(1, 5)},
}


def _asked(unit: str, slug: str) -> Asked:
    me, today = actor(), clock.today()
    whole = policies.whole(me)
    known = offices.units(SYSTEM if whole else me)
    units = tuple(one for one in known if not one.training and policies.READ.allows(me, one.scope))
    inside = tuple(one.code for one in units if not unit or one.code == unit or unit in one.above)
    if unit and all(one.code != unit for one in units):
        raise NotFound
    year, period = _year(today.year), request.args.get("periode", "")
    first, last = _days(year, period)
    channel = request.args.get("saluran", "")
    scope = Scope(
        first=first,
        last=last,
        units=None if whole and not unit else inside,
        category_ids=_category_ids(slug),
        channel=channel if channel in CHANNELS else "",
    )
    # Of a period that is not over the same months, lest a part of a year is held against a whole one.
    before = replace(scope, first=_earlier(first), last=_end(_earlier(max(first, min(last, today)).replace(day=1))))
    period = period if period in PERIODS or _month(period) else ""
    return Asked(
        scope=scope, before=before, year=year, period=period, unit=unit, category=slug, units=units, whole=whole
    )


def _days(year: int, period: str) -> tuple[date, date]:
    if (month := _month(period)) is not None:
        return date(year, month, 1), _end(date(year, month, 1))
    _name, first, last = PERIODS.get(period, PERIODS[""])
    return date(year, first, 1), _end(date(year, last, 1))


def _month(period: str) -> int | None:
    found = int(period) if period.isascii() and period.isdigit() and len(period) <= 2 else 0  # noqa: PLR2004 - a month
    return found if 1 <= found <= 12 else None  # noqa: PLR2004 - of a year


def _end(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _earlier(day: date) -> date:
    return day.replace(year=day.year - 1)


def _year(present: int) -> int:
    asked = request.args.get("tahun", "")
    found = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else present  # noqa: PLR2004 - of a year
    return found if EARLIEST <= found <= present else present


def _category_ids(slug: str) -> tuple[UUID, ...]:
    if not slug:
        return ()
    tree = catalog.category_tree()
    found = tree.by_slug.get(slug)
    if found is None:
        raise NotFound
    return tuple(tree.with_below([slug]))


def _category_name(slug: str) -> str:
    return catalog.category_tree().by_slug[slug].said(language())


def _aim(aims: Sequence[TargetView], key: str, unit: str) -> TargetView | None:
    return target(aims, key, unit)


def _part_names(found: Overview) -> dict[str, str]:
    names = dict(offices.unit_names([one.key for one in found.units]))
    names |= {str(one.id): one.said(language()) for one in catalog.category_tree().by_slug.values()}
    names[str(NONE)] = str(_("Delivery"))
    shown = sellers.sellers([UUID(one.key) for one in found.sellers])
    names |= {str(key): card.name for key, card in shown.items()}
    names |= {area.code: area.short_name for area in accounts.areas("kecamatan")}
    return names


def _slugs() -> dict[str, str]:
    return {str(one.id): one.slug for one in catalog.category_tree().by_slug.values()}


def _map(asked: Asked, found: Overview) -> Any:  # noqa: ANN401 - Markup
    values = {one.key: one.figures.total.amount for one in found.kecamatans}
    names = {area.code: area.short_name for area in accounts.areas("kecamatan")}
    said = {key: str(Rupiah(value)) for key, value in values.items()}
    keys = {name: value for name, value in asked.keys.items() if value}
    address = url_for("p3dn.transactions", **keys)  # type: ignore[arg-type]
    return pictures.tiles(values, names, said, f"{address}{'&' if '?' in address else '?'}kecamatan=")


def _names(rows: Sequence[Any], said: str = "") -> dict[str, str]:
    names = dict(offices.unit_names([row.unit_code for row in rows if row.unit_code]))
    names |= {str(key): card.name for key, card in sellers.sellers([row.seller_id for row in rows]).items()}
    names |= {str(one.id): one.said(said or language()) for one in catalog.category_tree().by_slug.values()}
    names |= {area.code: area.short_name for area in accounts.areas("kecamatan")}
    return names


def _all(scope: Scope, most: int | None = None) -> Iterator[Any]:
    after, given = None, 0
    while True:
        found = lines(scope, after=after, most=CHUNK)
        for row in found:
            yield row
            given += 1
            if most is not None and given >= most:
                return
        if len(found) < CHUNK:
            return
        after = (found[-1].day, found[-1].seq)


def _told(rows: Iterator[Any] | Sequence[Any]) -> Iterator[tuple[object, ...]]:
    chunk: list[Any] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield from _of(chunk)
            chunk = []
    yield from _of(chunk)


def _of(rows: Sequence[Any]) -> Iterator[tuple[object, ...]]:
    names = _names(rows, FILES)
    for row in rows:
        yield (
            row.seq, row.day.isoformat(), row.channel, row.code, row.unit_code, names.get(row.unit_code, ""), row.programme,
            row.package, names.get(str(row.seller_id), ""), names.get(row.kecamatan_code, row.kecamatan_code),
            names.get(str(row.category_id), ""), row.name, row.qty, int(row.value_idr), row.local_class, row.rung, row.tkdn,
            row.bmp, row.certificate, row.kind, "ya" if row.umk else "tidak", "ya" if row.jakpreneur else "tidak",
            row.takes_back or "",
        )  # fmt: skip


def _explained(asked: Asked, rows: Sequence[Any]) -> Iterator[tuple[object, ...]]:
    yield ("definisi", DEFINITION)
    yield ("dari", asked.scope.first.isoformat())
    yield ("sampai", asked.scope.last.isoformat())
    yield ("opd", asked.unit or "semua")
    yield ("kategori", asked.category or "semua")
    yield ("saluran", asked.scope.channel or "semua")
    yield ("baris", len(rows))
    yield ("jumlah_idr", sum(int(row.value_idr) for row in rows))
    yield ("ditarik", clock.now().isoformat(timespec="seconds"))


def _place(asked: str) -> tuple[date, int] | None:
    day, _dot, seq = asked.partition(".")
    if not seq.isascii() or not seq.isdigit() or len(seq) > 18:  # noqa: PLR2004 - as long as a number in the database is
        return None
    try:
        return date.fromisoformat(day), int(seq)
    except ValueError:
        return None


def _id(asked: str) -> UUID | None:
    try:
        return UUID(asked)
    except ValueError:
        return None
