"""The manifest of e-order."""

from pathlib import Path

from marketplace.eorder import commands, events, models, policies, queries, services, views
from marketplace.kernel.plugin import Plugin
from marketplace.kernel.slots import references, verifiers
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
    commands=(
        commands.load,
        commands.methods,
        commands.set_method,
        commands.ceilings,
        commands.set_ceiling,
    ),
    permissions=policies.ALL,
    emits=(events.OrderMoved, events.RequestMoved, events.ValueAccepted, events.OrderPaid),
    fills=(
        references(services.load_rules),
        verifiers(queries.rulebook_broken),
        verifiers(queries.comparisons_broken),
    ),
)
