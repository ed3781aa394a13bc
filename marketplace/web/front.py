"""The front of the house: joins plugins' pages, the gate, answers, errors, words and assets into one Flask application."""

import time
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, appcontext_pushed, current_app, request
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from marketplace.kernel import idempotency, ids, limits, words
from marketplace.kernel.access import Actor
from marketplace.kernel.db import db
from marketplace.kernel.forms import MOST_FIELDS
from marketplace.kernel.plugin import Plugin, Registry, Schedule, enter
from marketplace.kernel.routes import ACTOR_KEY
from marketplace.kernel.slots import NavItem, facts, nav, occasions
from marketplace.kernel.words import _
from marketplace.web import answers, counting, formats, gate, logs, tidy, views
from marketplace.web.assets import fill_shelf
from marketplace.web.errors import handle_errors
from marketplace.web.facts import OWN as OWN_FACTS
from marketplace.web.occasion import occasion
from marketplace.web.press import Press
from marketplace.web.qr import qr

SHELLS = {
    "lapak": "lapak",
    "program": "program",
    "admin": "admin",
    "pengadaan": "pengadaan",
    "p3dn": "p3dn",
    "audit": "p3dn",
}

house = Plugin(
    name="web",
    label=_("Marketplace"),
    blueprints=(views.bp,),
    translations=Path(__file__).parent / "translations",
    schedule={
        "kernel.forget_keys": Schedule(timedelta(hours=1), idempotency.forget),
        "kernel.forget_tries": Schedule(timedelta(hours=1), limits.forget),
        "kernel.forget_delivered": Schedule(timedelta(hours=1), tidy.forget_delivered),
    },
    fills=(occasions(occasion), *(facts(one) for one in OWN_FACTS)),
    settings={"SITE_NAME": "Jakpreneur", "TRUSTED_PROXIES": 0},
)


@dataclass(frozen=True)
class Link:
    """A navigation entry as a page shows it."""

    label: str
    url: str
    icon: str
    place: str
    current: bool


def open_for_readers(app: Flask, registry: Registry) -> None:
    """Mount everything; raises PluginError when a route names no policy."""
    settings = registry.settings
    logs.speak(production=settings.production)
    # No SECRET_KEY: who is signed in is known by our own cookie, and Flask would open a session of its own for every request.
    app.config.update(TRUSTED_HOSTS=list(settings.trusted_hosts) or None, MAX_FORM_PARTS=MOST_FIELDS)
    if proxies := registry.setting("TRUSTED_PROXIES"):
        # As many of the last entries as proxies of ours wrote; what stands before them anybody may have made up.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign] # how WSGI is wrapped
    app.extensions["jkp"] = registry
    app.extensions["jkp_shelf"] = fill_shelf(registry.plugins)
    for plugin in (house, *registry.plugins):
        for blueprint in plugin.blueprints:
            app.register_blueprint(blueprint)
    appcontext_pushed.connect(_enter, app)
    with app.app_context():
        for engine in db.engines.values():
            counting.watch(engine)
            logs.quote_nobody(engine)
    app.extensions["jkp_nav"] = _shells(app)
    _teach(app)
    handle_errors(app)
    gate.refuse_routes_without_policy(app)

    @app.before_request
    def _before() -> None:
        request.environ["jkp.started"] = time.monotonic()
        request.environ["jkp.request_id"] = ids.short_code()
        counting.begin()
        words.speak(_wanted_language())
        gate.pass_gate(app)

    app.after_request(lambda response: answers.finish(app, response))


def _wanted_language() -> str:
    """Return the language to answer in: the reader's choice, else Indonesian for people and English for programs."""
    if not request.path.startswith("/api/"):
        return request.args.get("bahasa") or request.cookies.get("bahasa") or words.LANGUAGES[0]
    return request.args.get("bahasa") or request.accept_languages.best_match(("en", "id"), "en")


def _enter(app: Flask, **_: object) -> None:
    enter(app.extensions["jkp"])


def _teach(app: Flask) -> None:
    app.jinja_environment = Press  # type: ignore[assignment] # Flask declares its own class
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.auto_reload = False
    for name in (
        "number",
        "rupiah",
        "rupiah_paper",
        "percent",
        "hundredths",
        "date_long",
        "date_short",
        "time",
        "day_and_time",
        "datetime_html",
        "unit",
    ):
        environment.filters[name] = getattr(formats, name)
    registry: Registry = app.extensions["jkp"]
    shelf = app.extensions["jkp_shelf"]
    environment.globals.update(
        _=formats.said,
        ngettext=formats.counted,
        asset=shelf.address,
        icon=cache(shelf.icon),
        query_url=query_url,
        site_name=registry.setting("SITE_NAME"),
        demo=not registry.settings.production,
        one_time_key=ids.token,
        qr=qr,
    )
    app.context_processor(_surroundings)


def _surroundings() -> dict[str, Any]:
    first = request.path.split("/", 2)[1] if request.path.startswith("/") else ""
    shell = SHELLS.get(first, "publik")
    theme = request.cookies.get("tema", "")
    shown = links(shell)
    return {
        "shell": shell,
        "lang": words.language(),
        "theme": theme if theme in ("terang", "gelap") else "",
        "nav": shown,
        "tabs_below": [link for link in shown if link.place == "tabs"],
    }


def links(shell: str) -> list[Link]:
    """Return the navigation of a shell, in order; entries that need a permission only for an actor who is let in."""
    who = request.environ.get(ACTOR_KEY)
    return [
        Link(str(item.label), url, item.icon, item.place, request.endpoint == item.endpoint)
        for item, url in current_app.extensions["jkp_nav"].get(shell, ())
        if item.needs is None or (isinstance(who, Actor) and item.needs.admits(who))
    ]


def _shells(app: Flask) -> dict[str, list[tuple[NavItem, str]]]:
    """Return the entries of each shell, in order, with their addresses: the same for as long as the program runs."""
    addresses = app.url_map.bind("")
    shells: dict[str, list[tuple[NavItem, str]]] = {}
    with app.app_context():
        for item in sorted(nav, key=lambda item: item.order):
            shells.setdefault(item.shell, []).append((item, addresses.build(item.endpoint)))
    return shells


def query_url(**changes: object) -> str:
    """Return the present address with some query keys changed; None takes a key away, a list repeats it."""
    pairs = {key: request.args.getlist(key) for key in request.args if key != "bahasa"}
    for key, value in changes.items():
        pairs[key] = (
            [str(one) for one in value]
            if isinstance(value, (list, tuple))
            else [str(value)]
            if value is not None
            else []
        )
    query = urlencode([(key, one) for key, many in pairs.items() for one in many])
    return f"{request.path}?{query}" if query else request.path
