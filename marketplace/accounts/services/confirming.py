"""The password again, for acts that sign: whoever sits at a screen that somebody left open signs nothing."""

from datetime import timedelta

from sqlalchemy import select

from marketplace.accounts.models import Person, PersonState
from marketplace.accounts.services import passwords
from marketplace.kernel import limits
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import Invalid, NotAllowed
from marketplace.kernel.words import _

MOST_WRONG, WINDOW = 5, timedelta(minutes=15)


def confirm(actor: Actor, password: str, *, field: str = "password") -> None:
    """See that a password is that of who acts; outside any transaction, as it takes long on purpose.

    Raises Invalid beside the field, NotAllowed for who is no person, TooMany after five wrong ones in a quarter of an hour.
    """
    if actor.kind != "person" or actor.id is None:
        raise NotAllowed("accounts:confirm")
    one = limits.Try("accounts.confirm", str(actor.id), MOST_WRONG, WINDOW)
    limits.take(one)
    wanted = select(Person.password_hash).where(Person.id == actor.id, Person.state == PersonState.ACTIVE)
    if not passwords.matches(session.execute(wanted).scalar_one_or_none(), password):
        raise Invalid({field: _("This is not your password. Type it again.")})
    limits.give_back(one)
