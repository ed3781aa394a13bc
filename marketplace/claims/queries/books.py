"""The books of claims: what ``jkp verify`` and ``jkp facts`` read, what is kept of a person, and which photos are used."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, exists, select

from marketplace.claims.models import ENDS, Claim, ClaimLine, ClaimMessage, ClaimPhoto, ClaimState
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.orders.queries.claimable import orders_of_person, parts_by_id
from marketplace.payments import queries as payments

AT_ONCE = 500


def broken() -> Iterator[str]:
    """Yield a sentence for each broken invariant of claims (R26.1)."""
    lines: dict[UUID, dict[UUID, int]] = {}
    states: dict[UUID, list[str]] = {}
    pieces = select(Claim.suborder_id, Claim.state, ClaimLine.line_id, ClaimLine.qty).join(
        ClaimLine, ClaimLine.claim_id == Claim.id
    )
    for row in rows(pieces.where(Claim.state != ClaimState.WITHDRAWN)):
        of_part = lines.setdefault(row.suborder_id, {})
        of_part[row.line_id] = of_part.get(row.line_id, 0) + row.qty
        states.setdefault(row.suborder_id, []).append(row.state)
    known = sorted(lines)
    for begin in range(0, len(known), AT_ONCE):
        for part in parts_by_id(known[begin : begin + AT_ONCE]).values():
            bought = {line.id: line.qty for line in part.lines}
            for line_id, qty in lines[part.id].items():
                if qty > bought.get(line_id, 0):
                    yield f"claims: {qty} pieces of the line {line_id} are claimed, {bought.get(line_id, 0)} were bought"
            if part.completed and any(state not in ENDS for state in states[part.id]):
                yield f"claims: the part {part.id} is completed under an open claim"
    empty = ~exists().where(ClaimLine.claim_id == Claim.id)
    for row in rows(select(Claim.id).where(empty).order_by(Claim.id)):
        yield f"claims: the claim {row.id} is about nothing"
    yield from _money()


def _money() -> Iterator[str]:
    paid = select(Claim.id, Claim.refund_id, Claim.refunded_idr, Claim.state)
    for row in rows(paid.where(Claim.refund_id.is_not(None)).order_by(Claim.id)):
        if payments.refund(row.refund_id).amount != row.refunded_idr:
            yield f"claims: the claim {row.id} paid back {row.refunded_idr.amount} rupiah, and its refund is another amount"
        if row.state != ClaimState.RESOLVED:
            yield f"claims: the claim {row.id} paid back, and it is {row.state}"


def claim_facts() -> Iterator[Mapping[str, Any]]:
    """Give a row for each claim, without its words (R0.4)."""
    columns = (
        Claim.id, Claim.order_id, Claim.suborder_id, Claim.seller_id, Claim.state, Claim.reason, Claim.wish,
        Claim.worth_idr, Claim.refund_id, Claim.refunded_idr, Claim.opened_at,
    )  # fmt: skip
    for row in rows(select(*columns).order_by(Claim.id)):
        yield {
            **dict(row._mapping),  # noqa: SLF001 - SQLAlchemy's public name for it
            "worth_idr": row.worth_idr.amount,
            "refunded_idr": row.refunded_idr.amount,
        }


def used(picture_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """Return the condition that a picture is a photo of a message."""
    return exists().where(ClaimPhoto.picture_id == picture_id)


def export_person(person_id: UUID) -> dict[str, Any]:
    """Return what claims keep of a person, as buyer and as who wrote, in plain JSON types."""
    orders = orders_of_person(person_id)
    fields = (Claim.code, Claim.number, Claim.state, Claim.reason, Claim.wish, Claim.sent_back, Claim.decision)
    own = select(*fields, Claim.worth_idr, Claim.refunded_idr, Claim.opened_at).where(Claim.order_id.in_(orders))
    author = Actor(kind="person", id=person_id).reference
    wrote = select(ClaimMessage.body, ClaimMessage.role, ClaimMessage.at).where(ClaimMessage.author == author)
    in_own = select(ClaimMessage.body, ClaimMessage.role, ClaimMessage.at).join(
        Claim, Claim.id == ClaimMessage.claim_id
    )
    as_buyer = in_own.where(Claim.order_id.in_(orders), ClaimMessage.role == "buyer", ClaimMessage.author != author)
    return {
        "claims": [
            {
                **dict(row._mapping),  # noqa: SLF001 - as above
                "worth_idr": row.worth_idr.amount,
                "refunded_idr": row.refunded_idr.amount,
                "opened_at": row.opened_at.isoformat(),
            }
            for row in rows(own.order_by(Claim.id))
        ],
        "messages": [
            {"role": row.role, "body": row.body, "at": row.at.isoformat()}
            for found in (wrote, as_buyer)
            for row in rows(found.order_by(ClaimMessage.id))
        ],
    }
