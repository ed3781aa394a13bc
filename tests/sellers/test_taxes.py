"""A shop says which taxes it owes; its buyers' orders ask for no more."""

from flask import Flask
from sqlalchemy import select

from marketplace.kernel.db import rows
from marketplace.kernel.models import AuditEntry
from marketplace.sellers import queries, services
from tests.factories import sellers


def test_a_shop_owes_neither_tax_until_it_says_so_and_the_change_is_written_down(app: Flask) -> None:
    shop = sellers.shop()
    assert (shop.vat_registered, shop.pbjt_payer) == (False, False)
    services.update(shop.id, sellers.profile(taxes=["vat_registered"]), by=sellers.runs(shop))
    now = queries.sellers([shop.id])[shop.id]
    assert (now.vat_registered, now.pbjt_payer) == (True, False)
    last = rows(select(AuditEntry.content).where(AuditEntry.stream == f"sellers:{shop.id}").order_by(AuditEntry.seq))[
        -1
    ].content
    assert (last["before"]["vat_registered"], last["after"]["vat_registered"]) == (False, True)
