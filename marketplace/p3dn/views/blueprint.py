"""The one blueprint that all pages of local content share."""

from marketplace.kernel.routes import Pages

bp = Pages("p3dn", __name__)
