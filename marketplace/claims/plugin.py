"""The manifest of claims."""

from datetime import timedelta
from pathlib import Path

from marketplace.claims import demo, events, letters, models, policies, queries, services, tasks, views
from marketplace.dashboard.slots import Tile, tiles
from marketplace.kernel.plugin import Plugin, Schedule
from marketplace.kernel.slots import Demo, NavItem, PersonalData, demos, facts, nav, personal_data, verifiers
from marketplace.kernel.words import _
from marketplace.media.slots import PictureUse, uses
from marketplace.notifications.slots import notices
from marketplace.orders.policies import PREPARE
from marketplace.orders.slots import PartSection, SellerTab, Story, objections, part_sections, seller_tabs, stories

HERE = Path(__file__).parent
CLAIMS = _("Complaints")

plugin = Plugin(
    name="claims",
    label=CLAIMS,
    requires=(
        "accounts",
        "catalog",
        "dashboard",
        "media",
        "notifications",
        "orders",
        "payments",
        "reviews",
        "sellers",
    ),
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    blueprints=(views.bp,),
    permissions=policies.ALL,
    emits=(events.ClaimMoved, events.ClaimSaid, events.ClaimUnpaid),
    handles=tasks.HANDLES,
    schedule={"claims.deadlines": Schedule(timedelta(minutes=1), services.deadlines)},
    fills=(
        objections(queries.objected),
        stories(Story(queries.CLAIMS, queries.told_of_claim, queries.found_steps)),
        part_sections(PartSection("claims/_section.html", queries.beside_parts)),
        seller_tabs(SellerTab(CLAIMS, "claims.team", queries.team_count)),
        uses(PictureUse("claim", queries.used)),
        nav(
            NavItem(
                label=CLAIMS,
                endpoint="claims.team",
                shell="lapak",
                place="rail",
                icon="triangle-alert",
                order=55,
                needs=PREPARE,
            )
        ),
        nav(
            NavItem(
                label=CLAIMS,
                endpoint="claims.desk",
                shell="program",
                place="rail",
                icon="triangle-alert",
                order=35,
                needs=policies.DECIDE,
            )
        ),
        tiles(
            Tile(
                shell="lapak",
                label=_("Complaints to answer"),
                count=queries.team_count,
                endpoint="claims.team",
                order=15,
                icon="triangle-alert",
            )
        ),
        tiles(
            Tile(
                shell="program",
                label=_("Complaints to decide"),
                count=queries.desk_count,
                endpoint="claims.desk",
                order=20,
                icon="triangle-alert",
            )
        ),
        *(notices(one) for one in letters.NOTICES),
        personal_data(PersonalData(queries.export_person, services.erase_person)),
        verifiers(queries.broken),
        facts(("claims", queries.claim_facts)),
        demos(Demo(demo.plant)),
    ),
    settings={
        "CLAIM_ANSWER_HOURS": 48,
        "CLAIM_OFFER_HOURS": 72,
        "CLAIM_DECIDE_HOURS": 168,
        "CLAIM_RETURN_HOURS": 168,
        "CLAIM_CHECK_HOURS": 72,
        "CLAIM_REPLACE_HOURS": 72,
        "CLAIM_ARRIVE_HOURS": 168,
        "CLAIM_LATE_DAYS": 2,
        "CLAIM_PHOTOS": 6,
        "CLAIMS_OF_PART": 5,
    },
)
