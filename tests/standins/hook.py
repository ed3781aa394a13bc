"""A receiver of our webhook, who would send messages on as WhatsApp or SMS: it checks signatures and sends each key once.

python -m tests.standins.hook --port 12113 --secret only-for-trials-16
"""

import hashlib
import hmac
import json
import re
import sys
from threading import Lock
from typing import Any

from marketplace.kernel import clock
from tests.standins.serving import Answer, Asked, ControlError, StandIn, arguments, run, set_clock, wait

SECRET = "only-for-trials-16"
PATH = "/pesan"
TOLERANCE = 300
"""Seconds that a signature's time may be from ours, either way."""
SIGNED = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")
NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")
FIELDS = {"to", "text", "url", "key"}
LONGEST_TEXT = 1_000


class Hook(StandIn):
    """Keeps what it sent on, each key once; what breaks the contract is refused and complained of."""

    def __init__(self, *, secret: str = SECRET, port: int = 0, seconds: float = 600.0) -> None:
        super().__init__(port=port, seconds=seconds)
        self.secret = secret
        self.sent: list[dict[str, str]] = []
        self.repeats = 0
        self.nobody: set[str] = set()
        """Numbers that nobody has."""
        self._lock = Lock()

    @property
    def url(self) -> str:
        return f"{self.address}{PATH}"

    def answer(self, asked: Asked, pause: float) -> Answer:
        wait(pause)
        if asked.method != "POST" or asked.path != PATH:
            return self._complain(404, f"{asked.method} {asked.path} is nothing of ours")
        if why := self._forged(asked):
            return self._complain(401, why)
        try:
            told = json.loads(asked.body)
        except ValueError:
            return self._complain(400, "no JSON")
        if why := malformed(told):
            return self._complain(400, why)
        with self._lock:
            if told["to"] in self.nobody:
                return Answer.json({"error": "nobody has this number"}, 422)
            if any(one["key"] == told["key"] for one in self.sent):
                self.repeats += 1
            else:
                self.sent.append(told)
        return Answer.json({"taken": told["key"]}, 202)

    def _forged(self, asked: Asked) -> str:
        signed = SIGNED.fullmatch(asked.headers.get("X-Jkp-Signature", ""))
        if signed is None:
            return "no signature"
        if abs(clock.now().timestamp() - int(signed[1])) > TOLERANCE:
            return "the signature's time is too far from ours"
        proof = hmac.new(self.secret.encode(), f"{signed[1]}.".encode() + asked.body, hashlib.sha256).hexdigest()
        return "" if hmac.compare_digest(proof, signed[2]) else "the signature is not ours"

    def _complain(self, status: int, why: str) -> Answer:
        self.complaints.append(why)
        return Answer.json({"error": why}, status)

    def failure(self, status: int) -> Answer:
        return Answer.json({"error": "not now"}, status, {"Retry-After": "30"} if status == 429 else None)

    def control(self, verb: str, facts: dict[str, Any]) -> object:
        if verb == "nobody":
            self.nobody.add(facts["to"])
            return {}
        raise ControlError(f"no verb {verb!r}; there is: nobody")

    def log(self) -> list[dict[str, Any]]:
        return [{"kind": "message", **one} for one in self.sent]


def malformed(told: object) -> str:
    """Return what is wrong with a message, or nothing."""
    if not isinstance(told, dict) or set(told) != FIELDS or not all(isinstance(one, str) for one in told.values()):
        return f"a message has {', '.join(sorted(FIELDS))}, all texts"
    if not NUMBER.fullmatch(told["to"]):
        return "no number"
    if not 0 < len(told["text"]) <= LONGEST_TEXT:
        return f"a text has 1 to {LONGEST_TEXT} characters"
    return "" if told["key"] else "no key"


def main(given: list[str]) -> int:
    """Run the receiver as a program."""
    parser = arguments("A receiver of the webhook for messages to phones, on the loopback address.")
    parser.add_argument("--secret", default=SECRET)
    options = parser.parse_args(given)
    set_clock(options.clock)
    return run(Hook(secret=options.secret, port=options.port, seconds=options.seconds))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
