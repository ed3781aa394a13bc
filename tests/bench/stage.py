"""What the bench measures beside pages: goods for a rush, twenty shops, and a seller with very many orders; told as JSON."""

import json
import os
import sys
from datetime import timedelta

from marketplace import create_app
from marketplace.kernel import clock
from marketplace.kernel.access import Grant
from marketplace.kernel.outbox import relay
from marketplace.notifications.services import call_due
from marketplace.orders import services
from marketplace.orders.models import PartState
from marketplace.sellers.queries import SellerCard
from tests.bench.copies import multiply
from tests.factories import accounts, catalog, orders, sellers

RUSH_UNITS, SHOPS = 50, 20
APART = timedelta(minutes=4)
"""A hundred thousand orders in nine months."""
DAYS_AGO = 20


def main(many: int) -> None:
    """Set the stage for a site that the environment names, and print what stands on it."""
    app = create_app()
    with app.app_context():
        rush = str(catalog.basket(stock=RUSH_UNITS, name="Tampah Ramai"))
        wide = []
        for number in range(SHOPS):
            shop = sellers.shop(trusted=True, name=f"Anyaman Bench {number}", phone=f"08129900{number:04d}")
            wide.append(str(catalog.basket(stock=9_000, name=f"Bakul Bench {number}", of=shop)))
        shop = sellers.shop(trusted=True, name="Toko Seratus Ribu", phone="081299990000")
        code, rows = _completed(shop), 0
        if many:
            rows = multiply(app.extensions["jkp"].settings.database_url, code, many, apart=APART)
        owner = accounts.person("Siti Laris", grants=(Grant("seller", "seller", str(shop.id)),))
        cookie = f"sesi={accounts.opened(owner).token}"
        today = clock.today()
        period = f"dari={today - timedelta(days=30)}&sampai={today}"
    pages = {
        "orders, to do": ["/lapak/pesanan"],
        "orders, done": ["/lapak/pesanan?tab=selesai"],
        "orders, a search": ["/lapak/pesanan?cari=Rina"],
        "an order": [f"/lapak/pesanan/{code}-1"],
        "money": ["/lapak/keuangan"],
        "statement, 30 days": [f"/lapak/keuangan/laporan?{period}"],
        "sales, 30 days": [f"/lapak/laporan?{period}"],
    }
    sys.stdout.write(json.dumps({"rush": rush, "wide": wide, "cookie": cookie, "pages": pages, "rows": rows}))


def _completed(shop: SellerCard) -> str:
    """Let an order of a shop go all its way, some weeks ago, by the clock of the tests; return its code."""
    begun = clock.now() - timedelta(days=DAYS_AGO)
    os.environ |= {"JKP_TEST_HOOKS": "1", "JKP_NOW": begun.isoformat()}
    try:
        rina, siti = orders.guest(), sellers.runs(shop)
        code = orders.paid(rina, catalog.basket(stock=1_000, name="Tikar Laris", of=shop))
        services.advance(f"{code}-1", PartState.READY, by=siti)
        services.receive(code, 1, by=rina)
        relay()
        os.environ["JKP_NOW"] = (begun + timedelta(days=3)).isoformat()
        services.deadlines()
        relay()
    finally:
        del os.environ["JKP_NOW"], os.environ["JKP_TEST_HOOKS"]
    # What should have been called in these weeks is called now.
    while call_due():
        relay()
    return code


if __name__ == "__main__":
    main(int(sys.argv[1]))
