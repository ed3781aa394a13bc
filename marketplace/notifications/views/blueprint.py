"""The blueprint of all pages of notifications."""

from marketplace.kernel.routes import Pages

bp = Pages("notifications", __name__)
