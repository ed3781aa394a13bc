"""``jkp catalog``: work on the catalogue from a terminal."""

import json
from pathlib import Path
from uuid import UUID

import click
from flask.cli import with_appcontext

from marketplace.catalog import importer, sheet
from marketplace.catalog.importer import Given, Plan
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.words import speaking
from marketplace.sellers.queries import seller_by_code

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--seller", "code", required=True, help="The code of the shop.")
@click.option("--stock", type=click.IntRange(0, 1_000_000), help="Stock of new products whose row has none.")
@click.option("--unit", default="pcs", show_default=True, help="Unit of new products whose row has none.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
@with_appcontext
def import_products(file: Path, code: str, stock: int | None, unit: str, dry_run: bool, as_json: bool) -> None:
    """Take products from a CSV file into a shop: a dry run first, then all of it, or nothing when a cell is faulty."""
    with speaking("en"):
        shop = seller_by_code(code)
        if shop is None:
            raise click.ClickException(f"There is no shop with the code {code}.")
        wanted = _imported(shop.id, file, Given(stock, unit), dry_run=dry_run)
        written = not (dry_run or wanted.faults)
        click.echo(json.dumps(told(wanted, written=written)) if as_json else _lines(wanted, written=written))
        if wanted.faults:
            raise click.exceptions.Exit(1)


@click.command("art")
@click.option("--most", type=click.IntRange(min=1), help="Stop after so many.")
@with_appcontext
def art(most: int | None) -> None:
    """Draw pictures for the products of a demo site that have none, newest first; again does the rest."""
    # Loaded here alone: drawing needs the typesetter, and no other command does.
    from marketplace.catalog import demo_gallery

    done = 0
    for done in demo_gallery.hang(most):
        click.echo(done)
    click.echo(f"{done} pictures hung.")


def _imported(seller_id: UUID, file: Path, given: Given, *, dry_run: bool) -> Plan:
    try:
        table = sheet.read(file.read_bytes())
        wanted = importer.plan(seller_id, table, given, by=SYSTEM)
        return wanted if dry_run or wanted.faults else importer.carry_out(seller_id, table, given, by=SYSTEM)
    except Invalid as refused:
        raise click.ClickException(
            "; ".join(str(said) for many in refused.fields.values() for said in many)
        ) from refused
    except Conflict as refused:
        raise click.ClickException(str(refused.said)) from refused


def told(plan: Plan, *, written: bool) -> dict[str, object]:
    """Return a plan in plain JSON types."""
    return {
        "written": written,
        "new": len(plan.new),
        "changed": len(plan.changed),
        "same": plan.same,
        "faulty": plan.faulty,
        "drafts": sum(step.draft for step in plan.new),
        "faults": [
            {"row": fault.row, "column": fault.column, "value": fault.value, "reason": str(fault.reason)}
            for fault in plan.faults
        ],
        "notices": [str(notice) for notice in plan.notices],
    }


def _lines(plan: Plan, *, written: bool) -> str:
    counts = f"new {len(plan.new)}, changed {len(plan.changed)}, unchanged {plan.same}, faulty {plan.faulty}"
    faults = [
        f"row {fault.row}, column {fault.column or '-'}: {fault.value!r}: {fault.reason}" for fault in plan.faults
    ]
    if plan.faults:
        end = "Nothing was written: correct these cells first."
    elif written:
        end = "Written. New products wait for a review unless the shop is trusted." if plan.new else "Written."
    else:
        end = "Nothing was written: this was a dry run."
    return "\n".join([counts, *faults, *(str(notice) for notice in plan.notices), end])
