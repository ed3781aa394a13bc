"""Lines of the budget and packages of the plan, as those who work with them see them (E03)."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from marketplace.kernel import clock
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.kernel.words import _
from marketplace.offices import queries, services
from marketplace.offices.forms import CarryIn, CeilingIn
from marketplace.offices.policies import CARRY, KEEP, READ
from marketplace.offices.slots import named, said
from marketplace.offices.views.blueprint import bp, standing

Answer = str | tuple[str, int] | AnyResponse


@bp.page("/pengadaan/anggaran", policy=READ)
def budget() -> str:
    """Show the lines of a unit's budget in a fiscal year, with what is left of each."""
    seen = _chosen()
    found = queries.lines(seen.code, chosen_year(), actor()) if seen else ()
    return _page("offices/budget.html", seen, lines=found, sums=queries.sums(found))


@bp.page("/pengadaan/paket", policy=READ)
def plan() -> str:
    """Show the packages of a unit's plan in a fiscal year, with what is left of each."""
    seen = _chosen()
    found = queries.packages(seen.code, chosen_year(), actor()) if seen else ()
    return _page("offices/packages.html", seen, packages=found)


@bp.page("/pengadaan/anggaran/<uuid:line_id>", policy=READ)
def budget_line(line_id: UUID) -> Answer:
    """Show how a line came to what is left of it, step by step."""
    return _line(line_id, None)


@bp.page("/pengadaan/anggaran/<uuid:line_id>/pagu", policy=KEEP, methods=("POST",))
def set_ceiling(line_id: UUID) -> Answer:
    """Revise the ceiling of a line."""
    queries.line(line_id, actor())
    form = parse(CeilingIn, request)
    done = form.submit(lambda data: (services.set_ceiling(line_id, data, by=actor()),))
    if done is None:
        return _line(line_id, form)
    return redirect(url_for("offices.budget_line", line_id=line_id, sudah="pagu"), 303)


@bp.page("/pengadaan/anggaran/<uuid:line_id>/pindah", policy=CARRY, methods=("POST",))
def carry(line_id: UUID) -> Answer:
    """Carry what is held on a line of an ended year into a line of this one."""
    seen = queries.line(line_id, actor())
    form = parse(CarryIn, request)
    if form.data is not None and form.data.reference not in {one.reference for one in seen.open}:
        form.errors = {"reference": [_("This is not held here any more. Reload the page.")]}
        return _line(line_id, form)
    done = form.submit(
        lambda data: (
            services.carry_over(
                data.reference, line_id=data.line_id, package_id=data.package_id, by=actor(), why=data.why
            ),
        )
    )
    if done is None:
        return _line(line_id, form)
    return redirect(url_for("offices.budget_line", line_id=line_id, sudah="pindah"), 303)


def _line(line_id: UUID, form: Form[CeilingIn] | Form[CarryIn] | None) -> Answer:
    seen = queries.line(line_id, actor(), request.args.get("setelah"))
    of_unit, this = queries.unit(seen.line.unit_code), clock.today().year
    carries = bool(seen.open) and seen.line.year < this and CARRY.allows(actor(), of_unit.scope)
    held, steps = ([one.reference for one in found] for found in (seen.open, seen.steps.items))
    known = named([one for one in dict.fromkeys([*held, *steps]) if one])
    page = render_template(
        "offices/line.html",
        named=known,
        said=said,
        seen=seen,
        unit=of_unit,
        keeps=KEEP.allows(actor(), of_unit.scope),
        carries=carries,
        lines=queries.lines(of_unit.code, this, actor()) if carries else (),
        packages=queries.packages(of_unit.code, this, actor()) if carries else (),
        this=this,
        form=form,
        about=form.model.__name__ if form else "",
        blank=Form.blank(CeilingIn, ceiling_idr=seen.line.ceiling.amount),
        done=request.args.get("sudah", ""),
    )
    return page, form.status if form else 200


def _page(template: str, seen: queries.UnitView | None, **more: object) -> str:
    year = chosen_year()
    return render_template(
        template,
        unit=seen,
        units=queries.units(actor()),
        year=year,
        this=clock.today().year,
        years=years_around(year),
        keeps=seen is not None and KEEP.allows(actor(), seen.scope),
        **more,
    )


def _chosen() -> queries.UnitView | None:
    """Return the unit that is asked for, else that of the duty shown first, else the first one the reader may see."""
    if asked := request.args.get("unit", ""):
        return queries.unit(asked, actor())
    first = standing().first
    if first is not None:
        return queries.unit(first.unit_code, actor())
    return next(iter(queries.units(actor())), None)


def chosen_year() -> int:
    """Return the fiscal year that is asked for, else this one."""
    asked = request.args.get("tahun", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) == len("2026") else clock.today().year


def years_around(year: int) -> list[int]:
    """Return the fiscal years to go to: last, this and next, and the one that is shown."""
    this = clock.today().year
    return sorted({year, this - 1, this, this + 1})
