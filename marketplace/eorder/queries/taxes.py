"""What the treasurer is proposed to withhold of a payment, with the rule behind each tax (domain 3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from marketplace.eorder.models import Need, Order, Payment, Withholding
from marketplace.eorder.queries.reading import OrderView
from marketplace.kernel import clock
from marketplace.kernel.db import rows, session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.words import Words, _
from marketplace.media import queries as media
from marketplace.offices import queries as offices
from marketplace.rules import queries as rules
from marketplace.rules.queries import Bought, Purchase, Rule
from marketplace.sellers import queries as sellers

CATERING = frozenset({"meeting_food"})
"""Templates of needs that are cooked for an occasion; other food is goods."""
SERVICES = frozenset({"services", "consulting", "works"})
VAT, SPARED = "vat.collected", "income.22_limit"
INCOME = "income."
ONE_PURCHASE = timedelta(days=7)
"""Orders of one package with one shop that are paid so near to each other are one purchase for the limits (domain 3.3, 9)."""
WITHHOLDS_NOTHING = "KKPD"


@dataclass(frozen=True)
class ProposedTax:
    """A tax to withhold: the code and id of its rule, rate, source, since when, base and amount in rupiah."""

    code: str
    rule_id: UUID | None
    rate: str
    basis: str
    since: date
    base: Rupiah
    amount: Rupiah
    limit: Rupiah | None = None
    """Up to where nothing is withheld."""


@dataclass(frozen=True)
class Proposed:
    """What a payment of ``gross`` comes to: ``base`` without taxes, what is withheld of it, and what the shop gets."""

    gross: Rupiah
    base: Rupiah
    taxes: tuple[ProposedTax, ...]

    @property
    def kept(self) -> Rupiah:
        """Return what the treasurer keeps for the state."""
        return Rupiah.total([tax.amount for tax in self.taxes])

    @property
    def net(self) -> Rupiah:
        """Return what the shop gets."""
        return self.gross - self.kept


def bought(template: str, what: str) -> Bought:
    """Return how the tax laws see a purchase, by the template of its need and the kind of its package."""
    if template in CATERING:
        return Bought.CATERING
    return Bought.SERVICE if what in SERVICES else Bought.GOODS


NAMES = {
    VAT: _("PPN, collected"),
    SPARED: _("PPh 22 (small purchase)"),
    "income.22": _("PPh 22"),
    "income.22_unnumbered": _("PPh 22 (no tax number)"),
    "income.23": _("PPh 23"),
    "income.23_unnumbered": _("PPh 23 (no tax number)"),
    "income.21": _("PPh 21"),
    "income.final_withheld": _("Final PPh (PP 55)"),
}


def tax_name(code: str) -> Words | str:
    """Return what a tax is called."""
    return NAMES.get(code, code)


def proposal(order: OrderView, gross: Rupiah, *, way: str, day: date | None = None) -> Proposed:
    """Return what is proposed for a payment of so much on a day, today if none is told, for a page."""
    what = offices.package_by_id(order.package_id).what
    return proposed_taxes(session.get_one(Order, order.id), gross, way=way, day=day or clock.today(), what=what)


def proposed_taxes(order: Order, gross: Rupiah, *, way: str, day: date, what: str) -> Proposed:
    """Return the proposal for a payment of so much of an order on a day, in a way.

    A part of the sum has the same part of the taxes in it, to the rupiah over all parts. What was paid before of the same
    purchase counts for the limits, as a purchase is not smaller for being paid, or ordered, in parts: of the same order, and
    of others of the same unit, package and shop in the week before.
    """
    template = session.execute(select(Need.template).where(Need.id == order.need_id)).scalar_one()
    included = _next_share(order.included_tax_idr, order.paid_idr, gross, order.total_idr)
    on_top = _next_share(order.tax_idr, order.paid_idr, gross, order.total_idr)
    base = gross - included - on_top
    untaxed, taxed = _before(order, day)
    book = rules.rules(day)
    purchase = Purchase(
        price=base,
        what=bought(template, what),
        day=day,
        seller=sellers.taxpayer(order.seller_id, day),
        by_card=way == WITHHOLDS_NOTHING,
        related=untaxed,
        taxed=taxed,
    )
    proposal = rules.proposed(purchase, book)
    found: list[ProposedTax] = []
    vat = book.get("vat")
    if included and vat is not None and proposal.vat_collected:
        found.append(_of(VAT, vat, base, included))
    if (held := proposal.withheld) is not None and held.amount:
        found.append(_of(held.rule.code, held.rule, held.base, held.amount))
    if (limit := proposal.spared_by) is not None:
        # Written down although it is nothing: the next payment of the same purchase counts it in.
        found.append(_of(SPARED, limit, base, ZERO))
    return Proposed(gross, base, tuple(found))


def payments_of(order_id: UUID) -> Sequence[Payment]:
    """Return the payments of an order by their numbers."""
    return session.execute(select(Payment).where(Payment.order_id == order_id).order_by(Payment.number)).scalars().all()


def payment_file(found: OrderView, file_id: UUID) -> tuple[bytes, str]:
    """Return the proof of a payment, or the slip of a tax, of an order that the caller may see; NotFound for none.

    Raises StorageAway.
    """
    payments = payments_of(found.id)
    keys = {one.id: one.proof_key for one in payments}
    keys |= {one.id: one.slip_key for one in withheld_of([one.id for one in payments])}
    key = keys.get(file_id)
    kept = media.kept_file(key) if key else None
    if kept is None:
        raise NotFound
    return kept


def withheld_of(payment_ids: Sequence[UUID]) -> Sequence[Withholding]:
    """Return what was withheld of these payments."""
    wanted = select(Withholding).where(Withholding.payment_id.in_(payment_ids)).order_by(Withholding.code)
    return session.execute(wanted).scalars().all() if payment_ids else ()


def _before(order: Order, day: date) -> tuple[Rupiah, Rupiah]:
    """Return what was paid before of the same purchase: spared by the limit and not taxed since, and taxed."""
    together = and_(
        Order.unit_code == order.unit_code,
        Order.package_id == order.package_id,
        Order.seller_id == order.seller_id,
        Payment.paid_on.between(day - ONE_PURCHASE, day),
    )
    income = Withholding.code.startswith(INCOME)
    wanted = (
        select(Payment.base_idr, func.sum(Withholding.kept_idr).label("kept"))
        .join(Order, Order.id == Payment.order_id)
        .join(Withholding, and_(Withholding.payment_id == Payment.id, income))
        .where(or_(Order.id == order.id, together))
        .group_by(Payment.id)
        .order_by(Payment.at, Payment.id)
    )
    spared, taxed = ZERO, ZERO
    for row in rows(wanted):
        if row.kept:
            spared, taxed = ZERO, taxed + spared + row.base_idr
        else:
            spared += row.base_idr
    return spared, taxed


def _of(code: str, rule: Rule, base: Rupiah, amount: Rupiah) -> ProposedTax:
    return ProposedTax(code, rule.id, rule.rate, rule.basis, rule.valid_from, base, amount, rule.threshold)


def _next_share(amount: Rupiah, before: Rupiah, part: Rupiah, whole: Rupiah) -> Rupiah:
    """Return what of an amount is in the next part of a whole; the shares of all parts come to the amount."""
    if not whole:
        return ZERO
    return Rupiah(
        amount.amount * (before + part).amount // whole.amount - amount.amount * before.amount // whole.amount
    )
