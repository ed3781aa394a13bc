"""What sellers and officers read about money."""

from marketplace.finance.queries.desk import Desk, desk, waiting_count
from marketplace.finance.queries.holdups import Holdup
from marketplace.finance.queries.letters import account_context, team
from marketplace.finance.queries.overview import Overview, overview
from marketplace.finance.queries.report import Mark, Report, report
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

__all__ = [
    "Desk",
    "Holdup",
    "Mark",
    "Overview",
    "Period",
    "Report",
    "Row",
    "Statement",
    "Why",
    "account_context",
    "csv_rows",
    "desk",
    "latest",
    "overview",
    "payee_of",
    "period",
    "report",
    "statement",
    "team",
    "waiting_count",
    "why",
    "within",
]
