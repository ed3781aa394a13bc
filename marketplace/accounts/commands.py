"""What an operator does about people from a terminal: reference data, and the first administrator."""

from uuid import UUID

import click
from flask.cli import with_appcontext

from marketplace.accounts import demo, queries, services
from marketplace.accounts.policies import ROLES, SCOPES, usual_scope
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import Invalid


@click.command("areas")
@with_appcontext
def areas() -> None:
    """Load the areas of Jakarta, or renew them after an update."""
    click.echo(services.load_areas())


@click.command("code")
@click.argument("person")
@with_appcontext
def code(person: str) -> None:
    """Print the present code of a demo person's second factor; the secrets of others are theirs alone."""
    shown = demo.code_of(_known(person))
    if shown is None:
        raise click.ClickException(
            "Only the codes of demo people can be told, each once: wait half a minute for the next."
        )
    click.echo(shown)


@click.command("grant")
@click.argument("person")
@click.argument("role", type=click.Choice(sorted(ROLES)))
@click.option(
    "--scope-kind",
    type=click.Choice(sorted({kind for kinds in SCOPES.values() for kind in kinds})),
    help="Usually left out: the role says it.",
)
@click.option("--scope-id", default="", help="The id or code of the shop, office or area.")
@with_appcontext
def grant(person: str, role: str, scope_kind: str | None, scope_id: str) -> None:
    """Give a role to the person with this e-mail address or number."""
    try:
        services.grant(_known(person), role, scope_kind or usual_scope(role, scope_id), scope_id, by=SYSTEM)
    except Invalid as refusal:
        raise click.ClickException(
            " ".join(str(said) for many in refusal.fields.values() for said in many)
        ) from refusal


@click.command("revoke")
@click.argument("person")
@click.argument("role", type=click.Choice(sorted(ROLES)))
@click.option("--scope-kind", help="Usually left out: the role says it.")
@click.option("--scope-id", default="", help="The id or code of the shop, office or area.")
@with_appcontext
def revoke(person: str, role: str, scope_kind: str | None, scope_id: str) -> None:
    """Take a role from the person with this e-mail address or number."""
    services.revoke(_known(person), role, scope_kind or usual_scope(role, scope_id), scope_id, by=SYSTEM)


def _known(identifier: str) -> UUID:
    person_id = queries.person_by(identifier)
    if person_id is None:
        raise click.ClickException("Nobody who may act has this address or number.")
    return person_id
