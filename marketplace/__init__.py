"""The Jakpreneur marketplace: ``create_app`` joins the plugins into one application."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from marketplace.kernel.plugin import Plugin

HOUSE = Path(__file__).parent.parent


def create_app(
    found: "Sequence[Plugin] | None" = None,
    *,
    environ: Mapping[str, str] | None = None,
    instance: Path | None = None,
) -> "Flask":
    """Return the application of all installed plugins, or of those given.

    Raises SettingsError or PluginError, each with one sentence for the person who starts it: what is missing or wrong.
    """
    # Here and not above: the launcher lives in this package too, and starts before the program does.
    from flask import Flask

    from marketplace.kernel import db as database
    from marketplace.kernel import plugin as plugins
    from marketplace.kernel import settings as environment
    from marketplace.web import front

    env = os.environ if environ is None else environ
    instance = (instance or Path(env.get("JKP_INSTANCE") or HOUSE / "instance")).absolute()
    app = Flask(
        "marketplace", template_folder=str(HOUSE / "templates"), static_folder=None, instance_path=str(instance)
    )
    disabled = [name.strip() for name in env.get("DISABLED_PLUGINS", "").split(",") if name.strip()]
    chosen = tuple(found) if found is not None else plugins.collect(disabled)
    defaults = {name: value for one in chosen for name, value in one.settings.items()}
    settings = environment.read(instance, {**front.house.settings, **defaults}, env)
    registry = plugins.install(chosen, settings, front.house)
    database.connect(app, settings)
    front.open_for_readers(app, registry)
    return app
