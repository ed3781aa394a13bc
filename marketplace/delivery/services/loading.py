"""Zones, couriers and tariffs that come with the program; what an operator wrote stands."""

import json
from datetime import date
from pathlib import Path

from sqlalchemy.dialects.postgresql import insert

from marketplace.delivery.models import Courier, Tariff, Zone
from marketplace.delivery.queries import forget_tariffs
from marketplace.kernel.db import session, transactional
from marketplace.kernel.ids import uuid7
from marketplace.kernel.money import Rupiah

FILE = Path(__file__).parents[1] / "data" / "delivery.json"


@transactional
def load() -> None:
    """Add the zones, couriers and tariffs that are not there yet; nothing that is there changes."""
    forget_tariffs()
    given = json.loads(FILE.read_text(encoding="utf-8"))
    zones = [{"kecamatan_code": code, "zone": zone} for zone, codes in given["zones"].items() for code in codes]
    couriers = [
        {"code": one["code"], "label": one["label"], "divisor": one["divisor"], "valid": True}
        for one in given["couriers"]
    ]
    tariffs = [
        {
            "id": uuid7(),
            "courier_code": one["code"],
            "from_zone": from_zone,
            "to_zone": to_zone,
            "first_idr": Rupiah(first),
            "next_idr": Rupiah(following),
            "days_least": least,
            "days_most": most,
            "valid_from": date.fromisoformat(given["valid_from"]),
            "source": given["source"],
        }
        for one in given["couriers"]
        for from_zone, to_zone, first, following, least, most in one["tariffs"]
    ]
    session.execute(insert(Zone).on_conflict_do_nothing(), zones)
    session.execute(insert(Courier).on_conflict_do_nothing(), couriers)
    session.execute(insert(Tariff).on_conflict_do_nothing(), tariffs)
