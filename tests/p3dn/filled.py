"""A year of accepted value, the same for the same seed: what dashboards are looked at with."""

import random
from datetime import date
from uuid import UUID

from marketplace.kernel.db import transactional
from marketplace.kernel.money import Rupiah
from marketplace.p3dn.queries import Local
from marketplace.p3dn.services import Fact, record

LOCALS = (
    Local(rung="domestic"),
    Local(rung="domestic"),
    Local(rung="domestic"),
    Local(rung="certified", tkdn=4235, certificate="1234/UJI", kind="ik"),
    Local(rung="low", tkdn=1845, certificate="2345/UJI", kind="lvi"),
    Local(rung="import"),
)


@transactional
def year(
    of: int, *, sellers: list[UUID], products: list[UUID], units: list[str], months: int = 11, seed: int = 1
) -> int:
    """Record some sixty lines a month, of these shops, products and offices; one in four is a public sale."""
    drawn = random.Random(f"p3dn {of} {seed}")
    facts = []
    for number in range(60 * months):
        public = drawn.random() < 0.25
        facts.append(
            Fact(
                source="uji", reference=f"{of}-{number}", line=1, day=date(of, 1 + number % months, drawn.randint(1, 28)),
                channel="public" if public else "eorder", code=f"UJI{number:05}", seller_id=drawn.choice(sellers),
                product_id=drawn.choice(products), name="Keranjang Anyaman Pandan", qty=drawn.randint(1, 40),
                value=Rupiah(drawn.randint(20, 4_000) * 1_000), local=drawn.choice(LOCALS),
                unit_code="" if public else drawn.choice(units), programme="" if public else "5.01.01.2.06",
            )
        )  # fmt: skip
    return record(facts)
