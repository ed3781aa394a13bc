"""The ten questions that auditors ask of an order, each a rule with its owner and source (domain 2.9).

They are drawn from what auditors and the press reported of electronic purchasing in Indonesia; a practitioners' paper warns
that repeat orders and new goods are usual there, so a flag asks for a written reason and never blocks.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, func, or_, select, type_coerce

from marketplace.accounts import queries as accounts
from marketplace.catalog import queries as catalog
from marketplace.eorder.models import (
    Done,
    Line,
    Minutes,
    MinutesState,
    Need,
    Order,
    OrderState,
    Payment,
    Receipt,
    Shipment,
    Withholding,
)
from marketplace.eorder.slots import Facts, Flag
from marketplace.kernel import clock
from marketplace.kernel.db import rows, session
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.words import Number, Words, _
from marketplace.sellers import queries as sellers

LIMITS = tuple(Rupiah(amount) for amount in (2_000_000, 10_000_000, 50_000_000, 200_000_000))
"""Of the tax exemption, and of the methods of buying."""
WEEK, QUARTER = timedelta(days=7), timedelta(days=90)
REPEATS, SHARE, FEWEST_ORDERS = 5, 40, 5
FAST, NEW, SWING_WINDOW = timedelta(minutes=10), timedelta(hours=72), timedelta(days=14)
SWING, OUTLIER = 10, 125
"""In hundredths: a tenth up, a quarter above the median."""
WRITTEN_LATE, SLIP_LATE = timedelta(hours=72), timedelta(days=7)
DECEMBER, TIMES = 12, 3
DEAD = (OrderState.CANCELLED, OrderState.DECLINED, OrderState.EXPIRED)
LIVE = Order.state.not_in([str(state) for state in DEAD])
TOTAL = type_coerce(Order.total_idr, BigInteger)
INSPECTORATE, PROCUREMENT = "Inspektorat", "BPPBJ"


def split(order_id: UUID) -> Facts | None:
    """Find orders of a week, each below a limit and together above it: same unit, same package or account, same kind."""
    order = _order(order_id)
    template = select(Need.template).where(Need.id == order.need_id).scalar_subquery()
    wanted = (
        select(Order.code, Order.total_idr, Order.seller_name, Order.made_at)
        .join(Need, Need.id == Order.need_id)
        .where(
            Order.unit_code == order.unit_code,
            Order.id != order.id,
            LIVE,
            or_(Order.package_id == order.package_id, Order.line_id == order.line_id),
            Need.template == template,
            Order.made_at.between(order.made_at - WEEK, order.made_at + WEEK),
        )
        .order_by(Order.made_at)
    )
    others = rows(wanted)
    for limit in LIMITS:
        below = [one for one in others if one.total_idr <= limit]
        together = Rupiah.total([order.total_idr, *(one.total_idr for one in below)])
        if below and order.total_idr <= limit < together:
            told = [{"code": one.code, "shop": one.seller_name, "total_idr": one.total_idr.amount} for one in below]
            return {"limit_idr": limit.amount, "together_idr": together.amount, "orders": told}
    return None


def repeat_pair(order_id: UUID) -> Facts | None:
    """Find a pair of preparer and shop that met often, or a shop with much of the unit's value, in ninety days."""
    order = _order(order_id)
    since = order.made_at - QUARTER
    of_unit = (Order.unit_code == order.unit_code, Order.made_at >= since, Order.id != order.id, LIVE)
    pair = rows(
        select(func.count().label("many")).where(
            *of_unit, Order.seller_id == order.seller_id, Order.prepared_by == order.prepared_by
        )
    )[0].many
    sums = rows(
        select(
            func.count().label("many"),
            func.coalesce(func.sum(TOTAL), 0).label("all"),
            func.coalesce(func.sum(TOTAL).filter(Order.seller_id == order.seller_id), 0).label("shop"),
        ).where(*of_unit)
    )[0]
    everything, of_shop = int(sums.all) + order.total_idr.amount, int(sums.shop) + order.total_idr.amount
    share = of_shop * 100 // everything if everything else 0
    often = pair + 1 >= REPEATS
    much = sums.many + 1 >= FEWEST_ORDERS and share >= SHARE
    return {"orders": pair + 1, "share": share} if often or much else None


def flash(order_id: UUID) -> Facts | None:
    """Find a letter that was issued minutes after the need was written down."""
    order = _order(order_id)
    began = session.execute(select(Need.prepared_at).where(Need.id == order.need_id)).scalar_one()
    if order.issued_at is None or order.issued_at - began >= FAST:
        return None
    return {"seconds": int((order.issued_at - began).total_seconds())}


def new_listing(order_id: UUID) -> Facts | None:
    """Find goods that were put on sale less than three days before."""
    order, lines = _order(order_id), _lines(order_id)
    fresh = catalog.published_since({line.product_id for line in lines}, order.made_at - NEW)
    names = sorted({line.name for line in lines if line.product_id in fresh})
    return {"names": names} if names else None


def price_swing(order_id: UUID) -> Facts | None:
    """Find a price that went up by more than a tenth in the two weeks before the order."""
    return _swing(order_id, before=True)


