"""The manifest of offices."""

from pathlib import Path

from marketplace.kernel.plugin import Plugin
from marketplace.kernel.slots import verifiers
from marketplace.kernel.words import _
from marketplace.offices import models, policies, queries

HERE = Path(__file__).parent

plugin = Plugin(
    name="offices",
    label=_("Offices"),
    requires=("accounts",),
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    permissions=policies.ALL,
    fills=(verifiers(queries.broken),),
)
