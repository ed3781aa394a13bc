"""Reports: asked for, counted in the background, sealed with their digest; counted again they are the same."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text

from marketplace.accounts import queries as accounts
from marketplace.catalog import queries as catalog
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Invalid
from marketplace.kernel.ids import uuid7
from marketplace.kernel.machine import record_move
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _
from marketplace.offices import queries as offices
from marketplace.p3dn import policies
from marketplace.p3dn.events import ReportAsked
from marketplace.p3dn.forms import ReportIn
from marketplace.p3dn.models import Entry, LocalClass, Report, ReportState
from marketplace.p3dn.queries import sealed
from marketplace.p3dn.queries.figures import DEFINITION
from marketplace.p3dn.services.recording import LEDGER
from marketplace.sellers import queries as sellers

STREAM = "p3dn"
UNKNOWN = "unknown"
MONTHS_OF = {"": (1, 12), "t1": (1, 3), "t2": (4, 6), "t3": (7, 9), "t4": (10, 12)}


@transactional
def ask_report(data: ReportIn, *, by: Actor) -> UUID:
    """Ask for a report of a period to be sealed; the worker counts it. Return its id.

    Raises NotAllowed; Invalid on ``tahun`` for a period that has not begun, on ``opd`` for an office that is not known.
    """
    by.require(policies.SEAL, None)
    start, end = MONTHS_OF[data.periode]
    first = date(data.tahun, start, 1)
    last = (date(data.tahun, end, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    if first > clock.today():
        raise Invalid({"tahun": _("That period has not begun yet. Choose one that has.")})
    units = None
    if data.opd:
        if data.opd not in offices.unit_names([data.opd]):
            raise Invalid({"opd": _("No office has this code. Choose one from the list.")})
        units = [data.opd, *(one.code for one in offices.below(data.opd))]
    made = Report(
        id=uuid7(), state=ReportState.ASKED, first=first, last=last, unit_code=data.opd, unit_codes=units,
        definition=DEFINITION, asked_by=by.reference, asked_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    record_move(Report.__tablename__, made.id, "", ReportState.ASKED, by=by)
    audit(STREAM, "p3dn.ask_report", str(made.id), by=by, after=data.model_dump(mode="json"))
    emit(ReportAsked(report_id=str(made.id)))
    return made.id


def seal(report_id: UUID) -> None:
    """Count a report that was asked for, and seal it; harmless for one that is sealed, and begun anew after a crash.

    One with value of which nobody has stated the origin is not sealed, and says how much that is.
    """
    begun = _begin(report_id)
    if begun is None:
        return
    first, last, unit, units, cut_off = begun
    figures = sealed.begun(first, last, unit, DEFINITION, cut_off)
    months = list(sealed.months(first, last))
    for number, (start, end) in enumerate(months, start=1):
        sealed.add(figures, start, sealed.count_month(start, end, units, cut_off))
        _progress(report_id, 100 * number // (len(months) + 1))
    _finish(report_id, figures)


@transactional
def _begin(report_id: UUID) -> tuple[date, date, str, list[str] | None, int] | None:
    one = _locked(report_id)
    if one.state in (ReportState.SEALED, ReportState.FAILED):
        return None
    if one.state == ReportState.ASKED:
        # Alone for this moment: whoever writes has committed, or takes a later number.
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": LEDGER})
        newest = session.scalar(select(func.coalesce(func.max(Entry.seq), 0)))
        one.move(ReportState.COUNTING, by=SYSTEM, cut_off=newest)
    return one.first, one.last, one.unit_code, one.unit_codes, one.cut_off or 0


@transactional
def _progress(report_id: UUID, percent: int) -> None:
    one = _locked(report_id)
    if one.state == ReportState.COUNTING:
        one.progress = percent


@transactional
def _finish(report_id: UUID, figures: Mapping[str, Any]) -> None:
    one = _locked(report_id)
    if one.state != ReportState.COUNTING:
        return
    unknown = figures["by"]["local_class"].get(LocalClass.UNKNOWN, {}).get("value_idr", 0)
    if unknown:
        one.move(
            ReportState.FAILED, by=SYSTEM, figures=dict(figures), labels=_labels(figures), fault=UNKNOWN, progress=100
        )
        return
    digest = sealed.digest_of(figures)
    one.move(
        ReportState.SEALED, by=SYSTEM, figures=dict(figures), labels=_labels(figures), digest=digest, progress=100,
        sealed_at=clock.now(),
    )  # fmt: skip
    audit(STREAM, "p3dn.seal", str(one.id), by=SYSTEM, after={"digest": digest, "cut_off": one.cut_off})


def _locked(report_id: UUID) -> Report:
    return session.execute(select(Report).where(Report.id == report_id).with_for_update()).scalar_one()


def _labels(figures: Mapping[str, Any]) -> dict[str, str]:
    """Return what the keys of figures are called today."""
    by = figures["by"]
    names = dict(offices.unit_names([one for one in by["unit_code"] if one]))
    names |= {str(key): card.name for key, card in sellers.sellers([UUID(one) for one in by["seller_id"]]).items()}
    names |= {str(one.id): one.said("id") for one in catalog.category_tree().by_slug.values()}
    names |= {area.code: area.short_name for area in accounts.areas("kecamatan") if area.code in by["kecamatan_code"]}
    return {key: name for key, name in names.items() if any(key in part for part in by.values())}
