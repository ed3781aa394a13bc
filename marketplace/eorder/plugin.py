"""The manifest of e-order."""

from pathlib import Path

from marketplace.eorder import events, models, policies, queries, views
from marketplace.kernel.plugin import Plugin
from marketplace.kernel.words import _
from marketplace.media.slots import PictureUse, uses

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
    fills=(uses(PictureUse("eorder", queries.photo_used)),),
    emits=(events.OrderMoved, events.RequestMoved, events.ValueAccepted, events.OrderPaid),
)
