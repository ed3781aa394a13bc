"""The manifest of rules."""

from pathlib import Path

from marketplace.kernel.plugin import Plugin
from marketplace.kernel.slots import references, verifiers
from marketplace.kernel.words import _
from marketplace.rules import commands, models, policies, queries, services

HERE = Path(__file__).parent

plugin = Plugin(
    name="rules",
    label=_("Rates and limits"),
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    commands=(commands.listed, commands.set_rule, commands.end_rule, commands.holidays, commands.set_holiday),
    permissions=policies.ALL,
    fills=(references(services.load_rules), references(services.load_holidays), verifiers(queries.broken)),
)
