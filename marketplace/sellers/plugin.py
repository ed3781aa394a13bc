"""The manifest of sellers."""

from pathlib import Path

from marketplace.accounts.slots import Scope, scopes
from marketplace.dashboard.slots import Tile, tiles
from marketplace.kernel.plugin import Plugin
from marketplace.kernel.slots import Demo, NavItem, PersonalData, demos, nav, personal_data
from marketplace.kernel.words import _
from marketplace.sellers import commands, demo, events, models, policies, queries, services, views

HERE = Path(__file__).parent

plugin = Plugin(
    name="sellers",
    label=_("Shops"),
    requires=("accounts", "dashboard", "media", "rules"),
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    blueprints=(views.bp,),
    commands=(commands.trust, commands.suspend, commands.resume),
    permissions=policies.ALL,
    emits=(events.SellerChanged,),
    fills=(
        nav(
            NavItem(
                label=_("Shop"), endpoint="sellers.edit", shell="lapak", place="tabs", icon="store", order=80,
                needs=policies.MANAGE,
            )
        ),
        nav(
            NavItem(
                label=_("Shops to check"), endpoint="sellers.waiting", shell="admin", place="rail", icon="store", order=30,
                needs=policies.CHECK,
            )
        ),
        nav(
            NavItem(
                label=_("Shop papers"), endpoint="sellers.papers", shell="lapak", place="rail", icon="file-text", order=82,
                needs=policies.MANAGE,
            )
        ),
        nav(
            NavItem(
                label=_("Papers to check"), endpoint="sellers.papers_to_check", shell="admin", place="rail",
                icon="file-text", order=31, needs=policies.CHECK,
            )
        ),
        nav(NavItem(label=_("Open a shop"), endpoint="sellers.start", shell="akun", icon="store", order=60)),
        tiles(
            Tile(
                shell="admin", label=_("Shops to check"), count=queries.waiting_count, endpoint="sellers.waiting", order=20
            )
        ),
        tiles(
            Tile(
                shell="admin", label=_("Papers to check"), count=queries.papers_waiting, endpoint="sellers.papers_to_check",
                order=21,
            )
        ),
        scopes(Scope(policies.SCOPE, queries.seller_scope)),
        demos(Demo(demo.plant)),
        personal_data(PersonalData(queries.export_owner, services.forget_owner)),
    ),
)  # fmt: skip
