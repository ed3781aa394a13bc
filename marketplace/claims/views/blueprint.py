"""The one blueprint that all pages of claims share."""

from marketplace.kernel.routes import Pages

bp = Pages("claims", __name__)
