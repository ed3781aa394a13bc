"""The offices of the demo site: a tree of a department, a company, a place to practise, with people, plans and money."""

import random
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.accounts import queries as accounts
from marketplace.accounts import services as people
from marketplace.accounts.demo import HOST, OFFICE, PASSWORD
from marketplace.accounts.services import Newcomer
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import transactional
from marketplace.kernel.money import Rupiah
from marketplace.offices import queries, services
from marketplace.offices.forms import AppointmentIn, LineIn, PackageIn, UnitIn

DEPARTMENT, CENTRE, NORTH, COMPANY, PRACTICE = (
    "DEMO-DIN-LWG", "DEMO-SD-PST", "DEMO-SD-UTR", "DEMO-BUMD-PWJ", "DEMO-LATIH",
)  # fmt: skip
# Code, kind, name, the unit above, short code on papers, address; all invented.
UNITS = (
    (DEPARTMENT, "opd", "Dinas Layanan Warga (contoh)", None, "DLW", "Jalan Contoh Raya 1, Gambir, Jakarta Pusat"),
    (CENTRE, "sudin", "Sudin Layanan Warga Pusat (contoh)", DEPARTMENT, "SLW-P", "Jalan Contoh 12, Tanah Abang"),
    (NORTH, "sudin", "Sudin Layanan Warga Utara (contoh)", DEPARTMENT, "SLW-U", "Jalan Contoh 7, Koja, Jakarta Utara"),
    (OFFICE, "ukpd", "Kelurahan Kampung Rawa (contoh)", CENTRE, "KEL-KPR", "Jalan Percetakan Negara 5, Johar Baru"),
    (COMPANY, "bumd", "Perumda Pangan Warga (contoh)", None, "PPW", "Jalan Contoh 40, Cakung, Jakarta Timur"),
    (PRACTICE, "opd", "Unit Latihan e-Order", None, "LATIH", "Jalan Contoh Raya 1, Gambir, Jakarta Pusat"),
)
DUTIES = {
    "pa": ("budget_holder", "Bambang Sutrisno", "Lurah"),
    "ppk": ("commitment_officer", "Ratna Wulandari", "Sekretaris"),
    "pptk": ("activity_officer", "Nadia Permata", "Kepala Seksi Kesejahteraan"),
    "pp": ("procurement_officer", "Dimas Prakoso", "Pengelola Pengadaan"),
    "penerima": ("receiver", "Yusuf Hidayat", "Pengadministrasi Umum"),
    "bendahara": ("treasurer", "Mega Lestari", "Bendahara Pengeluaran Pembantu"),
    "ppksk": ("finance_admin_officer", "Galih Ramadhan", "Kepala Subbagian Keuangan"),
}
"""Who has which duty at the demo's own office, by login; the same people practise in the unit for it."""
ELSEWHERE = {
    "utara": (
        NORTH,
        ("Sri Hartati", "Agus Salim", "Wahyu Nugroho", "Lia Amalia", "Rudi Hermawan", "Tuti Alawiyah", "Eko Budi"),
    ),
    "bumd": (
        COMPANY,
        (
            "Herman Susilo",
            "Dewi Anggraini",
            "Fajar Maulana",
            "Putri Ayu",
            "Slamet Riyadi",
            "Yuni Astuti",
            "Imam Syafei",
        ),
    ),
}
"""Other offices' people, in the order of the duties, with what their logins end in."""
LINES = (
    ("5.1.02.01.01.0052", "Belanja Makanan dan Minuman Rapat", 48),
    ("5.1.02.01.01.0053", "Belanja Makanan dan Minuman Jamuan Tamu", 24),
    ("5.1.02.01.01.0024", "Belanja Alat Tulis Kantor", 30),
    ("5.1.02.01.01.0026", "Belanja Bahan Cetak", 18),
    ("5.1.02.01.01.0036", "Belanja Suvenir dan Cendera Mata", 15),
)
"""Account code, name, and the ceiling in millions of rupiah, more or less."""
ACTIVITY = "7.01.01.2.06.0009"
PACKAGES = (
    ("Konsumsi rapat dan kegiatan warga", "goods", 72),
    ("Alat tulis dan bahan cetak kantor", "goods", 48),
    ("Suvenir kegiatan", "goods", 15),
    ("Jasa kebersihan kegiatan", "services", 20),
)


