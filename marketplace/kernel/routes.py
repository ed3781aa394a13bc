"""Routes with a policy: a blueprint that takes no page without one, and the actor of the present request."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar, cast

from flask import Blueprint, Flask, request
from flask.blueprints import BlueprintSetupState

from marketplace.kernel.access import Actor, Openness, Permission

Policy = Openness | Permission[Any]
V = TypeVar("V", bound=Callable[..., Any])
MEBIBYTE = 1024 * 1024


class Cache(StrEnum):
    """Who may keep an answer (R21.1): everyone, only this reader, or nobody because a program asked."""

    PUBLIC = "public"
    PERSONAL = "personal"
    API = "api"


@dataclass(frozen=True, kw_only=True)
class RouteRules:
    """What holds for one route; listed by ``jkp routes``."""

    policy: Policy
    cache: Cache = Cache.PERSONAL
    csrf: bool = True
    rate: str = ""
    idempotent: bool = False
    keys: tuple[str, ...] = ()
    """The query keys that a public page depends on; others do not change it."""
    max_body: int = MEBIBYTE


class Pages(Blueprint):
    """A blueprint whose ``page`` decorator takes the rules of each route; the program refuses routes without them."""

    def page(
        self,
        path: str,
        *,
        policy: Policy,
        methods: tuple[str, ...] = ("GET",),
        endpoint: str = "",
        **rules: Any,  # noqa: ANN401 - each field has its own type
    ) -> Callable[[V], V]:
        """Register a view under a path. ``rules`` are the fields of RouteRules."""

        def register(view: V) -> V:
            name = endpoint or view.__name__
            held = RouteRules(policy=policy, **rules)

            def keep(state: BlueprintSetupState) -> None:
                rules_of(cast("Flask", state.app))[f"{self.name}.{name}"] = held

            self.record(keep)
            self.add_url_rule(path, name, view, methods=list(methods))
            return view

        return register


def rules_of(app: Flask) -> dict[str, RouteRules]:
    """Return the rules of every route by endpoint."""
    held: dict[str, RouteRules] = app.extensions.setdefault("jkp_routes", {})
    return held


ACTOR_KEY = "jkp.actor"


def actor() -> Actor:
    """Return who makes the present request, as the web layer found out before the view."""
    found: Actor = request.environ[ACTOR_KEY]
    return found
