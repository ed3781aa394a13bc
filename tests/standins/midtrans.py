"""A stand-in for Midtrans' Core API: QRIS, virtual accounts, refunds and signed notifications, in whole rupiah.

    python -m tests.standins.midtrans --port 12112 --webhook http://127.0.0.1:8000/webhook/midtrans --key SB-Mid-server-x

Midtrans publishes no document that a program could check, so requests and answers are held to schemas written by hand
from its reference (midtrans_schemas.json). Its own code stands in ``status_code``; whether the HTTP status says the same
is not promised there, so ``plain_http`` makes every one of them 200, for an adapter to go by the code.
"""

import base64
import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from secrets import compare_digest, randbelow
from threading import RLock
from typing import Any
from uuid import uuid4

from jsonschema import Draft202012Validator, FormatChecker

from marketplace.kernel import clock
from tests.standins.contract import told
from tests.standins.serving import Answer, Asked, ControlError, StandIn, arguments, run, set_clock, wait
from tests.standins.telling import Delivery, Teller

Thing = dict[str, Any]
SCHEMAS = Path(__file__).with_name("midtrans_schemas.json")
BROKEN = 599
SHOWN = "%Y-%m-%d %H:%M:%S"
UNITS = {"second": "seconds", "minute": "minutes", "hour": "hours", "day": "days"}
LIVES = {"qris": timedelta(minutes=15), "bank_transfer": timedelta(days=1), "echannel": timedelta(days=1)}
PAID = ("settlement", "partial_refund", "refund")
CODES = {
    "pending": "201",
    "settlement": "200",
    "partial_refund": "200",
    "refund": "200",
    "expire": "407",
    "deny": "202",
}
GOPAY_DAYS, SHOPEE_DAYS = timedelta(days=45), timedelta(days=1)


