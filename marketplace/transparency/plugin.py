"""The manifest of transparency."""

from datetime import timedelta
from pathlib import Path

from marketplace.api.slots import resources
from marketplace.kernel.plugin import Plugin, Schedule
from marketplace.kernel.slots import NavItem, nav
from marketplace.kernel.words import _
from marketplace.transparency import api, models, services, tasks, views

HERE = Path(__file__).parent

plugin = Plugin(
    name="transparency",
    label=_("Transparency"),
    requires=("accounts", "api", "catalog", "eorder", "offices", "p3dn", "sellers"),
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    blueprints=(views.bp, api.bp),
    handles=tasks.HANDLES,
    schedule={"transparency.catch_up": Schedule(timedelta(minutes=2), services.publish_earlier)},
    settings={"OCID_PREFIX": "ocds-213czf", "PUBLISHER": "Jakpreneur, Pemerintah Provinsi DKI Jakarta"},
    fills=(
        resources(api.resource),
        nav(NavItem(label=_("Transparency"), endpoint="transparency.index", place="foot", order=60)),
    ),
)
