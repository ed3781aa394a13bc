"""What is public of the city's buying."""

from marketplace.transparency.queries.feed import MOST, compiled, newer, record, released, years
from marketplace.transparency.queries.ocds import LICENSE, VERSION, body, tags
from marketplace.transparency.queries.sums import Open, Promptness, Row, of_year, through

__all__ = [
    "LICENSE",
    "MOST",
    "VERSION",
    "Open",
    "Promptness",
    "Row",
    "body",
    "compiled",
    "newer",
    "of_year",
    "record",
    "released",
    "tags",
    "through",
    "years",
]
