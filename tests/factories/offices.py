"""Offices for tests: with people in all duties, a line of the budget and a package of the plan, the least that is valid."""

import itertools
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from marketplace.accounts.queries import needs_second_factor
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Actor, Grant
from marketplace.kernel.money import Rupiah
from marketplace.offices import services
from marketplace.offices.forms import AppointmentIn, LineIn, MandateIn, PackageIn, UnitIn, WhyIn
from marketplace.offices.policies import DUTIES, ORGANISATION
from tests.factories.accounts import as_actor, person, set_up

NAMES = {
    "budget_holder": "Agung Pranoto",
    "commitment_officer": "Kartika Kusnadi",
    "activity_officer": "Teguh Kurniawan",
    "procurement_officer": "Pratiwi Puspita",
    "receiver": "Ratna Erlina",
    "treasurer": "Bayu Trihatmojo",
    "finance_admin_officer": "Fina Adriani",
    "auditor": "Audita Sari",
    "procurement_admin": "Wulan Anggraini",
}
NIP = "198703152010012001"
WHY = WhyIn(why="Mutasi jabatan")

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Means:
    """What an office may spend: the code of the office, a line and a package."""

    unit_code: str
    line_id: UUID
    package_id: UUID


def line_in(unit_code: str, ceiling: int, **changes: object) -> LineIn:
    told = {
        "unit_code": unit_code, "year": clock.today().year, "activity_code": "5.01.01.2.06.0004",
        "account_code": "5.1.02.01.01.0052", "name": "Belanja makanan dan minuman rapat",
        "ceiling_idr": Rupiah(ceiling), **changes,
    }  # fmt: skip
    return LineIn.model_validate(told)


def package_in(unit_code: str, value: int, **changes: object) -> PackageIn:
    told = {
        "unit_code": unit_code, "year": clock.today().year, "rup_id": f"5512{next(_numbers):04d}",
        "name": "Konsumsi rapat koordinasi", "what": "goods", "value_idr": Rupiah(value), **changes,
    }  # fmt: skip
    return PackageIn.model_validate(told)


def unit_in(code: str, **changes: object) -> UnitIn:
    told = {
        "code": code, "kind": "sudin", "name": "Sudin Kominfotik Uji", "paper_code": code,
        "address": "Jalan Percetakan Negara 1, Jakarta Pusat", "npwp": "00.123.456.7-021.000", **changes,
    }  # fmt: skip
    return UnitIn.model_validate(told)


def office(name: str = "Sudin Kominfotik Uji", **changes: object) -> str:
    """Put an office into the tree; return its code."""
    code = f"UJI-{next(_numbers):03d}"
    services.set_unit(unit_in(code, name=name, **changes), by=SYSTEM)
    return code


def means(ceiling: int = 10_000_000, value: int = 10_000_000, code: str = "") -> Means:
    """Give an office, by default one of its own, a line of the budget and a package of the plan, of this year."""
    code = code or office()
    line = services.set_line(line_in(code, ceiling), by=SYSTEM)
    return Means(code, line, services.set_package(package_in(code, value), by=SYSTEM))


@dataclass(frozen=True)
class Appointed:
    """Somebody with a duty: who they are as a page sees them, where they are reached, and their appointment."""

    actor: Actor
    email: str
    appointment_id: UUID

    @property
    def id(self) -> UUID:
        """Return the person's id."""
        assert self.actor.id is not None
        return self.actor.id


@dataclass(frozen=True)
class Staff:
    """An office with money and somebody appointed to each duty."""

    means: Means
    people: dict[str, Appointed] = field(default_factory=dict)

    @property
    def unit_code(self) -> str:
        """Return the code of the office."""
        return self.means.unit_code

    def __getitem__(self, duty: str) -> Actor:
        """Return who has a duty."""
        return self.people[duty].actor


def known(name: str = "Siti Aminah") -> tuple[UUID, str]:
    """Enrol a person; return their id and address."""
    email = f"pegawai{next(_numbers)}@contoh.example"
    return person(name, email=email), email


def appointment_in(email: str, duty: str, **changes: object) -> AppointmentIn:
    year = clock.today().year
    told = {
        "who": email, "duty": duty, "first_day": date(year, 1, 1), "last_day": date(year, 12, 31), "nip": NIP,
        "position": "Kepala Seksi", "decree": f"{next(_numbers)}/SK/{year}", **changes,
    }  # fmt: skip
    return AppointmentIn.model_validate(told)


def mandate_in(email: str, first: date, last: date, **changes: object) -> MandateIn:
    told = {
        "who": email, "kind": "plh", "number": f"{next(_numbers)}/ST/{first.year}", "first_day": first, "last_day": last,
        "nip": NIP, "position": "Kepala Subbagian", **changes,
    }  # fmt: skip
    return MandateIn.model_validate(told)


def appointed(unit_code: str, duty: str, **changes: object) -> Appointed:
    """Appoint a new person to a duty of an office, for all of this year."""
    who, email = known(NAMES[duty])
    made = services.appoint(unit_code, appointment_in(email, duty, **changes), by=SYSTEM)
    if needs_second_factor((Grant(duty, ORGANISATION, unit_code),)):
        set_up(who)
    return Appointed(as_actor(who, Grant(duty, ORGANISATION, unit_code), name=NAMES[duty]), email, made)


def staffed(ceiling: int = 10_000_000, value: int = 10_000_000, code: str = "") -> Staff:
    """Give an office, by default one of its own, money and somebody for each duty; all of this year."""
    made = means(ceiling, value, code)
    return Staff(made, {duty: appointed(made.unit_code, duty) for duty in (*DUTIES, "auditor")})