@transactional
def plant(_profile: str, seed: int) -> Mapping[str, Any]:
    """Put the demo's offices, people, plans and budgets in place, the same for the same seed; again changes nothing."""
    drawn = random.Random(f"offices {seed}")
    for code, kind, name, above, paper, address in UNITS:
        told = {
            "code": code, "kind": kind, "name": name, "parent_code": above, "paper_code": paper, "address": address,
            "npwp": f"00{drawn.randrange(10**7):07d}021000", "training": code == PRACTICE,
        }  # fmt: skip
        services.set_unit(UnitIn.model_validate(told), by=SYSTEM)
    logins = _people(drawn)
    year = clock.today().year
    for code, *_rest in UNITS:
        for fiscal in (year, year + 1):
            _means(code, fiscal, drawn)
    return {
        "offices": {code: name for code, _kind, name, *_rest in UNITS},
        "office_people": sorted(f"{login}@{HOST}" for login in logins),
    }


def _people(drawn: random.Random) -> set[str]:
    names = {login: name for login, (_duty, name, _position) in DUTIES.items()}
    names |= {"bppbj": "Wulan Anggraini", "inspektorat": "Hendro Wicaksono"}
    for ending, (_code, others) in ELSEWHERE.items():
        names |= {f"{login}.{ending}": name for login, name in zip(DUTIES, others, strict=True)}
    hashed = people.hash_of(PASSWORD)
    everybody = [
        Newcomer(UUID(int=drawn.getrandbits(128), version=4), name, f"{login}@{HOST}", None, hashed)
        for login, name in names.items()
    ]
    # Some of them came with accounts, and stay as they are.
    people.enrol(everybody, by=SYSTEM)
    keeper = accounts.person_by(f"bppbj@{HOST}")
    if keeper is not None:
        people.grant(keeper, "procurement_admin", by=SYSTEM)
    year = clock.today().year
    for fiscal in (year, year + 1):
        for login, (duty, _name, position) in DUTIES.items():
            for code in (OFFICE, PRACTICE):
                _appoint(code, login, duty, position, fiscal)
            for ending, (code, _others) in ELSEWHERE.items():
                _appoint(code, f"{login}.{ending}", duty, position, fiscal)
        _appoint(DEPARTMENT, "pa", "budget_holder", "Kuasa Pengguna Anggaran", fiscal)
        _appoint(DEPARTMENT, "inspektorat", "auditor", "Auditor Inspektorat Pembantu", fiscal)
    return set(names)


def _appoint(code: str, login: str, duty: str, position: str, year: int) -> None:
    number = sum(ord(letter) for letter in login)
    told = {
        "who": f"{login}@{HOST}", "duty": duty, "first_day": date(year, 1, 1), "last_day": date(year, 12, 31),
        "nip": f"19{80 + number % 15}0{1 + number % 9}{10 + number % 18}201001{1 + number % 2}{number % 1000:03d}",
        "position": position, "decree": f"{100 + number % 400}/SK/{code.removeprefix('DEMO-')}/{year}",
    }  # fmt: skip
    services.appoint(code, AppointmentIn.model_validate(told), by=SYSTEM)


def _means(code: str, year: int, drawn: random.Random) -> None:
    ceilings = [Rupiah(millions * drawn.randrange(8, 13) * 100_000) for _account, _name, millions in LINES]
    if queries.lines(code, year, SYSTEM):
        # What somebody made of them since stays.
        return
    mark = f"{sum(ord(letter) for letter in code) % 900 + 100}"
    for (account, name, _millions), ceiling in zip(LINES, ceilings, strict=True):
        told = {
            "unit_code": code, "year": year, "activity_code": ACTIVITY, "account_code": account, "name": name,
            "ceiling_idr": ceiling,
        }  # fmt: skip
        services.set_line(LineIn.model_validate(told), by=SYSTEM)
    for at, (name, what, millions) in enumerate(PACKAGES, 1):
        told = {
            "unit_code": code, "year": year, "rup_id": f"{year % 100}{mark}{at:03d}", "name": name, "what": what,
            "value_idr": Rupiah(millions * 1_000_000),
        }  # fmt: skip
        services.set_package(PackageIn.model_validate(told), by=SYSTEM)
