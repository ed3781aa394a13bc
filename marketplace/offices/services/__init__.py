"""What offices do with their money."""

from marketplace.offices.services.budget import commit, realise, recommit, release
from marketplace.offices.services.planning import set_line, set_package

__all__ = ["commit", "realise", "recommit", "release", "set_line", "set_package"]
