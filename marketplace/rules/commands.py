"""``jkp rules``: what holds, and what is to hold; each change is audited."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

import click
from flask.cli import with_appcontext
from pydantic import ValidationError

from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.forms import Input, sentence
from marketplace.kernel.money import Rounding
from marketplace.kernel.words import speaking
from marketplace.rules import queries, services
from marketplace.rules.forms import EndIn, HolidayIn, RuleIn

M = TypeVar("M", bound=Input)
RATE = re.compile(r"([0-9]{1,7})/([0-9]{1,7})")
DAY = click.DateTime(["%Y-%m-%d"])
FROM = click.option("--from", "first", required=True, type=DAY, help="The first day in Jakarta; tomorrow or later.")
BASIS = click.option("--basis", required=True, help="The law or decision; kept with the rule and in the audit log.")


@click.command("list")
@click.option("--on", type=DAY, help="Only what holds on this day.")
@with_appcontext
def listed(on: datetime | None) -> None:
    """Print the rules, by code and first day."""
    book = None if on is None else queries.rules(on.date())
    for rule in queries.timeline() if book is None else sorted(book.by_code.values(), key=lambda one: one.code):
        click.echo(_line(rule))


@click.command("set")
@click.argument("code")
@click.option("--rate", help="A whole fraction such as 12/100.")
@click.option("--fixed", type=int, help="Rupiah beside the rate.")
@click.option("--threshold", type=int, help="Rupiah; what it measures is told by the code. 0 is none.")
@click.option(
    "--rounding", type=click.Choice([one.value for one in Rounding]), help="Which way a part of a rupiah goes."
)
@click.option("--inside/--on-top", default=None, help="Whether prices contain it.")
@FROM
@BASIS
@with_appcontext
def set_rule(code: str, rate: str | None, first: datetime, basis: str, **told: object) -> None:
    """Let a rule of CODE hold from a day on; what is not said stays as it is on the day before."""
    day = first.date()
    present = queries.rule(code, day - timedelta(days=1))
    values: dict[str, Any] = {}
    if present is not None:
        values = {
            name: getattr(present, name) for name in ("numerator", "denominator", "fixed", "threshold", "rounding")
        }
        values["inside"] = present.inside
    if rate is not None:
        if (given := RATE.fullmatch(rate)) is None:
            message = "a whole fraction such as 12/100 is needed"
            raise click.BadParameter(message, param_hint="--rate")
        values |= {"numerator": int(given[1]), "denominator": int(given[2])}
    values |= {name: value for name, value in told.items() if value is not None}
    if told["threshold"] == 0:
        del values["threshold"]
    _done(services.set_rule, _read(RuleIn, {**values, "code": code, "valid_from": day, "basis": basis}))


@click.command("end")
@click.argument("code")
@FROM
@BASIS
@with_appcontext
def end_rule(code: str, first: datetime, basis: str) -> None:
    """Let nothing of CODE hold from a day on."""
    _done(services.end_rule, _read(EndIn, {"code": code, "from_day": first.date(), "basis": basis}))


@click.command("holidays")
@click.argument("year", type=int)
@with_appcontext
def holidays(year: int) -> None:
    """Print the days of YEAR on which offices are closed, beside Saturdays and Sundays."""
    for day in queries.holidays(year):
        click.echo(f"{day.day} {day.kind:8} {day.name}  {day.basis}")


@click.command("holiday")
@click.argument("day", type=DAY)
@click.option("--name", required=True, help="What is celebrated.")
@click.option("--joint", "kind", flag_value="joint", help="Joint leave (cuti bersama).")
@click.option("--national", "kind", flag_value="national", default=True, help="A national holiday.")
@click.option("--closed/--open", default=True, help="Open, when a decree took the day back.")
@BASIS
@with_appcontext
def set_holiday(day: datetime, **told: object) -> None:
    """Close offices on DAY, or open them again."""
    said = _read(HolidayIn, {"day": day.date(), **told})
    _told(services.set_holiday, said)
    click.echo(f"{said.day} {'closed' if said.closed else 'open'}: {said.name}")


def _read(model: type[M], values: Mapping[str, object]) -> M:
    try:
        return model.model_validate(values)
    except ValidationError as failure:
        with speaking("en"):
            told = sentence(failure.errors(include_url=False, include_input=False)[0], model.labels)
            raise click.ClickException(str(told)) from failure


def _told(act: Callable[..., object], data: Input) -> None:
    with speaking("en"):
        try:
            act(data, by=SYSTEM)
        except Invalid as refusal:
            said = " ".join(str(one) for many in refusal.fields.values() for one in many)
            raise click.ClickException(said) from refusal
        except Conflict as conflict:
            raise click.ClickException(str(conflict.said)) from conflict


def _done(act: Callable[..., object], data: RuleIn | EndIn) -> None:
    _told(act, data)
    for rule in queries.timeline(data.code):
        click.echo(_line(rule))


def _line(rule: queries.Rule) -> str:
    until = f" until {rule.valid_to}" if rule.valid_to else ""
    parts = [f"{rule.code:28}", f"{rule.rate:>9}", "inside" if rule.inside else "on top", f"{rule.rounding.value:7}"]
    parts += [f"fixed {rule.fixed.amount}"] if rule.fixed else []
    parts += [f"threshold {rule.threshold.amount}"] if rule.threshold is not None else []
    return f"{' '.join(parts)}  from {rule.valid_from}{until}  {rule.basis}"
