"""The manifest of notifications."""

from pathlib import Path

from marketplace.kernel.plugin import Plugin
from marketplace.kernel.slots import facts, verifiers
from marketplace.kernel.words import _
from marketplace.notifications import models, queries, tasks

HERE = Path(__file__).parent

plugin = Plugin(
    name="notifications",
    label=_("Notifications"),
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    derives=tasks.handlers,
    fills=(
        verifiers(queries.broken),
        facts(("mails", queries.mail_facts)),
    ),
    settings={"SMTP_URL": "", "MAIL_FROM": "Jakpreneur <jangan-balas@jakpreneur.example>"},
)