def price_swing_after(order_id: UUID) -> Facts | None:
    """Find a price that went up before the order and came down again in the two weeks after it."""
    return _swing(order_id, before=False)


def price_outlier(order_id: UUID) -> Facts | None:
    """Find a price a quarter above the median of its category, or above what everybody pays."""
    found = []
    for line in _lines(order_id):
        median = catalog.median_price(line.product_id)
        dear = median is not None and line.unit_idr.amount * 100 > median.amount * OUTLIER
        if dear or line.unit_idr > line.public_idr:
            told = {"name": line.name, "price_idr": line.unit_idr.amount, "public_idr": line.public_idr.amount}
            found.append({**told, "median_idr": median.amount if median else None})
    return {"lines": found} if found else None


def self_deal(order_id: UUID) -> Facts | None:
    """Find an official of the order who shares phone, mail or the shop itself with the seller."""
    order = _order(order_id)
    done = {row.person_id for row in rows(select(Done.person_id).where(Done.order_id == order_id, Done.duty != "shop"))}
    people = {one for one in (*done, order.prepared_by) if one is not None}
    team = set(sellers.team(order.seller_id))
    contacts = accounts.person_contacts(people | team)
    phone = sellers.phones([order.seller_id]).get(order.seller_id)
    theirs = {contact.phone for person, contact in contacts.items() if person in team and contact.phone} | {phone}
    shared = set()
    for person in people:
        if person in team:
            shared.add("team")
        elif (contact := contacts.get(person)) is not None and contact.phone and contact.phone in theirs:
            shared.add("phone")
    return {"shared": sorted(shared)} if shared else None


def backdated(order_id: UUID) -> Facts | None:
    """Find what was written down long after it happened, or goods that moved after the minutes were signed."""
    late = rows(select(Receipt.number).where(Receipt.order_id == order_id, Receipt.at - Receipt.came_at > WRITTEN_LATE))
    signed = rows(
        select(
            func.max(Minutes.shop_signed_at).label("at"),
            func.bool_or(Minutes.state == MinutesState.SIGNED).label("any"),
        ).where(Minutes.order_id == order_id)
    )[0]
    order = _order(order_id)
    after = 0
    if signed.any and order.minutes_at is not None:
        after = len(rows(select(Shipment.id).where(Shipment.order_id == order_id, Shipment.at > order.minutes_at)))
    return {"receipts": [row.number for row in late], "sent_after": after} if late or after else None


def year_end(order_id: UUID) -> Facts | None:
    """Find a December with more than three times what the unit orders in other months."""
    order = _order(order_id)
    made = order.made_at.astimezone(clock.JAKARTA)
    if made.month != DECEMBER:
        return None
    first = datetime(made.year, 1, 1, tzinfo=clock.JAKARTA)
    december = datetime(made.year, DECEMBER, 1, tzinfo=clock.JAKARTA)
    own = (Order.unit_code == order.unit_code, LIVE)
    total = func.coalesce(func.sum(TOTAL), 0).label("total")
    before = int(rows(select(total).where(*own, Order.made_at >= first, Order.made_at < december))[0].total)
    now = int(rows(select(total).where(*own, Order.made_at >= december))[0].total)
    mean = before // (DECEMBER - 1)
    return {"december_idr": now, "mean_idr": mean} if now > TIMES * mean and before else None


def doc_gap(order_id: UUID) -> Facts | None:
    """Find payments without proof, and taxes without slip a week after they were withheld."""
    payments = rows(select(Payment.id, Payment.proof_key, Payment.at).where(Payment.order_id == order_id))
    unproved = sum(one.proof_key is None for one in payments)
    slips = rows(
        select(Withholding.code).where(
            Withholding.payment_id.in_([one.id for one in payments if one.at < clock.now() - SLIP_LATE]),
            Withholding.kept_idr > ZERO,
            Withholding.slip_number.is_(None),
        )
    )
    return {"unproved": unproved, "slips": [row.code for row in slips]} if unproved or slips else None


def _swing(order_id: UUID, *, before: bool) -> Facts | None:
    order, lines = _order(order_id), _lines(order_id)
    known = catalog.prices_of({line.variant_id for line in lines})
    found = []
    for line in lines:
        prices = known.get(line.variant_id, ())
        old = [one.price for one in prices if one.since <= order.made_at - SWING_WINDOW][-1:]
        raised = [one.price for one in prices if order.made_at - SWING_WINDOW < one.since <= order.made_at]
        low = min([*old, *raised[:-1]], default=None)
        if low is None or not raised or raised[-1].amount * 100 <= low.amount * (100 + SWING):
            continue
        later = [one.price for one in prices if order.made_at < one.since <= order.made_at + SWING_WINDOW]
        fell = [one for one in later if one.amount * 100 <= low.amount * (100 + SWING)]
        if before or fell:
            told = {"name": line.name, "was_idr": low.amount, "now_idr": raised[-1].amount}
            found.append(told if before else {**told, "then_idr": fell[0].amount})
    return {"lines": found} if found else None


def _order(order_id: UUID) -> Order:
    return session.get_one(Order, order_id)


