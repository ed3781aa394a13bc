"""Coming in by an identity provider, and linking one's account to it.

The way back is a GET, as the protocol has it; what proves that this browser asked is the state, made of a secret in its cookie.
"""

import hmac
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from marketplace.accounts import adapters, queries, services
from marketplace.accounts.forms import ConfirmForm, local_path
from marketplace.accounts.slots import IdentityProvider
from marketplace.accounts.views.browser import address, bp, further, keep
from marketplace.accounts.views.second import let_in
from marketplace.kernel import ids
from marketplace.kernel.access import PUBLIC, SIGNED_IN
from marketplace.kernel.errors import Conflict
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.plugin import current
from marketplace.kernel.routes import actor

LASTS_SECONDS = 600
NEWS = {"provider_away": "lewat-pergi", "provider_refused": "lewat-batal", "no_account": "lewat-siapa"}


def _cookie() -> str:
    return "__Host-lewat" if current().settings.secure else "lewat"


def _back(key: str) -> str:
    return f"{current().settings.public_base_url}{url_for('accounts.arrive_by_provider', key=key)}"


def _link_proof(secret: str, person_id: UUID) -> str:
    """Return what shows that a person gave their password before this browser left to link their account."""
    return ids.derived_token(current().settings.secret_key, person_id, f"accounts.link {secret}")


def _leave_for(provider: IdentityProvider, answer: Response, secret: str, rest: str) -> Response:
    keep(answer, _cookie(), f"{secret}|{provider.key}|{rest}", seconds=LASTS_SECONDS)
    return answer


@bp.page("/masuk/lewat/<key>", policy=PUBLIC, rate="sign_in")
def sign_in_by_provider(key: str) -> ResponseReturnValue:
    """Lead to the provider; nothing of ours changes but a cookie."""
    provider, secret = queries.provider(key), ids.token()
    try:
        there = adapters.departure(provider, secret, _back(key))
    except Conflict as failure:
        return _failed(failure.code)
    return _leave_for(provider, redirect(there, 303), secret, f"masuk|{further() or ''}")


@bp.page("/masuk/lewat/<key>/kembali", policy=PUBLIC, rate="sign_in")
def arrive_by_provider(key: str) -> ResponseReturnValue:
    """Come back from the provider: sign in, or link the account that asked for it."""
    provider = queries.provider(key)
    secret, sent_by, purpose, rest = (request.cookies.get(_cookie(), "").split("|", 3) + [""] * 4)[:4]
    said = request.args.get("state", "")
    if sent_by != key or not hmac.compare_digest(said.encode(), adapters.state_of(secret).encode()):
        answer = _failed("provider_refused")
    else:
        try:
            proven = adapters.arrival(provider, secret, request.args.get("code", ""), _back(key))
            answer = (
                _linked(provider, secret, rest, proven) if purpose == "taut" else _signed_in(provider, rest, proven)
            )
        except Conflict as failure:
            answer = _failed(failure.code)
    answer.delete_cookie(_cookie(), path="/", secure=current().settings.secure, httponly=True, samesite="Lax")
    return answer


def _signed_in(provider: IdentityProvider, rest: str, proven: services.Proven) -> Response:
    opened = services.sign_in_by_identity(proven, domains=provider.domains, by=actor())
    return let_in(opened, local_path(rest))


def _linked(provider: IdentityProvider, secret: str, rest: str, proven: services.Proven) -> Response:
    who = actor()
    if who.id is None or not hmac.compare_digest(rest.encode(), _link_proof(secret, who.id).encode()):
        return _failed("provider_refused")
    try:
        services.link_identity(proven, by=who)
    except Conflict:
        return redirect(url_for("accounts.provider_link", key=provider.key, kabar="milik"), 303)
    return redirect(url_for("accounts.provider_link", key=provider.key, kabar="tertaut"), 303)


def _failed(code: str) -> Response:
    return redirect(url_for("accounts.sign_in", kabar=NEWS.get(code, "lewat-batal")), 303)


@bp.page("/akun/lewat/<key>", policy=SIGNED_IN)
def provider_link(key: str) -> str:
    """Show whether the reader's account is linked to a provider, and the form that links it."""
    return _link_page(queries.provider(key), Form.blank(ConfirmForm))


@bp.page("/akun/lewat/<key>", policy=SIGNED_IN, methods=("POST",), rate="sign_in")
def link_provider(key: str) -> ResponseReturnValue:
    """Ask for the password, and lead to the provider; a page of ours stands between, for no form of ours leaves this site."""
    provider, form, who = queries.provider(key), parse(ConfirmForm, request), actor()
    form.submit(lambda data: services.confirm(who, data.password, address=address()))
    if form.errors or who.id is None:
        return _link_page(provider, form), form.status
    secret = ids.token()
    try:
        there = adapters.departure(provider, secret, _back(key))
    except Conflict as failure:
        return _failed(failure.code)
    page = Response(_link_page(provider, form, there=there), mimetype="text/html")
    return _leave_for(provider, page, secret, f"taut|{_link_proof(secret, who.id)}")


@bp.page("/akun/lewat/<key>/penghapusan", policy=SIGNED_IN, methods=("POST",))
def unlink_provider(key: str) -> Response:
    """Take the link away."""
    services.unlink_identity(queries.provider(key).issuer, by=actor())
    return redirect(url_for("accounts.provider_link", key=key, kabar="lepas"), 303)


def _link_page(provider: IdentityProvider, form: Form[ConfirmForm], *, there: str = "") -> str:
    who = actor()
    return render_template(
        "accounts/provider.html",
        provider=provider,
        form=form,
        there=there,
        linked=who.id is not None and queries.is_linked(provider.issuer, who.id),
        news=request.args.get("kabar", ""),
    )
