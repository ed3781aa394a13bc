"""Lines of the budget and packages of the plan, as those who work with them see them (E03)."""

from uuid import UUID

from flask import render_template, request

from marketplace.kernel import clock
from marketplace.kernel.routes import actor
from marketplace.offices import queries
from marketplace.offices.policies import KEEP, READ
from marketplace.offices.views.blueprint import bp, standing


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
def budget_line(line_id: UUID) -> str:
    """Show how a line came to what is left of it, step by step."""
    seen = queries.line(line_id, actor(), request.args.get("setelah"))
    return render_template("offices/line.html", seen=seen, unit=queries.unit(seen.line.unit_code))


def _page(template: str, seen: queries.UnitView | None, **more: object) -> str:
    year = chosen_year()
    return render_template(
        template,
        unit=seen,
        units=queries.units(actor()),
        year=year,
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
