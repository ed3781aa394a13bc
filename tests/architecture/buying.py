"""The part of the matrix's town that is about offices that buy: two of them, and what each has (R11.10)."""

from typing import TYPE_CHECKING

from marketplace.accounts.demo import OFFICE
from marketplace.kernel.access import SYSTEM
from marketplace.offices import services
from tests.architecture.opinions import UNKNOWN
from tests.factories import offices
from tests.factories.accounts import opened

if TYPE_CHECKING:
    from tests.architecture.matrix import Town

FIRST, SECOND = "office", "office2"
"""How the table calls what belongs to each of the two."""
PEOPLE = {FIRST: ("pp", "ppk", "penerima", "bendahara", "pa", "auditor1"), SECOND: ("ppk2", "auditor2")}
"""Who belongs to which; the first four are the demo's."""
DUTIES = {"pa": "budget_holder", "auditor1": "auditor", "ppk2": "commitment_officer", "auditor2": "auditor"}
ACTORS = tuple(DUTIES)
LINES = "kode unit,tahun,sub kegiatan,kode rekening,uraian,pagu\n{code},2026,5.01,5.1.02,Belanja alat tulis,1.000.000\n"


def two_offices(town: "Town") -> None:
    """Give the demo's office and another one money and people."""
    services.set_unit(
        offices.unit_in(OFFICE, kind="ukpd", name="Kelurahan Kampung Rawa (contoh)", paper_code="KEL-KPR"), by=SYSTEM
    )
    codes = {FIRST: OFFICE, SECOND: offices.office("Sudin Lain")}
    for login, duty in DUTIES.items():
        which = FIRST if login in PEOPLE[FIRST] else SECOND
        town.cookies[login] = ("sesi", opened(offices.appointed(codes[which], duty).id).token)
    means = {about: offices.means(code=code) for about, code in codes.items()}
    units = {about: {"unit": code} for about, code in codes.items()} | {"unknown": {"unit": "TIDAK-ADA"}}
    town.queries |= dict.fromkeys(("offices.budget", "offices.plan"), units)
    town.parts |= {
        "/pengadaan line_id": {
            **{about: {"line_id": one.line_id} for about, one in means.items()},
            "unknown": {"line_id": UNKNOWN},
        },
    }
    town.bodies["offices.give_table"] = {"apa": "lines", "isi": LINES.format(code=OFFICE), "aksi": "tulis"}
    town.bodies["offices.choose_role"] = {"peran": f"{OFFICE}:commitment_officer"}
