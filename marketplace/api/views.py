"""The entrance of /api/v1: what there is, and how to use it."""

from flask import Response, jsonify

from marketplace.api import queries
from marketplace.api.slots import resources
from marketplace.kernel.access import PUBLIC
from marketplace.kernel.plugin import current
from marketplace.kernel.routes import Cache, Pages

bp = Pages("api", __name__)


@bp.page(queries.BASE, policy=PUBLIC, cache=Cache.PUBLIC)
def index() -> Response:
    """List the resources and name the document."""
    listed = [
        {
            "name": one.name,
            "label": one.label.text,
            "paths": sorted({queries.BASE + each.path for each in one.operations}),
        }
        for one in resources
    ]
    return jsonify(document=f"{queries.BASE}/openapi.json", resources=listed)


@bp.page(f"{queries.BASE}/openapi.json", policy=PUBLIC, cache=Cache.PUBLIC)
def openapi() -> Response:
    """Give the OpenAPI document."""
    return jsonify(queries.document(current().settings.public_base_url))
