"""The address of a first order, kept in its buyer's address book."""

import structlog

from marketplace.accounts import queries as accounts
from marketplace.accounts import services as people
from marketplace.accounts.services import Written
from marketplace.kernel.access import Actor
from marketplace.kernel.db import transactional
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.words import _
from marketplace.orders.forms import CheckoutIn

log = structlog.get_logger()


@transactional
def keep_address(data: CheckoutIn, *, by: Actor) -> None:
    """Write the address of an order into its buyer's empty book. The order stands whatever becomes of it."""
    if data.kelurahan is None or data.alamat is None or accounts.addresses(by.id):
        return
    written = Written(
        label=str(_("My home")), recipient=data.nama, phone=data.whatsapp, kelurahan=data.kelurahan, street=data.alamat
    )  # fmt: skip
    try:
        people.add_address(written, by=by)
    except (Conflict, Invalid) as refused:
        log.warning("address not kept", why=str(refused))
