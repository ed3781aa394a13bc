"""What others may read of rules, and the sums that they are for."""

from marketplace.rules.queries.book import Book, Rule, forget, rule, rules, rules_by_id, timeline
from marketplace.rules.queries.checks import broken
from marketplace.rules.queries.sums import FinalTax, charged, final_tax, inside, on_top, stamp

__all__ = [
    "Book",
    "FinalTax",
    "Rule",
    "broken",
    "charged",
    "final_tax",
    "forget",
    "inside",
    "on_top",
    "rule",
    "rules",
    "rules_by_id",
    "stamp",
    "timeline",
]
