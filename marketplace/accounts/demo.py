"""The people of the demo site, one for each thing that can be done (ux 6.1), all with one password."""

import random
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marketplace.accounts import queries, services
from marketplace.accounts.services import Newcomer
from marketplace.kernel.access import SYSTEM, Grant
from marketplace.kernel.db import transactional

HOST = "jakpreneur.example"
PASSWORD = "demo-jkp-2026"  # noqa: S105 - printed for everyone; production refuses demo data
OFFICE = "DEMO-KEL-KPR"
KECAMATAN = "31.71.04"

PEOPLE: Mapping[str, tuple[str, tuple[Grant, ...]]] = {
    "pembeli": ("Rania Pembeli", ()),
    # Their shops, and with them their grants, come from sellers.
    "penjual": ("Siti Marlina", ()),
    "penjual2": ("Bagus Wirawan", ()),
    "pp": ("Dimas Prakoso", (Grant("procurement_officer", "organisation", OFFICE),)),
    "ppk": ("Ratna Wulandari", (Grant("commitment_officer", "organisation", OFFICE),)),
    "penerima": ("Yusuf Hidayat", (Grant("receiver", "organisation", OFFICE),)),
    "bendahara": ("Mega Lestari", (Grant("treasurer", "organisation", OFFICE),)),
    "kecamatan": ("Anton Saputra", (Grant("kecamatan_officer", "area", KECAMATAN),)),
    "dinas": ("Fitri Handayani", (Grant("programme_officer"),)),
    "auditor": ("Hendra Gunadi", (Grant("auditor"),)),
    "admin": ("Laras Pertiwi", (Grant("admin"),)),
}


@transactional
def plant(_profile: str, seed: int) -> Mapping[str, Any]:
    """Enrol the demo people, the same for the same seed; a second time changes nothing."""
    drawn = random.Random(f"accounts {seed}")
    services.load_areas()
    services.open_organisation("ukpd", "Kelurahan Kampung Rawa (contoh)", OFFICE)
    password_hash = services.hash_of(PASSWORD)
    newcomers = {
        login: Newcomer(
            UUID(int=drawn.getrandbits(128), version=4),
            name,
            email=f"{login}@{HOST}",
            phone=f"+62812{drawn.randrange(10**7, 10**8)}",
            password_hash=password_hash,
        )
        for login, (name, _grants) in PEOPLE.items()
    }
    services.enrol(tuple(newcomers.values()), by=SYSTEM)
    # By address, for a site that was planted with another number before has them under other ids.
    held_ids = {login: queries.person_by(str(one.email)) or one.id for login, one in newcomers.items()}
    for login, (_name, grants) in PEOPLE.items():
        for held in grants:
            services.grant(held_ids[login], held.role, held.scope_kind, held.scope_id, by=SYSTEM)
    return {
        "password": PASSWORD,
        "people": {one.email: {"id": str(held_ids[login]), "phone": one.phone} for login, one in newcomers.items()},
    }
