"""Shops are asked what they would take for a need; they answer or decline, or the time passes."""

from uuid import UUID

from sqlalchemy import select

from marketplace.catalog import queries as catalog
from marketplace.eorder import queries
from marketplace.eorder.events import RequestMoved
from marketplace.eorder.forms_needs import AnswerIn, AskIn, DropIn
from marketplace.eorder.models import Need, NeedItem, NeedState, Request, RequestLine, RequestState
from marketplace.eorder.policies import ANSWER
from marketplace.eorder.services.needs import locked_need
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.ids import short_code, uuid7
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import Words, _
from marketplace.offices import queries as offices
from marketplace.rules import queries as rules
from marketplace.sellers import queries as sellers
from marketplace.web.formats import date_long, day_and_time, rupiah

AT_ONCE = 200
REMINDER = "reminder"


@transactional
def ask(code: str, data: AskIn, *, by: Actor) -> int:
    """Ask shops about a need, with working days to answer in; return how many were asked.

    Raises NotFound, NotAllowed; Conflict ``state`` for a need that looks for no shop any more, ``own_shop``, ``training``
    in a unit for that; Invalid on ``toko`` for a shop that does not sell or was asked already, on ``hari`` when the answer
    would come after the day itself.
    """
    need = locked_need(code, by)
    if need.state != NeedState.OPEN:
        raise Conflict("state", _("This need is ordered or dropped, and looks for no shop any more."), state=need.state)
    if offices.unit(need.unit_code).training:
        raise Conflict("training", _("A training unit asks no shop. Find one by the search, and go on with its price."))
    today = clock.today()
    last = rules.calendar(today).after(today, data.hari)
    if last >= need.day:
        said = _(
            "The answer would come on %(last)s, and it is needed on %(day)s. Give fewer days.",
            last=date_long(last),
            day=date_long(need.day),
        )
        raise Invalid({"hari": said})
    wanted = list(dict.fromkeys(data.toko))
    known = sellers.sellers(wanted)
    asked = {row.seller_id for row in rows(select(Request.seller_id).where(Request.need_id == need.id))}
    for shop in wanted:
        if shop not in known or not known[shop].sells:
            raise Invalid({"toko": _("One of these shops does not sell any more. Choose anew.")})
        if shop in asked:
            raise Invalid({"toko": _("%(shop)s was asked about this need already.", shop=known[shop].name)})
        if by.id in sellers.team(shop):
            raise Conflict("own_shop", _("You belong to this shop, so you cannot ask it for the office."))
    for shop in wanted:
        made = Request(
            id=uuid7(), code=short_code(), need_id=need.id, seller_id=shop, note=data.pesan, asked_at=clock.now(),
            answer_by=queries.closing(last), state=RequestState.OPEN,
        )  # fmt: skip
        session.add(made)
        session.flush()
        audit(
            f"eorder:{need.unit_code}", "eorder.asked", made.code, by=by, after={"need": need.code, "shop": str(shop)}
        )
        _tell(made, need, RequestState.OPEN)
    return len(wanted)


@transactional
def answer_request(code: str, data: AnswerIn, *, by: Actor) -> None:
    """Answer for a shop with prices and what the delivery costs.

    Raises NotFound for another shop's; Conflict ``state`` when it is answered or over, ``late`` past the time; Invalid beside
    a price above the public one, a product that is not the shop's or not on sale, and when nothing is offered at all.
    """
    request, need = _locked(code, by)
    items = {one.id: one for one in session.query(NeedItem).filter_by(need_id=need.id)}
    offers = catalog.offers([line.varian for line in data.baris if line.varian])
    faults: dict[str, Words] = {}
    lines: dict[UUID, RequestLine] = {}
    for number, line in enumerate(data.baris):
        if line.varian is None:
            continue
        item, offer = items.get(line.barang), offers.get(line.varian)
        if item is None or offer is None or offer.seller_id != request.seller_id or not offer.on_sale:
            faults[f"baris-{number}-varian"] = _("Choose one of your products that are on sale.")
        elif line.harga is None:
            faults[f"baris-{number}-harga"] = _("Write your price for each.")
        elif line.harga > offer.price:
            faults[f"baris-{number}-harga"] = _(
                "An office never pays more than everybody: the public price is %(price)s.", price=rupiah(offer.price)
            )
        else:
            lines[item.id] = RequestLine(
                request_id=request.id, item_id=item.id, variant_id=line.varian, qty=item.qty, unit_idr=line.harga
            )
    if not lines and not faults:
        faults["baris-0-varian"] = _("Offer at least one thing, or decline the request.")
    if faults:
        raise Invalid(faults)
    session.add_all(lines.values())
    _moved(request, need, RequestState.ANSWERED, by, data.catatan, data.antar)


