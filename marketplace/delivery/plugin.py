"""The manifest of delivery."""

from pathlib import Path

from marketplace.delivery import demo, events, models, queries, services
from marketplace.kernel.plugin import Plugin
from marketplace.kernel.slots import Demo, demos, references, verifiers
from marketplace.kernel.words import _

HERE = Path(__file__).parent

plugin = Plugin(
    name="delivery",
    label=_("Delivery"),
    requires=("accounts", "sellers"),
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    emits=(events.DayFilled,),
    settings={"OWN_DELIVERY_IDR": 10_000},
    fills=(references(services.load), verifiers(queries.broken), demos(Demo(demo.plant))),
)
