"""A shop whose orders are paid and finished, as the plan of the money flow posts it."""

from uuid import UUID

from marketplace.kernel.access import Actor
from marketplace.kernel.db import transactional
from marketplace.kernel.money import Rupiah
from marketplace.orders import queries as orders
from marketplace.payments.services.ledger import Posting, post
from tests.factories import orders as factory


@transactional
def posted(*entries: Posting) -> None:
    post(*entries)


def entry(entry_id: str, debit: str, credit: str, amount: int, of: orders.Sale) -> Posting:
    return Posting(
        id=entry_id, debit=debit, credit=credit, amount=Rupiah(amount), kind=entry_id.partition(":")[0],
        ref=of.reference, label=of.code,
    )  # fmt: skip


def sold(variant: UUID, shop: Actor, **changes: object) -> orders.Sale:
    """Let a guest buy one and pay; return the shop's part of it."""
    return orders.sale(f"{factory.paid(factory.guest(), variant, **changes)}-1", shop)


def finished(of: orders.Sale, fee: int, gateway_fee: int = 0) -> None:
    """Post what completion posts: all that is held becomes payable, and the fees are taken (plan 4.2)."""
    held, own = f"held:{of.part_id}", f"payable:{of.seller_id}"
    posted(
        entry(f"release:{of.part_id}", held, own, of.total.amount, of),
        entry(f"fee:{of.part_id}", own, "fee", fee, of),
        entry(f"gwfee:{of.part_id}", own, "gateway_fee", gateway_fee, of),
    )


def given_back(of: orders.Sale, refund: UUID, amount: int, fee: int) -> None:
    """Post what a refund of a finished part posts: it is taken from the shop, and the fee's share comes back."""
    own = f"payable:{of.seller_id}"
    posted(
        entry(f"refund:{refund}:{of.part_id}:goods", own, f"ref:{of.reference}", amount, of),
        entry(f"feeback:{refund}:{of.part_id}", "fee", own, fee, of),
    )
