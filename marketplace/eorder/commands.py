"""``jkp eorder``: by which methods offices buy and what things may cost, from which day; each change is audited."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

import click
from flask.cli import with_appcontext
from pydantic import ValidationError

from marketplace.eorder import queries, services
from marketplace.eorder.forms_rules import APPROVERS, BUYERS, PAPERS, WHATS, CeilingIn, MethodIn
from marketplace.eorder.queries import CeilingView, MethodView
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.forms import Input, sentence
from marketplace.kernel.words import speaking

M = TypeVar("M", bound=Input)
DAY = click.DateTime(["%Y-%m-%d"])
FROM = click.option("--from", "first", required=True, type=DAY, help="The first day in Jakarta; tomorrow or later.")
BASIS = click.option("--basis", required=True, help="The law or decision; kept with the row and in the audit log.")
DAYS = ("answer_days", "decide_days", "talk_days", "pay_days")


@click.command("load")
@with_appcontext
def load() -> None:
    """Take over the methods and ceilings that come with the program; what was set here stands."""
    click.echo(f"{services.load_rules()} rows added")


@click.command("methods")
@click.option("--on", type=DAY, help="Only what holds on this day.")
@with_appcontext
def methods(on: datetime | None) -> None:
    """Print the methods of buying, by buyer, kind and amount."""
    for one in queries.method_timeline():
        if on is None or one.holds(on.date()):
            click.echo(_method(one))


@click.command("ceilings")
@with_appcontext
def ceilings() -> None:
    """Print the price ceilings, by kind of need and first day."""
    for one in queries.ceiling_timeline():
        click.echo(_ceiling(one))


@click.command("method")
@click.argument("code")
@click.option("--buyer", "buyer_kind", type=click.Choice(BUYERS), help="Whose rule; for a new code.")
@click.option("--what", type=click.Choice(WHATS), help="Kind of purchase; for a new code.")
@click.option("--name", help="In Indonesian.")
@click.option("--name-en", help="In English.")
@click.option("--above", "above_idr", type=int, help="Rupiah; it holds for more than this.")
@click.option("--up-to", "up_to_idr", type=int, help="Rupiah; it holds up to this.")
@click.option("--approval", "approvals", multiple=True, type=click.Choice(APPROVERS), help="In order; repeat it.")
@click.option("--offers", "offers_wanted", type=int, help="So many shops are compared.")
@click.option("--negotiate/--no-negotiation", default=None, help="Whether nothing is sent without a negotiation.")
@click.option("--paper", "papers", multiple=True, type=click.Choice(PAPERS), help="Repeat it.")
@click.option("--answer-days", type=int)
@click.option("--decide-days", type=int)
@click.option("--talk-days", type=int)
@click.option("--pay-days", type=int)
@click.option("--follow", is_flag=True, help="The bands beside it end or begin where this one does now.")
@FROM
@BASIS
@with_appcontext
def set_method(code: str, first: datetime, basis: str, **told: Any) -> None:  # noqa: ANN401 - what click gives
    """Let a method of CODE hold from a day on; what is not said stays as it is on the day before."""
    day = first.date()
    present = next(
        (one for one in queries.method_timeline() if one.code == code and one.holds(day - timedelta(days=1))), None
    )
    values = {} if present is None else _values(present)
    values |= {name: value for name, value in told.items() if value is not None and value != ()}
    _done(services.set_method, _read(MethodIn, {**values, "code": code, "valid_from": day, "basis": basis}))
    for one in queries.method_timeline():
        if one.code == code:
            click.echo(_method(one))


@click.command("ceiling")
@click.argument("code")
@click.option("--template", required=True, help="The kind of need, such as meeting_food.")
@click.option("--name", required=True, help="In Indonesian.")
@click.option("--name-en", required=True, help="In English.")
@click.option("--unit", required=True, help="What it is the price of, such as orang.")
@click.option("--most", "most_idr", required=True, type=int, help="Rupiah.")
@FROM
@BASIS
@with_appcontext
def set_ceiling(code: str, first: datetime, **told: object) -> None:
    """Let a price ceiling of CODE (kode komponen) hold from a day on."""
    _done(services.set_ceiling, _read(CeilingIn, {**told, "code": code, "valid_from": first.date()}))
    for one in queries.ceiling_timeline():
        if one.code == code:
            click.echo(_ceiling(one))


def _values(one: MethodView) -> dict[str, Any]:
    named = ("buyer_kind", "what", "name", "name_en", "offers_wanted", "negotiate")
    told = {name: getattr(one, name) for name in named} | {name: getattr(one.clock, name) for name in DAYS}
    edges = {"above_idr": one.above, "up_to_idr": one.up_to}
    return {**told, **edges, "approvals": list(one.approvals), "papers": list(one.papers)}


def _read(model: type[M], values: Mapping[str, object]) -> M:
    told = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    try:
        return model.model_validate(told)
    except ValidationError as failure:
        with speaking("en"):
            said = sentence(failure.errors(include_url=False, include_input=False)[0], model.labels)
            raise click.ClickException(str(said)) from failure


def _done(act: Callable[..., object], data: Input) -> None:
    with speaking("en"):
        try:
            act(data, by=SYSTEM)
        except Invalid as refusal:
            said = " ".join(str(one) for many in refusal.fields.values() for one in many)
            raise click.ClickException(said) from refusal
        except Conflict as conflict:
            raise click.ClickException(str(conflict.said)) from conflict


def _method(one: MethodView) -> str:
    until = f" until {one.valid_to}" if one.valid_to else ""
    days = "/".join(str(getattr(one.clock, name)) for name in DAYS)
    parts = [f"{one.code:24}", f"{one.above.amount:>14} - {one.up_to.amount:<14}", ",".join(one.approvals)]
    parts += [f"{one.offers_wanted} shops", "negotiated" if one.negotiate else "at the price", f"{days} days"]
    sure = f"confirmed by {one.confirmed_by}" if one.confirmed_by else "not confirmed"
    return f"{' '.join(parts)}  from {one.valid_from}{until}  {sure}  {one.basis}"


def _ceiling(one: CeilingView) -> str:
    until = f" until {one.valid_to}" if one.valid_to else ""
    sure = f"confirmed by {one.confirmed_by}" if one.confirmed_by else "not confirmed"
    told = f"{one.code:24} {one.template:16} {one.most.amount:>10} for a {one.unit}"
    return f"{told}  from {one.valid_from}{until}  {sure}  {one.basis}"
