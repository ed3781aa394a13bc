"""The manifest of offices."""

from datetime import timedelta
from pathlib import Path

from marketplace.accounts.slots import departures
from marketplace.kernel.plugin import Plugin, Schedule
from marketplace.kernel.slots import (
    Demo,
    NavItem,
    PersonalData,
    demos,
    facts,
    nav,
    personal_data,
    references,
    verifiers,
)
from marketplace.kernel.words import _
from marketplace.notifications.slots import notices
from marketplace.offices import commands, demo, events, letters, models, policies, queries, services, views

HERE = Path(__file__).parent

plugin = Plugin(
    name="offices",
    label=_("Offices"),
    requires=("accounts", "notifications"),
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    blueprints=(views.bp,),
    commands=(commands.import_table, commands.open_training),
    schedule={"offices.mandates": Schedule(timedelta(minutes=15), services.tell_days)},
    permissions=policies.ALL,
    emits=(events.MandateBegan, events.MandateEnding, events.MandateEnded, events.CommitmentCarried),
    fills=(
        nav(
            NavItem(
                label=_("Budget"),
                endpoint="offices.budget",
                shell="pengadaan",
                place="rail",
                icon="wallet",
                order=70,
                needs=policies.READ,
            )
        ),
        nav(
            NavItem(
                label=_("Packages"),
                endpoint="offices.plan",
                shell="pengadaan",
                place="rail",
                icon="boxes",
                order=75,
                needs=policies.READ,
            )
        ),
        nav(
            NavItem(
                label=_("Units and people"),
                endpoint="offices.unit_tree",
                shell="pengadaan",
                place="rail",
                icon="building-2",
                order=80,
                needs=policies.DEPUTISE,
            )
        ),
        nav(
            NavItem(
                label=_("Import"),
                endpoint="offices.ask_table",
                shell="pengadaan",
                place="rail",
                icon="upload",
                order=85,
                needs=policies.KEEP,
            )
        ),
        references(services.load_pairs),
        departures(lambda: queries.ROLE_COOKIE),
        personal_data(PersonalData(queries.export_person, services.erase_person)),
        *(notices(one) for one in letters.NOTICES),
        demos(Demo(demo.plant)),
        verifiers(queries.broken),
        facts(("budget", queries.budget_facts)),
    ),
    settings={"MANDATE_DAYS": 90},
)
