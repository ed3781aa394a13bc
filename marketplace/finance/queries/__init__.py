"""What sellers and officers read about money."""

from marketplace.finance.queries.checking import Checks, checks
from marketplace.finance.queries.desk import Desk, desk, waiting_count
from marketplace.finance.queries.holdups import Holdup
from marketplace.finance.queries.letters import account_context, team
from marketplace.finance.queries.movements import Movement, Movements, Preview, movement, movements, preview, sheet
from marketplace.finance.queries.overview import Overview, overview
from marketplace.finance.queries.report import Report, report
from marketplace.finance.queries.reviewing import CAUSES, RETURNED, SETTLE, Review, Reviews, review, reviews
from marketplace.finance.queries.sale import Why, why
from marketplace.finance.queries.statement import (
    Period,
    Row,
    Statement,
    csv_rows,
    latest,
    payee_of,
    period,
    statement,
    within,
)
from marketplace.finance.queries.turnover import Mark, all_marks, shop_team, turnover_context, warned

__all__ = [
    "CAUSES",
    "RETURNED",
    "SETTLE",
    "Checks",
    "Desk",
    "Holdup",
    "Mark",
    "Movement",
    "Movements",
    "Overview",
    "Period",
    "Preview",
    "Report",
    "Review",
    "Reviews",
    "Row",
    "Statement",
    "Why",
    "account_context",
    "all_marks",
    "checks",
    "csv_rows",
    "desk",
    "latest",
    "movement",
    "movements",
    "overview",
    "payee_of",
    "period",
    "preview",
    "report",
    "review",
    "reviews",
    "sheet",
    "shop_team",
    "statement",
    "team",
    "turnover_context",
    "waiting_count",
    "warned",
    "why",
    "within",
]
