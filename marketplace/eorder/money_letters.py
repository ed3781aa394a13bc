"""What e-order tells people about money: that it was paid, that it is late, and which papers a treasurer would like to see."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marketplace.accounts import queries as accounts
from marketplace.eorder.events import OrderPaid, PaymentLate, TaxPapersAsked
from marketplace.eorder.models.acts import PA, PPK, TREASURER
from marketplace.eorder.policies import SELLER
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import _
from marketplace.notifications.slots import INBOX, MAIL, Kind, Notice, Recipient
from marketplace.offices import queries as offices
from marketplace.offices.policies import ORGANISATION
from marketplace.sellers import queries as sellers

LAST_STAGE = 30
"""Working days after which whoever answers for the budget is told too."""
PAYERS = (TREASURER, PPK)


def _sells(actor: Actor) -> bool:
    return any(grant.role == SELLER for grant in actor.grants)


def _pays(actor: Actor) -> bool:
    return any(grant.role in (*PAYERS, PA) for grant in actor.grants)


PAID = Kind(
    key="eorder.money",
    label=_("Money of offices"),
    who=_("The shop's team"),
    hint=_("When an office paid, and when its treasurer asks for a paper."),
    needed=(INBOX,),
    why=_("What is withheld depends on your papers."),
    concerns=_sells,
)
LATE = Kind(
    key="eorder.unpaid",
    label=_("Payments that are late"),
    who=_("Treasurers, commitment officers, budget holders"),
    hint=_("After 7, 14 and 30 working days since the handover minutes."),
    needed=(INBOX, MAIL),
    why=_("A shop waits for its money."),
    concerns=_pays,
)


def shop_team(event: OrderPaid | TaxPapersAsked) -> tuple[Recipient, ...]:
    """Return who runs the shop."""
    return accounts.recipients(sellers.team(UUID(event.seller_id)))


def payers(event: PaymentLate) -> tuple[Recipient, ...]:
    """Return who is to pay, or to see that it is paid; the budget holder too once it is very late."""
    duties = (*PAYERS, PA) if event.days >= LAST_STAGE else PAYERS
    holders = {one for duty in duties for one in accounts.holders(duty, ORGANISATION, event.unit_code)}
    return accounts.recipients(sorted(holders))


def paid_context(event: OrderPaid) -> Mapping[str, Any]:
    """Return what the letter about a payment says."""
    return {
        "unit": _unit(event.unit_code),
        "gross": Rupiah(event.gross_idr),
        "kept": Rupiah(event.gross_idr - event.net_idr),
        "net": Rupiah(event.net_idr),
        "code": event.code,
        "path": f"/lapak/permintaan/{event.code}",
    }


def late_context(event: PaymentLate) -> Mapping[str, Any]:
    """Return what the letter about a late payment says."""
    seller_id = UUID(event.seller_id)
    return {
        "code": event.code,
        "unit": _unit(event.unit_code),
        "shop": sellers.sellers([seller_id])[seller_id].name,
        "days": event.days,
        "owed": Rupiah(event.owed_idr),
        "path": f"/pengadaan/pesanan/{event.code}/pembayaran",
    }


def papers_context(event: TaxPapersAsked) -> Mapping[str, Any]:
    """Return which papers would make the taxes of a shop sure."""
    seller_id = UUID(event.seller_id)
    card = sellers.sellers([seller_id])[seller_id]
    return {
        "code": event.code,
        "unit": _unit(event.unit_code),
        "lacking": sellers.tax_papers_lacking(seller_id, clock.today()),
        "path": f"/lapak/berkas?toko={card.code}",
    }


def _unit(code: str) -> str:
    return offices.unit_names([code]).get(code, code)


NOTICES = (
    Notice(
        OrderPaid, shop_team, "eorder/mail/paid", paid_context, kind=PAID, short="eorder/short/paid", link="path",
        group="code",
    ),
    Notice(
        TaxPapersAsked, shop_team, "eorder/mail/tax_papers", papers_context, kind=PAID, short="eorder/short/tax_papers",
        link="path", group="code",
    ),
    Notice(
        PaymentLate, payers, "eorder/mail/unpaid", late_context, kind=LATE, short="eorder/short/unpaid", link="path",
        group="code",
    ),
)  # fmt: skip
