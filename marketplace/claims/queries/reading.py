"""Claims as their three sides read them; never without asking whose they are (R15.2)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by

from marketplace.claims.models import ENDS, UNDER_WAY, Claim, ClaimLine, ClaimMessage, ClaimPhoto, ClaimState, Wish
from marketplace.claims.policies import DECIDE
from marketplace.claims.queries.telling import CLAIMS, Told, told_of_claim
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.models import Move
from marketplace.kernel.money import Rupiah
from marketplace.kernel.pages import Page, page, position
from marketplace.orders.policies import PREPARE, SELLER
from marketplace.orders.queries.claimable import BoughtLine, BoughtPart, bought_parts, parts_by_id
from marketplace.orders.queries.orders import shown_code
from marketplace.orders.slots import Happening, Reader

PAGE_SIZE = 30


@dataclass(frozen=True, kw_only=True)
class ClaimRow:
    """A claim in a list."""

    id: UUID
    order_id: UUID
    part_id: UUID
    seller_id: UUID
    code: str
    part_number: int
    number: int
    state: str
    reason: str
    wish: str
    wished: Rupiah | None
    whole: bool
    worth: Rupiah
    opened_at: datetime
    due_at: datetime | None
    offer: str
    offered: Rupiah | None
    decision: str
    sent_back: str
    returned_at: datetime | None
    replacement: str
    replaced_at: datetime | None
    refund_id: UUID | None
    refunded: Rupiah
    unpaid_at: datetime | None

    @property
    def shown_code(self) -> str:
        """Return the claim's name as people read it."""
        return f"{shown_code(self.code)} · K{self.number}"

    @property
    def ended(self) -> bool:
        """Tell whether nothing more happens to it."""
        return self.state in ENDS

    @property
    def late(self) -> bool:
        """Tell whether the time of what is waited for is over."""
        return self.due_at is not None and self.due_at < clock.now()

    @property
    def may_be_withdrawn(self) -> bool:
        """Tell whether its buyer may still take it back: no goods are on their way for it."""
        waits = (ClaimState.OPEN, ClaimState.OFFERED, ClaimState.ESCALATED, ClaimState.RETURNING)
        return self.state in waits and self.returned_at is None and self.replaced_at is None

    @property
    def may_be_granted(self) -> bool:
        """Tell whether the shop may still accept the wish."""
        return self.state in (ClaimState.OPEN, ClaimState.OFFERED, ClaimState.ESCALATED) and not (
            self.returned_at or self.replaced_at
        )

    @property
    def wants_goods(self) -> bool:
        """Tell whether other goods are asked for."""
        return self.wish == Wish.REPLACEMENT


@dataclass(frozen=True)
class ClaimedLine:
    """A line of the order, and how many pieces are claimed."""

    line: BoughtLine
    qty: int


@dataclass(frozen=True, kw_only=True)
class Message:
    """What somebody wrote, with the ids of its photos."""

    id: UUID
    role: str
    body: str
    at: datetime
    photos: tuple[UUID, ...]


@dataclass(frozen=True)
class StepTold:
    """A step of a claim as its history tells it."""

    label: Any
    detail: Any
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ClaimPage:
    """A claim with what it is about, its history and its thread."""

    row: ClaimRow
    part: BoughtPart
    lines: tuple[ClaimedLine, ...]
    steps: tuple[StepTold, ...]
    messages: tuple[Message, ...]

    @property
    def photos(self) -> frozenset[UUID]:
        """Return the ids of all its photos."""
        return frozenset(photo for message in self.messages for photo in message.photos)


_COLUMNS = (
    Claim.id, Claim.order_id, Claim.suborder_id.label("part_id"), Claim.seller_id, Claim.code, Claim.part_number,
    Claim.number, Claim.state, Claim.reason, Claim.wish, Claim.wished_idr.label("wished"), Claim.whole,
    Claim.worth_idr.label("worth"), Claim.opened_at, Claim.due_at, Claim.offer, Claim.offered_idr.label("offered"),
    Claim.decision, Claim.sent_back, Claim.returned_at, Claim.replacement, Claim.replaced_at, Claim.refund_id,
    Claim.refunded_idr.label("refunded"), Claim.unpaid_at,
)  # fmt: skip
_READ = select(*_COLUMNS)


