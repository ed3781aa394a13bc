"""The one blueprint that all pages of the catalogue share."""

from marketplace.kernel.routes import Pages

bp = Pages("catalog", __name__)
