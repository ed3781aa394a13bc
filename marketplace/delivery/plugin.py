"""The manifest of delivery."""

from pathlib import Path

from marketplace.delivery import demo, events, models, queries, services, views
from marketplace.kernel.plugin import Plugin
from marketplace.kernel.slots import Demo, NavItem, demos, nav, references, verifiers
from marketplace.kernel.words import _
from marketplace.sellers.policies import MANAGE

HERE = Path(__file__).parent

plugin = Plugin(
    name="delivery",
    label=_("Delivery"),
    requires=("accounts", "sellers"),
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    blueprints=(views.bp,),
    emits=(events.DayFilled,),
    settings={"OWN_DELIVERY_IDR": 10_000},
    fills=(
        references(services.load),
        verifiers(queries.broken),
        demos(Demo(demo.plant)),
        nav(
            NavItem(
                label=_("Delivery"), endpoint="delivery.settings", shell="lapak", place="rail", icon="truck", order=75,
                needs=MANAGE,
            )
        ),
    ),
)  # fmt: skip
