"""Five hundred buyers released onto fifty units: fifty orders, the others hear "sold out", and no unit is lost (R4)."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.catalog.models import Reservation, Stock
from marketplace.kernel import ids
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict
from marketplace.kernel.slots import verifiers
from marketplace.orders import services
from marketplace.orders.models import Order
from marketplace.testing.plugin import Live
from tests.factories import catalog, orders, sellers

BUYERS, UNITS, AT_ONCE = 500, 50, 32
SLOWEST_SECONDS = 60


@pytest.fixture
def roomy(make_live: Callable[..., Live]) -> Iterator[Live]:
    """Give a live site with a connection for each of the buyers who are served at once, as each server thread has one."""
    site = make_live(DB_POOL=str(AT_ONCE))
    with site.app.app_context():
        yield site
        session.remove()


def rushed(app: Flask, token: str, total: int) -> tuple[int, float]:
    """Send the checkout form as a browser does; return status and seconds."""
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    client.set_cookie("tamu", token)
    form = {
        "nama": "Rina Kusuma", "whatsapp": "081234567890", "kelurahan": orders.KELURAHAN, "alamat": "Jalan Ramai 1",
        "gateway": "sandbox", "expected_total_idr": str(total), "kunci": ids.token(),
    }  # fmt: skip
    begun = time.monotonic()
    return client.post("/beli", data=form).status_code, time.monotonic() - begun


def fill(token: str, wanted: dict[UUID, int]) -> None:
    guest = Actor(kind="guest", guest_key=ids.token_hash(token))
    for variant, qty in wanted.items():
        services.put(variant, qty, by=guest)


def shelf(variant: UUID) -> tuple[int, int]:
    row = session.execute(select(Stock.on_hand, Stock.reserved).where(Stock.variant_id == variant)).one()
    return row.on_hand, row.reserved


def release(app: Flask, tokens: list[str], totals: list[int]) -> Counter[int]:
    """Let all buyers go at once; return how many got which status. Nobody waits without end."""
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        answers = list(crowd.map(lambda one: rushed(app, *one), zip(tokens, totals, strict=True)))
    assert max(seconds for _status, seconds in answers) < SLOWEST_SECONDS
    return Counter(status for status, _seconds in answers)


@pytest.mark.slow
def test_five_hundred_buyers_on_fifty_units(roomy: Live) -> None:
    variant = catalog.basket(stock=UNITS)
    tokens = [ids.token() for _buyer in range(BUYERS)]
    for token in tokens:
        fill(token, {variant: 1})

    statuses = release(roomy.app, tokens, [45_000] * BUYERS)

    assert statuses == {303: UNITS, 409: BUYERS - UNITS}
    assert session.scalar(select(func.count()).select_from(Order)) == UNITS
    assert session.scalar(select(func.count()).select_from(Reservation)) == UNITS
    assert shelf(variant) == (UNITS, UNITS)
    assert [said for check in verifiers for said in check()] == []


@pytest.mark.slow
def test_baskets_of_three_goods_in_any_order_and_amount(roomy: Live) -> None:
    """Quantities of one to three over three goods that run out at different moments: no deadlock, no unit too many."""
    shop = sellers.shop(trusted=True)
    goods = [catalog.basket(stock=UNITS, name=name, of=shop) for name in ("Tampah", "Bakul", "Besek")]
    tokens, totals = [], []
    for number in range(200):
        token = ids.token()
        turned = goods[number % 3 :] + goods[: number % 3]
        wanted = {variant: (number + place) % 3 + 1 for place, variant in enumerate(turned)}
        fill(token, wanted)
        tokens.append(token)
        totals.append(sum(wanted.values()) * 45_000)

    statuses = release(roomy.app, tokens, totals)

    assert set(statuses) <= {303, 409}
    assert all(reserved <= on_hand == UNITS for on_hand, reserved in map(shelf, goods))
    assert UNITS - max(reserved for _on_hand, reserved in map(shelf, goods)) < 3, "somebody could still have bought"
    assert statuses[303] == session.scalar(select(func.count()).select_from(Order))
    assert [said for check in verifiers for said in check()] == []


@pytest.mark.slow
@pytest.mark.parametrize("same_key", [True, False])
def test_one_cart_sent_from_many_tabs_at_once_is_one_order(live: Live, same_key: bool) -> None:
    """A double click comes with one key and gets one answer; other tabs find the cart gone."""
    variant = catalog.basket(stock=UNITS)
    rina = orders.guest()
    total = orders.filled(rina, variant)
    key = ids.token()

    def press(_tab: int) -> str:
        with live.app.app_context():
            form = orders.checkout(total, kunci=key if same_key else ids.token())
            try:
                return services.buy(form, by=rina).code
            except Conflict as conflict:
                return conflict.code
            finally:
                session.remove()

    with ThreadPoolExecutor(8) as tabs:
        answers = Counter(tabs.map(press, range(8)))

    code = session.scalars(select(Order.code)).one()
    assert answers == ({code: 8} if same_key else {code: 1, "empty_cart": 7})
    assert shelf(variant) == (UNITS, 1)
