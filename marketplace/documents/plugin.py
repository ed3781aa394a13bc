"""The manifest of documents."""

from pathlib import Path

from marketplace.documents import commands, events, models, queries, services, tasks, views
from marketplace.kernel.plugin import Plugin
from marketplace.kernel.slots import PersonalData, facts, personal_data, verifiers
from marketplace.kernel.words import _

HERE = Path(__file__).parent


plugin = Plugin(
    name="documents",
    label=_("Papers"),
    requires=("media", "rules"),
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    blueprints=(views.bp,),
    commands=(commands.check,),
    emits=(events.PaperIssued,),
    handles=tasks.HANDLES,
    fills=(
        personal_data(PersonalData(queries.export_person, services.erase_person)),
        verifiers(queries.broken),
        facts(("documents", queries.document_facts)),
    ),
)
