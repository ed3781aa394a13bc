"""The columns of the three tables that offices take in, and how their cells are read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from marketplace.kernel.forms import Input
from marketplace.kernel.words import Words, _
from marketplace.offices.forms import LineIn, PackageIn, UnitIn

Columns = Mapping[str, tuple[str, ...]]
UNIT = ("unit", "kode unit", "kode skpd", "kode opd", "unit_code")
YEAR = ("year", "tahun", "tahun anggaran", "fiscal year")
WHAT: Mapping[str, str] = {
    "goods": "goods", "barang": "goods", "pengadaan barang": "goods", "services": "services", "jasa": "services",
    "jasa lainnya": "services", "works": "works", "konstruksi": "works", "pekerjaan konstruksi": "works",
    "consulting": "consulting", "konsultansi": "consulting", "jasa konsultansi": "consulting",
}  # fmt: skip
YES: Mapping[str, str] = {
    "ya": "1", "y": "1", "yes": "1", "1": "1", "true": "1", "tidak": "", "t": "", "no": "", "0": "", "false": "",
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A kind of table: its columns, which of them it needs, by which fields a row is known, and what its cells may say."""

    key: str
    label: Words
    model: type[Input]
    columns: Columns
    needed: tuple[str, ...]
    known_by: tuple[str, ...]
    words: Mapping[str, Mapping[str, str]]
    shape: Mapping[str, Callable[[str], str]]
    """How a cell is written the same, whatever the spreadsheet made of it."""

    def described(self) -> list[tuple[Words, str]]:
        """Return each field's name with the headers it may have; those that every table needs have a star."""
        return [
            (self.model.labels[name], ", ".join(headers) + (" *" if name in self.needed else ""))
            for name, headers in self.columns.items()
        ]


def _same(written: str) -> str:
    return " ".join(written.split())


UNITS = Kind(
    key="units",
    label=_("Units"),
    model=UnitIn,
    columns={
        "code": ("code", "kode unit", "kode", "kode skpd", "kode opd"),
        "kind": ("kind", "jenis", "jenis unit"),
        "name": ("name", "nama", "nama unit"),
        "parent_code": ("parent", "kode induk", "induk", "parent_code"),
        "paper_code": ("paper code", "kode dokumen", "kode singkat", "paper_code"),
        "address": ("address", "alamat"),
        "place": ("place", "tempat"),
        "npwp": ("npwp", "npwp unit", "nomor npwp"),
        "training": ("training", "latihan"),
    },
    needed=("code", "kind", "name"),
    known_by=("code",),
    words={"kind": {one: one for one in ("opd", "ukpd", "sudin", "bumd")}, "training": YES},
    shape={"kind": str.casefold, "name": _same},
)
PACKAGES = Kind(
    key="packages",
    label=_("Packages"),
    model=PackageIn,
    columns={
        "unit_code": UNIT,
        "year": YEAR,
        "rup_id": ("rup", "kode rup", "nomor rup", "id rup", "rup_id"),
        "name": ("name", "nama paket", "nama", "paket"),
        "what": ("what", "jenis pengadaan", "jenis"),
        "value_idr": ("value", "pagu", "nilai", "pagu paket", "value_idr"),
    },
    needed=("unit_code", "year", "rup_id", "name", "what", "value_idr"),
    known_by=("year", "rup_id"),
    words={"what": WHAT},
    shape={"name": _same},
)
LINES = Kind(
    key="lines",
    label=_("Budget lines"),
    model=LineIn,
    columns={
        "unit_code": UNIT,
        "year": YEAR,
        "activity_code": ("activity", "kode sub kegiatan", "sub kegiatan", "sub-kegiatan", "activity_code"),
        "account_code": ("account", "kode rekening", "rekening", "kode rekening belanja", "account_code"),
        "name": ("name", "uraian", "nama", "nama rekening"),
        "ceiling_idr": ("ceiling", "pagu", "anggaran", "ceiling_idr"),
    },
    needed=("unit_code", "year", "activity_code", "account_code", "name", "ceiling_idr"),
    known_by=("unit_code", "year", "activity_code", "account_code"),
    words={},
    shape={"name": _same},
)
KINDS: Mapping[str, Kind] = {kind.key: kind for kind in (UNITS, PACKAGES, LINES)}
