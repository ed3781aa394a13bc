"""The people of the demo site, one for each thing that can be done (ux 6.1), all with one password."""

import hashlib
import random
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marketplace.accounts import queries, services
from marketplace.accounts.queries import totp
from marketplace.accounts.services import Newcomer
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Grant
from marketplace.kernel.db import transactional
from marketplace.kernel.plugin import current

HOST = "jakpreneur.example"
PASSWORD = "demo-jkp-2026"  # noqa: S105 - printed for everyone; production refuses demo data
OFFICE = "DEMO-KEL-KPR"
KECAMATAN = "31.71.04"

PEOPLE: Mapping[str, tuple[str, tuple[Grant, ...]]] = {
    "pembeli": ("Rania Pembeli", ()),
    # Their shops, and with them their grants, come from sellers.
    "penjual": ("Siti Marlina", ()),
    "penjual2": ("Bagus Wirawan", ()),
    "katering": ("Ani Rohayati", ()),
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
        if queries.needs_second_factor(grants) and queries.second_factor(held_ids[login]) is None:
            services.keep_secret(held_ids[login], _secret(login))
    return {
        "password": PASSWORD,
        "people": {
            one.email: {"id": str(held_ids[login]), "phone": one.phone}
            | (
                {"second_factor": totp.key_shown(_secret(login))}
                if queries.needs_second_factor(PEOPLE[login][1])
                else {}
            )
            for login, one in newcomers.items()
        },
    }


def _secret(login: str) -> bytes:
    return hashlib.sha256(f"jakpreneur demo {login}".encode()).digest()[: totp.SECRET_BYTES]


def code_of(person_id: UUID) -> str | None:
    """Return a code that opens the second step of a demo person now; None for others, and until the next when both are used.

    Their secrets are public as their password is: only who still has the one of the demo is told, and nobody in production.
    """
    contact = queries.person_contacts([person_id]).get(person_id)
    login, _at, host = (contact.email or "" if contact else "").partition("@")
    if current().settings.production or host != HOST or login not in PEOPLE:
        return None
    if queries.secret_of(person_id) != _secret(login):
        return None
    now, used = totp.step_of(clock.now()), queries.last_step(person_id)
    fresh = next((step for step in (now, now + totp.DRIFT) if step > used), None)
    return None if fresh is None else totp.code_at(_secret(login), fresh)
