"""What the treasurer is proposed to withhold of a payment, with the rule behind each tax (domain 3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from marketplace.eorder.models import Need, Order, Payment, Withholding
from marketplace.eorder.queries.basis import package_of
from marketplace.eorder.queries.reading import OrderView
from marketplace.kernel import clock
from marketplace.kernel.db import rows, session
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.kernel.words import Words, _
from marketplace.rules import queries as rules
from marketplace.rules.queries import Bought, Purchase, Rule
from marketplace.sellers import queries as sellers

CATERING = frozenset({"meeting_food"})
"""Templates of needs that are cooked for an occasion; other food is goods."""
SERVICES = frozenset({"services", "consulting", "works"})
VAT = "vat.collected"
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
    "income.22": _("PPh 22"),
    "income.22_unnumbered": _("PPh 22 (no tax number)"),
    "income.23": _("PPh 23"),
    "income.23_unnumbered": _("PPh 23 (no tax number)"),
    "income.21": _("PPh 21"),
    "income.final_withheld": _("Final PPh 0.5% (PP 55)"),
}


def tax_name(code: str) -> Words | str:
    """Return what a tax is called."""
    return NAMES.get(code, code)


def proposal(order: OrderView, gross: Rupiah, *, way: str) -> Proposed:
    """Return what is proposed today for a payment of so much, for a page."""
    what = package_of(order.unit_code, order.year, order.package_id).what
    return proposed_taxes(session.get_one(Order, order.id), gross, way=way, day=clock.today(), what=what)


def proposed_taxes(order: Order, gross: Rupiah, *, way: str, day: date, what: str) -> Proposed:
    """Return the proposal for a payment of so much of an order on a day, in a way.

    A part of the sum has the same part of the taxes in it; what was paid before of the same order without withholding counts
    for the limits, as a purchase is not smaller for being paid in parts.
    """
    template = session.execute(select(Need.template).where(Need.id == order.need_id)).scalar_one()
    included = _share(order.included_tax_idr, gross, order.total_idr)
    on_top = _share(order.tax_idr, gross, order.total_idr)
    base = gross - included - on_top
    book = rules.rules(day)
    purchase = Purchase(
        price=base,
        what=bought(template, what),
        day=day,
        seller=sellers.taxpayer(order.seller_id, day),
        by_card=way == WITHHOLDS_NOTHING,
        related=_untaxed_before(order),
    )
    proposal = rules.proposed(purchase, book)
    found: list[ProposedTax] = []
    vat = book.get("vat")
    if included and vat is not None and proposal.vat_collected:
        found.append(_of(VAT, vat, base, included))
    if (held := proposal.withheld) is not None and held.amount:
        found.append(_of(held.rule.code, held.rule, held.base, held.amount))
    return Proposed(gross, base, tuple(found))


def payments_of(order_id: UUID) -> Sequence[Payment]:
    """Return the payments of an order by their numbers."""
    return session.execute(select(Payment).where(Payment.order_id == order_id).order_by(Payment.number)).scalars().all()


def withheld_of(payment_ids: Sequence[UUID]) -> Sequence[Withholding]:
    """Return what was withheld of these payments."""
    wanted = select(Withholding).where(Withholding.payment_id.in_(payment_ids)).order_by(Withholding.code)
    return session.execute(wanted).scalars().all() if payment_ids else ()


def _untaxed_before(order: Order) -> Rupiah:
    taxed = select(Withholding.payment_id).where(Withholding.kept_idr > ZERO)
    before = select(Payment.gross_idr).where(Payment.order_id == order.id, Payment.id.not_in(taxed))
    paid = Rupiah.total([row.gross_idr for row in rows(before)])
    return paid - _share(order.included_tax_idr + order.tax_idr, paid, order.total_idr)


def _of(code: str, rule: Rule, base: Rupiah, amount: Rupiah) -> ProposedTax:
    return ProposedTax(code, rule.id, rule.rate, rule.basis, rule.valid_from, base, amount)


def _share(amount: Rupiah, part: Rupiah, whole: Rupiah) -> Rupiah:
    return Rupiah(amount.amount * part.amount // whole.amount) if whole else ZERO
