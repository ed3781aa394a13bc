"""``jkp offices``: units, packages and budget lines from a file, and a unit to practise in."""

import json
from pathlib import Path

import click
from flask.cli import with_appcontext

from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.words import speaking
from marketplace.offices import importer, services
from marketplace.offices.columns import KINDS
from marketplace.offices.importer import Plan

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("kind", type=click.Choice(sorted(KINDS)))
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
@with_appcontext
def import_table(kind: str, file: Path, dry_run: bool, as_json: bool) -> None:
    """Take units, packages or lines from a CSV file: a dry run first, then all of it, or nothing when a cell is faulty."""
    with speaking("en"):
        wanted = _imported(kind, file, dry_run=dry_run)
        written = not (dry_run or wanted.faults)
        click.echo(json.dumps(told(wanted, written=written)) if as_json else _lines(wanted, written=written))
        if wanted.faults:
            raise click.exceptions.Exit(1)


@click.command("training")
@click.option("--code", default="LATIHAN", show_default=True, help="The code of the unit.")
@click.option("--name", default="Unit Latihan e-Order", show_default=True)
@click.option("--paper-code", default="LATIH", show_default=True, help="The short code in the numbers of its papers.")
@with_appcontext
def open_training(code: str, name: str, paper_code: str) -> None:
    """Open a unit in which people practise, with a plan and a budget of this fiscal year; again changes nothing of these."""
    year = clock.today().year
    with speaking("en"):
        try:
            planted = services.open_training(code, name, paper_code, year, by=SYSTEM)
        except Conflict as refused:
            raise click.ClickException(str(refused.said)) from refused
        except Invalid as refused:
            said = "; ".join(str(one) for many in refused.fields.values() for one in many)
            raise click.ClickException(said) from refused
    click.echo(f"{code} is for training, {planted} lines and packages of {year} are new.")
    click.echo(
        f"Appoint people to its duties on /pengadaan/unit/{code}: one of them for each duty, as in their own office."
    )


def told(plan: Plan, *, written: bool) -> dict[str, object]:
    """Return a plan in plain JSON types."""
    return {
        "written": written,
        "new": len(plan.new),
        "changed": len(plan.changed),
        "same": plan.same,
        "faulty": plan.faulty,
        "faults": [
            {"row": fault.row, "column": fault.column, "value": fault.value, "reason": str(fault.reason)}
            for fault in plan.faults
        ],
        "notices": [str(notice) for notice in plan.notices],
    }


def _imported(kind: str, file: Path, *, dry_run: bool) -> Plan:
    try:
        table = importer.read(kind, file.read_bytes())
        wanted = importer.plan(kind, table, by=SYSTEM)
        return wanted if dry_run or wanted.faults else importer.carry_out(kind, table, by=SYSTEM)
    except Invalid as refused:
        said = "; ".join(str(one) for many in refused.fields.values() for one in many)
        raise click.ClickException(said) from refused
    except Conflict as refused:
        raise click.ClickException(str(refused.said)) from refused


def _lines(plan: Plan, *, written: bool) -> str:
    counts = f"new {len(plan.new)}, changed {len(plan.changed)}, unchanged {plan.same}, faulty {plan.faulty}"
    faults = [f"row {one.row}, column {one.column or '-'}: {one.value!r}: {one.reason}" for one in plan.faults]
    if plan.faults:
        end = "Nothing was written: correct these cells first."
    else:
        end = "Written." if written else "Nothing was written: this was a dry run."
    return "\n".join([counts, *faults, *(str(notice) for notice in plan.notices), end])
