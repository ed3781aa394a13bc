"""Where the pages of finance are registered."""

from marketplace.kernel.routes import Pages

bp = Pages("finance", __name__)
