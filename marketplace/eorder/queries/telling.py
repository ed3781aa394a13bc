"""Who hears what of an order: the shop's team, whose turn it is in the office, and who stands behind them."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.accounts import queries as accounts
from marketplace.eorder.events import OrderMoved, TurnNudged
from marketplace.eorder.models import SHOP, Minutes, Order, OrderState
from marketplace.eorder.models.acts import PA, PP, PPK
from marketplace.eorder.policies import OFFICE, PREPARERS
from marketplace.eorder.queries.beside import unit_name
from marketplace.eorder.queries.turns import GIVEN
from marketplace.eorder.queries.words import state_name
from marketplace.kernel.db import rows
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Words, _
from marketplace.notifications.slots import Recipient
from marketplace.offices.policies import ORGANISATION
from marketplace.sellers import queries as sellers

HANDED_OVER = 2
TO_SHOP: Mapping[str, Words] = {
    "negotiate": _("An office asks to negotiate"),
    "offer": _("The office made another offer"),
    "agree": _("The office agreed to your offer"),
    "break_off": _("The office ended the negotiation"),
    "approve": _("A purchase letter for you"),
    "cancel": _("An office cancelled its order"),
    "expire": _("The time of an order ran out"),
    "propose_change": _("The office proposes a change"),
    "accept_change": _("The office accepted your change"),
    "refuse_change": _("The office refused your change, or took its own back"),
    "miss": _("The office says that your delivery did not come"),
    "sign": _("Handover minutes for you to sign"),
    "settle": _("The office settled the order with what was accepted"),
}
"""What a shop is told when the office did an act; of a payment a letter of its own tells."""
TO_PREPARERS: Mapping[str, Words] = {
    OrderState.DECLINED: _("The shop declined: choose another one"),
    OrderState.EXPIRED: _("The time ran out: the need is open again"),
    OrderState.CANCELLED: _("An order was called off: the need is open again"),
}
"""What those who prepare are told when an order ended without goods."""
YOUR_TURN = _("An order waits for you")
REMINDER, LAST_WORD = _("Reminder: an order waits for you"), _("Nobody has acted: the time is almost over")
LATE = _("An order is late")


def team(event: OrderMoved) -> tuple[Recipient, ...]:
    """Return a shop's team when the office did something that is theirs to know."""
    row = _row(event.code)
    if event.duty == SHOP or event.act not in TO_SHOP or row.shown_at is None or row.training:
        return ()
    if event.act == "approve" and event.state != OrderState.LETTER_ISSUED:
        return ()
    return accounts.recipients(sellers.team(UUID(event.seller_id)))


def officials(event: OrderMoved) -> tuple[Recipient, ...]:
    """Return whose turn it is in the office, where somebody else's act brought it to them; at an end who prepares."""
    row = _row(event.code)
    if event.state in TO_PREPARERS and event.duty not in PREPARERS:
        return _holders(event.unit_code, PREPARERS)
    if row.state != event.state or event.duty in row.waits_for:
        return ()
    return _holders(event.unit_code, [duty for duty in row.waits_for if duty in OFFICE])


def nudged_team(event: TurnNudged) -> tuple[Recipient, ...]:
    """Return a shop's team when its time runs out."""
    row = _row(event.code)
    if _acted(row, event) or SHOP not in row.waits_for or row.training:
        return ()
    return accounts.recipients(sellers.team(UUID(event.seller_id)))


def nudged_officials(event: TurnNudged) -> tuple[Recipient, ...]:
    """Return whose time runs out, and who stands behind them at the hand-over.

    Deputies in force hold the duty themselves. Behind an official stand the budget holder, who can name a deputy, and the
    commitment officer; behind a silent shop those who chose it.
    """
    row = _row(event.code)
    if _acted(row, event):
        return ()
    told = [duty for duty in row.waits_for if duty in OFFICE]
    if event.stage >= HANDED_OVER:
        told += [PP] if SHOP in row.waits_for else [PA, PPK]
    return _holders(event.unit_code, told)


def context(event: OrderMoved | TurnNudged) -> Mapping[str, Any]:
    """Return what letters about an order say."""
    row = _row(event.code)
    same = row.state == event.state
    return {
        "code": row.code,
        "unit": unit_name(row.unit_code),
        "seller": row.seller_name,
        "purpose": row.purpose,
        "total": _sum_of(row, event),
        "state": state_name(event.state),
        "title": _title(event),
        "shop_title": TO_SHOP.get(event.act, YOUR_TURN) if isinstance(event, OrderMoved) else _title(event),
        "why": event.why if isinstance(event, OrderMoved) and event.why != "no_answer" else "",
        "until": row.due_at if same else None,
        "ends": same and event.state in GIVEN,
        "day": row.day,
        "hour": row.hour,
        "seller_path": _of_shop(row.code, event),
        "office_path": f"/pengadaan/pesanan/{row.code}",
    }


def _acted(row: Any, event: TurnNudged) -> bool:  # noqa: ANN401 - a row of ``_row``
    """Tell whether somebody acted meanwhile, so that nobody need be reminded any more."""
    return bool(row.state != event.state or row.nudged < event.stage)


def _title(event: OrderMoved | TurnNudged) -> Words:
    if isinstance(event, OrderMoved):
        return TO_PREPARERS.get(event.state, YOUR_TURN)
    if event.stage < HANDED_OVER:
        return REMINDER
    return LAST_WORD if event.state in GIVEN else LATE


def _of_shop(code: str, event: OrderMoved | TurnNudged) -> str:
    at = f"/lapak/permintaan/{code}"
    if event.state == OrderState.NEGOTIATION:
        return f"{at}/negosiasi"
    return f"{at}/perubahan" if isinstance(event, OrderMoved) and event.act == "propose_change" else at


def _sum_of(row: Any, event: OrderMoved | TurnNudged) -> Rupiah:  # noqa: ANN401 - a row of ``_row``
    signed = _signed(row.id) if isinstance(event, OrderMoved) and event.act == "sign" else None
    return signed or row.total_idr


def _signed(order_id: UUID) -> Rupiah | None:
    """Return what the minutes come to that the office signed last: not what was ordered, where some was refused."""
    wanted = select(Minutes.value_idr).where(Minutes.order_id == order_id, Minutes.office_signed_at.is_not(None))
    found = rows(wanted.order_by(Minutes.number.desc()).limit(1))
    return found[0].value_idr if found else None


def _holders(unit_code: str, duties: Iterable[str]) -> tuple[Recipient, ...]:
    found = (person for duty in duties for person in accounts.holders(duty, ORGANISATION, unit_code))
    return accounts.recipients(dict.fromkeys(found))


def _row(code: str) -> Any:  # noqa: ANN401 - a row of the columns below
    wanted = select(
        Order.id, Order.code, Order.state, Order.unit_code, Order.seller_name, Order.purpose, Order.total_idr, Order.waits_for,
        Order.due_at, Order.nudged, Order.day, Order.hour, Order.shown_at,
        Order.training,
    )  # fmt: skip
    return rows(wanted.where(Order.code == code))[0]
