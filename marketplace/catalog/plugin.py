"""The manifest of the catalogue."""

from datetime import timedelta
from pathlib import Path

from marketplace.api.slots import resources
from marketplace.catalog import api, commands, demo, events, index, models, policies, queries, services, tasks, views
from marketplace.catalog.queries import checks
from marketplace.catalog.queries.pictures import shown
from marketplace.catalog.queries.shelf import low_count
from marketplace.dashboard.slots import Tile, tiles
from marketplace.kernel.plugin import Plugin, Schedule
from marketplace.kernel.slots import Demo, NavItem, demos, facts, nav, reapers, references, verifiers
from marketplace.kernel.words import _
from marketplace.media.slots import PictureUse, uses
from marketplace.sellers.events import SellerChanged
from marketplace.sellers.policies import MANAGE
from search.slots import indexes

HERE = Path(__file__).parent

plugin = Plugin(
    name="catalog",
    label=_("Catalogue"),
    requires=("accounts", "api", "dashboard", "media", "search", "sellers"),
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    blueprints=(views.bp, api.bp),
    commands=(commands.import_products, commands.art),
    permissions=policies.ALL,
    emits=(events.ProductChanged, events.StockChanged, events.CatalogPlanted),
    handles={SellerChanged: (tasks.follow_seller,)},
    schedule={"catalog.reap": Schedule(timedelta(seconds=30), services.reap)},
    fills=(
        indexes(index.products),
        uses(PictureUse("seller", shown)),
        resources(api.resource),
        nav(NavItem(label=_("Home"), endpoint="catalog.home", place="tabs", icon="house", order=10)),
        nav(NavItem(label=_("Categories"), endpoint="catalog.categories", place="tabs", icon="layout-grid", order=20)),
        nav(NavItem(label=_("Categories"), endpoint="catalog.categories", place="top", order=10)),
        nav(NavItem(label=_("All products"), endpoint="catalog.search", place="top", order=20)),
        nav(NavItem(label=_("All products"), endpoint="catalog.search", place="foot", order=10)),
        nav(
            NavItem(
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
            Tile(
                shell="admin",
                label=_("Products to review"),
                count=queries.waiting_count,
                endpoint="catalog.review",
                order=20,
                icon="badge-check",
            )
        ),
        nav(
            NavItem(
                label=_("Add"),
                endpoint="catalog.lapak_new",
                shell="lapak",
                place="tabs",
                icon="plus",
                order=30,
                needs=MANAGE,
            )
        ),
        nav(
            NavItem(
                label=_("Products"),
                endpoint="catalog.lapak_products",
                shell="lapak",
                place="tabs",
                icon="package",
                order=40,
                needs=MANAGE,
            )
        ),
        tiles(
            Tile(
                shell="lapak",
                label=_("Products that need a fix"),
                count=queries.rejected_count,
                endpoint="catalog.lapak_products",
                keys={"tampil": "ditolak"},
                order=40,
                icon="pencil",
            )
        ),
        tiles(
            Tile(
                shell="lapak",
                label=_("Products that are sold out"),
                count=queries.sold_out_count,
                endpoint="catalog.lapak_products",
                keys={"tampil": "habis"},
                order=50,
                icon="boxes",
            )
        ),
        nav(
            NavItem(
                label=_("Stock"),
                endpoint="catalog.lapak_stock",
                shell="lapak",
                place="rail",
                icon="boxes",
                order=45,
                needs=MANAGE,
            )
        ),
        tiles(
            Tile(
                shell="lapak",
                label=_("Goods that are running low"),
                count=low_count,
                endpoint="catalog.lapak_stock",
                keys={"tampil": "menipis"},
                order=55,
                icon="boxes",
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
