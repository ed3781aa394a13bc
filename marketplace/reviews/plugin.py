"""The manifest of reviews."""

from pathlib import Path

from marketplace.accounts.slots import Glance, glances
from marketplace.catalog.slots import (
    ProductField,
    ProductSection,
    ShopLink,
    product_fields,
    product_sections,
    shop_links,
)
from marketplace.dashboard.slots import Tile, tiles
from marketplace.kernel.plugin import Plugin
from marketplace.kernel.slots import NavItem, PersonalData, facts, nav, personal_data, verifiers
from marketplace.kernel.words import _
from marketplace.media.slots import PictureUse, uses
from marketplace.notifications.slots import Notice, notices
from marketplace.reviews import events, models, policies, queries, services, views
from marketplace.reviews.queries.receipts import newest
from marketplace.sellers.policies import MANAGE

HERE = Path(__file__).parent
REVIEWS = _("Reviews")

plugin = Plugin(
    name="reviews",
    label=REVIEWS,
    requires=("accounts", "catalog", "dashboard", "media", "notifications", "sellers"),
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    blueprints=(views.bp,),
    permissions=policies.ALL,
    emits=(
        events.Reviewed,
        events.ReviewAnswered,
        events.ReviewReported,
        events.ReviewDecided,
        events.RatingMoved,
    ),
    fills=(
        product_sections(ProductSection("reviews/section.html", queries.section)),
        shop_links(ShopLink(_("Reviews of buyers"), "star", "/ulasan")),
        product_fields(
            ProductField(
                name="rated",
                kind="flag",
                label=_("Rated 4 stars and up"),
                values=queries.rated_well,
                facet=True,
                query_key="nilai",
                follows={events.RatingMoved: lambda event: (event.product_id,)},
            )
        ),
        uses(PictureUse("review", queries.shown)),
        glances(Glance(_("What you said last"), "reviews.own", newest, icon="star")),
        nav(NavItem(label=_("Your reviews"), endpoint="reviews.own", shell="akun", icon="star", order=30)),
        nav(
            NavItem(
                label=REVIEWS,
                endpoint="reviews.team",
                shell="lapak",
                place="rail",
                icon="star",
                order=60,
                needs=MANAGE,
            )
        ),
        nav(
            NavItem(
                label=_("Reported reviews"),
                endpoint="reviews.moderation",
                shell="program",
                place="rail",
                icon="flag",
                order=40,
                needs=policies.MODERATE,
            )
        ),
        tiles(
            Tile(
                shell="lapak",
                label=_("Reviews without an answer"),
                count=queries.unanswered,
                endpoint="reviews.team",
                order=60,
                icon="message-circle",
            )
        ),
        tiles(
            Tile(
                shell="program",
                label=_("Reported reviews"),
                count=queries.reported_count,
                endpoint="reviews.moderation",
                order=30,
                icon="flag",
            )
        ),
        notices(Notice(events.Reviewed, queries.team, "reviews/mail/new", queries.context)),
        notices(Notice(events.ReviewAnswered, queries.writer, "reviews/mail/answered", queries.context)),
        notices(Notice(events.ReviewReported, queries.desk, "reviews/mail/reported", queries.context)),
        notices(Notice(events.ReviewDecided, queries.writer, "reviews/mail/decided", queries.context)),
        notices(Notice(events.ReviewDecided, queries.team, "reviews/mail/decided_shop", queries.context)),
        personal_data(PersonalData(queries.export_person, services.erase_person)),
        verifiers(queries.broken),
        facts(("reviews", queries.review_facts)),
    ),
)
