"""The manifest of dashboard."""

from pathlib import Path

from marketplace.dashboard import policies, views
from marketplace.dashboard.slots import Figure, figures
from marketplace.kernel import outbox
from marketplace.kernel.plugin import Plugin
from marketplace.kernel.slots import NavItem, nav
from marketplace.kernel.words import _

HERE = Path(__file__).parent
START = _("Start")
# What failed for days and waits for a person: `jkp verify` names each, `jkp relay --again` lets it begin anew.
ASIDE = Figure(shell="admin", label=_("Messages set aside"), value=lambda _actor: outbox.set_aside(), order=90)

plugin = Plugin(
    name="dashboard",
    label=_("Desks"),
    translations=HERE / "translations",
    blueprints=(views.bp,),
    permissions=policies.ALL,
    fills=(
        figures(ASIDE),
        nav(
            NavItem(
                label=START,
                endpoint="dashboard.lapak",
                shell="lapak",
                place="tabs",
                icon="house",
                order=10,
                needs=policies.SELL,
            )
        ),
        nav(
            NavItem(
                label=START,
                endpoint="dashboard.program",
                shell="program",
                place="rail",
                icon="house",
                order=10,
                needs=policies.OFFICER,
            )
        ),
        nav(
            NavItem(
                label=START,
                endpoint="dashboard.admin",
                shell="admin",
                place="rail",
                icon="house",
                order=10,
                needs=policies.ADMIN,
            )
        ),
    ),
)
