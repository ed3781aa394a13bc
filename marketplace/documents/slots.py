"""Where kinds of papers plug in: what a paper is, and how one of a kind looks and may be seen."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from marketplace.kernel.access import Actor
from marketplace.kernel.money import Rupiah
from marketplace.kernel.plugin import Slot
from marketplace.kernel.words import LANGUAGES, Words


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A paper as it was issued. ``shown`` is its number for people, ``digest`` the sum over all that was frozen."""

    id: UUID
    kind: str
    owner: str
    year: int
    number: int
    shown: str
    subject: str
    corrects: UUID | None
    data: Mapping[str, Any]
    digest: str
    stamp_duty: bool
    file_key: str | None
    file_sha256: str | None
    issued_at: datetime

    @property
    def issuer(self) -> str:
        """Return the name of who issued it, as it was then."""
        return str(self.data["issuer"])

    @property
    def total(self) -> Rupiah:
        """Return the sum that the paper is about."""
        return Rupiah(self.data["total_idr"])


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What stands on a paper beside number, issuer, day, total in words, QR code and foot, in words of the paper's language."""

    head: Sequence[str] = ()
    """Lines under the issuer's name."""
    parties: Sequence[tuple[str, Sequence[str]]] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    right: Sequence[int] = ()
    """Columns, counted from 0, that stand at the right edge."""
    sums: Sequence[tuple[str, str]] = ()
    """The last one is the total."""
    contained: Sequence[tuple[str, str]] = ()
    """What the total contains, such as a tax inside the prices with its base: shown below it, added to nothing."""
    notes: Sequence[str] = ()
    opening: Sequence[str] = ()
    """Sentences between the parties and the table."""
    signatures: Sequence[tuple[str, Sequence[str], str, Sequence[str]]] = ()
    """Who signed: for whom, lines under it, the name, lines under the name; side by side."""
    over: str = ""
    """What stands above the issuer's name: the house that it belongs to."""
    facts: Sequence[tuple[str, Sequence[tuple[str, str]]]] = ()
    """Blocks of labelled values, as official papers name parties: a heading, and (label, value) pairs."""
    place: str = ""
    """Where and on which day it is signed."""
    watermark: str = ""
    """A word across each page, for what counts nowhere."""


class Seen(Protocol):
    """What is done when somebody gets the file of a paper."""

    def __call__(self, paper: Paper, /, *, by: Actor) -> None:
        """Note it."""


def _nothing(_paper: Paper) -> Sequence[tuple[Words, str]]:
    return ()


def _unnoted(_paper: Paper, *, by: Actor) -> None:
    """Note nothing: nobody asks who had a paper of this kind."""


def _indonesian(_paper: Paper) -> str:
    return LANGUAGES[0]


def _nobodys(_person: UUID) -> Iterable[str]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A kind of paper: the first part of its numbers, what stands on it, and who may have it.

    ``may(actor, paper, token)``: the token of the address, empty without one. ``check_lines`` are shown to everyone who holds
    the paper, so they name no buyer. ``of_person`` gives the subjects of papers that are made out to a person. ``language``
    tells in which language one is drawn. ``seen(paper, by=)`` is called when somebody gets its file, to be noted where that
    is a duty. A ``template`` of its own is typst after ``typst/house.typ``.
    """

    kind: str
    prefix: str
    title: Words
    sheet: Callable[[Paper], Sheet]
    may: Callable[[Actor, Paper, str], bool]
    seen: Seen = _unnoted
    check_lines: Callable[[Paper], Sequence[tuple[Words, str]]] = _nothing
    of_person: Callable[[UUID], Iterable[str]] = _nobodys
    language: Callable[[Paper], str] = _indonesian
    template: Path | None = None


OFFICIAL = Path(__file__).with_name("typst") / "official.typ"
"""The template of papers of government offices."""
layouts: Slot[Layout] = Slot("documents.layouts")
