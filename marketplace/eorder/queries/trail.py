"""The trail of an order (E13): who did what under which duty, when, what was before and after, and on which page."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from marketplace.accounts import queries as accounts
from marketplace.eorder.queries.taxes import tax_name
from marketplace.eorder.queries.words import ACTS, STATES, duty_name
from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Words, _
from marketplace.offices import queries as offices
from marketplace.web.formats import rupiah

# The stream of a unit holds all of its orders; the log has an index of things.
ENTRIES = text("""
SELECT seq, at, content, hash FROM kernel_audit
WHERE stream = :stream AND content ->> 'thing' = :thing ORDER BY seq
""")
OTHERS: Mapping[str, Words] = {
    "view": _("Looked at the order"),
    "paper": _("Fetched a paper"),
    "nudge": _("Reminded whose turn it is"),
    "acknowledge": _("Acknowledged what a flag found"),
    "file": _("Fetched a file of the bundle"),
}
"""What is written down about an order beside the acts of the table."""
PAGES: Mapping[str, Words] = {
    "order": _("Order"),
    "comparison": _("Comparison"),
    "negotiation": _("Negotiation"),
    "approval": _("Approval"),
    "shop": _("The shop's desk"),
    "changes": _("Changes"),
    "receiving": _("Receiving"),
    "minutes": _("Handover minutes"),
    "payment": _("Payment"),
    "audit": _("Audit"),
    "clock": _("By the clock"),
}
PAGE_OF: Mapping[str, str] = {
    **dict.fromkeys(("choose", "revise"), "comparison"),
    **dict.fromkeys(("negotiate", "offer", "agree", "break_off"), "negotiation"),
    **dict.fromkeys(("approve", "send_back"), "approval"),
    **dict.fromkeys(("accept", "decline", "make", "ship", "countersign", "object"), "shop"),
    **dict.fromkeys(("propose_change", "accept_change", "refuse_change"), "changes"),
    **dict.fromkeys(("receive", "miss"), "receiving"),
    **dict.fromkeys(("inspect", "correct", "sign"), "minutes"),
    **dict.fromkeys(("pay", "refuse_payment", "document_tax", "attach"), "payment"),
    **dict.fromkeys(("hold", "let_go", "acknowledge"), "audit"),
}
"""Each act is done on one page; what is not named here is done on the page of the order."""
VALUES: Mapping[str, Words] = {
    "accepted": _("Accepted"), "accepted_idr": _("Accepted"), "again": _("Need of the new order"), "asked": _("Asked"),
    "bad": _("Not good"), "came": _("Came"), "change": _("Change"), "days": _("Working days"),
    "digest": _("Seal of the comparison"), "few": _("Why few were compared"), "file": _("File"), "follow": _("The rest"),
    "flag": _("Flag"), "gross_idr": _("Gross"), "kept_idr": _("Withheld"), "kind": _("Kind"), "line": _("Budget line"),
    "minutes": _("Handover minutes"), "need": _("Need"), "office_number": _("The office's own number"),
    "over_ceiling": _("Reason for a price above the ceiling"), "reason": _("Reason"),
    "package": _("Package"), "pieces": _("Pieces"), "proof": _("Proof (SHA-256)"), "refused": _("Refused"),
    "rest_of": _("Need of the rest"), "said": _("Reasons for flags"), "shop": _("Shop"), "shown": _("Flags shown"),
    "stage": _("Reminder"), "tax": _("Tax"), "total_idr": _("Total"), "value_idr": _("Value"), "waits_for": _("Turn of"),
    "way": _("Way of payment"), "year": _("Fiscal year"),
}  # fmt: skip
"""What the values of an entry are called; one that is not here keeps the name it has in the log."""
FOLLOWS: Mapping[str, Words] = {
    "none": _("nothing is missing"), "complete": _("is completed"), "reduce": _("the order is reduced"),
    "return": _("goes back"),
}  # fmt: skip
"""What becomes of what was not accepted."""
SAID: Mapping[str, Callable[[str], Words | str]] = {
    "waits_for": duty_name, "follow": lambda key: FOLLOWS.get(key, key), "tax": tax_name,
}  # fmt: skip
"""Values that are keys, and how people say them."""
SILENT = frozenset({"state", "duty", "why", "mandate", "seller_id", "order_id"})
LOOKS = frozenset({"view", "paper"})


@dataclass(frozen=True, slots=True)
class Value:
    """A value that an entry tells, before and after; ``key`` is what the log calls it."""

    key: str
    name: Words | str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of the trail. ``hash`` is its place in the chain of the unit's log."""

    seq: int
    at: datetime
    act: str
    label: Words | str
    who: str
    duty: Words | str
    mandate: str
    page: Words
    was: Words | None
    state: Words | None
    values: tuple[Value, ...]
    why: str
    hash: str

    @property
    def look(self) -> bool:
        """Tell whether somebody only looked."""
        return self.act in LOOKS


