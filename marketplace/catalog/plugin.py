"""The manifest of the catalogue."""

from datetime import timedelta
from pathlib import Path

from marketplace.catalog import demo, events, index, models, policies, queries, services, tasks, views
from marketplace.catalog.queries import checks
from marketplace.dashboard.slots import Tile, tiles
from marketplace.kernel.plugin import Plugin, Schedule
from marketplace.kernel.slots import Demo, NavItem, demos, facts, nav, reapers, references, verifiers
from marketplace.kernel.words import _
from marketplace.sellers.events import SellerChanged
from search.slots import indexes

HERE = Path(__file__).parent

plugin = Plugin(
    name="catalog",
    label=_("Catalogue"),
    requires=("accounts", "dashboard", "media", "search", "sellers"),
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    blueprints=(views.bp,),
    permissions=policies.ALL,
    emits=(events.ProductChanged, events.StockChanged, events.CatalogPlanted),
    handles={SellerChanged: (tasks.follow_seller,)},
    schedule={"catalog.reap": Schedule(timedelta(seconds=30), services.reap)},
    fills=(
        indexes(index.products),
        nav(NavItem(label=_("Home"), endpoint="catalog.home", place="tabs", icon="house", order=10)),
        nav(NavItem(label=_("Categories"), endpoint="catalog.categories", place="tabs", icon="layout-grid", order=20)),
        nav(NavItem(label=_("Categories"), endpoint="catalog.categories", place="top", order=10)),
        nav(NavItem(label=_("All products"), endpoint="catalog.search", place="top", order=20)),
        nav(NavItem(label=_("All products"), endpoint="catalog.search", place="foot", order=10)),
        nav(
            NavItem(  # noqa: S604 - a shell of pages
                label=_("Products to review"),
                endpoint="catalog.review",
                shell="admin",
                place="rail",
                icon="badge-check",
                order=20,
                needs=policies.REVIEW,
            )
        ),
        tiles(
            Tile(  # noqa: S604 - a shell of pages
                shell="admin",
                label=_("Products to review"),
                count=queries.waiting_count,
                endpoint="catalog.review",
                order=20,
                icon="badge-check",
            )
        ),
        references(demo.load_reference),
        demos(Demo(demo.plant)),
        verifiers(checks.broken),
        facts(("stock", checks.stock_facts)),
        facts(("stock_moves", checks.move_facts)),
        facts(("reservations", checks.reservation_facts)),
        facts(("products", checks.product_facts)),
        reapers(services.reap),
    ),
    settings={"HALAL_IN_PROCESS_SHOWN": False},
)
