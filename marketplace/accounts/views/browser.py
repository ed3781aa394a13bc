"""What accounts keep in a browser: the session, and who came in before. The blueprint of all their pages is here too."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import current_app, redirect, request, url_for
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Request, Response

from marketplace.accounts import queries, services
from marketplace.accounts.forms import START, local_path
from marketplace.accounts.services import Opened
from marketplace.accounts.slots import departures
from marketplace.kernel.access import Actor, Grant
from marketplace.kernel.plugin import current
from marketplace.kernel.routes import Cache, Pages, rules_of

bp = Pages("accounts", __name__)
LONGEST_TOKEN = 64
WITHHELD = "jkp.withheld"
YEAR_SECONDS = 365 * 24 * 3600


def session_cookie() -> str:
    """Return the name of the session's cookie; the ``__Host-`` prefix needs https."""
    return "__Host-sesi" if current().settings.secure else "sesi"


def session_token() -> str:
    """Return the token that this browser sent, or the empty string."""
    token = request.cookies.get(session_cookie(), "")
    return token if len(token) <= LONGEST_TOKEN else ""


def browser() -> str:
    """Return what this browser keeps of who came in here before, or the empty string."""
    return request.cookies.get(_known_cookie(), "")


def _known_cookie() -> str:
    return "__Host-kenal" if current().settings.secure else "kenal"


def person_of(asking: Request) -> Actor | None:
    """Return the person whose session the request carries; None leaves it to the next authenticator."""
    token = asking.cookies.get(session_cookie(), "")
    if not token or len(token) > LONGEST_TOKEN:
        return None
    found = queries.presence(token)
    if found is None:
        return None
    if found.stale:
        services.touch(found.session_id)
    if found.withheld:
        asking.environ[WITHHELD] = found.withheld
        _lead_to_set_up(found)
    return found.actor


class SetUpFirst(RequestRedirect):
    """A desk was asked for that opens when its person has set up a second factor."""

    code = 303


def _lead_to_set_up(found: queries.Presence) -> None:
    rules = rules_of(current_app).get(request.endpoint or "")
    if rules is None or rules.cache is Cache.API or rules.policy.admits(found.actor):
        return
    if rules.policy.admits(replace(found.actor, grants=found.withheld)):
        back = request.full_path.rstrip("?") if request.method == "GET" else None
        raise SetUpFirst(url_for("accounts.second_factor", lanjut=back))


def withheld() -> tuple[Grant, ...]:
    """Return the roles of the reader that wait for their second factor."""
    held: tuple[Grant, ...] = request.environ.get(WITHHELD, ())
    return held


def arrive(opened: Opened, target: str) -> Response:
    """Go on with a session that was just opened."""
    answer = redirect(target, 303)
    keep_session(answer, opened)
    return answer


def keep_session(answer: Response, opened: Opened) -> None:
    """Have the browser keep a session that was just opened, and that its person came in here."""
    keep(answer, session_cookie(), opened.token, seconds=int(queries.MOST_DAYS.total_seconds()))
    keep(answer, _known_cookie(), services.remember(browser(), opened.person_id))


def leave(answer: Response) -> Response:
    """Have the browser forget the session and everything it kept while signed in (R14.2)."""
    for name in (session_cookie(), *(named() for named in departures)):
        answer.delete_cookie(name, path="/", secure=current().settings.secure, httponly=True, samesite="Lax")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def keep(answer: Response, name: str, value: str, *, seconds: int = YEAR_SECONDS) -> None:
    """Set a cookie with the attributes that all our cookies have (R14.2)."""
    answer.set_cookie(
        name, value, max_age=seconds, path="/", secure=current().settings.secure, httponly=True, samesite="Lax"
    )


def target() -> str:
    """Return where the reader wants to go next, ``lanjut``, if it is a path of this site."""
    return local_path(request.values.get("lanjut"))


def further() -> str | None:
    """Return the same for an address of ours that carries it on, None for the start page."""
    return None if target() == START else target()


def page_before(*, without: str = "") -> str:
    """Return the page of ours that the form stood on, without one of its query keys; the start page if we cannot know."""
    if "lanjut" in request.values:
        return target()
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host:
        return START
    query = urlencode([(key, value) for key, value in parse_qsl(before.query) if key != without])
    return local_path(f"{before.path}?{query}" if query else before.path)


def address() -> str:
    """Return where the request comes from, as the configured proxy says."""
    return request.remote_addr or ""
