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
from marketplace.sellers.queries import SellerCard, seller_by_code

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
        click.echo(
            json.dumps(told(wanted, shop, written=written)) if as_json else _lines(wanted, shop, written=written)
        )
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


def told(plan: Plan, shop: SellerCard, *, written: bool) -> dict[str, object]:
    """Return a plan for a shop in plain JSON types."""
    return {
        "written": written,
        "new": len(plan.new),
        "changed": len(plan.changed),
        "same": plan.same,
        "faulty": plan.faulty,
        "drafts": sum(step.draft for step in plan.new),
        "waiting": waiting(plan, shop),
        "shop_sells": shop.sells,
        "faults": [
            {"row": fault.row, "column": fault.column, "value": fault.value, "reason": str(fault.reason)}
            for fault in plan.faults
        ],
        "notices": [str(notice) for notice in plan.notices],
    }


def waiting(plan: Plan, shop: SellerCard) -> int:
    """Return how many of the new products a reviewer has to look at before they are on sale."""
    return 0 if shop.trusted else sum(not step.draft for step in plan.new)


def _lines(plan: Plan, shop: SellerCard, *, written: bool) -> str:
    counts = f"new {len(plan.new)}, changed {len(plan.changed)}, unchanged {plan.same}, faulty {plan.faulty}"
    faults = [
        f"row {fault.row}, column {fault.column or '-'}: {fault.value!r}: {fault.reason}" for fault in plan.faults
    ]
    if plan.faults:
        end = "Nothing was written: correct these cells first."
    else:
        end = "Written." if written else "Nothing was written: this was a dry run."
    return "\n".join([counts, *faults, *(str(notice) for notice in plan.notices), *_outlook(plan, shop), end])


def _outlook(plan: Plan, shop: SellerCard) -> list[str]:
    """Tell why what comes in would not be on sale, and who can change that."""
    said = []
    if (many := waiting(plan, shop)) and not plan.faults:
        trust = f"`jkp sellers trust {shop.code}` lets what the shop lists later go on sale at once"
        said.append(f"{many} new products of this shop wait for a review at /admin/produk; {trust}.")
    if not shop.sells:
        said.append(f"The shop is {shop.state}: nothing of it is on sale before it is active (/admin/toko).")
    return said
