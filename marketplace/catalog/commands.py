"""``jkp catalog``: work on the catalogue from a terminal."""

import json
from pathlib import Path

import click
from flask.cli import with_appcontext

from marketplace.catalog import importer, sheet
from marketplace.catalog.importer import Given, Plan
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.sellers.queries import seller_by_code

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--seller", "code", required=True, help="The code of the shop.")
@click.option("--stock", type=click.IntRange(0, 1_000_000), help="Stock of new products whose row has none.")
@click.option("--unit", default="pcs", show_default=True, help="Unit of new products whose row has none.")
@click.option("--write", is_flag=True, help="Write it; without this nothing is written.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
@with_appcontext
def import_products(file: Path, code: str, stock: int | None, unit: str, write: bool, as_json: bool) -> None:
    """Take products from a CSV file into a shop: first only said, with --write also done."""
    shop = seller_by_code(code)
    if shop is None:
        raise click.ClickException(f"There is no shop with the code {code}.")
    try:
        table, given = sheet.read(file.read_bytes()), Given(stock, unit)
        wanted = importer.plan(shop.id, table, given, by=SYSTEM)
        if write and not wanted.faults:
            wanted = importer.carry_out(shop.id, table, given, by=SYSTEM)
    except Invalid as refused:
        raise click.ClickException(
            "; ".join(str(said) for many in refused.fields.values() for said in many)
        ) from refused
    except Conflict as refused:
        raise click.ClickException(str(refused.said)) from refused
    click.echo(
        json.dumps(told(wanted, written=write and not wanted.faults)) if as_json else _lines(wanted, written=write)
    )
    if wanted.faults:
        raise click.exceptions.Exit(1)


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
        end = "Written."
    else:
        end = "Nothing was written. Add --write to do it."
    return "\n".join([counts, *faults, *(str(notice) for notice in plan.notices), end])
