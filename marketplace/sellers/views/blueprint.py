"""The pages of shops; the modules beside this one fill it."""

from marketplace.kernel.routes import Pages

bp = Pages("sellers", __name__)