@transactional
def decline_request(code: str, data: DropIn, *, by: Actor) -> None:
    """Decline for a shop, with the reason. Raises as ``answer_request`` does."""
    request, need = _locked(code, by)
    _moved(request, need, RequestState.DECLINED, by, data.alasan, None)


def requests_due() -> int:
    """Remind shops at half of their time, and end requests whose time is over; return how many were acted on."""
    now = clock.now()
    # As much time is over as is left: half of it.
    half = Request.answer_by - now <= now - Request.asked_at
    late = select(Request.id).where(Request.state == RequestState.OPEN, Request.answer_by <= now)
    quiet = select(Request.id).where(
        Request.state == RequestState.OPEN, Request.answer_by > now, Request.reminded_at.is_(None), half
    )
    acted = 0
    for request_id in [row.id for row in rows(late.limit(AT_ONCE))]:
        acted += _expired(request_id)
    for request_id in [row.id for row in rows(quiet.limit(AT_ONCE))]:
        acted += _reminded(request_id)
    return acted


@transactional
def _expired(request_id: UUID) -> int:
    request = _due(request_id)
    if request is None or request.answer_by > clock.now():
        return 0
    need = session.get_one(Need, request.need_id)
    request.move(RequestState.EXPIRED, by=SYSTEM)
    _tell(request, need, RequestState.EXPIRED)
    return 1


@transactional
def _reminded(request_id: UUID) -> int:
    request = _due(request_id)
    if request is None or request.reminded_at is not None:
        return 0
    request.reminded_at = clock.now()
    _tell(request, session.get_one(Need, request.need_id), REMINDER)
    return 1


def _due(request_id: UUID) -> Request | None:
    """Return an open request for writing, None for one that somebody else acts on just now."""
    wanted = select(Request).where(Request.id == request_id, Request.state == RequestState.OPEN)
    found: Request | None = session.execute(wanted.with_for_update(skip_locked=True)).scalar_one_or_none()
    return found


def _locked(code: str, by: Actor) -> tuple[Request, Need]:
    wanted = select(Request).where(Request.code == code).with_for_update().execution_options(populate_existing=True)
    request: Request | None = session.execute(wanted).scalar_one_or_none()
    if request is None or not ANSWER.allows(by, request.seller_id):
        raise NotFound
    if request.state != RequestState.OPEN:
        said = _("This request is not open any more: %(state)s.", state=queries.request_state(request.state))
        raise Conflict("state", said, state=request.state)
    if request.answer_by <= clock.now():
        said = _("The time to answer ended on %(time)s.", time=day_and_time(request.answer_by))
        raise Conflict("late", said)
    return request, session.get_one(Need, request.need_id)


def _moved(request: Request, need: Need, to: RequestState, by: Actor, said: str, delivery: Rupiah | None) -> None:
    request.move(to, by=by, answered_at=clock.now(), answer=said, delivery_idr=delivery)
    audit(
        f"eorder:{need.unit_code}", f"eorder.request_{to}", request.code, by=by, after={"need": need.code, "said": said}
    )
    _tell(request, need, to)


def _tell(request: Request, need: Need, state: str) -> None:
    emit(
        RequestMoved(
            request_id=str(request.id),
            need_id=str(need.id),
            unit_code=need.unit_code,
            seller_id=str(request.seller_id),
            state=str(state),
        )
    )