def _lines(order_id: UUID) -> list[Line]:
    wanted = select(Line).where(Line.order_id == order_id, Line.qty > 0).order_by(Line.position)
    return list(session.execute(wanted).scalars())


def _names(facts: Facts) -> str:
    return ", ".join(str(one["name"]) for one in facts["lines"])


def _said_split(facts: Facts) -> Words:
    return _(
        "With %(count)s other orders of this week it comes to %(together)s, above the limit of %(limit)s: %(codes)s.",
        count=Number(len(facts["orders"])),
        together=Rupiah(facts["together_idr"]),
        limit=Rupiah(facts["limit_idr"]),
        codes=", ".join(one["code"] for one in facts["orders"]),
    )


def _said_pair(facts: Facts) -> Words:
    return _(
        "The same person ordered here %(orders)s times in 90 days; the shop has %(share)s percent of the office's spending.",
        orders=Number(facts["orders"]),
        share=Number(facts["share"]),
    )


def _said_flash(facts: Facts) -> Words:
    return _("From need to letter in %(minutes)s minutes.", minutes=Number(facts["seconds"] // 60))


def _said_new(facts: Facts) -> Words:
    return _("On sale for less than three days: %(names)s.", names=", ".join(facts["names"]))


def _said_swing(facts: Facts) -> Words:
    return _("The price rose by more than a tenth in two weeks: %(names)s.", names=_names(facts))


def _said_fell(facts: Facts) -> Words:
    return _("The price rose before the order and fell after it: %(names)s.", names=_names(facts))


def _said_outlier(facts: Facts) -> Words:
    return _("Much dearer than others, or than for the public: %(names)s.", names="; ".join(map(_dear, facts["lines"])))


def _dear(one: Mapping[str, Any]) -> str:
    told = [
        str(_("%(name)s for %(price)s", name=one["name"], price=Rupiah(one["price_idr"]))),
        str(_("to the public %(price)s", price=Rupiah(one["public_idr"]))),
    ]
    if one.get("median_idr"):
        told.append(str(_("in the middle of other shops %(price)s", price=Rupiah(one["median_idr"]))))
    return ", ".join(told)


SHARED: Mapping[str, Words] = {"team": _("they run the shop"), "phone": _("they have the same phone number")}


def _said_self(facts: Facts) -> Words:
    return _(
        "An official of this order and the shop: %(how)s.", how=", ".join(str(SHARED[one]) for one in facts["shared"])
    )


def _said_back(facts: Facts) -> Words:
    return _(
        "%(receipts)s receipts were written down late, %(sent)s shipments came after the minutes.",
        receipts=Number(len(facts["receipts"])),
        sent=Number(facts["sent_after"]),
    )


def _said_year(facts: Facts) -> Words:
    return _(
        "December comes to %(december)s, other months to %(mean)s on average.",
        december=Rupiah(facts["december_idr"]),
        mean=Rupiah(facts["mean_idr"]),
    )


def _said_gap(facts: Facts) -> Words:
    return _(
        "%(unproved)s payments have no proof, %(slips)s taxes have no slip.",
        unproved=Number(facts["unproved"]),
        slips=Number(len(facts["slips"])),
    )


def _flag(key: str, label: Words, look: Any, explain: Any, basis: str, **more: Any) -> Flag:  # noqa: ANN401 - as of ``Flag``
    return Flag(
        key=key, label=label, owner=more.pop("owner", INSPECTORATE), basis=basis, look=look, explain=explain, **more
    )


BAN = "Perpres 16/2018 (larangan memecah paket), PMK 59/2022 (pembayaran yang dipecah)"
SPEED = "Laporan pengawasan e-purchasing (transaksi superkilat)"
FAIR = "Perpres 16/2018: kewajaran harga"
ETHICS = "Perpres 16/2018 pasal 7: pertentangan kepentingan"
ORDERLY = "Permendagri 77/2020: tertib pembukuan"
FLAGS = (
    _flag("split", _("Split orders"), split, _said_split, BAN),
    _flag("repeat_pair", _("The same again and again"), repeat_pair, _said_pair, ETHICS),
    _flag("flash", _("Very fast"), flash, _said_flash, SPEED, before=False),
    _flag("new_listing", _("New on sale"), new_listing, _said_new, SPEED),
    _flag("price_swing", _("Price went up"), price_swing, _said_swing, FAIR, owner=PROCUREMENT),
    _flag(
        "price_swing_after",
        _("Price went up and down"),
        price_swing_after,
        _said_fell,
        FAIR,
        owner=PROCUREMENT,
        before=False,
    ),
    _flag("price_outlier", _("Dear"), price_outlier, _said_outlier, FAIR, owner=PROCUREMENT),
    _flag("self_deal", _("Own shop"), self_deal, _said_self, ETHICS),
    _flag("backdated", _("Written down late"), backdated, _said_back, ORDERLY, before=False),
    _flag("year_end", _("Much in December"), year_end, _said_year, ORDERLY),
    _flag("doc_gap", _("Papers missing"), doc_gap, _said_gap, ORDERLY, before=False),
)
"""Ten rules; a price that goes up and comes down is one of them, looked at before and after."""
