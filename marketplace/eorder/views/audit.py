"""D07: the auditor's desk: findings, orders and samples of the units one audits; holding, letting go, acknowledging."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.eorder import queries, services
from marketplace.eorder.forms_audit import AcknowledgeIn, HoldIn, LetGoIn
from marketplace.eorder.policies import AUDIT
from marketplace.eorder.queries import OrderView, auditing
from marketplace.eorder.queries.auditing import Looked
from marketplace.eorder.slots import flags
from marketplace.eorder.views.blueprint import bp
from marketplace.eorder.views.orders import WORDS, Answer
from marketplace.kernel import clock
from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.offices import queries as offices
from marketplace.offices.queries import UnitView
from marketplace.web.workbooks import as_csv

WHICH = ("", "terbuka", "tanpa-alasan")
SAMPLES = ("", "nilai", "acak")
SAMPLE = 25
COLUMNS = (
    "tanda", "pesanan", "unit", "toko", "keperluan", "nilai_idr", "ditemukan_wib", "penjelasan", "alasan", "diperiksa_wib",
)  # fmt: skip


@bp.page("/audit", policy=AUDIT)
def audit() -> str | Response:
    """List what flags found in the units that the reader audits."""
    _units, asked = _asked()
    found = auditing.found(asked, _before())
    services.note_look("findings", _told(), [one.code for one in found], by=actor())
    if request.args.get("bentuk") == "csv":
        return as_csv("temuan", COLUMNS, (_row(one) for one in found))
    return render_template(
        "eorder/audit.html",
        found=found,
        more=found[-1].id if len(found) == auditing.MOST else None,
        counts=auditing.by_flag(asked),
        names={flag.key: flag.label for flag in flags},
        asked=asked,
        chosen=request.args.get("unit", ""),
        chain=auditing.chain(asked.units[0]) if "rantai" in request.args and len(asked.units) == 1 else None,
        units=auditing.audited(actor()),
        form=_form(),
        **WORDS,
    )


@bp.page("/audit/pesanan", policy=AUDIT)
def audit_orders() -> str:
    """Look for orders by number, shop, purpose or who acted, or draw a sample."""
    _units, asked = _asked()
    sought = request.args.get("q", "").strip()[:100]
    sample = _one_of("contoh", SAMPLES)
    seed = request.args.get("benih", "").strip()[:40] or clock.today().isoformat()
    found = auditing.searched(asked, sought, sample=sample, seed=seed, most=SAMPLE if sample else auditing.MOST)
    services.note_look("orders", _told(), [one.code for one in found], by=actor())
    return render_template(
        "eorder/audit_orders.html",
        found=found,
        sought=sought,
        sample=sample,
        seed=seed,
        chosen=request.args.get("unit", ""),
        units=auditing.audited(actor()),
        form=_form(q=sought, benih=seed, contoh=sample),
        **WORDS,
    )


@bp.page("/audit/<code>", policy=AUDIT)
def audit_order(code: str) -> str:
    """Show an order with everything, to who audits its unit."""
    return _order(_seen(code))


@bp.page("/audit/<code>/tahan", policy=AUDIT, methods=("POST",))
def hold(code: str) -> Answer:
    """Let an order stand still until a day."""
    return _acted(code, parse(HoldIn, request), lambda data: services.hold(code, data, by=actor()), "tahan")


@bp.page("/audit/<code>/lepas", policy=AUDIT, methods=("POST",))
def let_go(code: str) -> Answer:
    """Let an order go on that was held."""
    return _acted(code, parse(LetGoIn, request), lambda data: services.let_go(code, data, by=actor()), "lepas")


@bp.page("/audit/<code>/temuan/<flag>", policy=AUDIT, methods=("POST",))
def acknowledge(code: str, flag: str) -> Answer:
    """Write down that the reader has looked at a finding."""
    form = parse(AcknowledgeIn, request)
    return _acted(code, form, lambda data: services.acknowledge(code, flag, data, by=actor()), f"temuan-{flag}")


def _acted(code: str, form: Form[Any], act: Callable[[Any], object], name: str) -> Answer:
    _seen(code)
    form.submit(act)
    if form.errors:
        return _order(_seen(code), form, name), form.status
    return redirect(url_for("eorder.audit_order", code=code, sudah=name), 303)


def _seen(code: str) -> OrderView:
    """Return an order of a unit that the reader audits; that they saw it is written down (R11.10)."""
    who = actor()
    found = queries.order(code, who)
    if not AUDIT.allows(who, queries.scope_of(who, found.unit_code)):
        raise NotFound
    if request.method == "GET":
        services.note_view(found.code, found.unit_code, by=who)
    return found


def _order(found: OrderView, form: Form[Any] | None = None, tried: str = "") -> str:
    payments = queries.payments_of(found.id)
    taxes = queries.withheld_of([one.id for one in payments])
    return render_template(
        "eorder/audit_order.html",
        found=found,
        form=form,
        tried=tried,
        told=request.args.get("sudah", ""),
        unit=queries.unit_name(found.unit_code),
        need=queries.need_of(found.need_id),
        comparison=queries.sheet(found.comparison_id),
        line=offices.line_by_id(found.line_id),
        package=offices.package_by_id(found.package_id),
        flags=queries.findings(found.id),
        checked=auditing.checked(found.id),
        deeds=queries.deeds(found.id),
        minutes=queries.minutes_of(found.id),
        payments=[(one, [tax for tax in taxes if tax.payment_id == one.id]) for one in payments],
        tax_name=queries.tax_name,
        **WORDS,
    )


def _asked() -> tuple[tuple[UnitView, ...], Looked]:
    units = auditing.audited(actor())
    if wanted := request.args.get("unit", ""):
        units = tuple(one for one in units if one.code == wanted or wanted in one.above)
        if not units:
            raise NotFound
    known = {flag.key for flag in flags}
    flag = request.args.get("tanda", "")
    return units, Looked(
        units=tuple(one.code for one in units),
        flag=flag if flag in known else "",
        first=_day("dari"),
        last=_day("sampai"),
        which=_one_of("isi", WHICH),
    )


def _form(**more: str) -> Form[HoldIn]:
    return Form.blank(HoldIn, dari=request.args.get("dari", ""), sampai=request.args.get("sampai", ""), **more)


def _told() -> dict[str, str]:
    return {
        key: value[:100]
        for key, value in request.args.items()
        if key in {"unit", "tanda", "dari", "sampai", "q", "isi"}
    }


def _one_of(key: str, known: tuple[str, ...]) -> str:
    asked = request.args.get(key, "")
    return asked if asked in known else ""


def _day(key: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(key, ""))
    except ValueError:
        return None


def _before() -> UUID | None:
    try:
        return UUID(request.args.get("sebelum", ""))
    except ValueError:
        return None


def _row(one: auditing.FindingView) -> tuple[object, ...]:
    at = [f"{when.astimezone(clock.JAKARTA):%Y-%m-%d %H:%M}" if when else "" for when in (one.found_at, one.checked_at)]
    return (
        one.flag, one.code, one.unit, one.seller_name, one.purpose, one.total.amount, at[0], str(one.said), one.reason, at[1],
    )  # fmt: skip
