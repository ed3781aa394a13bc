"""A stand-in for Stripe: Checkout, refunds, disputes, transfers and signed events, held to Stripe's own document.

    python -m tests.standins.stripe --port 12111 --webhook http://127.0.0.1:8000/webhook/stripe --secret whsec_test

It is stricter than Stripe: a field that the document does not name, in a request or in an answer, is a complaint, and the
fixture fails on complaints that a test did not take. An answer that breaks the document goes out as 599.
"""

import copy
import hashlib
import hmac
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qs

from marketplace.kernel import clock
from tests.standins.contract import NotInDocumentError, Refusal, contract
from tests.standins.serving import Answer, Asked, StandIn, arguments, run, set_clock, wait
from tests.standins.stripe_books import Books, StripeError, Thing, page_of
from tests.standins.telling import Delivery, Teller

KEY_SECONDS = 24 * 3600
BROKEN = 599
LISTS = {
    "/v1/checkout/sessions": "checkout.session",
    "/v1/refunds": "refund",
    "/v1/transfers": "transfer",
    "/v1/events": "event",
    "/v1/disputes": "dispute",
    "/v1/payment_intents": "payment_intent",
    "/v1/charges": "charge",
    "/v1/accounts": "account",
    "/v1/balance_transactions": "balance_transaction",
}
PAGE = """<!doctype html>
<html lang="id"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Stripe (tiruan)</title></head>
<body><main><h1>Stripe (tiruan)</h1><p>{label}</p><p id="amount">{currency} {amount}</p><p id="status">{status}</p>
{form}<p><a id="back" href="{back}">Kembali</a></p></main></body></html>"""
FORM = """<form method="post"><button name="do" value="pay">Bayar</button> <button name="do" value="fail">Gagal</button>
<button name="do" value="later">Bayar, tiba nanti</button></form>"""


@dataclass
class Kept:
    """What a key was used for, and the answer it got; none yet while the first is at work."""

    print: str
    at: int
    answer: Answer | None = None