class MidtransError(Exception):
    """An answer that says no."""

    def __init__(self, code: int, message: str, faults: list[str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.body: Thing = {"status_code": str(code), "status_message": message}
        if faults:
            self.body["validation_messages"] = faults


@cache
def validator(name: str) -> Draft202012Validator:
    """Return what checks one of the shapes."""
    schemas = json.loads(SCHEMAS.read_text(encoding="utf-8"))
    schema = {"$ref": f"#/$defs/{name}", "$defs": schemas["$defs"]}
    return Draft202012Validator(schema, format_checker=FormatChecker())


class Midtrans(StandIn):
    """The server, and what it remembers of each transaction."""

    def __init__(
        self,
        *,
        key: str = "SB-Mid-server-standin",
        now: Callable[[], datetime] = clock.now,
        port: int = 0,
        seconds: float = 600.0,
    ) -> None:
        super().__init__(port=port, seconds=seconds)
        self.key, self.now = key, now
        self.plain_http = False
        self.funds: int | None = None
        self.lock = RLock()
        self.orders: dict[str, Thing] = {}
        self.ends: dict[str, datetime] = {}
        self.paid_at: dict[str, datetime] = {}
        self.overrides: dict[str, str] = {}
        self.notes: dict[str, Thing] = {}
        self.keys: dict[str, tuple[str, Answer]] = {}
        self.tell = Teller(lambda _body: {"Content-Type": "application/json"})

    # -- requests ------------------------------------------------------------------------------------------------

    def answer(self, asked: Asked, pause: float) -> Answer:
        wait(pause)
        steps = asked.path.strip("/").split("/")
        key = asked.headers.get("Idempotency-Key", "")
        mark = f"{asked.path} {asked.body.decode()}"
        with self.lock:
            self.sweep()
            if key and key in self.keys and self.keys[key][0] == mark:
                return self.keys[key][1]
            shape, code = "transaction", 200
            try:
                self._known(asked.headers)
                if (asked.method, asked.path) == ("POST", "/v2/charge"):
                    body, shape = self._charge(self._body(asked, "charge_request"), asked.headers), "charged"
                elif steps[0] == "v2" and len(steps) >= 3:
                    body = self._done(asked, steps[1], "/".join(steps[2:]))
                else:
                    raise MidtransError(404, "The requested resource is not found")  # noqa: TRY301 - the one way to say no
            except MidtransError as error:
                body, shape, code = error.body, "failure", error.code
            given = self._within(asked, shape, Answer.json(body, 200 if self.plain_http else code))
            if key and given.status < 500:
                self.keys[key] = (mark, given)
        return given

    def failure(self, status: int) -> Answer:
        return Answer.json({"status_code": str(status), "status_message": "Ordered fault."}, status)

    def _known(self, headers: Mapping[str, str]) -> None:
        right = "Basic " + base64.b64encode(f"{self.key}:".encode()).decode()
        if not compare_digest(headers.get("Authorization", ""), right):
            raise MidtransError(401, "Unknown Merchant server_key/id")

    def _body(self, asked: Asked, shape: str) -> Thing:
        """Return what was sent; raise MidtransError, and complain, where it breaks the reference."""
        try:
            body: Thing = json.loads(asked.body or b"{}")
        except ValueError:
            body = {"": "no JSON"}
        if faults := list(told(validator(shape), body)):
            self.complaints += [f"{asked.method} {asked.path}: {each}" for each in faults]
            raise MidtransError(400, "One or more parameters in the payload is invalid.", faults)
        return body

    def _within(self, asked: Asked, shape: str, given: Answer) -> Answer:
        faults = list(told(validator(shape), json.loads(given.body)))
        if not faults:
            return given
        self.complaints += [f"answer to {asked.method} {asked.path}: {each}" for each in faults]
        return Answer.json({"status_code": str(BROKEN), "status_message": "; ".join(faults)}, BROKEN)

    def _done(self, asked: Asked, ref: str, deed: str) -> Thing:
        order = self.find(ref)
        if order is None:
            raise MidtransError(404, "Transaction doesn't exist.")
        if (asked.method, deed) == ("GET", "status"):
            return self.standing(order)
        if asked.method != "POST":
            raise MidtransError(404, "The requested resource is not found")
        if deed == "refund/online/direct":
            return self.refund(order, self._body(asked, "refund_request"))
        if deed == "refund":
            raise MidtransError(412, "This way to pay is refunded at once or not at all.")
        ends = {"cancel": "cancel", "expire": "expire"}
        if deed not in ends:
            raise MidtransError(404, "The requested resource is not found")
        self._body(asked, "nothing")
        if order["transaction_status"] != "pending":
            raise MidtransError(412, "Transaction status cannot be updated.")
        return self.ended(order, ends[deed])

    # -- what Midtrans does --------------------------------------------------------------------------------------

    def _charge(self, asked: Thing, headers: Mapping[str, str]) -> Thing:
        details, kind = asked["transaction_details"], asked["payment_type"]
        ref = details["order_id"]
        old = self.orders.get(ref)
        # A number that was cancelled before it was paid may be used again.
        if old and old["transaction_status"] != "cancel":
            raise MidtransError(406, "The request could not be completed due to a conflict; order_id has been used.")
        now = self.now()
        order: Thing = {
            "transaction_id": str(uuid4()),
            "order_id": ref,
            "merchant_id": "G000000000",
            "gross_amount": f"{details['gross_amount']}.00",
            "currency": "IDR",
            "payment_type": kind,
            "transaction_time": shown(now),
            "transaction_status": "pending",
            "fraud_status": "accept",
        }
        custom = asked.get("custom_expiry", {})
        length = (
            timedelta(**{UNITS[custom.get("unit", "minute")]: custom["expiry_duration"]}) if custom else LIVES[kind]
        )
        begun = custom.get("order_time")
        self.ends[ref] = (datetime.strptime(begun, f"{SHOWN} %z") if begun else now) + length
        order["expiry_time"] = shown(self.ends[ref])
        order |= self._ways(asked, order["transaction_id"])
        self.orders[ref] = order
        self.overrides[ref] = headers.get("X-Override-Notification", "")
        self._note(order)
        return {"status_code": "201", "status_message": f"{kind} transaction is created", **order}

    def _ways(self, asked: Thing, ref: str) -> Thing:
        """Return how a buyer may pay: a code to scan, or a number at a bank."""
        number = f"{randbelow(10**11):016d}"
        if asked["payment_type"] == "qris":
            action = {"name": "generate-qr-code", "method": "GET", "url": f"{self.address}/v2/qris/{ref}/qr-code"}
            text = f"00020101021226620014COM.GO-JEK.WWW0118{ref[:18]}5802ID6304ABCD"
            return {"actions": [action], "qr_string": text, "acquirer": asked.get("qris", {}).get("acquirer", "gopay")}
        if asked["payment_type"] == "echannel":
            return {"bill_key": number[-12:], "biller_code": "70012"}
        bank = asked["bank_transfer"]["bank"]
        if bank == "permata":
            return {"permata_va_number": number}
        return {"va_numbers": [{"bank": bank, "va_number": number}]}

    def find(self, ref: str) -> Thing | None:
        """Return a transaction by our number or by Midtrans' own."""
        by_id = (each for each in self.orders.values() if each["transaction_id"] == ref)
        return self.orders.get(ref) or next(by_id, None)

    def standing(self, order: Thing) -> Thing:
        """Return how a transaction stands, signed as its notification is."""
        code = CODES.get(order["transaction_status"], "200")
        left_out = {"actions", "qr_string"}
        body = {name: value for name, value in order.items() if name not in left_out}
        body |= {"status_code": code, "status_message": "Success, transaction is found"}
        return {**body, "signature_key": self.signature(order["order_id"], code, order["gross_amount"])}

    def signature(self, order_id: str, code: str, gross: str, *, key: str = "") -> str:
        return hashlib.sha512(f"{order_id}{code}{gross}{key or self.key}".encode()).hexdigest()

    def refund(self, order: Thing, asked: Thing) -> Thing:
        """Pay back at once, as QRIS can; the same key means the same refund."""
        if order["payment_type"] != "qris":
            raise MidtransError(412, "This way to pay cannot be refunded.")
        if order["transaction_status"] not in {"settlement", "partial_refund"}:
            raise MidtransError(412, "Transaction status cannot be updated.")
        now, key = self.now(), asked.get("refund_key") or str(uuid4())
        refunds = order.setdefault("refunds", [])
        if any(each["refund_key"] == key for each in refunds):
            raise MidtransError(406, "Duplicate refund_key.")
        shopee = order["acquirer"] != "gopay"
        if now - self.paid_at[order["order_id"]] > (SHOPEE_DAYS if shopee else GOPAY_DAYS) or (
            shopee and at_night(now)
        ):
            raise MidtransError(412, "Refund request is not allowed at this time.")
        gross = int(float(order["gross_amount"]))
        done = sum(int(float(each["refund_amount"])) for each in refunds)
        amount = asked.get("amount", gross - done)
        if amount > gross - done:
            raise MidtransError(412, "Refund amount is more than what is left.")
        if self.funds is not None and amount > self.funds:
            raise MidtransError(414, "Refund request is rejected due to insufficient funds.")
        row = {
            "refund_chargeback_id": randbelow(10**6),
            "refund_chargeback_uuid": str(uuid4()),
            "refund_amount": f"{amount}.00",
            "created_at": shown(now),
            "reason": asked.get("reason", ""),
            "refund_key": key,
            "refund_method": "online-refund",
            "bank_confirmed_at": shown(now),
        }
        refunds.append(row)
        order["refund_amount"] = f"{done + amount}.00"
        order["transaction_status"] = "refund" if done + amount == gross else "partial_refund"
        self._note(order)
        own = {
            name: row[name]
            for name in ("refund_chargeback_id", "refund_chargeback_uuid", "refund_amount", "refund_key")
        }
        body = {name: value for name, value in self.standing(order).items() if name not in {"refunds", "signature_key"}}
        return {**body, "status_message": "Success, refund request is approved", **own}

    def ended(self, order: Thing, state: str) -> Thing:
        """End a transaction that was not paid."""
        order["transaction_status"] = state
        self._note(order)
        # The answer to the deed is 200, or 407 for what has expired; how it stands later is told by status.
        body = {name: value for name, value in self.standing(order).items() if name != "signature_key"}
        return {**body, "status_message": f"Success, transaction is {state}"}

    def sweep(self) -> None:
        """End what nobody has paid in time."""
        now = self.now()
        for ref, end in list(self.ends.items()):
            if end <= now:
                self.ends.pop(ref)
                if self.orders[ref]["transaction_status"] == "pending":
                    self.ended(self.orders[ref], "expire")

    # -- notifications -------------------------------------------------------------------------------------------

    def _note(self, order: Thing) -> None:
        """Tell how a transaction stands, to the address of its charge or else to the one that was set."""
        body = {**self.standing(order), "status_message": "midtrans payment notification"}
        self.complaints += [f"notification: {each}" for each in told(validator("notification"), body)]
        ref = f"{order['order_id']}:{order['transaction_status']}:{len(self.notes)}"
        self.notes[ref] = body
        if own := self.overrides.get(order["order_id"]):
            self.tell.targets[ref] = own
        self.tell.tell(ref, json.dumps(body).encode())

    def resend(self, ref: str) -> Delivery:
        """Tell a notification once more."""
        return self.tell.deliver(ref, json.dumps(self.notes[ref]).encode())

    # -- what buyers do, and the control door --------------------------------------------------------------------

    def pay(self, ref: str, *, amount: int | None = None, deny: bool = False) -> Thing:
        """Scan the code or pay the number; another amount is something that must not happen, for a test to see."""
        with self.lock:
            self.sweep()
            order = self.find(ref)
            if order is None or order["transaction_status"] != "pending":
                raise ControlError(f"{ref} cannot be paid: {order['transaction_status'] if order else 'unknown'}")
            if deny:
                return self.ended(order, "deny")
            if amount is not None:
                order["gross_amount"] = f"{amount}.00"
            self.paid_at[order["order_id"]] = self.now()
            order |= {"transaction_status": "settlement", "settlement_time": shown(self.now())}
            if order["payment_type"] == "qris":
                order |= {"issuer": "gopay", "transaction_type": "on-us"}
            elif "va_numbers" in order:
                order["payment_amounts"] = [{"paid_at": shown(self.now()), "amount": order["gross_amount"]}]
            self._note(order)
            return order

    def desk_refund(self, ref: str, **asked: object) -> Thing:
        """Pay back at the provider's own desk."""
        with self.lock:
            order = self.find(ref)
            if order is None:
                raise ControlError(f"no order {ref!r}")
            try:
                return self.refund(order, dict(asked))
            except MidtransError as error:
                raise ControlError(str(error)) from None

    def control(self, verb: str, facts: dict[str, Any]) -> object:
        deeds: dict[str, Callable[..., object]] = {
            "pay": self.pay,
            "refund": self.desk_refund,
            "settings": self._settings,
            "webhooks": self.tell.set,
            "release": lambda **how: [vars(each) for each in self.tell.release(**how)],
            "resend": lambda event: vars(self.resend(event)),
            "idle": self.tell.idle,
        }
        if verb not in deeds:
            raise ControlError(f"no verb {verb!r}")
        return deeds[verb](**facts)

    def _settings(self, **given: object) -> object:
        """Change how the account is: what it has to refund from, and whether every HTTP status is 200."""
        for name, value in given.items():
            if name not in {"funds", "plain_http"}:
                raise ControlError(f"no setting {name!r}")
            setattr(self, name, value)
        return {"funds": self.funds, "plain_http": self.plain_http}

    def log(self) -> list[dict[str, Any]]:
        """Return orders, refunds, notifications, keys and deliveries."""
        with self.lock:
            orders = list(self.orders.values())
            refunds = [
                {"kind": "refund", "order_id": o["order_id"], **each} for o in orders for each in o.get("refunds", [])
            ]
            notes = [{"kind": "event", "event": ref, **body} for ref, body in self.notes.items()]
            keys = [{"kind": "key", "key": key, "status": given.status} for key, (_, given) in self.keys.items()]
        told_ = [{"kind": "delivery", **vars(each)} for each in self.tell.deliveries]
        return [*({"kind": "charge", **each} for each in orders), *refunds, *notes, *keys, *told_]


def shown(moment: datetime) -> str:
    """Write a time as Midtrans does: Jakarta's, without saying so."""
    return moment.astimezone(clock.JAKARTA).strftime(SHOWN)


def at_night(moment: datetime) -> bool:
    """Tell whether ShopeePay refuses refunds: from 23.55 to 6.00 in Jakarta."""
    return not "06:00" <= moment.astimezone(clock.JAKARTA).strftime("%H:%M") < "23:55"


def main(given: list[str]) -> int:
    """Run the stand-in as a program."""
    parser = arguments("A stand-in for Midtrans on the loopback address.")
    parser.add_argument("--webhook", help="where to send notifications")
    parser.add_argument("--key", default="SB-Mid-server-standin", help="the server key")
    options = parser.parse_args(given)
    set_clock(options.clock)
    server = Midtrans(port=options.port, seconds=options.seconds, key=options.key)
    server.tell.set(target=options.webhook)
    return run(server)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
