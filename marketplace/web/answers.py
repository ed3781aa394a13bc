"""What every answer carries: security headers, cache class, the guest's cookie, compression, and one line in the log."""

import gzip
import time

import structlog
from flask import Flask, Response, request

from marketplace.kernel import words
from marketplace.kernel.access import Actor
from marketplace.kernel.plugin import current
from marketplace.kernel.routes import ACTOR_KEY, Cache, rules_of
from marketplace.web import counting
from marketplace.web.gate import NEW_GUEST, SAFE, cookie_header, guest_cookie

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
YEAR = 365 * 24 * 3600
SMALLEST_WORTH_ZIPPING = 1024
ZIPPED = ("text/html", "application/json", "application/problem+json", "text/plain")
log = structlog.get_logger()


def finish(app: Flask, response: Response) -> Response:
    """Complete an answer."""
    rules = rules_of(app).get(request.endpoint or "")
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    # An address that opens something by itself is named to nobody else (R18.2), nor is that of its error pages. Not to
    # ourselves either would be "no-referrer", with which older Safaris hide our own origin from the gate.
    opens = "token" in request.args or _token_in_path()
    headers["Referrer-Policy"] = "same-origin" if opens else "strict-origin-when-cross-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if current().settings.secure:
        headers["Strict-Transport-Security"] = f"max-age={YEAR}"
    response.vary.update(("Cookie", "HX-Request"))
    if request.method not in SAFE and (guest := request.environ.get(NEW_GUEST)):
        headers.add("Set-Cookie", cookie_header(guest_cookie(), guest, max_age=60 * 24 * 3600))
    if (asked := request.args.get("bahasa")) in words.LANGUAGES and "jkp_no_language" not in request.environ:
        headers.add("Set-Cookie", cookie_header("bahasa", asked, max_age=YEAR))
    if "Cache-Control" not in headers or "Set-Cookie" in headers:
        headers["Cache-Control"] = _cache_control(rules.cache if rules else Cache.PERSONAL, response)
    if response.status_code == 303 and "HX-Request" in request.headers:  # noqa: PLR2004 - See Other
        # A followed redirect would put the next page into the form's place (ux 7.2): htmx must go there itself.
        headers["HX-Redirect"] = headers.pop("Location")
        response.status_code, response.data = 204, b""
    if not current().settings.production:
        response.headers["Server-Timing"] = f"sql;desc={counting.statements()}"
    _note(response)
    return _zip(response)


def _cache_control(kind: Cache, response: Response) -> str:
    if kind is not Cache.PUBLIC or response.status_code >= 400 or _has_session():  # noqa: PLR2004 - errors are never kept
        return "no-store"
    if "Set-Cookie" in response.headers:
        # A shared cache would hand this reader's choice to everyone (R21.1).
        return "no-store"
    return "public, max-age=30"


def _has_session() -> bool:
    # Only the presence of the cookie counts: the bytes are the same, but a signed-in reader must not see old ones.
    return any(name in request.cookies for name in ("sesi", "__Host-sesi"))


def _token_in_path() -> bool:
    """Tell whether the path itself opens something, which its route says by the name ``token``."""
    return "token" in (request.view_args or ())


def _zip(response: Response) -> Response:
    if (
        response.direct_passthrough
        or response.mimetype not in ZIPPED
        or "Content-Encoding" in response.headers
        or "gzip" not in request.headers.get("Accept-Encoding", "")
    ):
        return response
    content = response.get_data()
    if len(content) >= SMALLEST_WORTH_ZIPPING:
        # Level 3: two thirds of the best result for a fifth of its time, and pages are made for one reader each.
        response.set_data(gzip.compress(content, 3, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
    return response


def _note(response: Response) -> None:
    actor = request.environ.get(ACTOR_KEY)
    log.info(
        "request",
        id=request.environ["jkp.request_id"],
        method=request.method,
        # Without the query string: it may hold what somebody searched for or a token (R22.2). A path that holds one is
        # told by its pattern.
        path=str(request.url_rule) if _token_in_path() else request.path,
        status=response.status_code,
        ms=round((time.monotonic() - request.environ["jkp.started"]) * 1000, 1),
        sql=counting.statements(),
        actor=actor.reference if isinstance(actor, Actor) else "",
    )
