"""What the demo's shops state of their products, and certificates in each way that one can stand."""

import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from marketplace.catalog.queries import GOODS
from marketplace.catalog.slots import Described
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import rows, session, transactional
from marketplace.p3dn import services
from marketplace.p3dn.forms import CertificateIn, CheckIn
from marketplace.p3dn.models import Certificate, Statement
from marketplace.p3dn.services.stating import described

CHUNK = 2_000
VALUES = (
    ("42,35", "0", 400, True),
    ("27,10", "0", 900, True),
    ("61,80", "10", 25, True),
    ("18,45", "0", 700, True),
    ("33", "0", 800, False),
)
"""TKDN, BMP, for how many days more, and whether an officer checked it."""


def plant(_profile: str, seed: int) -> Mapping[str, Any]:
    """Plant statements and certificates; a second time changes nothing."""
    if session.scalar(select(Statement.id).limit(1)) is not None:
        return {}
    goods = rows(select(GOODS).order_by(GOODS.c.code))
    for start in range(0, len(goods), CHUNK):
        _state([Described(row.id, row.category_id, row.domestic) for row in goods[start : start + CHUNK]])
    if session.scalar(select(Certificate.id).limit(1)) is None:
        _certify([row for row in goods if row.domestic and row.on_show], seed)
    return {}


@transactional
def _state(told: list[Described]) -> None:
    described(told, SYSTEM)


def _certify(goods: list[Any], seed: int) -> None:
    drawn, today = random.Random(f"p3dn {seed}"), clock.today()
    chosen = zip(VALUES, drawn.sample(goods, min(len(VALUES), len(goods))), strict=False)
    for number, ((tkdn, bmp, days, checked), row) in enumerate(chosen, 1):
        told = {
            "nomor": f"{drawn.randint(100, 9_999):04}/SJ-IND.8/TKDN/{number}/{today.year - 1}", "jenis": "ik", "tkdn": tkdn,
            "bmp": bmp, "lingkup": row.name, "penerbit": "Pusat P3DN, Kementerian Perindustrian (contoh)",
            "terbit": today - timedelta(days=300), "berlaku": today + timedelta(days=days), "produk": [row.id],
        }  # fmt: skip
        shown = services.show_certificate(row.seller_id, CertificateIn.model_validate(told), by=SYSTEM)
        if checked:
            services.check(shown, CheckIn(sumber="tkdn.kemenperin.go.id (contoh)"), by=SYSTEM)
