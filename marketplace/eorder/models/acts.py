"""What may be done with an order of an office, in which state, by whom: one table, and everything else is refused (R11.1).

The states are those of the Jakarta e-Order manual and of Katalog v6, with goods before money; the duties are those of Perpres
16/2018 as amended (12/2021, 46/2025) and of Permendagri 77/2020 for the treasurer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

SHOP, TIMER = "shop", "timer"
"""Who is no duty of an office: the people of the shop that the order is addressed to, and the program's own clock."""


class OrderState(StrEnum):
    """How far an order is: goods first, then the minutes, then the money."""

    DRAFT = "draft"
    NEGOTIATION = "negotiation"
    PENDING_APPROVAL = "pending_approval"
    LETTER_ISSUED = "letter_issued"
    ACCEPTED = "accepted"
    IN_PRODUCTION = "in_production"
    SHIPPED = "shipped"
    ARRIVED = "arrived"
    INSPECTED = "inspected"
    BAST_SIGNED = "bast_signed"
    PAYMENT_REQUESTED = "payment_requested"
    PAID = "paid"
    TAX_DOCUMENTED = "tax_documented"
    CLOSED = "closed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


ENDS = frozenset({OrderState.CLOSED, OrderState.DECLINED, OrderState.CANCELLED, OrderState.EXPIRED})

PP, PPK, PPTK, PA = "procurement_officer", "commitment_officer", "activity_officer", "budget_holder"
RECEIVER, TREASURER, AUDITOR, ADMIN = "receiver", "treasurer", "auditor", "procurement_admin"
DUTIES = (PP, PPK, PPTK, PA, RECEIVER, TREASURER, "finance_admin_officer", AUDITOR, ADMIN, SHOP, TIMER)
"""Everybody who is asked of in the table, by the role that accounts grants for the unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One row of the table: from a state, who by their duty may do it, and where the order may be after it.

    ``conditions`` name what the service asks besides; ``not_by`` are acts whose doer may not do this one on the same order,
    under whatever duty (R11.2); an act that ``signs`` asks for the password again.
    """

    name: str
    state: OrderState
    duties: tuple[str, ...]
    to: tuple[OrderState, ...]
    conditions: tuple[str, ...] = ()
    not_by: tuple[str, ...] = ()
    signs: bool = False


