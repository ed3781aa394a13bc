"""What Stripe does and remembers: sessions, charges, refunds, disputes, transfers, and the events that tell of them."""

import copy
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from threading import RLock, local
from typing import Any

from tests.standins import stripe_shapes as shape
from tests.standins.serving import ControlError

Thing = dict[str, Any]
SOONEST, LATEST = 30 * 60, 24 * 3600
"""Seconds from its making within which a session has to end."""
DUE = 7 * 24 * 3600
GOING = ("won", "warning_closed")
WHOLE = 100
"""Stripe counts rupiah in hundredths, as it does most currencies."""


class StripeError(Exception):
    """An answer other than 200, in Stripe's own form."""

    def __init__(
        self, status: int, message: str, *, code: str = "", param: str = "", kind: str = "invalid_request_error"
    ):
        super().__init__(message)
        self.status = status
        facts = {"type": kind, "message": message, "code": code, "param": param}
        self.body = {"error": {each: value for each, value in facts.items() if value}}


def missing(what: str, ref: str, param: str = "id") -> StripeError:
    return StripeError(404, f"No such {what}: '{ref}'", code="resource_missing", param=param)


class Books:
    """Everything a Stripe account holds. One lock: what happens, happens one after the other."""

    def __init__(self, *, now: Callable[[], datetime], version: str, base: str, tell: Callable[[Thing], None]) -> None:
        self._now, self.version, self.base, self._tell = now, version, base, tell
        self.lock = RLock()
        self.objects: dict[str, Thing] = {}
        self.kinds: dict[str, list[Thing]] = {}
        self.open: dict[str, Thing] = {}
        self.details: dict[str, Thing] = {}
        self.live = False
        self.refunds_go = "succeeded"
        self.balance: int | None = None
        self.request = local()

    def at(self) -> int:
        return int(self._now().timestamp())

    # -- what is in the books ------------------------------------------------------------------------------------

    def keep(self, thing: Thing, *events: str) -> Thing:
        self.objects[thing["id"]] = thing
        self.kinds.setdefault(thing["object"], []).append(thing)
        for kind in events:
            self.emit(kind, thing)
        return thing

    def emit(self, kind: str, thing: Thing) -> Thing:
        """Write down that something happened, and tell it."""
        request = {"id": getattr(self.request, "id", None), "idempotency_key": getattr(self.request, "key", None)}
        event = shape.event(kind, copy.deepcopy(thing), at=self.at(), version=self.version, request=request)
        self.keep(event)
        self._tell(event)
        return event

    def all(self, kind: str) -> list[Thing]:
        """Return the objects of a kind, newest first, as Stripe lists them."""
        return self.kinds.get(kind, [])[::-1]

    def get(self, kind: str, ref: str, param: str = "id") -> Thing:
        found = self.objects.get(ref)
        if found is None or found["object"] != kind:
            raise missing(kind, ref, param)
        return found

    def sweep(self) -> None:
        """End the sessions whose time is over."""
        now = self.at()
        for each in list(self.open.values()):
            if each["expires_at"] <= now:
                self._end(each)

    def _end(self, session: Thing) -> None:
        self.open.pop(session["id"])
        session |= {"status": "expired", "url": None}
        self.emit("checkout.session.expired", session)

    # -- what the API does ---------------------------------------------------------------------------------------

    def open_session(self, asked: Thing) -> Thing:
        for name in ("mode", "line_items", "success_url"):
            if not asked.get(name):
                raise StripeError(400, f"Missing required param: {name}.", code="parameter_missing", param=name)
        if asked["mode"] != "payment" or any(
            "unit_amount" not in each.get("price_data", {}) for each in asked["line_items"]
        ):
            raise StripeError(400, "This stand-in knows payments of amounts only.", param="line_items")
        end = asked.get("expires_at")
        if end is not None and not SOONEST <= end - self.at() <= LATEST:
            raise StripeError(
                400, "A session ends between 30 minutes and 24 hours after it is made.", param="expires_at"
            )
        session = self.keep(shape.session(asked, at=self.at(), live=self.live, base=self.base))
        self.open[session["id"]] = session
        self.details[session["id"]] = asked.get("payment_intent_data", {})
        return session

    def expire_session(self, ref: str) -> Thing:
        session = self.get("checkout.session", ref)
        if session["status"] != "open":
            raise StripeError(400, f"Only an open session can be expired; this one is {session['status']}.")
        self._end(session)
        return session

    def make_refund(self, asked: Thing) -> Thing:
        charge = self._charge_of(asked)
        left = charge["amount"] - charge["amount_refunded"]
        amount = asked.get("amount", left)
        if any(each["charge"] == charge["id"] and each["status"] not in GOING for each in self.all("dispute")):
            raise StripeError(400, f"Charge {charge['id']} has been charged back.", code="charge_disputed")
        if left == 0:
            raise StripeError(400, f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
        if not 0 < amount <= left:
            raise StripeError(400, f"Refund amount ({amount}) is not within what is left ({left}).", param="amount")
        refund = shape.refund(charge, amount, asked, at=self.at(), status=self.refunds_go)
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        refund["balance_transaction"] = self._moved("refund", refund, -amount)
        self.keep(refund, "refund.created")
        self.emit("charge.refunded", charge)
        return refund

    def make_transfer(self, asked: Thing) -> Thing:
        amount, account = asked.get("amount", 0), self.objects.get(asked["destination"])
        if account is None or account["object"] != "account":
            raise StripeError(
                400, f"No such destination: '{asked['destination']}'", code="resource_missing", param="destination"
            )
        if account["capabilities"]["transfers"] != "active":
            raise StripeError(
                400, "The destination cannot take transfers yet.", code="insufficient_capabilities_for_transfer"
            )
        if amount <= 0:
            raise StripeError(400, "Invalid positive integer", code="parameter_invalid_integer", param="amount")
        if self.balance is not None and amount > self.balance:
            raise StripeError(400, "You have insufficient available funds.", code="balance_insufficient")
        transfer = shape.transfer(asked, at=self.at(), live=self.live)
        transfer["balance_transaction"] = self._moved("transfer", transfer, -amount)
        return self.keep(transfer, "transfer.created")

    def reverse_transfer(self, ref: str, asked: Thing) -> Thing:
        transfer = self.get("transfer", ref)
        left = transfer["amount"] - transfer["amount_reversed"]
        amount = asked.get("amount", left)
        if not 0 < amount <= left:
            raise StripeError(400, f"Reversal amount ({amount}) is not within what is left ({left}).", param="amount")
        reversal = shape.reversal(transfer, amount, asked, at=self.at())
        reversal["balance_transaction"] = self._moved("transfer", reversal, amount)
        transfer["amount_reversed"] += amount
        transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
        transfer["reversals"]["data"].insert(0, reversal)
        self.keep(reversal)
        self.emit("transfer.reversed", transfer)
        return reversal

    def make_account(self, asked: Thing, *, ready: bool = False) -> Thing:
        return self.keep(shape.account(asked, at=self.at(), ready=ready))

    def link_account(self, asked: Thing) -> Thing:
        self.get("account", asked["account"], "account")
        at = self.at()
        return {
            "object": "account_link",
            "created": at,
            "expires_at": at + 300,
            "url": f"{self.base}/join/{asked['account']}",
        }

    def _charge_of(self, asked: Mapping[str, Any]) -> Thing:
        ref = asked.get("charge")
        if not ref:
            if not asked.get("payment_intent"):
                raise StripeError(
                    400, "One of charge and payment_intent is needed.", code="parameter_missing", param="charge"
                )
            ref = self.get("payment_intent", asked["payment_intent"], "payment_intent")["latest_charge"] or ""
        charge = self.get("charge", ref, "charge")
        if not charge["paid"]:
            raise StripeError(400, f"Charge {ref} was not paid.", param="charge")
        return charge

    def _moved(self, kind: str, source: Thing, amount: int, fee: int = 0) -> str:
        row = self.keep(shape.movement(kind, source, amount, fee, at=self.at()))
        if self.balance is not None:
            self.balance += row["net"]
        return str(row["id"])

    # -- what buyers, banks and people at the desk do ---------------------------------------------------------------

    def pay(
        self, ref: str, *, ok: bool = True, later: bool = False, amount: int | None = None, currency: str = ""
    ) -> Thing:
        """Press the button on the page of a session.

        ``later`` is a way to pay that takes time: its end is told by ``arrive``. Another amount or currency than what was
        asked for is something Stripe does not do, so that a test can see who notices.
        """
        self.sweep()
        session = self._known("checkout.session", ref)
        if session["status"] != "open":
            raise ControlError(f"the session is {session['status']}")
        session["amount_total"] = session["amount_total"] if amount is None else amount
        session["currency"] = currency or session["currency"]
        intent = self.keep(shape.intent(session, self.details[ref], at=self.at()))
        if not ok:
            # The page stays open: the buyer may try another card.
            self._charged(intent, ok=False)
            intent |= {"status": "requires_payment_method"}
            self.emit("payment_intent.payment_failed", intent)
            return session
        self.open.pop(ref)
        session |= {"payment_intent": intent["id"], "status": "complete", "url": None}
        session["payment_status"] = "unpaid" if later else "paid"
        if not later:
            self._charged(intent, ok=True)
        self.emit("checkout.session.completed", session)
        return session

    def arrive(self, ref: str, *, ok: bool = True) -> Thing:
        """End a payment that takes time."""
        session = self._known("checkout.session", ref)
        intent = self.objects.get(session["payment_intent"] or "")
        if intent is None or intent["status"] != "processing":
            raise ControlError("nothing is on its way for this session")
        self._charged(intent, ok=ok)
        if not ok:
            intent |= {"status": "requires_payment_method"}
        session["payment_status"] = "paid" if ok else "unpaid"
        self.emit(f"checkout.session.async_payment_{'succeeded' if ok else 'failed'}", session)
        return session

    def _charged(self, intent: Thing, *, ok: bool) -> None:
        charge = shape.charge(intent, at=self.at(), ok=ok)
        intent["latest_charge"] = charge["id"]
        if not ok:
            self.keep(charge, "charge.failed")
            return
        # An invented fee, in whole rupiah.
        fee = charge["amount"] * 29 // 1000 // WHOLE * WHOLE
        charge["balance_transaction"] = self._moved("charge", charge, charge["amount"], fee)
        intent |= {"status": "succeeded", "amount_received": intent["amount"]}
        self.keep(charge, "charge.succeeded")
        self.emit("payment_intent.succeeded", intent)

    def end_refund(self, ref: str, *, ok: bool) -> Thing:
        """Let a refund succeed or fail at the bank, at once or days after it was said to have succeeded."""
        refund = self._known("refund", ref)
        if refund["status"] == "failed" or (ok and refund["status"] == "succeeded"):
            raise ControlError(f"the refund has {refund['status']}")
        refund["status"] = "succeeded" if ok else "failed"
        if not ok:
            charge = self.objects[refund["charge"]]
            charge["amount_refunded"] -= refund["amount"]
            charge["refunded"] = False
            refund["failure_reason"] = "expired_or_canceled_card"
            refund["failure_balance_transaction"] = self._moved("refund_failure", refund, refund["amount"])
            self.emit("refund.failed", refund)
        self.emit("refund.updated", refund)
        return refund

    def open_dispute(self, asked: Thing) -> Thing:
        charge = self._charge_of(asked)
        dispute = shape.dispute(charge, asked.get("amount", charge["amount"]), at=self.at(), due=self.at() + DUE)
        charge["disputed"] = True
        self.keep(dispute, "charge.dispute.created")
        row = self.objects[self._moved("adjustment", dispute, -dispute["amount"])]
        dispute["balance_transactions"].append(row)
        self.emit("charge.dispute.funds_withdrawn", dispute)
        return dispute

    def end_dispute(self, ref: str, *, won: bool) -> Thing:
        dispute = self._known("dispute", ref)
        if dispute["status"] != "needs_response":
            raise ControlError(f"the dispute is {dispute['status']}")
        dispute["status"] = "won" if won else "lost"
        if won:
            row = self.objects[self._moved("adjustment", dispute, dispute["amount"])]
            dispute["balance_transactions"].append(row)
            dispute["is_charge_refundable"] = True
            self.emit("charge.dispute.funds_reinstated", dispute)
        self.emit("charge.dispute.closed", dispute)
        return dispute

    def ready_account(self, ref: str) -> Thing:
        """Let Stripe find everything in order with a connected account."""
        account = self._known("account", ref)
        account |= {"details_submitted": True, "payouts_enabled": True, "capabilities": {"transfers": "active"}}
        self.emit("account.updated", account)
        return account

    def _known(self, kind: str, ref: str) -> Thing:
        found = self.objects.get(ref)
        if found is None or found["object"] != kind:
            raise ControlError(f"no {kind} {ref!r}")
        return found


def page_of(things: Iterable[Thing], asked: Thing, url: str) -> Thing:
    """Cut a list to what was asked for: a filter for each field, and pages by the id before or behind."""
    rows = list(things)
    paging = {"limit", "starting_after", "ending_before", "expand", "created", "types"}
    for name, value in asked.items():
        if name not in paging:
            rows = [each for each in rows if each.get(name) == value]
    if "types" in asked:
        rows = [each for each in rows if each["type"] in asked["types"]]
    if "created" in asked:
        rows = [each for each in rows if _within(each["created"], asked["created"])]
    limit = min(max(asked.get("limit", 10), 1), 100)
    refs = [each["id"] for each in rows]
    if after := asked.get("starting_after"):
        rows = rows[_place(refs, after) + 1 :]
    if before := asked.get("ending_before"):
        end = _place(refs, before)
        rows, more = rows[max(end - limit, 0) : end], end > limit
    else:
        rows, more = rows[:limit], len(rows) > limit
    return {"object": "list", "data": rows, "has_more": more, "url": url}


def _within(moment: int, limits: int | Mapping[str, int]) -> bool:
    if isinstance(limits, int):
        return moment == limits
    tests = {"gt": moment.__gt__, "gte": moment.__ge__, "lt": moment.__lt__, "lte": moment.__le__}
    return all(tests[name](limit) for name, limit in limits.items())


def _place(refs: list[str], ref: str) -> int:
    if ref not in refs:
        raise StripeError(400, f"No such object to page from: '{ref}'", code="resource_missing", param="starting_after")
    return refs.index(ref)
