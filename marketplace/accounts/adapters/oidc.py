"""OpenID Connect: authorization code flow with PKCE. Only this module knows urllib3 and joserfc.

All that a sign-in must remember is derived from one secret in the browser's cookie: state, nonce and verifier (RFC 7636).
"""

import base64
import hashlib
import hmac
import time
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

import urllib3
from pydantic import BaseModel, ValidationError

from marketplace.accounts.services import Proven
from marketplace.accounts.slots import IdentityProvider
from marketplace.kernel import clock
from marketplace.kernel.db import writing
from marketplace.kernel.errors import Conflict
from marketplace.kernel.words import _

CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS = 3.0, 5.0, 10.0
LARGEST = 256 * 1024
PIECE = 16 * 1024
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
ALGORITHMS = ("RS256", "ES256")
"""Signatures with a key pair only: nothing that a published key could make."""
LEEWAY_SECONDS = 60
OK = 200
M = TypeVar("M", bound=BaseModel)


class _Discovered(BaseModel):
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class _Tokens(BaseModel):
    id_token: str


class _Keys(BaseModel):
    keys: list[dict[str, str | list[str]]]


class _Claims(BaseModel):
    sub: str
    aud: str | list[str]
    azp: str | None = None
    email: str | None = None
    email_verified: bool = False


def state_of(secret: str) -> str:
    """Return the state that belongs to a browser's secret: only an answer with it is an answer to this browser."""
    return _part(secret, "state")


def departure(provider: IdentityProvider, secret: str, back: str) -> str:
    """Return the address at the provider where somebody signs in. Raises Conflict ``provider_away``."""
    challenge = hashlib.sha256(_part(secret, "verifier").encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "scope": "openid email",
        "state": state_of(secret),
        "nonce": _part(secret, "nonce"),
        "code_challenge": _base64(challenge),
        "code_challenge_method": "S256",
    }
    where = _discovered(provider).authorization_endpoint
    return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}"


def arrival(provider: IdentityProvider, secret: str, code: str, back: str) -> Proven:
    """Return whom the provider's code stands for.

    Raises Conflict ``provider_away`` when there is no answer, ``provider_refused`` for one that proves nothing.
    """
    there = _discovered(provider)
    asked = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "client_id": provider.client_id,
        "code_verifier": _part(secret, "verifier"),
    }
    tokens = _ask(provider, there.token_endpoint, _Tokens, asked)
    keys = _ask(provider, there.jwks_uri, _Keys)
    claims = _claims(provider, tokens.id_token, keys, _part(secret, "nonce"))
    return Proven(provider.issuer, claims.sub, claims.email if claims.email_verified else None)


def _claims(provider: IdentityProvider, token: str, keys: _Keys, nonce: str) -> _Claims:
    # Loaded on first use: most installations have no provider.
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    registry = jwt.JWTClaimsRegistry(
        now=int(clock.now().timestamp()),
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        said = jwt.decode(token, KeySet.import_key_set(keys.model_dump()), algorithms=ALGORITHMS)  # type: ignore[arg-type]  # pydantic has checked its shape
        registry.validate(said.claims)
        claims = _Claims.model_validate(said.claims)
    except (JoseError, ValueError) as wrong:
        raise _refused() from wrong
    if isinstance(claims.aud, list) and len(claims.aud) > 1 and claims.azp != provider.client_id:
        raise _refused()
    return claims


def _discovered(provider: IdentityProvider) -> _Discovered:
    found = _ask(provider, f"{provider.issuer}/.well-known/openid-configuration", _Discovered)
    if found.issuer.rstrip("/") != provider.issuer:
        raise _refused()
    _allowed(provider, found.authorization_endpoint)
    return found


def _ask(provider: IdentityProvider, address: str, model: type[M], form: dict[str, str] | None = None) -> M:
    """Ask the provider once and read its JSON; a redirect is no answer, and a long one is none either."""
    _allowed(provider, address)
    if writing():
        message = "an identity provider must not be called while a transaction is open"
        raise RuntimeError(message)
    headers = {"Accept": "application/json", "User-Agent": "jakpreneur"}
    if form is not None and provider.client_secret:
        headers |= urllib3.make_headers(basic_auth=f"{provider.client_id}:{provider.client_secret}")
    until = time.monotonic() + TOTAL_SECONDS
    with urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS), retries=False
    ) as line:
        try:
            answer = line.request(
                "GET" if form is None else "POST",
                address,
                headers=headers | ({} if form is None else {"Content-Type": "application/x-www-form-urlencoded"}),
                body=None if form is None else urlencode(form),
                redirect=False,
                preload_content=False,
            )
            body = b""
            for piece in answer.stream(PIECE):
                body += piece
                if len(body) > LARGEST or time.monotonic() > until:
                    raise _away()
        except (urllib3.exceptions.HTTPError, OSError) as failure:
            raise _away() from failure
    if answer.status != OK:
        raise _refused() if form is not None and answer.status < 500 else _away()  # noqa: PLR2004 - whose fault it is
    try:
        return model.model_validate_json(body)
    except ValidationError as wrong:
        raise _refused() from wrong


def _allowed(provider: IdentityProvider, address: str) -> None:
    """Refuse addresses that this installation did not name: the issuer's host, and those in its list (R19.2)."""
    where, own = urlsplit(address), urlsplit(provider.issuer)
    plain = where.scheme == "http" and where.hostname in LOOPBACK and own.hostname in LOOPBACK
    if (
        not (where.scheme == "https" or plain)
        or where.hostname not in {own.hostname, *provider.hosts}
        or where.username
    ):
        raise _refused()


def _part(secret: str, use: str) -> str:
    return _base64(hmac.digest(secret.encode(), f"accounts.oidc {use}".encode(), "sha256"))


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _away() -> Conflict:
    return Conflict(
        "provider_away", _("The other site does not answer. Sign in with your password, or try again later.")
    )


def _refused() -> Conflict:
    return Conflict("provider_refused", _("The other site did not prove who you are. Sign in with your password."))
