"""The colours of a picture: a Lisplang scheme for ground and thing, and the colour of what is in it, by its name."""

import random
from dataclasses import dataclass

from marketplace.catalog.art.brush import CREAM, INK


@dataclass(frozen=True, slots=True)
class Scheme:
    """Ground, its pattern, the stage behind the thing, the thing's colour and a second one beside it."""

    ground: str
    weave: str
    stage: str
    main: str
    second: str


SCHEMES = (
    Scheme("#F7D98B", "#F1C964", "#FFF1CC", "#0B5B47", "#B3261E"),
    Scheme("#BFE0CF", "#A8D3BE", "#E3F1EA", "#B3261E", "#F4B400"),
    Scheme("#F3C6B4", "#ECB29B", "#FCE8DE", "#1D4E89", "#F4B400"),
    Scheme("#BCD3EC", "#A6C3E2", "#E6EEF8", "#C2452D", "#F4B400"),
    Scheme("#0B5B47", "#0A4F3E", "#F7EEDF", "#F4B400", "#B3261E"),
    Scheme("#F7EEDF", "#EDDFC8", "#F7D98B", "#B3261E", "#0B5B47"),
    Scheme("#E9B44C", "#DFA538", "#FFF1CC", "#7A2E1D", "#0B5B47"),
    Scheme("#D9C4E3", "#CCB2DA", "#F3EAF7", "#6A3D7C", "#F4B400"),
    Scheme("#1D4E89", "#1A457A", "#E6EEF8", "#F4B400", "#C2452D"),
    Scheme("#B3261E", "#A3211A", "#FCE8E6", "#0B5B47", "#F4B400"),
    Scheme("#CFE3A8", "#BFD691", "#F1F7DF", "#8F4300", "#0B5B47"),
    Scheme("#F5B7A0", "#EEA488", "#FFF1CC", "#063F31", "#B3261E"),
    Scheme("#A9D8D5", "#94CBC8", "#E4F4F3", "#8F2F57", "#F4B400"),
    Scheme("#E8D5BC", "#DDC5A5", "#FFFBF4", "#1D4E89", "#C2452D"),
    Scheme("#F4B400", "#E6A900", "#FFF8E1", "#063F31", "#B3261E"),
    Scheme("#E5A3A0", "#DC908D", "#FCE8E6", "#4A2545", "#F4B400"),
)

# First hit wins, so what is told apart by two words stands before its one word.
TASTES = (
    ("daun jeruk", "#7FA84A"), ("teri medan", "#D9B98A"),
    ("gula aren", "#8A4B20"), ("gula merah", "#8A4B20"), ("ketan hitam", "#45283C"), ("gula palem", "#9A5B2A"),
    ("ubi ungu", "#7B4B94"), ("kacang hijau", "#9BA84A"), ("kunyit", "#EBA417"), ("cokelat", "#6B3A22"), ("kopi", "#5A3421"),
    ("rendang", "#6E331B"), ("keju", "#F3C044"), ("pandan", "#6FA85A"), ("balado", "#C5331F"), ("pedas", "#C93A1E"),
    ("cabai ijo", "#6E9A3A"), ("ijo", "#6E9A3A"), ("hijau", "#5E9A4E"), ("cabai", "#C93A1E"), ("rica", "#C93A1E"),
    ("merah", "#B8342A"), ("rosela", "#B02A4C"), ("secang", "#B5403A"), ("pletok", "#A63A26"), ("terasi", "#A8432A"),
    ("roa", "#B5491F"), ("bawang", "#D9973F"), ("kuning", "#F0B62E"), ("nanas", "#EBB22F"), ("jagung", "#F2BE3E"),
    ("pisang", "#EBBF55"), ("nangka", "#EEB63B"), ("durian", "#F0D67A"), ("jeruk", "#F08C24"), ("markisa", "#E9A21B"),
    ("wortel", "#E9822A"), ("melati", "#F4EBCF"), ("susu", "#F6E9D2"), ("putih", "#F7EFDF"), ("kelapa", "#F3E6CC"),
    ("santan", "#F3E6CC"), ("telang", "#4D5FB3"), ("wijen", "#E3C68F"), ("jamur", "#D8BE9A"), ("bayam", "#4F8A3D"),
    ("daun", "#5E9A4E"), ("kelor", "#5C8F45"), ("teri", "#D9B98A"), ("ikan", "#D9C3A0"), ("udang", "#EE8A63"),
    ("rebon", "#E08A66"), ("rumput laut", "#4B6B4A"), ("arang", "#4A4744"), ("madu", "#E59A1C"), ("jahe", "#D29A45"),
    ("abon", "#9C5A2B"), ("sapi", "#8A4427"), ("daging", "#8A4427"), ("ayam", "#D88E3A"), ("tempe", "#D9B36C"),
    ("kacang", "#C98B45"), ("singkong", "#EFD48A"), ("original", "#EBC06A"), ("serai", "#B9C465"), ("belimbing", "#C6D058"),
    ("kesemek", "#E8832E"), ("tomat", "#D6412B"), ("terong", "#6C3F7E"), ("stroberi", "#D8415B"), ("hitam", "#3A302C"),
    ("krem", "#EAD9BC"), ("maroon", "#7A1F2B"), ("lavender", "#9C86C4"), ("arabika", "#5A3421"), ("robusta", "#4B2A1B"),
)  # fmt: skip
TASTE_WORDS = 5
PLAIN = ("#E4A94B", "#D98A3A", "#C9752F", "#EBC06A", "#B8612C", "#E0B872")
GREENS = ("#2F7A4B", "#4F8F3F", "#5FA052", "#3C6E47", "#7BAA4F")


@dataclass(frozen=True, slots=True)
class Paints:
    """What a drawing dips its brush into; ``taste`` is the colour of what the thing holds."""

    ground: str
    weave: str
    stage: str
    main: str
    second: str
    taste: str
    green: str
    ink: str = INK
    cream: str = CREAM

    @property
    def lettering(self) -> str:
        """The colour of words on a paper label: the thing's own, dark enough to read."""
        return dark(self.main, 0.25 if brightness(self.main) < 0.6 else 0.62)  # noqa: PLR2004 - yellow needs more


def paints(drawn: random.Random, name: str) -> Paints:
    """Return the colours of a picture for what it is called."""
    scheme = drawn.choice(SCHEMES)
    # Further on stands the shop's name, and a shop called Hijau sells more than greens.
    low = " ".join(name.casefold().split()[:TASTE_WORDS])
    taste = next((colour for word, colour in TASTES if word in low), None) or drawn.choice(PLAIN)
    return Paints(scheme.ground, scheme.weave, scheme.stage, scheme.main, scheme.second, taste, drawn.choice(GREENS))


def blend(one: str, other: str, share: float) -> str:
    """Return ``one`` with a share of ``other`` in it, 0 to 1."""
    mixed = (round(a + (b - a) * share) for a, b in zip(_parts(one), _parts(other), strict=True))
    return "#" + "".join(f"{part:02X}" for part in mixed)


def dark(colour: str, share: float = 0.22) -> str:
    """Return a shade towards the ink."""
    return blend(colour, INK, share)


def light(colour: str, share: float = 0.35) -> str:
    """Return a tint towards the paper."""
    return blend(colour, CREAM, share)


def brightness(colour: str) -> float:
    """Return how bright a colour looks, 0 to 1."""
    red, green, blue = _parts(colour)
    return (0.3 * red + 0.59 * green + 0.11 * blue) / 255


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
