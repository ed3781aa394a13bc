"""``jkp payments``: refunds by hand, bank statements and payouts; ``jkp webhooks``, ``jkp recon``: what gateways tell."""

import json
import os
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import click
from flask.cli import with_appcontext

from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.words import speaking
from marketplace.payments import queries, services, sheet
from marketplace.payments.models import WebhookState
from marketplace.payments.policies import OPERATOR
from marketplace.payments.slots import GatewayUnavailableError

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
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


@click.group("webhooks")
def webhooks() -> None:
    """Messages of payment gateways: look at them, work on one again."""


@webhooks.command("list")
@click.option("--state", type=click.Choice([state.value for state in WebhookState]), help="Only those of one state.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True)
@with_appcontext
def webhooks_list(state: str | None, limit: int, as_json: bool) -> None:
    """List the newest messages: id, when, gateway, state, kind, and the gateway's own id."""
    for one in queries.stored_webhooks(state, limit):
        told = {
            "id": str(one.id),
            "received_at": f"{one.received_at:%Y-%m-%dT%H:%M:%SZ}",
            "gateway": one.gateway,
            "state": one.state,
            "kind": one.kind,
            "event_id": one.event_id,
        }
        click.echo(json.dumps(told) if as_json else "  ".join(told.values()))


@webhooks.command("replay")
@click.argument("name", metavar="ID")
@with_appcontext
def webhooks_replay(name: str) -> None:
    """Work on a stored message again, by our id or the gateway's; what is known already does not change."""
    try:
        stored = queries.webhook_named(name)
        services.work(stored.id, again=True)
    except NotFound as unknown:
        raise click.ClickException(f"There is no message {name}.") from unknown
    except GatewayUnavailableError as failure:
        raise click.ClickException(f"The gateway does not answer: {failure}.") from failure
    except LookupError as unknown:
        raise click.ClickException(f"It tells of {unknown}, which is not ours.") from unknown
    click.echo(queries.webhook_event(stored.id).state)


@webhooks.command("refused")
@click.option("--days", type=click.IntRange(1, 90), default=7, show_default=True)
@click.option("--json", "as_json", is_flag=True)
@with_appcontext
def webhooks_refused(days: int, as_json: bool) -> None:
    """Count messages whose signature was wrong, by gateway and hour; nothing else of them is kept."""
    for one in queries.refused(clock.now() - timedelta(days=days)):
        told = {
            "hour": f"{one.hour:%Y-%m-%dT%H:%M:%SZ}",
            "gateway": one.gateway,
            "refused": one.count,
            "last_at": f"{one.last_at:%Y-%m-%dT%H:%M:%SZ}",
        }
        click.echo(json.dumps(told) if as_json else "  ".join(str(value) for value in told.values()))


@click.command("recon")
@click.option("--since", metavar="ISO", required=True, help="A time with offset, or a day in Jakarta.")
@click.option("--json", "as_json", is_flag=True)
@with_appcontext
def recon(since: str, as_json: bool) -> None:
    """Compare our books with those of every payment provider, and bring in what was missed; exit 1 if they differ."""
    found = services.recon(_moment(since))
    if as_json:
        lists = {"brought_in": found.brought_in, "unexplained": found.unexplained, "away": found.away}
        click.echo(json.dumps({"since": found.since.isoformat(), "looked_at": found.looked_at, **lists}))
    else:
        for kind, sentences in (("brought in", found.brought_in), ("!", found.unexplained), ("away", found.away)):
            for sentence in sentences:
                click.echo(f"{kind}: {sentence}")
        click.echo(f"{found.looked_at} looked at, {len(found.unexplained)} unexplained")
    if not found.clean:
        sys.exit(1)


def _moment(typed: str) -> datetime:
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError as failure:
        message = "not a time such as 2026-11-27T09:00:00+07:00, nor a day such as 2026-11-27"
        raise click.BadParameter(message, param_hint="--since") from failure
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.JAKARTA)


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Only say whether the file can be read, and what it holds.")
@with_appcontext
def take_in(file: Path, dry_run: bool) -> None:
    """Take in a bank statement (CSV) and match what came in; the same movement counts once, in however many files."""
    content = file.read_bytes()
    with speaking("en"):
        try:
            lines = services.read_statement(content)
        except Invalid as refused:
            for said in refused.fields[sheet.FIELD]:
                click.echo(str(said), err=True)
            sys.exit(1)
        came = sum(one.direction == sheet.IN for one in lines)
        click.echo(f"{len(lines)} movements, {came} of them came in")
        if not dry_run:
            done = services.import_statement(file.name, content, lines, by=SYSTEM)
            click.echo(f"{done.new} new, {done.matched} matched, {len(queries.unmatched_rows())} wait for a person")


@click.command("unmatched")
@click.option("--json", "as_json", is_flag=True)
@with_appcontext
def unmatched(as_json: bool) -> None:
    """List the sums that came in and paid nothing that we know of, and what they may be."""
    for row in queries.unmatched_rows():
        told = {
            "id": str(row.id),
            "booked_on": row.booked_on.isoformat(),
            "amount_idr": row.amount.amount,
            "file": row.file,
            "line": row.line,
            "guess": queries.guess(row, services.by_sum()),
        }
        click.echo(json.dumps(told) if as_json else "  ".join(str(value) for value in told.values()))


@click.command("match")
@click.argument("row", type=click.UUID)
@click.argument("charge", type=click.UUID)
@WHY
@with_appcontext
def match(row: UUID, charge: UUID, why: str) -> None:
    """Take a sum as the payment of a charge; another sum than was asked for puts it in review."""
    missing = "There is no such movement, or no such charge."
    _done(lambda: click.echo(services.match_by_hand(row, charge, why, by=SYSTEM)), missing)


@click.command("explain")
@click.argument("row", type=click.UUID)
@WHY
@with_appcontext
def explain(row: UUID, why: str) -> None:
    """Note what a sum was that paid nothing here."""
    _done(lambda: services.explain(row, why, by=SYSTEM), f"There is no movement {row}.")
