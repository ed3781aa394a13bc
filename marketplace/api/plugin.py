"""The manifest of api."""

from pathlib import Path

from marketplace.api import views
from marketplace.kernel.plugin import Plugin
from marketplace.kernel.words import _

HERE = Path(__file__).parent

plugin = Plugin(
    name="api", label=_("Interface for programs"), translations=HERE / "translations", blueprints=(views.bp,)
)
