"""The tree of offices, their people by year, and who stands in for whom."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from marketplace.kernel import clock
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.offices import queries, services
from marketplace.offices.forms import DUTY_KEYS, UNIT_KINDS, AppointmentIn, MandateIn, UnitIn, WhyIn
from marketplace.offices.policies import DEPUTISE, DUTY_NAMES, FOUND, KEEP
from marketplace.offices.views.blueprint import bp
from marketplace.offices.views.budget import chosen_year, years_around

Answer = str | tuple[str, int] | AnyResponse
FIELDS = ("code", "kind", "name", "parent_code", "paper_code", "address", "place", "npwp")


@bp.page("/pengadaan/unit", policy=DEPUTISE)
def unit_tree() -> str:
    """Show the offices whose people one may see, as a tree."""
    found = queries.staffed_units(actor())
    return render_template("offices/units.html", units=found, kinds=UNIT_KINDS, founds=FOUND.allows(actor(), None))


@bp.page("/pengadaan/unit/baru", policy=FOUND)
def new_unit() -> Answer:
    """Ask for an office."""
    return _unit_form(Form.blank(UnitIn, kind="opd", place="Jakarta", parent_code=request.args.get("di")), None)


@bp.page("/pengadaan/unit/baru", policy=FOUND, methods=("POST",))
def make_unit() -> Answer:
    """Put an office into the tree."""
    return _set(parse(UnitIn, request), None)


@bp.page("/pengadaan/unit/<unit_code>/ubah", policy=FOUND)
def change_unit(unit_code: str) -> Answer:
    """Show what is written of an office."""
    seen = queries.unit(unit_code, actor())
    told = {name: getattr(seen, name) for name in FIELDS}
    return _unit_form(Form.blank(UnitIn, **told, training=seen.training or None), seen)


@bp.page("/pengadaan/unit/<unit_code>/ubah", policy=FOUND, methods=("POST",))
def save_unit(unit_code: str) -> Answer:
    """Write an office's new name, place or papers."""
    seen = queries.unit(unit_code, actor())
    form = parse(UnitIn, request)
    if form.data is not None:
        form.data = form.data.model_copy(update={"code": seen.code})
    return _set(form, seen)


@bp.page("/pengadaan/unit/<unit_code>", policy=DEPUTISE)
def unit(unit_code: str) -> Answer:
    """Show an office and its people in a fiscal year."""
    year = chosen_year()
    blank = Form.blank(AppointmentIn, first_day=f"{year}-01-01", last_day=f"{year}-12-31")
    return _unit(unit_code, blank)


@bp.page("/pengadaan/unit/<unit_code>/tugas", policy=KEEP, methods=("POST",))
def appoint(unit_code: str) -> Answer:
    """Appoint somebody to a duty."""
    queries.staff(unit_code, clock.today().year, actor())
    form = parse(AppointmentIn, request)
    made = form.submit(lambda data: services.appoint(unit_code, data, by=actor()))
    if made is None:
        return _unit(unit_code, form)
    return redirect(url_for("offices.appointment", appointment_id=made, sudah="tunjuk"), 303)


@bp.page("/pengadaan/tugas/<uuid:appointment_id>", policy=DEPUTISE)
def appointment(appointment_id: UUID) -> Answer:
    """Show who has a duty, and who stands in for them."""
    return _appointment(appointment_id, Form.blank(MandateIn, kind="plh"))


@bp.page("/pengadaan/tugas/<uuid:appointment_id>/mandat", policy=DEPUTISE, methods=("POST",))
def mandate(appointment_id: UUID) -> Answer:
    """Let somebody stand in."""
    queries.appointment(appointment_id, actor())
    form = parse(MandateIn, request)
    made = form.submit(lambda data: services.mandate(appointment_id, data, by=actor()))
    if made is None:
        return _appointment(appointment_id, form)
    return redirect(url_for("offices.appointment", appointment_id=appointment_id, sudah="mandat"), 303)


@bp.page("/pengadaan/tugas/<uuid:appointment_id>/akhiri", policy=KEEP, methods=("POST",))
def end_appointment(appointment_id: UUID) -> Answer:
    """End an appointment now."""
    queries.appointment(appointment_id, actor())
    form = parse(WhyIn, request)
    ended = form.submit(lambda data: (services.end_appointment(appointment_id, data, by=actor()),))
    if ended is None:
        return _appointment(appointment_id, form)
    return redirect(url_for("offices.appointment", appointment_id=appointment_id, sudah="akhir"), 303)


@bp.page("/pengadaan/mandat/<uuid:mandate_id>/akhiri", policy=DEPUTISE, methods=("POST",))
def end_mandate(mandate_id: UUID) -> Answer:
    """End a mandate now; the principal acts again."""
    seen = queries.appointment_of(mandate_id, actor())
    form = parse(WhyIn, request)
    ended = form.submit(lambda data: (services.end_mandate(mandate_id, data, by=actor()),))
    if ended is None:
        return _appointment(seen.id, form)
    return redirect(url_for("offices.appointment", appointment_id=seen.id, sudah="kembali"), 303)


def _set(form: Form[UnitIn], seen: queries.UnitView | None) -> Answer:
    done = form.submit(lambda data: (services.set_unit(data, by=actor()), data.code))
    if done is None:
        return _unit_form(form, seen)
    return redirect(url_for("offices.unit", unit_code=done[1], sudah="unit"), 303)


def _unit_form(form: Form[UnitIn], seen: queries.UnitView | None) -> Answer:
    every = queries.units(actor())
    page = render_template(
        "offices/unit_form.html",
        form=form,
        seen=seen,
        kinds=UNIT_KINDS,
        units=[one for one in every if seen is None or one.code != seen.code],
    )
    return page, form.status


def _unit(unit_code: str, form: Form[AppointmentIn]) -> Answer:
    year, seen = chosen_year(), queries.unit(unit_code, actor())
    people = queries.staff(unit_code, year, actor())
    page = render_template(
        "offices/unit.html",
        unit=seen,
        above=queries.unit_names(seen.above),
        below=[one for one in queries.below(unit_code) if one.parent_code == unit_code],
        people=people,
        year=year,
        years=years_around(year),
        form=form,
        kinds=UNIT_KINDS,
        duties=[(key, DUTY_NAMES[key]) for key in DUTY_KEYS],
        keeps=KEEP.allows(actor(), seen.scope),
        founds=FOUND.allows(actor(), None),
        done=request.args.get("sudah", ""),
    )
    return page, form.status


def _appointment(appointment_id: UUID, form: Form[Any]) -> Answer:
    seen = queries.appointment(appointment_id, actor())
    of_unit = queries.unit(seen.unit_code)
    page = render_template(
        "offices/appointment.html",
        seen=seen,
        unit=of_unit,
        form=form,
        # Which of the forms of this page was sent: the others stay as they are.
        about=form.model.__name__,
        blank=Form.blank(MandateIn, kind="plh"),
        keeps=KEEP.allows(actor(), of_unit.scope),
        done=request.args.get("sudah", ""),
    )
    return page, form.status
