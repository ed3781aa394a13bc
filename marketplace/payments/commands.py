"""``jkp payments``: what an operator notes about money in review, until refunds are made from here."""

from uuid import UUID

import click
from flask.cli import with_appcontext

from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.words import speaking
from marketplace.payments import services


@click.command("returned")
@click.argument("charge", type=click.UUID)
@click.option("--why", required=True, help="What was paid back and where; kept in the history and the audit log.")
@with_appcontext
def returned(charge: UUID, why: str) -> None:
    """Note that the money of a charge was paid back, by hand, at its gateway: that of a second payment, for example."""
    with speaking("en"):
        try:
            services.note_returned(charge, why, by=SYSTEM)
        except NotFound as missing:
            message = f"There is no charge {charge}."
            raise click.ClickException(message) from missing
        except Conflict as conflict:
            raise click.ClickException(str(conflict.said)) from conflict
