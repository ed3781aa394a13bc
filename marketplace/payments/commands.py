"""``jkp payments``: what an operator does about money that has to go back, until the programme has a desk for it."""

from collections.abc import Callable
from uuid import UUID

import click
from flask.cli import with_appcontext

from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.words import speaking
from marketplace.payments import services

WHY = click.option("--why", required=True, help="What was looked at and done; kept in the history and the audit log.")


@click.command("returned")
@click.argument("charge", type=click.UUID)
@WHY
@with_appcontext
def returned(charge: UUID, why: str) -> None:
    """Note that the money of a charge was paid back, by hand, at its gateway."""
    _done(lambda: services.note_returned(charge, why, by=SYSTEM), f"There is no charge {charge}.")


@click.command("refund")
@click.argument("charge", type=click.UUID)
@WHY
@with_appcontext
def refund(charge: UUID, why: str) -> None:
    """Pay back through its gateway what is left of a charge: after a refund that failed, for example."""
    _done(lambda: services.pay_back(charge, why, by=SYSTEM), f"There is no charge {charge}.")


@click.command("refunded")
@click.argument("refund_id", metavar="REFUND", type=click.UUID)
@WHY
@with_appcontext
def refunded(refund_id: UUID, why: str) -> None:
    """Note that a refund which its gateway could not send was paid back by hand, from the bank."""
    _done(lambda: services.note_sent(refund_id, why, by=SYSTEM), f"There is no refund {refund_id}.")


def _done(act: Callable[[], object], missing: str) -> None:
    with speaking("en"):
        try:
            act()
        except NotFound as unknown:
            raise click.ClickException(missing) from unknown
        except Conflict as conflict:
            raise click.ClickException(str(conflict.said)) from conflict
