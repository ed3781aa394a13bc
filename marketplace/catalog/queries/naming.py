"""Places as people name them among the words of a search: what a shop there sells has these words too."""

from marketplace.accounts.queries import Area, areas
from search.queries import Name, Names, OneOf

SPELLINGS = {
    "Jakarta Pusat": ("jakpus", "jkt pusat"),
    "Jakarta Utara": ("jakut", "jkt utara"),
    "Jakarta Barat": ("jakbar", "jkt barat"),
    "Jakarta Selatan": ("jaksel", "jkt selatan"),
    "Jakarta Timur": ("jaktim", "jkt timur"),
    "Kepulauan Seribu": ("pulau seribu", "kep seribu"),
    "Kebon Jeruk": ("kebun jeruk",),
    "Pulogadung": ("pulo gadung", "pulau gadung"),
    "Tanjung Priok": ("tj priok", "priok"),
}
"""How else people write them; spaces need not be told."""
WHOLE = ("jakarta", "dki jakarta", "dki", "jkt")

Known = tuple[tuple[Area, ...], tuple[Area, ...], tuple[Area, ...]]
_held: list[tuple[Known, Names]] = []


def place_names() -> Names:
    """Return the names of all kota, kecamatan and kelurahan of today, and of the whole city.

    They are made anew when the areas are read anew. A kelurahan's name is often a thing's (Jati, Kayu Manis), so it is not
    sure; one that its kecamatan bears too is the kecamatan's.
    """
    known = areas("kota"), areas("kecamatan"), areas("kelurahan")
    if not _held or any(one is not held for one, held in zip(known, _held[0][0], strict=True)):
        _held[:] = [(known, _named(*known))]
    return _held[0][1]


def _named(kota: tuple[Area, ...], kecamatan: tuple[Area, ...], kelurahan: tuple[Area, ...]) -> Names:
    everywhere = OneOf("kota", tuple(area.code for area in kota))
    return Names.of(
        (
            Name("", everywhere, spellings=WHOLE),
            *(_name(area, "kota") for area in kota),
            *(_name(area, "kecamatan") for area in kecamatan),
            *(_name(area, "kelurahan", sure=False) for area in kelurahan),
        )
    )


def _name(area: Area, field: str, *, sure: bool = True) -> Name:
    said = area.short_name
    return Name(said, OneOf(field, (area.code,)), sure=sure, spellings=SPELLINGS.get(said, ()))
