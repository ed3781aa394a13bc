"""The one blueprint that all pages of reviews share."""

from marketplace.kernel.routes import Pages

bp = Pages("reviews", __name__)
