"""The part of the matrix's town that is about offices that buy: two of them, and what each has (R11.10)."""

from typing import TYPE_CHECKING

from marketplace.accounts.demo import OFFICE
from marketplace.kernel import clock
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


def two_offices(town: "Town") -> dict[str, offices.Means]:
    """Give the demo's office and another one money and people; return what each has."""
    codes = {FIRST: OFFICE, SECOND: offices.office("Sudin Lain")}
    for login, duty in DUTIES.items():
        which = FIRST if login in PEOPLE[FIRST] else SECOND
        town.cookies[login] = ("sesi", opened(offices.appointed(codes[which], duty).id).token)
    means = {about: offices.means(50_000_000, 50_000_000, code) for about, code in codes.items()}
    units = {about: {"unit": code} for about, code in codes.items()} | {"unknown": {"unit": "TIDAK-ADA"}}
    town.queries |= dict.fromkeys(("offices.budget", "offices.plan"), units)
    town.parts |= {
        "/pengadaan line_id": {
            **{about: {"line_id": one.line_id} for about, one in means.items()},
            "unknown": {"line_id": UNKNOWN},
        },
    }
    duties = {about: offices.appointed(code, "activity_officer") for about, code in codes.items()}
    today = clock.today()
    mandates = {
        about: services.mandate(one.appointment_id, offices.mandate_in(offices.known()[1], today, today), by=SYSTEM)
        for about, one in duties.items()
    }
    town.parts |= {
        "/pengadaan unit_code": {
            **{about: {"unit_code": code} for about, code in codes.items()},
            "unknown": {"unit_code": "TIDAK-ADA"},
        },
        "/pengadaan appointment_id": {
            **{about: {"appointment_id": one.appointment_id} for about, one in duties.items()},
            "unknown": {"appointment_id": UNKNOWN},
        },
        "/pengadaan mandate_id": {
            **{about: {"mandate_id": one} for about, one in mandates.items()},
            "unknown": {"mandate_id": UNKNOWN},
        },
    }
    _id, newcomer = offices.known()
    later = {"first_day": f"{today.year}-12-29", "last_day": f"{today.year}-12-30"}
    office = {"kind": "opd", "name": "Dinas Baru", "place": "Jakarta"}
    town.bodies |= {
        "offices.set_ceiling": {"ceiling_idr": "12.000.000", "why": "Pergeseran anggaran"},
        "offices.carry": {
            "reference": "order:1",
            "line_id": str(UNKNOWN),
            "package_id": str(UNKNOWN),
            "why": "Selesai tahun depan",
        },
        "offices.appoint": {"who": newcomer, "duty": "receiver", "decree": "1/SK", **later},
        "offices.mandate": {"who": newcomer, "kind": "plh", "number": "1/ST", **later},
        "offices.end_appointment": {"why": "Mutasi jabatan"},
        "offices.end_mandate": {"why": "Kembali lebih cepat"},
        "offices.make_unit": {**office, "code": "DN-BARU", "paper_code": "DNB"},
        "offices.save_unit": {**office, "code": "DN-BARU", "paper_code": "DNB"},
    }
    town.bodies["offices.give_table"] = {"apa": "lines", "isi": LINES.format(code=OFFICE), "aksi": "tulis"}
    town.bodies["offices.choose_role"] = {"peran": f"{OFFICE}:commitment_officer"}
    return means