def _row(found: Row[*tuple[Any, ...]]) -> ClaimRow:
    return ClaimRow(**found._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def row_of(claim_id: UUID) -> ClaimRow:
    """Return a claim; the caller has asked who may read it. Raises NotFound."""
    found = rows(_READ.where(Claim.id == claim_id))
    if not found:
        raise NotFound
    return _row(found[0])


@dataclass(frozen=True)
class OrderClaims:
    """An order's parts and its claims, newest first, for its buyer."""

    parts: tuple[BoughtPart, ...]
    claims: tuple[ClaimRow, ...]
    claimed: Mapping[UUID, int]
    """How many pieces of each line are claimed, but for what was withdrawn."""

    def part(self, number: int) -> BoughtPart:
        """Return a part by its number; raises NotFound."""
        found = next((part for part in self.parts if part.number == number), None)
        if found is None:
            raise NotFound
        return found

    def open_of(self, part: BoughtPart) -> ClaimRow | None:
        """Return the claim that is under way about a part."""
        return next((one for one in self.claims if one.part_id == part.id and not one.ended), None)


def of_order(code: str, actor: Actor, token: str = "") -> OrderClaims:
    """Return an order's parts and claims to its buyer, or to who shows its token; raises NotFound to everyone else."""
    parts = bought_parts(code, actor, token)
    found = rows(_READ.where(Claim.order_id == parts[0].order_id).order_by(Claim.number.desc()))
    return OrderClaims(parts, tuple(_row(one) for one in found), claimed_of([part.id for part in parts]))


def claimed_of(part_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many pieces of each line of these parts are claimed, but for what was withdrawn."""
    counted = select(ClaimLine.line_id, func.sum(ClaimLine.qty).label("qty")).join(
        Claim, Claim.id == ClaimLine.claim_id
    )
    wanted = counted.where(Claim.suborder_id.in_(list(part_ids)), Claim.state != ClaimState.WITHDRAWN)
    return {row.line_id: int(row.qty) for row in rows(wanted.group_by(ClaimLine.line_id))}


def own_claim(code: str, number: int, actor: Actor, token: str = "") -> ClaimPage:
    """Return a claim to the buyer of its order, or to who shows its token; raises NotFound to everyone else."""
    parts = {part.id: part for part in bought_parts(code, actor, token)}
    order_id = next(iter(parts.values())).order_id
    found = rows(_READ.where(Claim.order_id == order_id, Claim.number == number))
    if not found:
        raise NotFound
    row = _row(found[0])
    return _page(row, parts[row.part_id], Reader.BUYER)


def team_claim(claim_id: UUID, actor: Actor) -> ClaimPage:
    """Return a claim to the team of its shop; raises NotFound to everyone else."""
    row = row_of(claim_id)
    if not PREPARE.allows(actor, row.seller_id):
        raise NotFound
    return _page(row, parts_by_id([row.part_id])[row.part_id], Reader.SELLER)


def desk_claim(claim_id: UUID, actor: Actor) -> ClaimPage:
    """Return a claim to the desk; raises NotAllowed to everyone else, and NotFound."""
    actor.require(DECIDE, None)
    row = row_of(claim_id)
    return _page(row, parts_by_id([row.part_id])[row.part_id], Reader.STAFF)


def _page(row: ClaimRow, part: BoughtPart, reader: Reader) -> ClaimPage:
    pieces = rows(select(ClaimLine.line_id, ClaimLine.qty).where(ClaimLine.claim_id == row.id))
    counted = {one.line_id: one.qty for one in pieces}
    return ClaimPage(
        row=row,
        part=part,
        lines=tuple(ClaimedLine(line, counted[line.id]) for line in part.lines if line.id in counted),
        steps=tuple(_steps(row, reader)),
        messages=_messages(row.id),
    )


def pieces_of(claim_id: UUID) -> dict[UUID, int]:
    """Return what a claim is about: lines, and how many pieces of each."""
    found = rows(select(ClaimLine.line_id, ClaimLine.qty).where(ClaimLine.claim_id == claim_id))
    return {row.line_id: row.qty for row in found}


def _steps(row: ClaimRow, reader: Reader) -> list[StepTold]:
    moved = select(Move.now, Move.at, Move.by, Move.why).where(Move.kind == CLAIMS, Move.thing_id == row.id)
    told: list[StepTold] = []
    for one in rows(moved.order_by(Move.at, Move.id)):
        step = Happening(part_id=row.part_id, kind=CLAIMS, state=one.now, at=one.at, by=one.by, why=one.why)
        words: Told | None = told_of_claim(step, reader)
        if words is not None:
            told.append(StepTold(words[0], words[1], one.at))
    return told


_photos = (
    select(func.array_agg(aggregate_order_by(ClaimPhoto.picture_id, ClaimPhoto.picture_id)))
    .where(ClaimPhoto.message_id == ClaimMessage.id)
    .correlate(ClaimMessage)
    .scalar_subquery()
)


def _messages(claim_id: UUID) -> tuple[Message, ...]:
    columns = (ClaimMessage.id, ClaimMessage.role, ClaimMessage.body, ClaimMessage.at, _photos.label("photos"))
    found = rows(select(*columns).where(ClaimMessage.claim_id == claim_id).order_by(ClaimMessage.id))
    return tuple(
        Message(id=one.id, role=one.role, body=one.body, at=one.at, photos=tuple(one.photos or ())) for one in found
    )


def _shops(actor: Actor) -> list[UUID]:
    return [UUID(scope) for scope in actor.scopes(SELLER, SELLER)]


TEAM_TURN = text("claims_claims.state IN ('open', 'returned', 'replacing')")
DESK_TURN = text("claims_claims.state IN ('escalated')")
_waits = text(f"claims_claims.{UNDER_WAY.text}")
TEAM_TABS: Mapping[str, tuple[Any, ...]] = {
    "jawab": (TEAM_TURN,),
    "tunggu": (_waits, Claim.state.not_in((ClaimState.OPEN, ClaimState.RETURNED, ClaimState.REPLACING))),
    "selesai": (Claim.state.in_(ENDS),),
}
"""What the shop must act on, what waits for others, what has ended."""
DESK_TABS: Mapping[str, tuple[Any, ...]] = {
    "putuskan": (DESK_TURN,),
    "gagal": (Claim.unpaid_at.is_not(None),),
    "berjalan": (_waits, Claim.state != ClaimState.ESCALATED),
    "selesai": (Claim.state.in_(ENDS), Claim.unpaid_at.is_(None)),
}
"""What the desk decides, refunds that failed, what shop and buyer settle between them, what has ended."""


def of_team(actor: Actor, tab: str, cursor: str | None = None) -> Page[ClaimRow]:
    """Return the claims of the actor's shops in a tab: by what is due first, and of what has ended the newest."""
    return _listed(_READ.where(Claim.seller_id.in_(_shops(actor)), *TEAM_TABS[tab]), tab, cursor)


def of_desk(actor: Actor, tab: str, cursor: str | None = None) -> Page[ClaimRow]:
    """Return all claims in a tab of the desk, in the same order. Raises NotAllowed."""
    actor.require(DECIDE, None)
    return _listed(_READ.where(*DESK_TABS[tab]), tab, cursor)


def _listed(statement: Any, tab: str, cursor: str | None) -> Page[ClaimRow]:  # noqa: ANN401 - a select
    after = position(cursor)
    if tab in ("selesai", "gagal"):
        statement = statement if after is None else statement.where(Claim.id < after[1])
        found = rows(statement.order_by(Claim.id.desc()).limit(PAGE_SIZE + 1))
        at: Callable[[Any], datetime] = lambda row: row.opened_at  # noqa: E731 - what the cursor carries and nobody reads
    else:
        due_at = func.coalesce(Claim.due_at, Claim.opened_at)
        if after is not None:
            statement = statement.where(func.row(due_at, Claim.id) > func.row(*after))
        found = rows(statement.order_by(due_at, Claim.id).limit(PAGE_SIZE + 1))
        at = lambda row: row.due_at or row.opened_at  # noqa: E731 - as above
    paged = page(found, PAGE_SIZE, lambda row: (at(row), row.id))
    return Page(tuple(_row(one) for one in paged.items), paged.next)


def team_count(actor: Actor) -> int:
    """Count the claims that wait for the actor's shops."""
    return session.scalar(select(func.count()).where(Claim.seller_id.in_(_shops(actor)), TEAM_TURN)) or 0


def desk_count(_actor: Actor) -> int:
    """Count the claims that wait for a decision, and the refunds that failed."""
    waits = (Claim.state == ClaimState.ESCALATED) | Claim.unpaid_at.is_not(None)
    return session.scalar(select(func.count()).where(waits)) or 0


def objected(part_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Return those of these parts about which a claim is under way."""
    wanted = select(Claim.suborder_id).where(Claim.suborder_id.in_(list(part_ids)), _waits)
    return frozenset(row.suborder_id for row in rows(wanted))


def beside_parts(reader: Reader, _code: str, part_ids: Sequence[UUID]) -> Mapping[UUID, Any]:
    """Return what the pages of an order show beside its parts: the newest claim, or that one may complain."""
    found = rows(_READ.where(Claim.suborder_id.in_(list(part_ids))).order_by(Claim.number))
    newest = {row.part_id: _row(row) for row in found}
    if reader is not Reader.BUYER:
        return {part: {"claim": claim, "reader": reader} for part, claim in newest.items()}
    return {part: {"claim": newest.get(part), "reader": reader} for part in part_ids}


def found_steps(part_ids: Sequence[UUID]) -> list[Happening]:
    """Return the steps of all claims about these parts, for the timeline of an order."""
    moved = select(Claim.suborder_id, Move.now, Move.at, Move.by, Move.why).join(Claim, Claim.id == Move.thing_id)
    wanted = moved.where(Move.kind == CLAIMS, Claim.suborder_id.in_(list(part_ids))).order_by(Move.at, Move.id)
    return [
        Happening(part_id=row.suborder_id, kind=CLAIMS, state=row.now, at=row.at, by=row.by, why=row.why)
        for row in rows(wanted)
    ]
