"""The manifest: a page, a table, a tile, a search field, a static file, an event of its own and one it hears."""

from pathlib import Path

from gift import events, models, queries, tasks, views
from marketplace.catalog.events import ProductChanged
from marketplace.catalog.slots import ProductField, product_fields
from marketplace.dashboard.slots import Tile, tiles
from marketplace.kernel.plugin import Plugin
from marketplace.kernel.slots import NavItem, nav
from marketplace.kernel.words import _

HERE = Path(__file__).parent

plugin = Plugin(
    name="gift",
    label=_("Gift wrapping"),
    requires=("catalog", "dashboard", "sellers"),
    models=models,
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    static=HERE / "static",
    blueprints=(views.bp,),
    emits=(events.WrapOffered,),
    handles={ProductChanged: (tasks.forget_what_is_not_sold,)},
    fills=(
        nav(NavItem(label=_("Gifts"), endpoint="gift.index", place="foot")),
        tiles(
            Tile(
                shell="lapak",
                label=_("Products you wrap"),
                count=queries.wrapped_by,
                endpoint="gift.mine",
            )
        ),
        product_fields(
            ProductField(
                name="gift",
                kind="flag",
                label=_("Wrapped as a gift"),
                values=queries.flags,
                facet=True,
                query_key="hadiah",
                follows={events.WrapOffered: lambda event: (event.product_id,)},
            )
        ),
    ),
)