def _rows() -> Iterator[Act]:
    s = OrderState
    preparing = ("choose", "revise", "negotiate", "offer", "agree", "send")
    yield Act(name="revise", state=s.DRAFT, duties=(PP, PPTK), to=(s.DRAFT,), conditions=("price not agreed",))
    yield Act(name="negotiate", state=s.DRAFT, duties=(PP,), to=(s.NEGOTIATION,))
    yield Act(
        name="send",
        state=s.DRAFT,
        duties=(PP, PPTK),
        to=(s.PENDING_APPROVAL,),
        conditions=(
            "package",
            "comparison",
            "method",
            "negotiated where asked",
            "reasons for flags",
            "stock",
            "budget",
        ),
    )
    yield Act(name="cancel", state=s.DRAFT, duties=(PP, PPTK), to=(s.CANCELLED,), conditions=("reason",))
    yield Act(
        name="offer",
        state=s.NEGOTIATION,
        duties=(PP, SHOP),
        to=(s.NEGOTIATION,),
        conditions=("its turn", "not above the public price"),
    )
    yield Act(
        name="agree",
        state=s.NEGOTIATION,
        duties=(PP, SHOP),
        to=(s.DRAFT,),
        conditions=("the newest offer", "of the other side"),
    )
    yield Act(name="break_off", state=s.NEGOTIATION, duties=(PP,), to=(s.DRAFT,), conditions=("reason",))
    yield Act(name="cancel", state=s.NEGOTIATION, duties=(PP,), to=(s.CANCELLED,), conditions=("reason",))
    yield Act(name="expire", state=s.NEGOTIATION, duties=(TIMER,), to=(s.EXPIRED,), conditions=("time is over",))
    yield Act(
        name="approve",
        state=s.PENDING_APPROVAL,
        duties=(PPK, PP, PA),
        to=(s.PENDING_APPROVAL, s.LETTER_ISSUED),
        conditions=("next approver of the method", "shop's papers valid", "reasons for flags"),
        not_by=(*preparing, "approve"),
        signs=True,
    )
    yield Act(
        name="send_back",
        state=s.PENDING_APPROVAL,
        duties=(PPK, PP, PA),
        to=(s.DRAFT,),
        conditions=("next approver of the method", "reason"),
    )
    yield Act(
        name="cancel", state=s.PENDING_APPROVAL, duties=(PP, PPTK, PPK), to=(s.CANCELLED,), conditions=("reason",)
    )
    yield Act(name="expire", state=s.PENDING_APPROVAL, duties=(TIMER,), to=(s.EXPIRED,), conditions=("time is over",))
    yield Act(name="accept", state=s.LETTER_ISSUED, duties=(SHOP,), to=(s.ACCEPTED,))
    yield Act(name="decline", state=s.LETTER_ISSUED, duties=(SHOP,), to=(s.DECLINED,), conditions=("reason",))
    yield Act(name="cancel", state=s.LETTER_ISSUED, duties=(PPK,), to=(s.CANCELLED,), conditions=("reason",))
    yield Act(name="expire", state=s.LETTER_ISSUED, duties=(TIMER,), to=(s.EXPIRED,), conditions=("time is over",))
    yield Act(name="make", state=s.ACCEPTED, duties=(SHOP,), to=(s.IN_PRODUCTION,), conditions=("no open change",))
    for state in (s.ACCEPTED, s.IN_PRODUCTION):
        yield Act(
            name="ship", state=state, duties=(SHOP,), to=(s.SHIPPED,), conditions=("no open change", "picture or note")
        )
        yield Act(
            name="propose_change", state=state, duties=(PP, PPK, SHOP), to=(state,), conditions=("no open change",)
        )
        yield Act(
            name="accept_change",
            state=state,
            duties=(PPK, SHOP),
            to=(state, s.CANCELLED),
            conditions=("of the other side", "method", "budget", "stock"),
        )
        yield Act(
            name="refuse_change", state=state, duties=(PP, PPK, SHOP), to=(state,), conditions=("an open change",)
        )
    yield Act(
        name="settle",
        state=s.IN_PRODUCTION,
        duties=(PPK,),
        to=(s.BAST_SIGNED,),
        conditions=("part of it accepted", "its day is over", "reason"),
        not_by=("pay",),
    )
    yield Act(
        name="receive",
        state=s.SHIPPED,
        duties=(RECEIVER, PPK),
        to=(s.ARRIVED,),
        conditions=("not more than ordered",),
        not_by=("pay",),
    )
    yield Act(
        name="miss",
        state=s.SHIPPED,
        duties=(RECEIVER, PPK),
        to=(s.IN_PRODUCTION, s.ARRIVED),
        conditions=("reason",),
    )
    yield Act(
        name="receive",
        state=s.ARRIVED,
        duties=(RECEIVER, PPK),
        to=(s.ARRIVED,),
        conditions=("not more than ordered",),
        not_by=("pay",),
    )
    yield Act(name="ship", state=s.ARRIVED, duties=(SHOP,), to=(s.SHIPPED,), conditions=("something is left to send",))
    yield Act(
        name="inspect",
        state=s.ARRIVED,
        duties=(PPK,),
        to=(s.INSPECTED, s.IN_PRODUCTION),
        conditions=("not more than came", "what follows of the rest"),
        not_by=("pay",),
    )
    yield Act(name="correct", state=s.INSPECTED, duties=(PPK,), to=(s.ARRIVED,), conditions=("not signed",))
    yield Act(
        name="sign",
        state=s.INSPECTED,
        duties=(PPK,),
        to=(s.INSPECTED,),
        conditions=("not signed", "not backdated"),
        not_by=("pay",),
        signs=True,
    )
    yield Act(
        name="countersign",
        state=s.INSPECTED,
        duties=(SHOP,),
        to=(s.BAST_SIGNED, s.IN_PRODUCTION),
        conditions=("the office signed",),
    )
    yield Act(name="object", state=s.INSPECTED, duties=(SHOP,), to=(s.ARRIVED,), conditions=("reason",))
    yield Act(name="request_payment", state=s.BAST_SIGNED, duties=(PPTK, PPK, TIMER), to=(s.PAYMENT_REQUESTED,))
    yield Act(
        name="pay",
        state=s.PAYMENT_REQUESTED,
        duties=(TREASURER,),
        to=(s.PAYMENT_REQUESTED, s.PAID),
        conditions=("not more than accepted", "reference is new", "taxes confirmed"),
        not_by=(*preparing, "approve", "receive", "inspect", "sign", "request_payment"),
    )
    yield Act(
        name="refuse_payment",
        state=s.PAYMENT_REQUESTED,
        duties=(TREASURER,),
        to=(s.BAST_SIGNED,),
        conditions=("nothing paid yet", "reason"),
    )
    yield Act(
        name="document_tax",
        state=s.PAID,
        duties=(TREASURER, TIMER),
        to=(s.PAID, s.TAX_DOCUMENTED),
        conditions=("slip for each tax",),
    )
    yield Act(
        name="close",
        state=s.TAX_DOCUMENTED,
        duties=(PPK, TIMER),
        to=(s.CLOSED,),
        conditions=("proof of payment", "slip for each tax"),
    )
    for state in s:
        if state in ENDS:
            continue
        yield Act(name="hold", state=state, duties=(AUDITOR, ADMIN), to=(state,), conditions=("reason", "until a day"))
        yield Act(name="let_go", state=state, duties=(AUDITOR, ADMIN, TIMER), to=(state,), conditions=("held",))
        yield Act(name="attach", state=state, duties=(PP, PPK, PPTK, RECEIVER, TREASURER), to=(state,))
    # An order closes by itself with the last proof; what else belongs to its file may be found later.
    yield Act(name="attach", state=s.CLOSED, duties=(PP, PPK, PPTK, RECEIVER, TREASURER), to=(s.CLOSED,))


