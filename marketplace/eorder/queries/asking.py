"""Which shops were asked about a need, what they answered, and who is to be asked next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Uuid, any_, bindparam, func, select

from marketplace.accounts import queries as accounts
from marketplace.catalog import queries as catalog
from marketplace.catalog.queries import OFFERS, Offer
from marketplace.eorder.events import RequestMoved
from marketplace.eorder.models import Need, Request, RequestLine, RequestState
from marketplace.eorder.policies import ANSWER, SELLER
from marketplace.eorder.queries.beside import NeedView, need_of
from marketplace.eorder.queries.shops import Candidate
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Words, _
from marketplace.notifications.slots import Recipient
from marketplace.offices import queries as offices
from marketplace.sellers import queries as sellers

STATES = {
    RequestState.OPEN: _("Waits for an answer"),
    RequestState.ANSWERED: _("Answered"),
    RequestState.DECLINED: _("Declined"),
    RequestState.EXPIRED: _("Not answered in time"),
    RequestState.WITHDRAWN: _("Withdrawn by the office"),
}
INVITED = 5
IN_LIST = ("code", "state", "seller_id", "purpose", "template", "day", "hour", "answer_by")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """A need as one shop is asked about it; prices by thing where it has answered."""

    id: UUID
    code: str
    state: str
    need_id: UUID
    seller_id: UUID
    note: str
    asked_at: datetime
    answer_by: datetime
    answered_at: datetime | None
    delivery: Rupiah | None
    answer: str
    lines: Mapping[UUID, tuple[UUID, int, Rupiah]]
    """Variant, quantity and price of a piece by thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """A request in a list of a shop."""

    code: str
    state: str
    seller_id: UUID
    unit: str
    purpose: str
    template: str
    day: date
    hour: str
    answer_by: datetime


def request_of(code: str, actor: Actor) -> tuple[RequestView, NeedView]:
    """Return a request to a shop that the actor runs, with the need. Raises NotFound for everything else."""
    found = rows(select(Request.__table__).where(Request.code == code))
    if not found or not ANSWER.allows(actor, found[0].seller_id):
        raise NotFound
    return _view(found[0]), need_of(found[0].need_id)


def requests_of(seller_ids: Sequence[UUID]) -> tuple[RequestRow, ...]:
    """Return the requests that wait for an answer of these shops, the most urgent first."""
    listed = (
        select(
            Request.code, Request.state, Request.seller_id, Need.unit_code, Need.purpose, Need.template, Need.day, Need.hour,
            Request.answer_by,
        )
        .join(Need, Need.id == Request.need_id)
        .where(Request.seller_id.in_(seller_ids), Request.state == RequestState.OPEN)
    )  # fmt: skip
    found = rows(listed.order_by(Request.answer_by, Request.id)) if seller_ids else []
    units = offices.unit_names({row.unit_code for row in found})
    return tuple(
        RequestRow(unit=units[row.unit_code], **{name: getattr(row, name) for name in IN_LIST}) for row in found
    )


def requests_waiting(actor: Actor) -> int:
    """Count the requests that wait for an answer of the actor's shops."""
    return len(requests_of([UUID(one) for one in actor.scopes(SELLER, SELLER)]))


def requests_for(need_id: UUID) -> tuple[RequestView, ...]:
    """Return all requests about a need, the first first."""
    return tuple(
        _view(row) for row in rows(select(Request.__table__).where(Request.need_id == need_id).order_by(Request.id))
    )


def invited(need: NeedView, found: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return who was not asked about a need, those first whom this unit asked and ordered from least this year."""
    shops = [one.seller.id for one in found if not one.request_state]
    counted = (
        select(Request.seller_id, func.count().label("asked"))
        .join(Need, Need.id == Request.need_id)
        .where(Request.seller_id.in_(shops), Need.unit_code == need.unit_code, Need.year == need.year)
        .group_by(Request.seller_id)
    )
    asked = {row.seller_id: row.asked for row in rows(counted)} if shops else {}
    fresh = [one for one in found if not one.request_state]
    # The order in which they were found breaks ties, and sorting keeps it.
    return tuple(sorted(fresh, key=lambda one: (not one.can, asked.get(one.seller.id, 0) + one.past.orders)))


def own_offers(seller_id: UUID, words: str) -> tuple[Offer, ...]:
    """Return what a shop has on sale, what the words mean first."""
    ranks = {product: place for place, product in enumerate(catalog.matching(words))}
    wanted = select(OFFERS).where(OFFERS.c.seller_id == seller_id, OFFERS.c.on_sale).limit(200)
    found = [catalog.offer_in(row) for row in rows(wanted)]
    return tuple(sorted(found, key=lambda one: (ranks.get(one.product_id, len(ranks)), one.name, one.price.amount)))


def request_state(state: str) -> Words:
    """Return what the state of a request is called."""
    return STATES[RequestState(state)]


def asked_team(event: RequestMoved) -> tuple[Recipient, ...]:
    """Return the team of the shop, when it is asked, reminded, or need not answer any more."""
    if event.state not in (RequestState.OPEN, RequestState.WITHDRAWN, "reminder"):
        return ()
    return accounts.recipients(sellers.team(UUID(event.seller_id)))


def asking_officer(event: RequestMoved) -> tuple[Recipient, ...]:
    """Return who prepared the need, when a shop answered, declined, or let the time pass."""
    if event.state not in (RequestState.ANSWERED, RequestState.DECLINED, RequestState.EXPIRED):
        return ()
    found = rows(select(Need.prepared_by).where(Need.id == UUID(event.need_id)))
    return accounts.recipients([found[0].prepared_by]) if found else ()


def request_context(event: RequestMoved) -> Mapping[str, Any]:
    """Return what letters about a request say; ``state`` is the one that the letter is about."""
    row = rows(select(Request.__table__).where(Request.id == UUID(event.request_id)))[0]
    need = need_of(row.need_id)
    shop = sellers.sellers([row.seller_id])[row.seller_id]
    return {
        "state": event.state,
        "code": need.code,
        "purpose": need.purpose,
        "day": need.day,
        "hour": need.hour,
        "things": ", ".join(f"{qty} × {words}" for _id, words, qty, _note in need.items),
        "office": offices.unit_names([need.unit_code]).get(need.unit_code, need.unit_code),
        "seller": shop.name,
        "until": row.answer_by,
        "answer": row.answer,
        "shop_path": f"/lapak/permintaan/tanya/{row.code}",
        "office_path": f"/pengadaan/bandingkan?kebutuhan={need.code}",
    }


_LINES = select(RequestLine.__table__).where(RequestLine.request_id == any_(bindparam("requests", type_=ARRAY(Uuid))))


def _view(row: Row[Any]) -> RequestView:
    told = {name: getattr(row, name) for name in RequestView.__dataclass_fields__ if hasattr(row, name)}
    lines = rows(_LINES, {"requests": [row.id]})
    return RequestView(
        **told,
        delivery=row.delivery_idr,
        lines={one.item_id: (one.variant_id, one.qty, one.unit_idr) for one in lines},
    )
