"""``jkp orders``: what an operator decides about orders in review, until the programme has a desk for it."""

from collections.abc import Callable

import click
from flask.cli import with_appcontext

from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.words import speaking
from marketplace.orders import services

WHY = click.option(
    "--why", required=True, help="What was looked at and decided; kept in the history and the audit log."
)


@click.command("settle")
@click.argument("code")
@WHY
@with_appcontext
def settle(code: str, why: str) -> None:
    """Let an order in review go on as paid: take its money as it came and give it its goods."""
    _decided(lambda: services.settle_reviewed(code, why, by=SYSTEM), code)


@click.command("cancel")
@click.argument("code")
@WHY
@with_appcontext
def cancel(code: str, why: str) -> None:
    """Cancel an order in review whose money was paid back, by hand, at its gateway."""
    _decided(lambda: services.cancel_reviewed(code, why, by=SYSTEM), code)


@click.command("papers")
@with_appcontext
def papers() -> None:
    """Issue the papers that are missing: of orders that were paid before there were papers, or whose delivery was set aside."""
    click.echo(f"{services.issue_missing()} orders got their papers")


@click.command("repay")
@click.argument("part")
@WHY
@with_appcontext
def repay(part: str, why: str) -> None:
    """Pay a part back anew (7K4M2QXD-1) that was called off, and whose refund failed."""
    _decided(lambda: services.repay(part, why, by=SYSTEM), part)


def _decided(act: Callable[[], object], code: str) -> None:
    with speaking("en"):
        try:
            act()
        except NotFound as missing:
            message = f"There is no order {code}."
            raise click.ClickException(message) from missing
        except Conflict as conflict:
            raise click.ClickException(str(conflict.said)) from conflict
