"""The shops of the demo site, each with its owner; the first three belong to the demo's sellers."""

import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from marketplace.accounts import queries as accounts
from marketplace.accounts import services as people
from marketplace.accounts.services import Newcomer
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session, transactional
from marketplace.sellers.demo_content import Shop, shops
from marketplace.sellers.models import Paper, PaperKind, Seller, SellerState
from marketplace.sellers.policies import ROLE, SCOPE

HOST = "jakpreneur.example"
OWN = ("penjual", "penjual2", "katering")
"""Whose the first shops are, by login: of sambal, of crafts, and of the boxed meals that offices order."""
SMALL = 12
PKP, CATERER = 4, 2
"""Which of the shops owe PPN and PBJT: one sells batik, one boxed meals."""
TAKES_CASH = 3
"""One shop in so many takes cash at the door."""


def town(profile: str, seed: int) -> list[Shop]:
    """Return the invented shops of a profile; ``small`` has the first dozen."""
    areas = [
        (area.code, area.level, area.name, area.parent_code or "")
        for level in ("kecamatan", "kelurahan")
        for area in accounts.areas(level)
    ]
    found = shops(seed, areas)
    return found[:SMALL] if profile == "small" else found


@transactional
def plant(profile: str, seed: int) -> Mapping[str, Any]:
    """Open the demo shops; a second time changes nothing."""
    if session.scalar(select(Seller.id).limit(1)) is not None:
        return {}
    drawn = random.Random(f"sellers {seed}")
    found = town(profile, seed)
    owners = _owners(found, drawn)
    now = clock.now()
    rows: list[dict[str, Any]] = [
        {
            "id": UUID(int=drawn.getrandbits(128), version=4),
            "state": SellerState.ACTIVE,
            "code": shop.code,
            "slug": shop.slug,
            "name": shop.name,
            "owner_id": owner,
            "owner_name": shop.owner,
            "phone": shop.phone,
            "story": shop.story,
            "kelurahan_code": shop.kelurahan_code,
            "opening_days": list(shop.days),
            "vat_registered": at == PKP,
            "pbjt_payer": at == CATERER,
            "cod": at % TAKES_CASH == 0,
            "trusted": shop.trusted,
            "verified_at": now - timedelta(days=drawn.randrange(30, 900)) if shop.verified else None,
            "verified_by": "Sudin PPKUKM (contoh)" if shop.verified else None,
            "created_at": now - timedelta(days=drawn.randrange(900, 1500)),
        }
        for at, (shop, owner) in enumerate(zip(found, owners, strict=True))
    ]
    session.execute(insert(Seller), rows)
    session.execute(insert(Paper), _papers(rows, drawn))
    for row in rows:
        people.grant(row["owner_id"], ROLE, SCOPE, str(row["id"]), by=SYSTEM)
    return {"shops": {login: rows[at]["code"] for at, login in enumerate(OWN)}}


def _papers(rows: list[dict[str, Any]], drawn: random.Random) -> list[dict[str, Any]]:
    """Return invented papers that offices ask for, checked for shops that were; the second shop's waits for its check."""
    today, made = clock.today(), []
    of_taxes = (PaperKind.FINAL_TAX, PaperKind.STATEMENT, PaperKind.DEED, None)
    for at, row in enumerate(rows):
        kinds = [PaperKind.NIB, *((PaperKind.HALAL,) if at == CATERER else ())]
        kinds += [kind for kind in (of_taxes[at % len(of_taxes)],) if kind]
        seen = row["verified_at"] is not None and at != 1
        for kind in kinds:
            ends = today.replace(month=12, day=31) if kind in (PaperKind.FINAL_TAX, PaperKind.STATEMENT) else None
            made.append(
                {
                    "id": UUID(int=drawn.getrandbits(128), version=4),
                    "seller_id": row["id"],
                    "kind": kind,
                    "number": "".join(str(drawn.randrange(10)) for _digit in range(13)),
                    "valid_from": today.replace(month=1, day=1) if ends else None,
                    "valid_until": ends,
                    "added_at": row["created_at"],
                    "verified_at": row["verified_at"] if seen else None,
                    "verified_by": row["verified_by"] if seen else None,
                    "refused": "",
                }
            )
    return made


def _owners(found: list[Shop], drawn: random.Random) -> list[UUID]:
    known = [accounts.person_by(f"{login}@{HOST}") for login in OWN]
    newcomers = [
        Newcomer(UUID(int=drawn.getrandbits(128), version=4), shop.owner, email=f"{shop.code.casefold()}@{HOST}")
        for shop in found[len(OWN) :]
    ]
    people.enrol(tuple(newcomers), by=SYSTEM)
    return [one for one in known if one is not None] + [one.id for one in newcomers]
