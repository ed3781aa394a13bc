"""The one blueprint that all pages of the wishlist share."""

from marketplace.kernel.routes import Pages

bp = Pages("wishlist", __name__)
