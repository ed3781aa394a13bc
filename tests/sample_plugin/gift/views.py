"""The page of gifts, and the shop's own list of what it wraps."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gift import queries, services
from gift.forms import WrapIn
from marketplace.catalog.queries import listing
from marketplace.kernel.access import PUBLIC
from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import parse
from marketplace.kernel.routes import Cache, Pages, actor
from marketplace.sellers.policies import MANAGE

bp = Pages("gift", __name__, template_folder="templates")


@bp.page("/hadiah", policy=PUBLIC, cache=Cache.PUBLIC)
def index() -> str:
    """Show what shops wrap."""
    return render_template("gift/index.html", cards=queries.wrapped())


@bp.page("/lapak/hadiah", policy=MANAGE)
def mine() -> str:
    """Show the actor's products, to promise wraps for."""
    page = queries.mine(actor(), request.args.get("hal"))
    return render_template("gift/mine.html", page=page, wrapped=queries.flags([one.id for one in page.items]))


@bp.page("/lapak/hadiah", policy=MANAGE, methods=("POST",), endpoint="promise")
def promise() -> Response:
    """Promise to wrap one product of the actor's; any other is not there."""
    form = parse(WrapIn, request)
    product = listing(form.data.product) if form.data else None
    if product is None or product.state != "published" or not MANAGE.allows(actor(), product.seller_id):
        raise NotFound
    services.offer(product.id, product.seller_id, by=actor())
    return redirect(url_for("gift.mine"), 303)
