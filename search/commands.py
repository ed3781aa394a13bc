"""``jkp search``: how the indexes stand, and building them anew."""

import json

import click
from flask.cli import with_appcontext

from search import queries, services
from search.slots import indexes


@click.command("rebuild")
@click.argument("name", required=False)
@with_appcontext
def rebuild(name: str | None) -> None:
    """Build one index, or all, from the database beside the one in use, and put it in its place."""
    try:
        chosen = [queries.index_named(name)] if name else list(indexes)
    except LookupError as unknown:
        raise click.ClickException(str(unknown)) from unknown
    for index in chosen:
        click.echo(f"{index.name}: {services.rebuild(index)} documents")


@click.command("status")
@click.option("--json", "as_json", is_flag=True)
@with_appcontext
def status(as_json: bool) -> None:  # noqa: FBT001 - click hands flags over by position
    """Say of every index whether it answers; exit 1 when one does not."""
    states = queries.states()
    if as_json:
        click.echo(json.dumps({name: vars(state) for name, state in states.items()}, indent=1))
    else:
        for name, state in states.items():
            said = f"{state.documents} documents, built {state.built_at}" if state.ready else state.reason
            click.echo(f"{name}: {said}")
    if not all(state.ready for state in states.values()):
        raise click.exceptions.Exit(1)