ACTS: tuple[Act, ...] = tuple(_rows())
BY_STATE: dict[tuple[OrderState, str], Act] = {(act.state, act.name): act for act in ACTS}
NAMES: tuple[str, ...] = tuple(dict.fromkeys(act.name for act in ACTS))


def moves() -> dict[StrEnum, tuple[StrEnum, ...]]:
    """Return the moves between states that the table has, for the machine that guards them in the database."""
    found: dict[OrderState, dict[OrderState, None]] = {state: {} for state in OrderState}
    for act in ACTS:
        found[act.state].update((to, None) for to in act.to if to is not act.state)
    return {state: tuple(targets) for state, targets in found.items()}


def drawn() -> str:
    """Return the whole table as a page of Markdown: each act with its conditions, and who may do what in which state."""
    found = [
        "# e-order: who may do what, in which state",
        "",
        "Written from `marketplace/eorder/models/acts.py`; a test holds both equal, another asks every cell (R11.1). What",
        "stands in no cell is refused. *Signs*: the password is asked again. *Not by*: whoever did one of these acts on the",
        "same order, under whatever duty, may not do this one (R11.2). The shop knows of an order from its first offer or",
        "from its letter on.",
        "",
        "## Acts",
        "",
        "| from | act | by | asked besides | not by who did | to |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    always = {"hold", "let_go", "attach"}
    for act in ACTS:
        if act.name not in always:
            asked = [*act.conditions, *(["signs"] if act.signs else [])]
            cells = (
                act.state,
                act.name,
                ", ".join(act.duties),
                ", ".join(asked),
                ", ".join(act.not_by),
                ", ".join(act.to),
            )
            found.append("| " + " | ".join(f"`{cell}`" if n == 1 else cell for n, cell in enumerate(cells)) + " |")
    found += [
        "",
        "In every state but an end: `hold` (auditor, procurement_admin; a reason, until a day), `let_go` (the same, and the",
        "timer on that day), `attach` (duties of the unit, also when it is closed). While it is held nothing else begins.",
        "",
        "## Every state and everybody",
        "",
        f"| state | {' | '.join(DUTIES)} |",
        f"| --- |{' --- |' * len(DUTIES)}",
    ]
    for state in OrderState:
        given = (", ".join(act.name for act in ACTS if act.state is state and duty in act.duties) for duty in DUTIES)
        found.append(f"| {state} | {' | '.join(given)} |")
    return "\n".join((*found, ""))
