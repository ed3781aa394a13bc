"""Five hundred buyers released onto fifty units: fifty orders, the others hear "sold out", and no unit is lost (R4).

The buyers come over HTTP to the web server as ``make run`` starts it, two processes of it, each with a browser of their own.
"""

import logging
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import func, select

from marketplace.catalog.models import Reservation, Stock
from marketplace.kernel import ids
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict
from marketplace.kernel.slots import verifiers
from marketplace.orders import services
from marketplace.orders.models import Order
from marketplace.testing.plugin import Live
from tests.bench.rush import Heard, rush, waits
from tests.factories import catalog, orders, sellers
from tests.factories.ports import free_port
from tests.local.conftest import Run

pytestmark = pytest.mark.unmeasured

BUYERS, UNITS = 500, 50
SLOWEST_SECONDS = 60
log = logging.getLogger(__name__)


@pytest.fixture
def till(make_live: Callable[..., Live]) -> Iterator[int]:
    """Give the port of a web server as the launcher starts it, on a database that the test may look into."""
    port = free_port()
    live = make_live(PUBLIC_BASE_URL=f"http://127.0.0.1:{port}")
    run = Run(live.folder / "instance", port, environ=dict(live.environ), app="wsgi:app").open()
    try:
        with live.app.app_context():
            yield port
            session.remove()
    finally:
        run.send(signal.SIGTERM)
        run.ended()


def released(port: int, baskets: Sequence[dict[UUID, int]]) -> list[Heard]:
    """Release a guest for each basket, all at once, and return what they heard."""
    named = [{str(variant): qty for variant, qty in basket.items()} for basket in baskets]
    heard = rush(port, named, orders.KELURAHAN)
    most, slowest = waits(heard)
    log.info("%d buyers heard within %.1f s, 95 %% of them within %.1f s", len(heard), slowest, most)
    assert slowest < SLOWEST_SECONDS
    return heard


def outcomes_of(heard: Sequence[Heard]) -> Counter[str]:
    return Counter(one.outcome for one in heard)


def shelf(variant: UUID) -> tuple[int, int]:
    row = session.execute(select(Stock.on_hand, Stock.reserved).where(Stock.variant_id == variant)).one()
    return row.on_hand, row.reserved


def count(what: type[Order | Reservation]) -> int:
    return session.scalar(select(func.count()).select_from(what)) or 0


@pytest.mark.slow
def test_five_hundred_buyers_on_fifty_units(till: int) -> None:
    variant = catalog.basket(stock=UNITS)

    heard = released(till, [{variant: 1}] * BUYERS)

    assert outcomes_of(heard) == {"ordered": UNITS, "sold out": BUYERS - UNITS}
    assert len({one.path for one in heard if one.outcome == "ordered"}) == UNITS, "each has an order of their own"
    assert (count(Order), count(Reservation)) == (UNITS, UNITS)
    assert shelf(variant) == (UNITS, UNITS)
    assert [said for check in verifiers for said in check()] == []


@pytest.mark.slow
def test_baskets_of_three_goods_in_any_order_and_amount(till: int) -> None:
    """Quantities of one to three over three goods that run out at different moments: no deadlock, no unit too many."""
    shop = sellers.shop(trusted=True)
    goods = [catalog.basket(stock=UNITS, name=name, of=shop) for name in ("Tampah", "Bakul", "Besek")]
    baskets = []
    for number in range(200):
        turned = goods[number % 3 :] + goods[: number % 3]
        baskets.append({variant: (number + place) % 3 + 1 for place, variant in enumerate(turned)})

    outcomes = outcomes_of(released(till, baskets))

    assert set(outcomes) == {"ordered", "sold out"}
    assert all(reserved <= on_hand == UNITS for on_hand, reserved in map(shelf, goods))
    assert UNITS - max(reserved for _on_hand, reserved in map(shelf, goods)) < 3, "somebody could still have bought"
    assert outcomes["ordered"] == count(Order)
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
