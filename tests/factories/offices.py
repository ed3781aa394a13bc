"""Offices for tests: one with a line of the budget and a package of the plan, the least that is valid."""

import itertools
from dataclasses import dataclass
from uuid import UUID

from marketplace.accounts import services as accounts
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.money import Rupiah
from marketplace.offices import services
from marketplace.offices.forms import LineIn, PackageIn

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


def office(name: str = "Sudin Kominfotik Uji") -> str:
    """Write down an office; return its code."""
    code = f"UJI-{next(_numbers):03d}"
    accounts.open_organisation("sudin", name, code)
    return code


def means(ceiling: int = 10_000_000, value: int = 10_000_000) -> Means:
    """Give an office of its own a line of the budget and a package of the plan, of this year."""
    code = office()
    line = services.set_line(line_in(code, ceiling), by=SYSTEM)
    return Means(code, line, services.set_package(package_in(code, value), by=SYSTEM))