def trail(code: str, unit_code: str) -> tuple[Entry, ...]:
    """Return the entries of the log about an order, the first first; the caller asked whether the reader may see it."""
    found = rows(ENTRIES, {"stream": f"eorder:{unit_code}", "thing": code})
    names = _names(row.content["by"] for row in found)
    numbers = offices.mandate_numbers(
        UUID(row.content["after"]["mandate"]) for row in found if row.content["after"].get("mandate")
    )
    return tuple(_entry(row.seq, row.at, row.hash, row.content, names, numbers) for row in found)


def ending(code: str, unit_code: str) -> Entry | None:
    """Return how an order came to an end without its goods: the last entry that moved it."""
    return next((one for one in reversed(trail(code, unit_code)) if one.state is not None), None)


def told(entries: Iterable[Entry]) -> Iterator[tuple[str, ...]]:
    """Return entries as rows of a file under ``TRAIL_COLUMNS``; times in Jakarta."""
    for one in entries:
        changed = "; ".join(f"{value.key}: {value.before or '-'} → {value.after or '-'}" for value in one.values)
        yield (
            str(one.seq), f"{one.at.astimezone(clock.JAKARTA):%Y-%m-%d %H:%M:%S}", one.act, str(one.label), one.who,
            str(one.duty), one.mandate, str(one.was or ""), str(one.state or ""), changed, one.why, str(one.page), one.hash,
        )  # fmt: skip


TRAIL_COLUMNS = (
    "urut", "waktu_wib", "tindakan", "nama_tindakan", "oleh", "jabatan", "mandat", "dari", "menjadi", "perubahan", "alasan",
    "layar", "sidik",
)  # fmt: skip


def _entry(
    seq: int,
    at: datetime,
    digest: str,
    content: Mapping[str, Any],
    names: Mapping[str, str],
    numbers: Mapping[UUID, str],
) -> Entry:
    before, after = content["before"], content["after"]
    act = content["action"].removeprefix("eorder.")
    mandate = after.get("mandate")
    was, state = before.get("state"), after.get("state")
    by_clock = content["by"] == "system"
    return Entry(
        seq=seq, at=at, act=act, label=ACTS.get(act) or OTHERS.get(act, act), who=names.get(content["by"], ""),
        duty=_duty(after.get("duty", ""), content.get("as", ())), mandate=numbers.get(UUID(mandate), "") if mandate else "",
        page=PAGES["clock" if by_clock else PAGE_OF.get(act, "order")],
        was=STATES.get(was) if was != state else None, state=STATES.get(state) if was != state else None,
        values=tuple(
            Value(name, VALUES.get(name, name), _shown(name, before.get(name)), _shown(name, after.get(name)))
            for name in dict.fromkeys((*before, *after))
            if name not in SILENT
        ),
        why=after.get("why", ""), hash=digest,
    )  # fmt: skip


def _duty(duty: str, held: Iterable[str]) -> Words | str:
    """Return the duty of an act; of who only looked, the roles with which they did."""
    if duty:
        return duty_name(duty)
    roles = dict.fromkeys(one.split(":", 1)[0] for one in held)
    return ", ".join(str(duty_name(role)) for role in roles)


def _shown(name: str, value: object) -> str:
    said = ""
    if isinstance(value, dict):
        said = ", ".join(f"{key}: {_shown(key, one)}" for key, one in value.items())
    elif isinstance(value, list):
        said = ", ".join(_shown(name, one) for one in value)
    elif name in SAID and isinstance(value, str):
        said = str(SAID[name](value))
    elif name.endswith("_idr") and isinstance(value, int):
        said = rupiah(Rupiah(value))
    elif value is not None:
        said = str(value)
    return said


def _names(references: Iterable[str]) -> dict[str, str]:
    people = {one: UUID(one.removeprefix("person:")) for one in references if one.startswith("person:")}
    known = accounts.person_contacts(set(people.values()))
    return {one: known[person].name for one, person in people.items() if person in known}
