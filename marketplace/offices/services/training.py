"""A unit in which people practise: its plan and budget are invented, and what is ordered there reaches nobody."""

from marketplace.kernel.access import Actor
from marketplace.kernel.db import transactional
from marketplace.kernel.errors import Conflict
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import _
from marketplace.offices import queries
from marketplace.offices.forms import LineIn, PackageIn, UnitIn
from marketplace.offices.services.planning import set_line, set_package
from marketplace.offices.services.units import set_unit

ACTIVITY = "9.99.99.9.99.9999"
"""No activity of any budget has this code."""
LINES = (
    ("5.1.02.01.01.0052", "Belanja Makanan dan Minuman Rapat (latihan)"),
    ("5.1.02.01.01.0024", "Belanja Alat Tulis Kantor (latihan)"),
)
PACKAGES = (("9990001", "Konsumsi rapat (latihan)", "goods"), ("9990002", "Jasa kegiatan (latihan)", "services"))
CEILING = Rupiah(100_000_000)


@transactional
def open_training(code: str, name: str, paper_code: str, year: int, *, by: Actor) -> int:
    """Open a training unit, with lines and packages of a fiscal year where it has none; return how many of these are new.

    Raises Conflict ``real`` for the code of an office that is none, Invalid for a code or name that cannot be.
    """
    known = queries.unit(code) if code in queries.unit_names([code]) else None
    if known is not None and not known.training:
        raise Conflict("real", _("%(code)s is an office that buys. Give another code.", code=code))
    if known is None:
        told = {"code": code, "kind": "opd", "name": name, "paper_code": paper_code, "training": True}
        set_unit(UnitIn.model_validate(told), by=by)
    lines = {} if queries.lines(code, year, by) else dict(LINES)
    for account, label in lines.items():
        told = {
            "unit_code": code, "year": year, "activity_code": ACTIVITY, "account_code": account, "name": label,
            "ceiling_idr": CEILING,
        }  # fmt: skip
        set_line(LineIn.model_validate(told), by=by)
    packages = () if queries.packages(code, year, by) else PACKAGES
    for rup_id, label, what in packages:
        told = {
            "unit_code": code, "year": year, "rup_id": f"{year}{rup_id}", "name": label, "what": what, "value_idr": CEILING,
        }  # fmt: skip
        set_package(PackageIn.model_validate(told), by=by)
    return len(lines) + len(packages)
