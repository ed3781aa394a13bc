"""The kinds of needs that the program knows, as data: what is asked, which packages fit, what the shops are searched by."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from marketplace.kernel.words import Words, _

FILE = Path(__file__).parent.parent / "data" / "templates.json"
LABELS: Mapping[str, tuple[Words, Words]] = {
    "meeting_food": (_("Meeting food"), _("Meals for a meeting, brought to the room at the hour.")),
    "meeting_snack": (_("Meeting snacks"), _("Cakes and drinks for a meeting, brought at the hour.")),
    "stationery": (_("Stationery (ATK)"), _("Paper, pens, folders and the like; several things at once.")),
    "printing": (_("Printing"), _("Banners, brochures, certificates.")),
    "souvenirs": (_("Souvenirs"), _("Gifts and crafts for guests and participants.")),
    "services": (_("Services"), _("Work that somebody does for the office.")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A kind of need: ``what`` are the kinds of packages that pay for it, ``meal`` asks for people, menu and diet."""

    key: str
    label: Words
    hint: Words
    what: tuple[str, ...]
    meal: bool
    hour: bool
    """Whether it must be there at an hour."""
    words: str
    """What the shops are searched by when nobody says otherwise."""
    accounts: tuple[str, ...]
    """Parts of words by which the name of a budget line says that it pays for this."""


@cache
def templates() -> Mapping[str, Template]:
    """Return the kinds of needs by their keys, in the order in which they are shown."""
    found = {}
    for one in json.loads(FILE.read_text(encoding="utf-8")):
        label, hint = LABELS[one["key"]]
        told = {name: one[name] for name in ("key", "meal", "hour", "words")}
        found[one["key"]] = Template(
            **told, what=tuple(one["what"]), accounts=tuple(one["accounts"]), label=label, hint=hint
        )
    return found
