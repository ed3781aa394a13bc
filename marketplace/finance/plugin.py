"""The manifest of finance."""

from datetime import timedelta
from pathlib import Path

from marketplace.dashboard.slots import Tile, tiles
from marketplace.finance import events, letters, models, queries, services, views
from marketplace.kernel.plugin import Plugin, Schedule
from marketplace.kernel.slots import NavItem, nav
from marketplace.kernel.words import _
from marketplace.notifications.slots import Notice, notices
from marketplace.payments import policies
from marketplace.payments.events import BankAccountGiven
from marketplace.sellers.policies import MANAGE

HERE = Path(__file__).parent
MONEY = _("Money")

plugin = Plugin(
    name="finance",
    label=MONEY,
    requires=("accounts", "dashboard", "notifications", "orders", "payments", "rules", "sellers"),
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    blueprints=(views.bp,),
    emits=(events.TurnoverReached,),
    schedule={
        "finance.turnover": Schedule(timedelta(hours=1), services.warn_of_turnover),
        "finance.sweep_sheets": Schedule(timedelta(hours=1), services.sweep_sheets),
    },
    fills=(
        *(notices(one) for one in letters.NOTICES),
        nav(
            NavItem(
                label=MONEY, endpoint="finance.money", shell="lapak", place="tabs", icon="wallet", order=60, needs=MANAGE
            )
        ),
        nav(
            NavItem(
                label=_("Books"), endpoint="finance.report", shell="lapak", place="rail", icon="chart-column", order=70,
                needs=MANAGE,
            )
        ),
        nav(
            NavItem(
                label=_("Payouts"), endpoint="finance.desk", shell="admin", place="rail", icon="wallet", order=40,
                needs=policies.MANAGE,
            )
        ),
        notices(Notice(BankAccountGiven, queries.team, "finance/mail/account_given", queries.account_context)),
        tiles(
            Tile(
                shell="admin", label=_("Payouts that wait"), count=queries.waiting_count, endpoint="finance.desk", order=30,
                icon="wallet",
            )
        ),
    ),
)  # fmt: skip
