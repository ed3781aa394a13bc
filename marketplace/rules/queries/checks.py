"""What ``jkp verify`` asks of the rules."""

from collections.abc import Iterator
from itertools import groupby, pairwise

from sqlalchemy import or_, select

from marketplace.kernel.db import rows
from marketplace.rules.models import Rule


def broken() -> Iterator[str]:
    """Yield a sentence for each day on which two rules of a code hold, or none does that nobody meant (R26.1)."""
    held = select(Rule.id, Rule.code, Rule.valid_from, Rule.valid_to, Rule.ended).where(
        or_(Rule.valid_to.is_(None), Rule.valid_to > Rule.valid_from)
    )
    found = rows(held.order_by(Rule.code, Rule.valid_from, Rule.id))
    for code, those in groupby(found, key=lambda row: row.code):
        for one, then in pairwise(those):
            if one.valid_to is None or one.valid_to > then.valid_from:
                yield f"rules: on {then.valid_from} two rules of {code} hold: {one.id} and {then.id}"
            elif one.valid_to < then.valid_from and not one.ended:
                yield f"rules: from {one.valid_to} to {then.valid_from} no rule of {code} holds, and nobody meant it"
