"""What others may read of rules, and the sums that they are for."""

from marketplace.rules.queries.book import Book, Rule, forget, rule, rules, rules_by_id, timeline
from marketplace.rules.queries.calendar import Calendar, Holiday, calendar, holidays
from marketplace.rules.queries.checks import broken
from marketplace.rules.queries.sums import FinalTax, charged, final_tax, inside, on_top, stamp
from marketplace.rules.queries.withholding import Bought, Proposal, Purchase, Taxpayer, Withheld, proposed

__all__ = [
    "Book",
    "Bought",
    "Calendar",
    "FinalTax",
    "Holiday",
    "Proposal",
    "Purchase",
    "Rule",
    "Taxpayer",
    "Withheld",
    "broken",
    "calendar",
    "charged",
    "final_tax",
    "forget",
    "holidays",
    "inside",
    "on_top",
    "proposed",
    "rule",
    "rules",
    "rules_by_id",
    "stamp",
    "timeline",
]
