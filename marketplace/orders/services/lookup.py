"""Guests who look for their order by code and four digits, and those who guess (P09)."""

from datetime import timedelta

from marketplace.kernel import limits
from marketplace.kernel.errors import Invalid
from marketplace.kernel.ids import token_hash
from marketplace.kernel.words import _
from marketplace.orders import queries
from marketplace.orders.queries.orders import plain_code

WRONG_TRIES, WITHIN = 10, timedelta(minutes=10)
BY_PLACE, BY_CODE = "orders.lookup", "orders.lookup_code"


def look_up(code: str, digits: str, *, who: str) -> queries.OrderPage:
    """Return the masked state of an order; ``who`` is a hash of where the question comes from.

    A wrong pair and an unknown code are the same Invalid. Ten of them within ten minutes, from one place or for one
    code, are answered with TooMany.
    """
    asked = token_hash(plain_code(code))
    tries = [limits.Try(name, key, WRONG_TRIES, WITHIN) for name, key in ((BY_PLACE, who), (BY_CODE, asked))]
    limits.take(*tries)
    found = queries.looked_up(code, digits)
    if found is None:
        raise Invalid({"": _("We found no order with this code and these digits. Check both and try again.")})
    limits.give_back(*tries)
    return found
