"""The manifest of offices."""

from pathlib import Path

from marketplace.kernel.plugin import Plugin
from marketplace.kernel.slots import PersonalData, personal_data, references, verifiers
from marketplace.kernel.words import _
from marketplace.offices import events, models, policies, queries, services

HERE = Path(__file__).parent

plugin = Plugin(
    name="offices",
    label=_("Offices"),
    requires=("accounts",),
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    permissions=policies.ALL,
    emits=(events.MandateBegan, events.MandateEnding, events.MandateEnded),
    fills=(
        references(services.load_pairs),
        personal_data(PersonalData(queries.export_person, services.erase_person)),
        verifiers(queries.broken),
    ),
    settings={"MANDATE_DAYS": 90},
)
