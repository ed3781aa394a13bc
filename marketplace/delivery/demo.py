"""How the demo shops deliver: believable, and drawn from the seed."""

import random
from collections.abc import Mapping
from datetime import time
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from marketplace.accounts import queries as accounts
from marketplace.delivery.models import Method, Option, ShopLimits
from marketplace.kernel import clock
from marketplace.kernel.db import session, transactional
from marketplace.kernel.money import ZERO, Rupiah
from marketplace.sellers import demo as shops
from marketplace.sellers.queries import SellerCard, seller_by_code

MEALS = "kuliner-siap-saji"
SLOTS = ["09-12", "13-16"]
CUTOFFS = (time(10), time(12), time(15))


@transactional
def plant(profile: str, seed: int) -> Mapping[str, Any]:
    """Say how each demo shop delivers; a second time changes nothing."""
    if session.scalar(select(Option.id).limit(1)) is not None:
        return {}
    drawn = random.Random(f"delivery {seed}")
    options: list[dict[str, Any]] = []
    limits: list[dict[str, Any]] = []
    for shop in shops.town(profile, seed):
        card = seller_by_code(shop.code)
        if card is None:
            continue
        options += _options(card, drawn, meals=shop.category == MEALS)
        limits.append(
            {
                "seller_id": card.id,
                "daily_orders": drawn.choice((None, 12, 25, 40)),
                "daily_units": drawn.choice((None, None, 200)),
                "slot_orders": drawn.choice((None, None, 8)),
                "changed_at": clock.now(),
            }
        )
    session.execute(insert(ShopLimits), limits)
    session.execute(insert(Option), options)
    return {}


def _options(card: SellerCard, drawn: random.Random, *, meals: bool) -> list[dict[str, Any]]:
    cutoff, free_from = drawn.choice(CUTOFFS), drawn.choice((None, None, Rupiah(150_000), Rupiah(300_000)))
    common: dict[str, Any] = {
        "seller_id": card.id, "courier_code": None, "flat_idr": ZERO, "free_from_idr": None, "kecamatan": [],
        "cutoff": cutoff, "lead_days": 0, "slots": [],
    }  # fmt: skip
    made: list[dict[str, Any]] = [common | {"method": str(Method.PICKUP), "slots": SLOTS}]
    flat = Rupiah(drawn.choice((5_000, 8_000, 10_000, 12_000, 15_000)))
    # On a motorbike: around the corner, or through the city; nobody rides to the islands. Who cooks for meetings takes
    # what it cooked to any office of its city.
    city = [area.code for area in accounts.areas_below(card.kecamatan_code.rpartition(".")[0])]
    reach = drawn.choice((city, city, city if meals else [card.kecamatan_code]))
    made.append(
        common
        | {"method": str(Method.OWN), "flat_idr": flat, "free_from_idr": free_from, "kecamatan": reach, "slots": SLOTS}
    )
    if drawn.random() < 0.8:  # noqa: PLR2004 - four shops in five
        made.append(common | {"method": str(Method.COURIER), "courier_code": "reguler"})
    if drawn.random() < 0.4:  # noqa: PLR2004 - two in five
        made.append(common | {"method": str(Method.COURIER), "courier_code": "sehari"})
    return [one | {"id": UUID(int=drawn.getrandbits(128), version=4)} for one in made]
