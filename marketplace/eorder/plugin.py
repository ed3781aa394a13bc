"""The manifest of e-order."""

from datetime import timedelta
from pathlib import Path

from marketplace.eorder import events, models, policies, services, views
from marketplace.kernel.plugin import Plugin, Schedule
from marketplace.kernel.words import _

HERE = Path(__file__).parent

plugin = Plugin(
    name="eorder",
    label=_("e-Order"),
    requires=(
        "accounts",
        "catalog",
        "delivery",
        "documents",
        "media",
        "notifications",
        "offices",
        "orders",
        "rules",
        "sellers",
    ),
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    blueprints=(views.bp,),
    permissions=policies.ALL,
    emits=(events.OrderMoved, events.RequestMoved, events.ValueAccepted, events.OrderPaid, events.TurnNudged),
    schedule={"eorder.deadlines": Schedule(timedelta(minutes=1), services.deadlines)},
)
