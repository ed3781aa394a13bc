"""The manifest of e-order."""

from datetime import timedelta
from pathlib import Path

from marketplace.dashboard.slots import Tile, tiles
from marketplace.documents.slots import layouts
from marketplace.eorder import (
    commands,
    events,
    letters,
    letters_requests,
    models,
    money_letters,
    papers,
    policies,
    queries,
    services,
    tasks,
    views,
)
from marketplace.eorder.queries import received
from marketplace.eorder.queries.flag_local import LOWER_RUNG
from marketplace.eorder.services.recording import SOURCE
from marketplace.eorder.slots import flags
from marketplace.finance.slots import receivables, turnover
from marketplace.kernel.plugin import Plugin, Schedule
from marketplace.kernel.slots import NavItem, PersonalData, nav, personal_data, references, verifiers
from marketplace.kernel.words import _
from marketplace.media.slots import PictureUse, uses
from marketplace.notifications.slots import notices
from marketplace.offices.slots import causes, purposes
from marketplace.p3dn.slots import openers
from marketplace.reviews.slots import Receipts, receipts

HERE = Path(__file__).parent

plugin = Plugin(
    name="eorder",
    label=_("e-Order"),
    requires=(
        "accounts",
        "catalog",
        "dashboard",
        "delivery",
        "documents",
        "finance",
        "media",
        "notifications",
        "offices",
        "orders",
        "p3dn",
        "payments",
        "reviews",
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
    fills=(
        purposes(queries.purposes_of),
        causes(queries.cause_said),
        nav(
            NavItem(
                label=_("To do"), endpoint="eorder.inbox", shell="pengadaan", place="tabs", icon="list", order=10,
                needs=policies.READ,
            )
        ),
        nav(
            NavItem(
                label=_("Needs"), endpoint="eorder.needs", shell="pengadaan", place="tabs", icon="receipt-text", order=20,
                needs=policies.READ,
            )
        ),
        nav(
            NavItem(
                label=_("Rules of the day"), endpoint="eorder.rules", shell="pengadaan", place="rail", icon="landmark",
                order=90, needs=policies.READ,
            )
        ),
        nav(
            NavItem(
                label=_("Orders"), endpoint="eorder.index", shell="pengadaan", place="tabs", icon="package", order=30,
                needs=policies.READ,
            )
        ),
        nav(
            NavItem(
                label=_("Offices"), endpoint="eorder.shop_index", shell="lapak", place="rail", icon="landmark", order=25,
                needs=policies.ANSWER,
            )
        ),
        nav(
            NavItem(
                label=_("Report of spending"), endpoint="eorder.report", shell="pengadaan", place="rail", icon="file-text",
                order=60, needs=policies.READ,
            )
        ),
        nav(
            NavItem(
                label=_("End of year"), endpoint="eorder.closing_year", shell="pengadaan", place="rail", icon="calendar-days",
                order=65, needs=policies.READ,
            )
        ),
        nav(
            NavItem(
                label=_("Audit"), endpoint="eorder.audit", shell="pengadaan", place="rail", icon="shield-check", order=80,
                needs=policies.AUDIT,
            )
        ),
        nav(
            NavItem(
                label=_("Audit"), endpoint="eorder.audit", shell="p3dn", place="rail", icon="shield-check", order=80,
                needs=policies.AUDIT,
            )
        ),
        nav(
            NavItem(
                label=_("Orders of offices"), endpoint="eorder.index", shell="p3dn", place="rail", icon="package", order=85,
                needs=policies.READ,
            )
        ),
        tiles(
            Tile(
                shell="lapak", label=_("Offices wait for you"), count=queries.shop_count, endpoint="eorder.shop_index",
                order=12, icon="landmark",
            )
        ),
        *(layouts(one) for one in papers.LAYOUTS),
        *(notices(one) for one in letters.NOTICES),
        *(flags(one) for one in queries.FLAGS),
        flags(LOWER_RUNG),
        openers((SOURCE, lambda code: f"/pengadaan/pesanan/{code}")),
        *(notices(one) for one in letters_requests.NOTICES),
        personal_data(PersonalData(queries.export_person, services.erase_person)),
        references(services.load_rules),
        references(services.count_earlier),
        uses(PictureUse("eorder", queries.photo_used)),
        receipts(
            Receipts(
                key=received.KEY, open=received.received, token=received.no_token, genuine=received.genuine,
                of_person=received.of_person, reach=received.reach,
            )
        ),
        verifiers(queries.rulebook_broken),
        verifiers(queries.comparisons_broken),
        verifiers(queries.money_broken),
        receivables(queries.receivables),
        turnover(queries.sold),
        *(notices(one) for one in money_letters.NOTICES),
    ),
    handles=tasks.HANDLES,
    emits=(
        events.OrderMoved,
        events.RequestMoved,
        events.NeedDropped,
        events.ValueAccepted,
        events.OrderPaid,
        events.TurnNudged,
        events.PaymentLate,
        events.TaxPapersAsked,
    ),
    settings={"UMK_TARGET_PERCENT": 40, "PDN_TARGET_PERCENT": 95},
    schedule={
        "eorder.deadlines": Schedule(timedelta(minutes=1), services.deadlines),
        "eorder.unpaid": Schedule(timedelta(hours=1), services.dun_unpaid),
        "eorder.flags": Schedule(timedelta(days=1), services.look_again),
    },
)  # fmt: skip
