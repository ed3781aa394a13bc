"""The manifest of notifications."""

from pathlib import Path

from marketplace.kernel.plugin import Plugin
from marketplace.kernel.slots import (
    Fragment,
    NavItem,
    PersonalData,
    facts,
    fragments,
    nav,
    personal_data,
    verifiers,
)
from marketplace.kernel.words import _
from marketplace.notifications import events, models, policies, queries, services, tasks, views
from marketplace.notifications.adapters import Inbox, Mail, Webhook
from marketplace.notifications.slots import channels

HERE = Path(__file__).parent
LABEL = _("Notifications")

plugin = Plugin(
    name="notifications",
    label=LABEL,
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    blueprints=(views.bp,),
    schedule=tasks.SCHEDULE,
    permissions=policies.ALL,
    emits=(events.WatchDue, events.Escalated, events.ResendAsked),
    derives=tasks.handlers,
    fills=(
        channels(Inbox()),
        channels(Mail()),
        channels(Webhook()),
        fragments(Fragment("inbox", queries.badge)),
        nav(NavItem(label=LABEL, endpoint="notifications.inbox", shell="akun", icon="bell", order=20)),
        nav(
            NavItem(
                label=_("What we tell you, and how"),
                endpoint="notifications.choices",
                shell="akun",
                icon="sliders-horizontal",
                order=80,
            )
        ),
        nav(
            NavItem(
                label=_("Delivery log"),
                endpoint="notifications.log",
                shell="program",
                place="rail",
                icon="bell",
                order=80,
                needs=policies.LOG,
            )
        ),
        verifiers(queries.broken),
        facts(("mails", queries.mail_facts)),
        facts(("notifications", queries.notification_facts)),
        facts(("watches", queries.watch_facts)),
        personal_data(PersonalData(queries.export_person, services.erase_person)),
    ),
    settings={
        "SMTP_URL": "",
        "MAIL_FROM": "Jakpreneur <jangan-balas@jakpreneur.example>",
        "WHATSAPP_WEBHOOK": "",
        "WHATSAPP_SECRET": "",
    },
)
