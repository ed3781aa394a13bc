"""What a drawing knows of its subject: colours, chance from the seed, the words of the name, and a label to put them on."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from marketplace.catalog.art.brush import group, rect, ring, written
from marketplace.catalog.art.cloths import cloth_for, woven
from marketplace.catalog.art.paints import Paints

T = TypeVar("T")
LONGEST_WORD = 9
EMPTY_WORDS = frozenset({
    "box", "kotak", "kit", "catatan", "goreng", "isi", "botol", "tanpa", "mini", "daur", "polos", "dasar", "sari",
    "tiga", "lima", "satu", "dua", "siap", "dapur", "kedai", "rumah", "warung", "katering", "bengkel", "kriya",
    "studio", "jasa", "wedang", "jamu", "olahan", "sanggar", "galeri", "pesisir",
})  # fmt: skip
"""Words that say nothing on a label by themselves, and those with which a shop's name begins."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture about to be drawn."""

    p: Paints
    drawn: random.Random
    name: str
    category: str

    def has(self, *words: str) -> bool:
        """Whether the name speaks of one of these; a whole word is asked for with spaces around it."""
        low = f" {self.name.casefold()} "
        return any(word in low for word in words)

    def pick(self, choices: Sequence[T]) -> T:
        """One of these, by the seed."""
        return self.drawn.choice(choices)

    def between(self, least: float, most: float) -> float:
        """A length between two, by the seed."""
        return self.drawn.uniform(least, most)

    def angle(self) -> float:
        """Any angle in degrees."""
        return float(self.drawn.randrange(0, 360, 5))

    def band(self, x: float, y: float, width: float, height: float) -> str:
        """Draw a strip of cloth across a thing."""
        key = f"w{self.drawn.getrandbits(40):x}"
        weave = cloth_for(self.name, self.drawn)
        tile = woven(key, weave, self.p.cream, self.p.second, self.p.main, size=min(width, height))
        # Moved to its place, for the cloth is woven from the origin.
        return group(tile + rect(0, 0, width, height, f"url(#{key})"), x=x, y=y)

    def label(self, x: float, y: float, width: float, height: float) -> str:
        """Draw a paper label with a word of the name, centred on a point."""
        left, top = x - width / 2, y - height / 2
        style = self.drawn.randrange(4)
        paper = rect(left, top, width, height, self.p.cream, (height / 2, 12, 26, 12)[style])
        edge = rect(
            left + 9, top + 9, width - 18, height - 18, "none", max(4, (height / 2, 12, 26, 12)[style] - 8),
            f'stroke="{self.p.second}" stroke-width="4"',
        )  # fmt: skip
        word = written(self.word(), x, y - height * 0.03, height * 0.32, self.p.lettering, width - 64)
        rule = rect(x - width * 0.2, y + height * 0.25, width * 0.4, height * 0.05, self.p.second, 3)
        teeth = ""
        if style == 3:  # noqa: PLR2004 - the last of the four
            step = width / 12
            teeth = "".join(
                f"M{left + step * at:.0f} {top + height:.0f}h{step:.0f}l{-step / 2:.0f} {height * 0.16:.0f}Z"
                for at in range(12)
            )
            teeth = f'<path d="{teeth}" fill="{self.p.second}"/>'
        return teeth + paper + edge + word + rule

    def seal(self, x: float, y: float, radius: float) -> str:
        """Draw a round label with the first letter of the name's last word."""
        disc = f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{self.p.cream}"/>'
        return (
            disc
            + ring(x, y, radius - 9, self.p.second, 5)
            + written(self.word()[:6], x, y, radius * 0.5, self.p.lettering, radius * 1.4)
        )

    def word(self) -> str:
        """A word of the name that fits a label: its flavour rather than its size, else its first word."""
        words = [one for one in self.name.replace("-", " ").split() if one.isalpha()]
        telling = [one for one in words[1:3] if 3 <= len(one) <= LONGEST_WORD and one.casefold() not in EMPTY_WORDS]  # noqa: PLR2004 - a word
        return self.drawn.choice(telling) if telling else words[0][:LONGEST_WORD] if words else "JAKARTA"


Motif = Callable[[Scene], str]
