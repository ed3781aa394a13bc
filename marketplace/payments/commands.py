"""``jkp payments``: what an operator does about money that has to go back, and about payouts."""

import os
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import click
from flask.cli import with_appcontext

from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.words import speaking
from marketplace.payments import queries, services
from marketplace.payments.policies import OPERATOR

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


@click.command("batch")
@click.option(
    "--to", type=click.Path(path_type=Path, file_okay=False, exists=True), default=".", help="The folder to write to."
)
@click.option("--number", help="Write this file once more, the same bytes, instead of making a new one.")
@with_appcontext
def batch(to: Path, number: str | None) -> None:
    """Put all approved payouts into a file for the bank, and write it; it has account numbers in it."""

    def write() -> None:
        made = number or services.make_batch(by=OPERATOR)
        name, content = queries.batch_file(made)
        services.note_download(made, by=OPERATOR)
        target = to / name
        # Nobody else on this machine reads it, not even for a moment.
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        click.echo(str(target))

    _done(write, f"There is no file {number}.")


@click.command("confirm")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@with_appcontext
def confirm(file: Path) -> None:
    """Read what the bank says of payouts: all of the file, or nothing of it."""

    def read() -> None:
        done = services.confirm_payouts(file.read_bytes(), file.name, by=OPERATOR)
        click.echo("Read before; nothing was done." if done.again else f"{done.paid} paid, {done.failed} failed.")

    _done(read, "")


@click.group("payout")
def payout() -> None:
    """Payouts that wait for a second person."""


@payout.command("approve")
@click.argument("code")
@with_appcontext
def approve(code: str) -> None:
    """Let a payout go out that somebody else asked for."""
    _done(lambda: services.approve_payout(queries.payout_by_code(code).id, by=OPERATOR), f"There is no payout {code}.")


PAYOUTS = (batch, confirm, payout)


def _done(act: Callable[[], object], missing: str) -> None:
    with speaking("en"):
        try:
            act()
        except NotFound as unknown:
            raise click.ClickException(missing) from unknown
        except Conflict as conflict:
            raise click.ClickException(str(conflict.said)) from conflict
        except Invalid as invalid:
            raise click.ClickException(
                "\n".join(str(one) for said in invalid.fields.values() for one in said)
            ) from invalid
