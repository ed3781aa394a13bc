"""The manifest of the wishlist."""

from datetime import timedelta
from pathlib import Path

from marketplace.accounts.slots import arrivals
from marketplace.catalog.slots import ProductSection, card_keep, product_actions
from marketplace.kernel.plugin import Plugin, Schedule
from marketplace.kernel.slots import NavItem, PersonalData, facts, nav, personal_data, verifiers
from marketplace.kernel.words import _
from marketplace.notifications.slots import Notice, notices
from marketplace.wishlist import events, models, queries, services, tasks, views

HERE = Path(__file__).parent
KEPT = _("Kept for later")

plugin = Plugin(
    name="wishlist",
    label=KEPT,
    requires=("accounts", "catalog", "notifications"),
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    blueprints=(views.bp,),
    emits=(events.AlertAsked, events.AlertWaits, events.BackInStock, events.ManyAreBack),
    handles=tasks.HANDLES,
    schedule={
        "wishlist.sweep_wishes": Schedule(timedelta(hours=12), services.sweep_wishes),
        "wishlist.sweep_alerts": Schedule(timedelta(hours=1), services.sweep_alerts),
    },
    fills=(
        arrivals(services.adopt),
        product_actions(ProductSection("wishlist/actions.html", lambda _product_id: {})),
        card_keep(views.wishes.ADDRESS),
        nav(NavItem(label=KEPT, endpoint="wishlist.index", shell="akun", icon="heart", order=20)),
        nav(NavItem(label=KEPT, endpoint="wishlist.index", place="foot", order=15)),
        notices(Notice(events.AlertAsked, queries.asked_recipient, "wishlist/mail/confirm", queries.confirm_context)),
        notices(Notice(events.BackInStock, queries.told_recipient, "wishlist/mail/back", queries.back_context)),
        personal_data(PersonalData(queries.export_person, services.erase_person)),
        verifiers(queries.broken),
        facts(("alerts", queries.alert_facts)),
    ),
    settings={"WISHES": 200},
)
