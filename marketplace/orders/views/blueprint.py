"""The blueprint that the pages of orders share."""

from marketplace.kernel.routes import Pages

bp = Pages("orders", __name__)
