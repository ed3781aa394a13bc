"""One place turns errors into a page or a problem document (RFC 9457): short, in words, without internals (R18.5)."""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, jsonify, redirect, render_template, request, url_for
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

from marketplace.kernel.errors import Conflict, DomainError, Invalid, NotAllowed
from marketplace.kernel.words import Words, _
from marketplace.web.gate import SignInNeeded

log = structlog.get_logger()
RETRY_SECONDS = "5"
DETAILS: Mapping[int, Words] = {
    400: _("The request could not be read. Check its form and send it again."),
    401: _("Sign in first, or send a valid token."),
    403: _("This needs a permission that you do not have."),
    404: _("There is nothing at this address, or it is not open to you."),
    405: _("This address does not take that method; the Allow header names those it takes."),
    413: _("What was sent is too large."),
    415: _("This address does not take that kind of content."),
    422: _("Some of what was sent cannot be accepted."),
    429: _("Please wait a few minutes and try again."),
    503: _("The shop is very busy or being looked after. Please try again in a minute."),
}
"""What a problem document tells where the error itself says nothing."""
OTHERWISE = _("Something failed on our side. Quote the instance if you contact support.")


def handle_errors(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SignInNeeded, _sign_in)
    for kind in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(kind, _database_away)
    app.register_error_handler(DataError, _no_text)
    app.register_error_handler(Exception, _bug)


def problem(
    status: int, *, said: list[Words] | None = None, fields: dict[str, list[Words]] | None = None, **more: object
) -> Response:
    """Answer with an error page, or with a problem document where a program asked."""
    request_id = str(request.environ.get("jkp.request_id", ""))
    if request.path.startswith("/api/") or request.mimetype == "application/json":
        body: dict[str, object] = {"type": "about:blank", "title": _phrase(status), "status": status}
        body |= {"detail": str(said[0] if said else DETAILS.get(status, OTHERWISE)), "instance": request_id, **more}
        if fields:
            body["errors"] = {name: [str(one) for one in sentences] for name, sentences in fields.items()}
        answer = jsonify(body)
        answer.mimetype = "application/problem+json"
    else:
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            more |= _back_to_form()
        page = render_template(
            "errors/error.html", code=status, said=said or [], fields=fields or {}, request_id=request_id, **more
        )
        answer = Response(page, mimetype="text/html")
    answer.status_code = status
    return answer


def _back_to_form() -> dict[str, object]:
    """Return the way to the page of ours that a form came from: what is too large to be read cannot be shown again."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host or not before.path.startswith("/") or before.path.startswith("//"):
        return {}
    url = f"{before.path}?{before.query}" if before.query else before.path
    return {"parent_url": url, "parent_label": _("Back to the form")}


def _phrase(status: int) -> str:
    """Return the name of a status, which is the title of a problem without a type of its own (RFC 9457, 4.2.1)."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def _domain(error: DomainError) -> Response:
    if isinstance(error, Invalid):
        return problem(error.status, said=[one for many in error.fields.values() for one in many], fields=error.fields)
    if isinstance(error, Conflict):
        answer = problem(error.status, said=[error.said], reason=error.code, facts=error.facts)
        if error.code == "running":
            answer.headers["Retry-After"] = RETRY_SECONDS
        return answer
    if isinstance(error, NotAllowed):
        return problem(error.status, said=[error.label] if error.label else None)
    return problem(error.status)


def _http(error: HTTPException) -> AnyResponse:
    if isinstance(error, SecurityError):
        # A host that is not ours: no page of ours may carry its name, so there is no page.
        return Response("This site is not served under that name.\n", status=400, mimetype="text/plain")
    if isinstance(error, RequestRedirect):
        return error.get_response(request.environ)  # A redirect to the canonical address is no error.
    answer = problem(error.code or 500)
    if isinstance(error, MethodNotAllowed) and (allowed := error.valid_methods):
        answer.headers["Allow"] = ", ".join(allowed)
    return answer


def _sign_in(_error: SignInNeeded) -> AnyResponse:
    back = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("accounts.sign_in", lanjut=back), 303)


def _database_away(error: Exception) -> Response:
    log.error("database away", error=type(error).__name__)
    answer = problem(503)
    answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def _no_text(error: DataError) -> Response:
    """Answer to an address with a NUL in it: PostgreSQL takes no such text, so nothing has that name."""
    if "\x00" in request.path or b"%00" in request.query_string:
        return problem(HTTPStatus.NOT_FOUND)
    return _bug(error)


def _bug(error: Exception) -> Response:
    log.error("bug", id=str(request.environ.get("jkp.request_id", "")), exc_info=error)
    return problem(500)
