"""The manifest of p3dn."""

from datetime import timedelta
from pathlib import Path

from marketplace.catalog.slots import ProductField, ProductSection, described, product_fields, product_sections
from marketplace.dashboard.slots import Tile, tiles
from marketplace.kernel.plugin import Plugin, Schedule
from marketplace.kernel.slots import Demo, NavItem, demos, nav, references, verifiers
from marketplace.kernel.words import _
from marketplace.notifications.slots import Notice, notices
from marketplace.p3dn import demo, events, models, policies, queries, services, tasks, views
from marketplace.p3dn.queries import facts, letters, showing

HERE = Path(__file__).parent
LOCAL = _("Local content")

plugin = Plugin(
    name="p3dn",
    label=_("Local content (P3DN)"),
    requires=("accounts", "catalog", "dashboard", "media", "notifications", "offices", "rules", "sellers"),
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    blueprints=(views.bp,),
    permissions=policies.ALL,
    emits=(events.CertificateDecided, events.CertificateEnds, events.ReportAsked, events.RungMoved),
    handles=tasks.HANDLES,
    schedule={"p3dn.turn_of_the_day": Schedule(timedelta(minutes=10), services.turn_of_the_day)},
    fills=(
        demos(Demo(demo.plant)),
        described(services.described),
        references(services.load_policies),
        references(services.load_targets),
        verifiers(queries.broken),
        product_fields(
            ProductField(
                name="certified",
                kind="flag",
                label=_("With TKDN certificate"),
                values=facts.certified_now,
                facet=True,
                query_key="tkdn",
                follows={events.RungMoved: lambda event: (event.product_id,)},
            )
        ),
        product_sections(ProductSection("p3dn/section.html", showing.section)),
        nav(
            NavItem(
                label=LOCAL,
                endpoint="p3dn.own",
                shell="lapak",
                place="rail",
                icon="badge-check",
                order=83,
                needs=policies.STATE,
            )
        ),
        nav(
            NavItem(
                label=_("At a glance"),
                endpoint="p3dn.index",
                shell="p3dn",
                place="rail",
                icon="chart-column",
                order=10,
                needs=policies.READ,
            )
        ),
        nav(
            NavItem(
                label=_("Lines of accepted value"),
                endpoint="p3dn.transactions",
                shell="p3dn",
                place="rail",
                icon="list",
                order=20,
                needs=policies.READ,
            )
        ),
        nav(
            NavItem(
                label=_("Sealed reports"),
                endpoint="p3dn.reports",
                shell="p3dn",
                place="rail",
                icon="file-text",
                order=30,
                needs=policies.READ,
            )
        ),
        nav(
            NavItem(
                label=_("Policy and targets"),
                endpoint="p3dn.rules",
                shell="p3dn",
                place="rail",
                icon="landmark",
                order=50,
                needs=policies.READ,
            )
        ),
        nav(
            NavItem(
                label=LOCAL,
                endpoint="p3dn.index",
                shell="pengadaan",
                place="rail",
                icon="badge-check",
                order=75,
                needs=policies.READ,
            )
        ),
        nav(
            NavItem(
                label=_("Certificates"),
                endpoint="p3dn.desk",
                shell="p3dn",
                place="rail",
                icon="badge-check",
                order=40,
                needs=policies.CHECK,
            )
        ),
        nav(
            NavItem(
                label=LOCAL,
                endpoint="p3dn.desk",
                shell="program",
                place="rail",
                icon="badge-check",
                order=50,
                needs=policies.CHECK,
            )
        ),
        tiles(
            Tile(
                shell="program",
                label=_("Certificates to check"),
                count=facts.waiting_count,
                endpoint="p3dn.desk",
                order=40,
                icon="badge-check",
            )
        ),
        notices(Notice(events.CertificateDecided, letters.team, "p3dn/mail/decided", letters.context)),
        notices(Notice(events.CertificateEnds, letters.team, "p3dn/mail/ends", letters.context)),
    ),
)
