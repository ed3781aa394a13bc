"""Words for people: English message ids that become a language only where they are shown."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LANGUAGES = ("id", "en")
Voices = Mapping[str, NullTranslations]
MUTE = NullTranslations()
SILENCE: Voices = {}
_voices: ContextVar[Voices] = ContextVar("voices")
_language: ContextVar[str] = ContextVar("language", default=LANGUAGES[0])


@dataclass(frozen=True, slots=True)
class Words:
    """A message id with its parts. ``str()`` gives it in the reader's language; equality is of id and parts."""

    text: str
    parts: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the message in the language spoken now, or as its English id outside an application."""
        return gettext(self.text, **self.parts)

    def __hash__(self) -> int:
        """Hash by the id alone: parts may hold anything."""
        return hash(self.text)


def _(text: str, **parts: object) -> Words:
    """Mark a message id for translation; parts fill ``%(name)s`` when it is shown."""
    return Words(text, parts)


@dataclass(frozen=True, slots=True)
class Counted(Words):
    """A message id with its plural, and the number that chooses between them."""

    many: str = ""
    number: int = 0

    def __str__(self) -> str:
        """Return the form that fits the number in the language spoken now."""
        return ngettext(self.text, self.many, self.number, **self.parts)

    __hash__ = Words.__hash__


def several(one: str, many: str, number: int, **parts: object) -> Counted:
    """Mark a message id and its plural for translation; ``%(num)s`` is the number."""
    return Counted(one, parts, many, number)


class Number(int):
    """A whole number inside a message: it gets the thousands mark of the language in which the message is shown."""

    def __str__(self) -> str:
        """Return the number as that language writes it: 1.234 or 1,234."""
        return f"{int(self):,}".replace(",", "," if language() == "en" else ".")


def gettext(text: str, **parts: object) -> str:
    """Return a message in the language spoken now, its parts filled in."""
    # A catalogue keeps its own head under the empty id.
    said = _voice().gettext(text) if text else ""
    return said % parts if parts else said


def ngettext(one: str, many: str, number: int, **parts: object) -> str:
    """Return the form of a message that fits a number; ``%(num)s`` is the number."""
    return _voice().ngettext(one, many, number) % {"num": number, **parts}


def language() -> str:
    """Return the code of the language spoken now."""
    return _language.get()


def speak(code: str) -> None:
    """Speak a language from here on; an unknown one becomes the first of LANGUAGES."""
    _language.set(code if code in LANGUAGES else LANGUAGES[0])


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak a language for a while: a mail in its reader's."""
    before = _language.get()
    speak(code)
    try:
        yield
    finally:
        _language.set(before)


def hear(voices: Voices) -> None:
    """Use these catalogues from here on."""
    _voices.set(voices)


def read(folders: Iterable[Path]) -> Voices:
    """Read ``<folder>/<language>/LC_MESSAGES/messages.po`` of every folder; ids are English, so English needs no file.

    Where two folders translate the same id, the first one's words stand.
    """
    shelves = list(folders)
    voices: dict[str, NullTranslations] = {"en": NullTranslations()}
    for code in LANGUAGES:
        for folder in reversed(shelves):
            path = folder / code / "LC_MESSAGES" / "messages.po"
            if not path.exists():
                continue
            with path.open("rb") as source:
                compiled = BytesIO()
                write_mo(compiled, read_po(source, locale=code))
            compiled.seek(0)
            voice = Translations(compiled)
            spoken = voices.get(code)
            if isinstance(spoken, Translations):
                spoken.add(voice)
            else:
                voices[code] = voice
    return voices


def _voice() -> NullTranslations:
    return _voices.get(SILENCE).get(_language.get(), MUTE)
