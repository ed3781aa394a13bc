"""The gate before every view: rules of the route, who asks, same-origin proof, and what they may."""

from http.cookies import SimpleCookie

from flask import Flask, request
from werkzeug.exceptions import Forbidden, RequestEntityTooLarge

from marketplace.kernel import ids
from marketplace.kernel.access import PUBLIC, Actor, Permission
from marketplace.kernel.errors import NotAllowed
from marketplace.kernel.plugin import PluginError, current
from marketplace.kernel.routes import ACTOR_KEY, Cache, RouteRules, rules_of
from marketplace.kernel.slots import authenticators

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
NEW_GUEST = "jkp.new_guest"


class SignInNeeded(Exception):
    """A page for people who are signed in was asked for by somebody who is not."""


def refuse_routes_without_policy(app: Flask) -> None:
    """Raise PluginError when a route names no policy, or one that nobody would ask: deny by default (R15.1)."""
    rules = rules_of(app)
    bare = sorted({rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint not in rules})
    if bare:
        message = f"The route {bare[0]!r} names no policy; register it with Pages.page(..., policy=...)."
        raise PluginError(message)
    for endpoint, held in sorted(rules.items()):
        if held.cache is Cache.PUBLIC and held.policy is not PUBLIC:
            # The gate does not look up who asks for a public page, so everyone would get it.
            message = (
                f"The route {endpoint!r} asks for {held.policy.name!r}, but its cache is public: the same for everyone."
            )
            raise PluginError(message)


def pass_gate(app: Flask) -> None:
    """Let the present request through to its view, or raise: Forbidden, NotAllowed, SignInNeeded, or 413."""
    if request.endpoint is None:
        return
    rules: RouteRules = rules_of(app)[request.endpoint]
    if (request.content_length or 0) > rules.max_body:
        raise RequestEntityTooLarge
    request.max_content_length = rules.max_body
    if request.method not in SAFE and rules.csrf and not same_origin():
        raise Forbidden
    if rules.cache is Cache.PUBLIC:
        # The same bytes for everyone: who asks is not even looked up (R21.1).
        return
    who = find_actor()
    request.environ[ACTOR_KEY] = who
    if not rules.policy.admits(who):
        if not who.signed_in and rules.cache is not Cache.API:
            raise SignInNeeded
        label = rules.policy.label if isinstance(rules.policy, Permission) else None
        raise NotAllowed(rules.policy.name, label)


def same_origin() -> bool:
    """Tell whether the browser says that the request comes from our own pages (R15.5); silence is a no."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin", "")
    return origin in (current().settings.public_base_url, f"{request.scheme}://{request.host}")


def find_actor() -> Actor:
    """Return who asks: the first authenticator's answer, else a guest known by their cookie or by a new random key."""
    for authenticate in authenticators:
        if (found := authenticate(request)) is not None:
            return found
    token = request.cookies.get(guest_cookie(), "")
    if not token:
        token = ids.token()
        request.environ[NEW_GUEST] = token
    return Actor(kind="guest", guest_key=ids.token_hash(token))


def guest_cookie() -> str:
    """Return the name of the guest's cookie; the ``__Host-`` prefix needs https (decision 9)."""
    return "__Host-tamu" if current().settings.secure else "tamu"


def cookie_header(name: str, value: str, *, max_age: int) -> str:
    """Return a Set-Cookie value with the attributes that all our cookies have (R14.2)."""
    cookie: SimpleCookie = SimpleCookie({name: value})
    morsel = cookie[name]
    morsel["path"], morsel["httponly"], morsel["samesite"], morsel["max-age"] = "/", True, "Lax", max_age
    if current().settings.secure:
        morsel["secure"] = True
    return morsel.OutputString()