class Stripe(StandIn):
    """The server. Its books may be looked into; ``tell`` says how webhooks go out."""

    def __init__(
        self,
        *,
        secrets: tuple[str, ...] = ("whsec_standin",),
        now: Callable[[], datetime] = clock.now,
        port: int = 0,
        seconds: float = 600.0,
    ) -> None:
        super().__init__(port=port, seconds=seconds)
        self.contract = contract()
        self.secrets = secrets
        self.now = now
        self.keys: dict[str, Kept] = {}
        self.tell = Teller(self.signed)
        self.books = Books(now=now, version=self.contract.version, base=self.address, tell=self._tell)

    # -- events --------------------------------------------------------------------------------------------------

    def signed(self, body: bytes, *, at: int | None = None, secrets: tuple[str, ...] = (), scheme: str = "v1") -> Thing:
        """Return the headers of a webhook: the time, and one signature for each secret that is in force."""
        moment = self.books.at() if at is None else at
        marks = [
            f"{scheme}={hmac.new(secret.encode(), f'{moment}.'.encode() + body, hashlib.sha256).hexdigest()}"
            for secret in secrets or self.secrets
        ]
        return {"Content-Type": "application/json", "Stripe-Signature": ",".join([f"t={moment}", *marks])}

    def letter(self, event: str) -> bytes:
        """Return the body of a webhook."""
        return json.dumps(self.books.objects[event]).encode()

    def resend(self, event: str) -> Delivery:
        """Tell an event once more, as the button at the desk does."""
        return self.tell.deliver(event, self.letter(event))

    def _tell(self, event: Thing) -> None:
        self.complaints += [f"event {event['type']}: {each}" for each in self.contract.event_faults(event)]
        self.tell.tell(event["id"], self.letter(event["id"]))

    # -- requests ------------------------------------------------------------------------------------------------

    def answer(self, asked: Asked, pause: float) -> Answer:
        if asked.path.startswith("/pay/"):
            return self._page(asked)
        ref = f"req_{token_hex(8)}"
        key = asked.headers.get("Idempotency-Key") if asked.method == "POST" else None
        headers = {"Request-Id": ref, "Stripe-Version": self.contract.version}
        try:
            typed = self._checked(asked)
            kept = self._taken(key, asked, typed)
            if kept and kept.answer:
                old = kept.answer
                return Answer(old.status, old.body, {**old.headers, "Idempotent-Replayed": "true"})
        except StripeError as error:
            return self._within(asked, Answer.json(error.body, error.status, headers))
        wait(pause)
        self.books.request.id, self.books.request.key = ref, key
        try:
            with self.books.lock:
                self.books.sweep()
                body = self._expanded(copy.deepcopy(self._done(asked, typed)), typed.get("expand", ()))
            given = Answer.json(body, 200, headers)
        except StripeError as error:
            given = Answer.json(error.body, error.status, headers)
        finally:
            self.books.request.id = self.books.request.key = None
        given = self._within(asked, given)
        if kept:
            kept.answer = given
        return given

    def failure(self, status: int) -> Answer:
        body = {
            "error": {"type": "api_error" if status >= 500 else "invalid_request_error", "message": "Ordered fault."}
        }
        if status == 429:
            body["error"] |= {"code": "rate_limit"}
        return Answer.json(body, status)

    def _checked(self, asked: Asked) -> Thing:
        """Return the typed parameters; raise StripeError, and complain, where the request breaks the document."""
        sort, _, secret = asked.headers.get("Authorization", "").partition(" ")
        if sort != "Bearer" or not secret.startswith(("sk_test_", "sk_live_")):
            raise StripeError(401, "You did not provide an API key.")
        version = asked.headers.get("Stripe-Version", self.contract.version)
        if version != self.contract.version:
            message = f"This stand-in speaks {self.contract.version} alone, not {version}."
            self.complaints.append(message)
            raise StripeError(400, message, param="Stripe-Version")
        try:
            return self.contract.request(asked.method, asked.path, asked.query, asked.body.decode())
        except NotInDocumentError:
            self.complaints.append(f"{asked.method} {asked.path}: not in Stripe's document")
            raise StripeError(404, f"Unrecognized request URL ({asked.method}: {asked.path}).") from None
        except Refusal as error:
            self.complaints.append(f"{asked.method} {asked.path}: {error}")
            raise StripeError(400, error.message, code=error.code, param=error.param) from None

    def _taken(self, key: str | None, asked: Asked, typed: Thing) -> Kept | None:
        """Take a key: the first use is at work until it has an answer; another use must ask for the same."""
        if not key:
            return None
        mark = json.dumps([asked.path, typed], sort_keys=True)
        with self.books.lock:
            now = self.books.at()
            old = self.keys.get(key)
            if old is None or now - old.at >= KEY_SECONDS:
                self.keys[key] = Kept(mark, now)
                return self.keys[key]
            if old.print != mark:
                message = f"The key '{key}' was first used with other parameters or for another endpoint."
                raise StripeError(400, message, kind="idempotency_error")
            if old.answer is None:
                message = f"Another request with the key '{key}' is in progress."
                raise StripeError(409, message, code="idempotency_key_in_use", kind="idempotency_error")
            return old

    def _within(self, asked: Asked, given: Answer) -> Answer:
        """Hold an answer to the document; one that breaks it must not be mistaken for Stripe's."""
        body = json.loads(given.body)
        faults = self.contract.answer_faults(asked.method, asked.path, given.status, body)
        if not faults:
            return given
        self.complaints += [f"answer to {asked.method} {asked.path}: {each}" for each in faults]
        return Answer.json({"error": {"type": "api_error", "message": "; ".join(faults)}}, BROKEN)

    def _done(self, asked: Asked, typed: Thing) -> Thing:
        """Do what one request asks for."""
        books, facts = self.books, {name: value for name, value in typed.items() if name != "expand"}
        if asked.method == "GET" and asked.path in LISTS:
            return page_of(books.all(LISTS[asked.path]), facts, asked.path)
        makes: dict[str, Callable[[Thing], Thing]] = {
            "/v1/checkout/sessions": books.open_session,
            "/v1/refunds": books.make_refund,
            "/v1/transfers": books.make_transfer,
            "/v1/accounts": books.make_account,
            "/v1/account_links": books.link_account,
        }
        if asked.method == "POST" and asked.path in makes:
            return makes[asked.path](facts)
        head, _, last = asked.path.rpartition("/")
        if asked.method == "GET" and head in LISTS:
            return books.get(LISTS[head], last)
        root, _, ref = head.rpartition("/")
        if (asked.method, root, last) == ("POST", "/v1/checkout/sessions", "expire"):
            return books.expire_session(ref)
        if (root, last) == ("/v1/transfers", "reversals"):
            if asked.method == "POST":
                return books.reverse_transfer(ref, facts)
            return page_of(books.get("transfer", ref)["reversals"]["data"], facts, asked.path)
        raise StripeError(404, f"This stand-in does not do {asked.method} {asked.path}.")

    def _expanded(self, thing: Thing, paths: tuple[str, ...] | list[str]) -> Thing:
        """Put objects in the place of their ids, where that was asked for."""
        for path in paths:
            self._expand(thing, path.split("."), path)
        return thing

    def _expand(self, here: Any, steps: list[str], path: str) -> None:
        if not steps:
            return
        if isinstance(here, list):
            for each in here:
                self._expand(each, steps, path)
            return
        first = steps[0]
        if not isinstance(here, dict) or first not in here:
            raise StripeError(400, f"This property cannot be expanded ({path}).", param="expand")
        if isinstance(here[first], str):
            if here[first] not in self.books.objects:
                raise StripeError(400, f"This property cannot be expanded ({path}).", param="expand")
            here[first] = copy.deepcopy(self.books.objects[here[first]])
        if here[first] is not None:
            self._expand(here[first], steps[1:], path)

    # -- the page of a buyer -------------------------------------------------------------------------------------

    def _page(self, asked: Asked) -> Answer:
        """Show a session with buttons, and do what was pressed; works in a browser with and without scripts."""
        ref = asked.path.removeprefix("/pay/")
        with self.books.lock:
            self.books.sweep()
            try:
                session = self.books.get("checkout.session", ref)
            except StripeError:
                return Answer(404, b"no such session", {"Content-Type": "text/plain"})
            if asked.method == "POST" and session["status"] == "open":
                pressed = parse_qs(asked.body.decode()).get("do", [""])[0]
                self.books.pay(ref, ok=pressed != "fail", later=pressed == "later")
        # Whoever wants the webhook to be there before the buyer is back tells at once, and is waited for.
        self.tell.idle()
        if asked.method == "POST" and session["status"] == "complete":
            return Answer(303, b"", {"Location": session["success_url"].replace("{CHECKOUT_SESSION_ID}", ref)})
        html = PAGE.format(
            label=escape(ref),
            currency=escape(session["currency"].upper()),
            amount=session["amount_total"] // 100,
            status=session["status"],
            form=FORM if session["status"] == "open" else "",
            back=escape(session["cancel_url"] or session["success_url"]),
        )
        return Answer(200, html.encode(), {"Content-Type": "text/html; charset=utf-8"})

    # -- the control door ----------------------------------------------------------------------------------------

    def control(self, verb: str, facts: dict[str, Any]) -> object:
        books = self.books
        deeds: dict[str, Callable[..., object]] = {
            "pay": books.pay,
            "arrive": books.arrive,
            "refund": lambda **asked: books.make_refund(asked),
            "refund_ends": books.end_refund,
            "dispute": lambda **asked: books.open_dispute(asked),
            "dispute_ends": books.end_dispute,
            "account": lambda **asked: books.make_account(asked, ready=True),
            "account_ready": books.ready_account,
            "emit": lambda kind, of: books.emit(kind, books.objects[of]),
            "settings": self._settings,
        }
        if verb in deeds:
            with books.lock:
                try:
                    return deeds[verb](**facts)
                except StripeError as error:
                    raise ValueError(str(error)) from None
        tells: dict[str, Callable[..., object]] = {
            "webhooks": self.tell.set,
            "release": lambda **how: [vars(each) for each in self.tell.release(**how)],
            "resend": lambda event: vars(self.resend(event)),
            "idle": self.tell.idle,
        }
        if verb in tells:
            return tells[verb](**facts)
        raise ValueError(f"no verb {verb!r}")

    def _settings(self, **given: object) -> object:
        """Change how the account is: live, balance, what becomes of refunds, the secrets of webhooks."""
        if "secrets" in given:
            self.secrets = tuple(given.pop("secrets"))  # type: ignore[call-overload]
        for name, value in given.items():
            if name not in {"live", "balance", "refunds_go"}:
                raise ValueError(f"no setting {name!r}")
            setattr(self.books, name, value)
        return {"live": self.books.live, "balance": self.books.balance, "refunds_go": self.books.refunds_go}

    def log(self) -> list[dict[str, Any]]:
        """Return sessions, intents, charges, refunds, transfers, disputes, events, keys and deliveries."""
        named: Mapping[str, str] = {"checkout.session": "session"}
        with self.books.lock:
            rows: list[dict[str, Any]] = [
                {**each, "kind": named.get(each["object"], each["object"])} for each in self.books.objects.values()
            ]
            keys = [
                {"kind": "key", "key": key, "at": kept.at, "status": kept.answer.status if kept.answer else None}
                for key, kept in self.keys.items()
            ]
        return [*rows, *keys, *({"kind": "delivery", **vars(each)} for each in self.tell.deliveries)]


def main(given: list[str]) -> int:
    """Run the stand-in as a program."""
    parser = arguments("A stand-in for Stripe on the loopback address.")
    parser.add_argument("--webhook", help="where to tell events")
    parser.add_argument("--secret", action="append", help="a webhook secret; may be given more than once")
    options = parser.parse_args(given)
    set_clock(options.clock)
    server = Stripe(port=options.port, seconds=options.seconds, secrets=tuple(options.secret or ["whsec_standin"]))
    server.tell.set(target=options.webhook)
    return run(server)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
