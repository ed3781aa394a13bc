"""Sealed reports: the list, one of them with its figures and files, and the proof that it can be counted again."""

from collections.abc import Iterator
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.accounts import queries as accounts
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.offices import queries as offices
from marketplace.p3dn import policies, services
from marketplace.p3dn.forms import ReportIn
from marketplace.p3dn.models import ReportState
from marketplace.p3dn.queries import CLASS_NAMES, sealed
from marketplace.p3dn.queries.figures import BASES
from marketplace.p3dn.views.blueprint import bp
from marketplace.p3dn.views.dashboard import CHANNELS, EARLIEST, PERIODS
from marketplace.web.formats import month_name
from marketplace.web.workbooks import MIME, as_csv, workbook

COLUMNS = ("bagian", "kunci", "nama", "nilai_idr", "pdn_idr", "pdn_x100", "umk_pdn_idr", "bersertifikat_idr", "baris")
"""Names of columns stay as they are: others read files by them. New ones come at the end."""
Answer = str | Response | tuple[str, int]


@bp.page("/p3dn/laporan", policy=policies.READ)
def reports() -> str:
    """List the reports, with the form to ask for another."""
    return _list(Form.blank(ReportIn, tahun=clock.today().year - 1))


@bp.page("/p3dn/laporan", policy=policies.SEAL, methods=("POST",))
def ask_report() -> Answer:
    """Ask for a report to be sealed."""
    form = parse(ReportIn, request)
    made = form.submit(lambda data: services.ask_report(data, by=actor()))
    if made is None:
        return _list(form), form.status
    return redirect(url_for("p3dn.report", report_id=made), 303)


@bp.page("/p3dn/laporan/<uuid:report_id>", policy=policies.READ)
def report(report_id: UUID) -> str | Response:
    """Show a report, or give it as a file; with ``hitung-ulang`` what the ledger says of it now."""
    found = sealed.report(report_id, actor())
    form, name = request.args.get("bentuk", ""), f"laporan-p3dn-{found.unit_code or 'semua'}-{found.first}-{found.last}"
    if form and found.state != ReportState.SEALED:
        raise NotFound
    if form == "json":
        headers = {"Content-Disposition": f'attachment; filename="{name}.json"'}
        return Response(sealed.canonical(found.figures or {}), mimetype="application/json", headers=headers)
    if form == "csv":
        return as_csv(name, COLUMNS, _rows(found))
    if form == "xlsx":
        book = workbook((("Laporan", COLUMNS, _rows(found)), ("Segel", ("hal", "isi"), _seal(found))))
        headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
        return Response(book, mimetype=MIME, headers=headers)
    again = None
    if "hitung-ulang" in request.args and found.state == ReportState.SEALED and found.figures is not None:
        now = sealed.counted(
            found.first, found.last, found.unit_code, found.unit_codes, found.definition, found.cut_off or 0
        )
        again = (sealed.digest_of(now), list(sealed.differences(found.figures, now)))
    return render_template(
        "p3dn/report.html",
        found=found,
        again=again,
        bases=BASES,
        class_names=CLASS_NAMES,
        channels=CHANNELS,
        month_name=month_name,
        who=_who(found.asked_by),
        unit=offices.unit_names([found.unit_code]).get(found.unit_code, found.unit_code),
    )


def _list(form: Form[ReportIn]) -> str:
    me = actor()
    found = sealed.reports(me)
    return render_template(
        "p3dn/reports.html",
        form=form,
        found=found,
        may_seal=policies.SEAL.allows(me, None),
        years=[(str(year), str(year)) for year in range(clock.today().year, EARLIEST - 1, -1)],
        periods=[(key, name) for key, (name, _first, _last) in PERIODS.items()],
        units=[(one.code, one.name) for one in offices.units(SYSTEM) if not one.training]
        if policies.SEAL.allows(me, None)
        else [],
        names=offices.unit_names([one.unit_code for one in found if one.unit_code]),
    )


def _who(reference: str) -> str:
    kind, _colon, key = reference.partition(":")
    if kind != "person":
        return reference
    found = accounts.recipients([UUID(key)])
    return found[0].name if found else ""


def _rows(found: sealed.ReportView) -> Iterator[tuple[object, ...]]:
    figures = found.figures or {}
    for dimension, parts in (
        ("semua", [("", figures["whole"])]),
        *((name, found.part(name)) for name in sealed.DIMENSIONS),
    ):
        for key, one in parts:
            yield (
                dimension, key, found.labels.get(key, key), one["value_idr"], one["domestic_idr"],
                "" if found.spend(one) is None else found.spend(one), one["umk_idr"], one["certified_idr"], one["entries"],
            )  # fmt: skip


def _seal(found: sealed.ReportView) -> Iterator[tuple[object, ...]]:
    yield ("definisi", found.definition)
    yield ("dari", found.first.isoformat())
    yield ("sampai", found.last.isoformat())
    yield ("opd", found.unit_code or "semua")
    yield ("baris_terakhir", found.cut_off or 0)
    yield ("sha256", found.digest or "")
    yield ("disegel", found.sealed_at.isoformat(timespec="seconds") if found.sealed_at else "")
    yield ("diminta_oleh", found.asked_by)
