"""An identity provider of our own: discovery, sign-in page, tokens and keys, as OpenID Connect Core has them.

python -m tests.standins.oidc --port 12114 --back http://127.0.0.1:8000/masuk/lewat/sso/kembali

Nobody types a password there: whoever is ``person`` is signed in already.
"""

import base64
import hashlib
import secrets
import sys
from typing import Any
from urllib.parse import parse_qsl, urlencode

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from marketplace.kernel import clock
from tests.standins.serving import Answer, Asked, ControlError, StandIn, arguments, run, set_clock, wait

CLIENT, SECRET = "jakpreneur", "rahasia klien: untuk uji"
ASKED = {
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
}
LASTS_SECONDS = 300


class Provider(StandIn):
    """Knows one person at a time; what breaks the protocol is refused and complained of."""

    def __init__(self, *, back: str = "", port: int = 0, seconds: float = 600.0) -> None:
        super().__init__(port=port, seconds=seconds)
        self.back = back
        self.person: dict[str, Any] = {"sub": "p-1", "email": "siti@contoh.example", "email_verified": True}
        self.key = ECKey.generate_key("P-256", {"kid": "satu", "use": "sig", "alg": "ES256"})
        self.signs_with = self.key
        self.says: dict[str, Any] = {}
        """Claims that a provider gone wrong says instead."""
        self.doc: dict[str, str] = {}
        self._codes: dict[str, dict[str, str]] = {}

    def answer(self, asked: Asked, pause: float) -> Answer:
        wait(pause)
        match asked.method, asked.path:
            case "GET", "/.well-known/openid-configuration":
                return Answer.json(self._discovery())
            case "GET", "/authorize":
                return self._authorize(dict(parse_qsl(asked.query)))
            case "POST", "/token":
                return self._token(asked, dict(parse_qsl(asked.body.decode())))
            case "GET", "/jwks":
                return Answer.json(KeySet([self.key]).as_dict(private=False))
        return self._complain(404, f"{asked.method} {asked.path} is nothing of ours")

    def _discovery(self) -> dict[str, str]:
        at = self.address
        own = {"authorization_endpoint": f"{at}/authorize", "token_endpoint": f"{at}/token", "jwks_uri": f"{at}/jwks"}
        return {"issuer": at, **own, **self.doc}

    def _authorize(self, asked: dict[str, str]) -> Answer:
        if set(asked) != ASKED or asked["client_id"] != CLIENT or asked["redirect_uri"] != self.back:
            return self._complain(400, f"not a way in: {sorted(asked)}")
        if asked["response_type"] != "code" or asked["code_challenge_method"] != "S256" or len(asked["state"]) < 32:
            return self._complain(400, "only codes with S256 and a state that nobody guesses")
        code = secrets.token_urlsafe()
        self._codes[code] = asked
        return Answer(303, b"", {"Location": f"{self.back}?{urlencode({'code': code, 'state': asked['state']})}"})

    def _token(self, asked: Asked, form: dict[str, str]) -> Answer:
        begun = self._codes.pop(form.get("code", ""), None)
        if begun is None:
            return Answer.json({"error": "invalid_grant"}, 400)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if asked.headers.get("authorization", asked.headers.get("Authorization")) != f"Basic {basic}":
            return self._complain(401, "not our client")
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(challenge).decode().rstrip("=") != begun["code_challenge"]:
            return self._complain(400, "the verifier is not the one of the challenge")
        if form.get("redirect_uri") != begun["redirect_uri"] or form.get("grant_type") != "authorization_code":
            return self._complain(400, "not the way that was begun")
        now = int(clock.now().timestamp())
        claims = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + LASTS_SECONDS, "nonce": begun["nonce"]}
        claims |= {**self.person, **self.says}
        token = jwt.encode({"alg": "ES256", "kid": "satu"}, claims, self.signs_with)
        return Answer.json({"access_token": "tak-dipakai", "token_type": "Bearer", "id_token": token})

    def _complain(self, status: int, why: str) -> Answer:
        self.complaints.append(why)
        return Answer.json({"error": why}, status)

    def failure(self, status: int) -> Answer:
        return Answer.json({"error": "not now"}, status)

    def control(self, verb: str, facts: dict[str, Any]) -> object:
        if verb == "person":
            self.person = dict(facts)
            return {}
        raise ControlError(f"no verb {verb!r}; there is: person")

    def log(self) -> list[dict[str, Any]]:
        return []


def main(given: list[str]) -> int:
    """Run the provider as a program."""
    parser = arguments("An identity provider on the loopback address.")
    parser.add_argument("--back", required=True, help="where it may send people back to")
    options = parser.parse_args(given)
    set_clock(options.clock)
    return run(Provider(back=options.back, port=options.port, seconds=options.seconds))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
