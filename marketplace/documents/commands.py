"""``jkp documents``: what an operator asks of the stored files."""

import sys

import click
from flask.cli import with_appcontext

from marketplace.documents import queries


@click.command("check")
@with_appcontext
def check() -> None:
    """Compare every stored file with the sum that was written down when it was drawn; exit 1 and say which is another."""
    wrong = list(queries.broken_files())
    for sentence in wrong:
        click.echo(sentence)
    if wrong:
        sys.exit(1)
    click.echo("ok")
