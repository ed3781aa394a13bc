"""Where things are: kota, kecamatan and kelurahan by code, and a kelurahan by what somebody typed."""

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from marketplace.accounts.models import Area as StoredArea
from marketplace.kernel import clock
from marketplace.kernel.db import session

FRESH_SECONDS = 300.0
MOST_FOUND = 20
WORD = re.compile(r"[0-9a-z]+")


@dataclass(frozen=True, slots=True)
class Area:
    """One area under its Kemendagri code; ``short_name`` leaves out "Kota Administrasi" and the like."""

    code: str
    level: str
    name: str
    parent_code: str | None
    valid_to: date | None = None
    successor: str | None = None

    @property
    def short_name(self) -> str:
        """Return the name as people say it: Jakarta Pusat, Kepulauan Seribu."""
        return self.name.removeprefix("Kota Administrasi ").removeprefix("Kabupaten Administrasi ")


@dataclass(frozen=True, slots=True)
class Place:
    """A kelurahan with the kecamatan and the kota (or kabupaten) that it lies in, each by code and name."""

    kelurahan_code: str
    kelurahan: str
    kecamatan_code: str
    kecamatan: str
    kota_code: str
    kota: str

    @property
    def label(self) -> str:
        """Return how a list shows it: ``Gondangdia, Menteng, Jakarta Pusat``."""
        return f"{self.kelurahan}, {self.kecamatan}, {self.kota}"


@dataclass(frozen=True)
class _Book:
    """All areas at one moment: some three hundred rows that change once in years, so every process keeps them a while."""

    by_code: Mapping[str, Area]
    places: Mapping[str, Place]
    read_at: float
    by_name: dict[tuple[str, date], tuple[Area, ...]] = field(default_factory=dict)
    """The areas of a level on a day, in order: every page with facets asks for them."""
    labels: dict[date, tuple[str, ...]] = field(default_factory=dict)
    """How lists show the kelurahan of a day."""


_open: list[_Book] = []


def areas(level: str) -> tuple[Area, ...]:
    """Return the areas of a level that are valid today, by name: ``kota`` has the kabupaten too."""
    book, today = _book(), clock.today()
    listed = book.by_name.get((level, today))
    if listed is None:
        levels = ("kota", "kabupaten") if level == "kota" else (level,)
        found = (area for area in book.by_code.values() if area.level in levels and _valid(area))
        listed = book.by_name[level, today] = tuple(sorted(found, key=lambda area: area.short_name))
    return listed


def kelurahan_labels() -> tuple[str, ...]:
    """Return how a list shows each kelurahan that is valid today, by name; the same tuple as long as they are the same."""
    book, today = _book(), clock.today()
    if today not in book.labels:
        book.labels[today] = tuple(book.places[area.code].label for area in areas("kelurahan"))
    return book.labels[today]


def areas_below(parent_code: str) -> tuple[Area, ...]:
    """Return the areas right below one, valid today, by name."""
    found = (area for area in _book().by_code.values() if area.parent_code == parent_code and _valid(area))
    return tuple(sorted(found, key=lambda area: area.name))


def place(kelurahan_code: str) -> Place | None:
    """Return where a kelurahan lies, also one that is no longer valid; None for a code that never was one."""
    return _book().places.get(kelurahan_code)


def places(codes: Iterable[str]) -> dict[str, Place]:
    """Return many places by their kelurahan codes; unknown ones are left out."""
    known = _book().places
    return {code: known[code] for code in codes if code in known}


def find_kelurahan(text: str) -> tuple[Place, ...]:
    """Return up to 20 kelurahan, valid today, for what was typed: a code, a name, or a label such as ``Kapuk, Cengkareng``.

    The first word must begin the kelurahan's name or one of its words; further words narrow by kecamatan and kota. An exact
    name comes first, then names that begin with it, then the rest by name.
    """
    book, typed = _book(), text.strip().casefold()
    if typed in book.places and _valid(book.by_code[typed]):
        return (book.places[typed],)
    parts = [" ".join(WORD.findall(part)) for part in typed.split(",")]
    name, rest = parts[0], [word for part in parts[1:] for word in part.split()]
    if not name:
        return ()
    found = [
        here
        for code, here in book.places.items()
        if _valid(book.by_code[code])
        and _begins(here.kelurahan, name)
        and all(word in _folded(here.label) for word in rest)
    ]
    found.sort(key=lambda here: (_rank(here, name), here.kelurahan, here.kelurahan_code))
    return tuple(found[:MOST_FOUND])


def kecamatan_name(code: str) -> str:
    """Return a kecamatan's name, or the empty string for an unknown code."""
    area = _book().by_code.get(code)
    return area.name if area is not None and area.level == "kecamatan" else ""


def forget_areas() -> None:
    """Read the areas again at the next question; other processes do within five minutes."""
    _open.clear()


def _book() -> _Book:
    if _open and time.monotonic() - _open[0].read_at < FRESH_SECONDS:
        return _open[0]
    columns = StoredArea.__table__.c
    read = session.execute(
        select(
            columns.code, columns.level, columns.name, columns.parent_code, columns.valid_to, columns.successor
        ).order_by(columns.code)
    )
    by_code = {row.code: Area(*row) for row in read}
    book = _Book(by_code, dict(_places(by_code)), time.monotonic())
    if by_code:
        _open[:] = [book]
    return book


def _places(by_code: Mapping[str, Area]) -> Iterable[tuple[str, Place]]:
    for area in by_code.values():
        if area.level == "kelurahan":
            kecamatan = by_code[str(area.parent_code)]
            kota = by_code[str(kecamatan.parent_code)]
            yield area.code, Place(area.code, area.name, kecamatan.code, kecamatan.name, kota.code, kota.short_name)


def _valid(area: Area) -> bool:
    return area.valid_to is None or area.valid_to >= clock.today()


def _folded(text: str) -> str:
    return " ".join(WORD.findall(text.casefold()))


def _begins(name: str, typed: str) -> bool:
    return f" {_folded(name)}".find(f" {typed}") >= 0


def _rank(here: Place, typed: str) -> int:
    name = _folded(here.kelurahan)
    return 0 if name == typed else 1 if name.startswith(typed) else 2
