"""The one blueprint that all pages of e-order share."""

from marketplace.kernel.routes import Pages

bp = Pages("eorder", __name__)
