"""``jkp sellers``: what an operator decides about shops, until the programme has a desk for it; each is audited."""

from collections.abc import Callable
from uuid import UUID

import click
from flask.cli import with_appcontext
from pydantic import ValidationError

from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import Conflict
from marketplace.kernel.forms import sentence
from marketplace.kernel.words import speaking
from marketplace.sellers import queries, services
from marketplace.sellers.forms import ReasonIn

WHY = click.option("--why", required=True, help="What was looked at and decided; kept in the shop's history.")


@click.command("trust")
@click.argument("code")
@click.option("--off", is_flag=True, help="Let its products wait for a reviewer again.")
@with_appcontext
def trust(code: str, off: bool) -> None:
    """Let the products of the shop with this code appear at once."""
    services.trust(_known(code), not off, by=SYSTEM)


@click.command("suspend")
@click.argument("code")
@WHY
@with_appcontext
def suspend(code: str, why: str) -> None:
    """Take the products of the shop with this code off sale; orders already placed go on."""
    _decided(services.suspend, code, why)


@click.command("resume")
@click.argument("code")
@WHY
@with_appcontext
def resume(code: str, why: str) -> None:
    """Let the suspended shop with this code sell again."""
    _decided(services.resume, code, why)


def _known(code: str) -> UUID:
    shop = queries.seller_by_code(code)
    if shop is None:
        raise click.ClickException(f"There is no shop with the code {code}.")
    return shop.id


def _decided(act: Callable[..., None], code: str, why: str) -> None:
    with speaking("en"):
        shop_id = _known(code)
        try:
            act(shop_id, ReasonIn(reason=why), by=SYSTEM)
        except ValidationError as failure:
            said = sentence(failure.errors(include_url=False, include_input=False)[0], ReasonIn.labels)
            raise click.ClickException(str(said)) from failure
        except Conflict as conflict:
            message = f"The shop {code} is {conflict.facts['state']}, and nothing was changed."
            raise click.ClickException(message) from conflict
