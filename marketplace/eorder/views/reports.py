"""E14: what an office spent, each figure with the rows behind it, as a page and as files; and what is recorded elsewhere."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import render_template, request
from werkzeug.wrappers import Response

from marketplace.eorder import services
from marketplace.eorder.forms import NothingIn
from marketplace.eorder.policies import READ
from marketplace.eorder.queries.records import COLUMNS, recorded
from marketplace.eorder.queries.reports import MOST, ORIGINS, Asked, Report, parts, report
from marketplace.eorder.queries.templates import templates
from marketplace.eorder.views.blueprint import bp
from marketplace.eorder.views.orders import WORDS
from marketplace.kernel import clock
from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import Form
from marketplace.kernel.plugin import current
from marketplace.kernel.routes import actor
from marketplace.offices import queries as offices
from marketplace.offices.queries import UnitView
from marketplace.web.workbooks import MIME, as_csv, workbook

LONGEST = timedelta(days=366 * 2)
ROWS = ("tanggal", "pesanan", "bast", "unit", "toko", "jenis", "barang", "jumlah", "asal", "nilai_idr")
FIGURES = ("bagian", "kunci", "nama", "nilai_idr", "persen_x100", "bast")


@bp.page("/pengadaan/laporan", policy=READ, endpoint="report")
def report_page() -> str | Response:
    """Show what the reader's units accepted in a period; with a part asked for, the rows that add up to it."""
    asked, chosen, units = _asked()
    services.note_look("report", {key: value[:100] for key, value in request.args.items()}, [chosen], by=actor())
    form = request.args.get("bentuk")
    name = f"laporan-{chosen or 'semua'}-{asked.first}-{asked.last}"
    if form == "csv":
        return as_csv(name, ROWS, _rows(asked))
    found = report(asked)
    if form == "xlsx":
        sheets = (("Ringkasan", FIGURES, _figures(found)), ("Rincian", ROWS, _rows(asked)))
        return _file(f"{name}.xlsx", workbook(sheets), MIME)
    rows, sum_of = parts(asked) if asked.part or "rincian" in request.args else ((), None)
    return render_template(
        "eorder/report.html",
        found=found,
        asked=asked,
        rows=rows,
        sum_of=sum_of,
        most=MOST,
        units=units,
        names=offices.unit_names(asked.units),
        chosen=chosen,
        kinds={key: one.label for key, one in templates().items()},
        origins=ORIGINS,
        targets=(current().setting("UMK_TARGET_PERCENT"), current().setting("PDN_TARGET_PERCENT")),
        form=Form.blank(NothingIn, dari=asked.first, sampai=asked.last),
        **WORDS,
    )


@bp.page("/pengadaan/laporan/pencatatan", policy=READ, endpoint="recording")
def recording() -> Response:
    """Give what is recorded in SPSE and SIPD of a period as CSV, one row for each minutes."""
    asked, chosen, _units = _asked()
    services.note_look("recording", {key: value[:100] for key, value in request.args.items()}, [chosen], by=actor())
    return as_csv(f"pencatatan-{chosen or 'semua'}-{asked.first}-{asked.last}", COLUMNS, recorded(asked))


def readable() -> tuple[UnitView, ...]:
    """Return the units whose orders the reader may see, those for training left out."""
    return tuple(one for one in offices.units(actor()) if not one.training and READ.allows(actor(), one.scope))


def within(units: Sequence[UnitView], code: str) -> tuple[UnitView, ...]:
    """Return a unit with those below it, or all when none is named. Raises NotFound for one that is not the reader's."""
    found = tuple(one for one in units if not code or one.code == code or code in one.above)
    if code and not found:
        raise NotFound
    return found


def _asked() -> tuple[Asked, str, tuple[UnitView, ...]]:
    units, chosen, today = readable(), request.args.get("unit", ""), clock.today()
    first = _day("dari") or today.replace(month=1, day=1)
    last = min(_day("sampai") or today, first + LONGEST)
    kind, origin = request.args.get("jenis", ""), request.args.get("asal", "")
    asked = Asked(
        units=tuple(one.code for one in within(units, chosen)),
        first=first,
        last=max(first, last),
        shop=_shop(),
        kind=kind if kind in templates() else "",
        month=request.args.get("bulan", "")[:7],
        origin=origin if origin in ORIGINS else "",
    )
    return asked, chosen, units


def _shop() -> UUID | None:
    try:
        return UUID(request.args.get("toko", ""))
    except ValueError:
        return None


def _day(key: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(key, ""))
    except ValueError:
        return None


def _rows(asked: Asked) -> Iterator[tuple[object, ...]]:
    found, _sum = parts(asked, most=None)
    for one in found:
        yield (
            one.day.isoformat(), one.code, one.office_number or str(one.number), one.unit_code, one.seller_name, one.template,
            one.name, one.qty, one.origin, int(one.value_idr),
        )  # fmt: skip


def _figures(found: Report) -> Iterator[tuple[object, ...]]:
    yield ("total", "", "", found.total.amount, 10_000 if found.total else 0, found.minutes)
    named: tuple[tuple[str, Any], ...] = (
        ("asal", found.origins), ("toko", found.shops), ("jenis", found.kinds), ("bulan", found.months), ("unit", found.units),
    )  # fmt: skip
    for part, sums in named:
        for one in sums:
            yield (part, one.key, str(one.name), one.value.amount, one.share, one.minutes)
    for speed in (found.speed, *found.speeds):
        yield (
            "hari_kerja_bayar",
            speed.unit,
            "median",
            "" if speed.median is None else str(speed.median),
            "",
            speed.paid,
        )
        yield ("tepat_waktu", speed.unit, "", "", speed.punctual, speed.in_time)


def _file(name: str, content: bytes, kind: str) -> Response:
    return Response(content, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
