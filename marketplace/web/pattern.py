"""Draws the placeholder of a product without a photo: a tumpal cloth in the colours of its category."""

from __future__ import annotations

from typing import Final, NamedTuple

VARIANTS: Final = 6
FALLBACK: Final = "lainnya"

CREAM: Final = "#FFFBF4"


class Cloth(NamedTuple):
    """What a category's cloth is woven of: ground, motif and line colour, and the strokes of its icon (24 x 24)."""

    ground: str
    motif: str
    line: str
    icon: str


# Keyed by the first word of a category's slug, so that `kudapan-snack-box` and `kudapan` wear the same cloth.
# The strokes are those of the `kategori-*` symbols in static/img/icons.svg.
CLOTHS: Final[dict[str, Cloth]] = {
    "kuliner": Cloth(
        "#FBE3B0",
        "#EFC46C",
        "#8F4300",
        "M3 12h18c0 3.5-2 6-5 7.5V21H8v-1.5C5 18 3 15.5 3 12zM6 12a6 5 0 0 1 12 0M9.5 4.5q-1.2-1.2 0-2.5M14.5"
        " 4.5q-1.2-1.2 0-2.5",
    ),
    "kudapan": Cloth(
        "#F9D9C4",
        "#E9A77F",
        "#8A3A14",
        "M3 10.5 13 5l8 4.5v8L11 21l-8-3zM3 10.5 11 13l10-3.5M11 13v8M3 14.3l8 2.7 10-3.6M11 9h2",
    ),
    "makanan": Cloth(
        "#F6E4BC",
        "#DDB266",
        "#6E4A00",
        "M7 3h10v3.5H7zM8 6.5c-2 1.3-3 2.7-3 5V19a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2v-7.5c0-2.3-1-3.7-3-5M5 12.5h"
        "14M5 17.5h14",
    ),
    "minuman": Cloth(
        "#CFEBDF",
        "#8CCBB2",
        "#0B5B47",
        "M10 2h4v4c0 2.5 3 3 3 6.5V20a2 2 0 0 1-2 2H9a2 2 0 0 1-2-2v-7.5C7 9 10 8.5 10 6zM10 5h4M7 13.5h10M7 18h10",
    ),
    "fesyen": Cloth(
        "#F2D3DA",
        "#D99AAA",
        "#7A2348",
        "M8.5 3 3 6l1.8 5L7 10.2V21h10V10.2l2.2.8L21 6l-5.5-3a3.6 3.6 0 0 1-7 0zM12 9.5v.01M12 13v.01M12 16.5v.01",
    ),
    "kriya": Cloth(
        "#DDE6F6",
        "#A3BEE6",
        "#1D4E89",
        "M6 11h12v5a6 6 0 0 1-12 0zM6 11a6 5 0 0 1 12 0M12 6V2M8.5 6.7 6.5 3M15.5 6.7l2-3.7M9.5 14.5v.01M14.5"
        " 14.5v.01M10 18q2 1.3 4 0",
    ),
    "parfum": Cloth(
        "#E8DBF0",
        "#C3A3D6",
        "#5B2F74",
        "M8.5 10h7a3.5 3.5 0 0 1 3.5 3.5V19a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2v-5.5A3.5 3.5 0 0 1 8.5 10zM10 10V6h"
        "4v4M9 6h6M9 15.5q3 2 6 0M17.5 4v.01M20.5 2.5v.01M20.5 5.5v.01",
    ),
    "urban": Cloth(
        "#DDEBC4",
        "#A9CB77",
        "#3C5A0C",
        "M6.5 15h11l-1.3 6H7.8zM12 15V9.5M12 11c-4 0-6.5-2-6.5-6C9.5 5 12 7 12 11zM12 9c0-3.5 2-6 6.5-6 0 4-2"
        " 6.5-6.5 6.5",
    ),
    "perikanan": Cloth(
        "#CFE8F0",
        "#86C0D4",
        "#0F5468",
        "M2 12c3.5-5.5 10.5-6 14.5-2L22 6.5q-2 5.5 0 11L16.5 14c-4 4-11 3.5-14.5-2zM7 11v.01M10.5 9q2 3 0 6",
    ),
    "rumah": Cloth(
        "#F3E3D3",
        "#D6B491",
        "#6B4423",
        "M12 2v8M9 10h6l2.5 11h-11zM9.7 16 9 21M12 15v6M14.3 16l.7 5M8.3 13h7.4",
    ),
    "jasa": Cloth(
        "#DCE4E0",
        "#A4BBB0",
        "#24493C",
        "M8.3 8.2 20 19M8.3 15.8 20 5M6 9a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM6 21a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
    ),
    "atk": Cloth(
        "#E3E1F3",
        "#B1ACDD",
        "#3B3590",
        "M4 4a1 1 0 0 1 1-1h9a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1zM7.5 3v18M10.5 7.5h1.8M18.5 3h2."
        "5v13.5l-1.2 3.5-1.3-3.5zM18.5 6.5H21",
    ),
    "lainnya": Cloth(
        "#F1E6D2",
        "#D5C09A",
        "#5F4C40",
        "M3 10h18l-2 10.5H5zM6.5 10 10 3.5M17.5 10 14 3.5M9 13.5l.5 3.5M12 13.5V17M15 13.5l-.5 3.5",
    ),
}

# Three fields between the borders: rice grains, waves of the Ciliwung, coconut leaves. Each is one tile of 16 x 16.
FIELDS: Final = (
    "M4 2l2 2-2 2-2-2zM12 10l2 2-2 2-2-2z",
    "M0 5q4-4 8 0t8 0v2q-4 4-8 0t-8 0zM0 13q4-4 8 0t8 0v1q-4 4-8 0t-8 0z",
    "M8 1q4 3.5 0 7-4-3.5 0-7zM0 9q4 3.5 0 7zM16 9v7q-4-3.5 0-7z",
)


def cloth_name(category: str) -> str:
    """Name the cloth a category slug wears: its first word when we weave that one, else `lainnya`."""
    word = category.partition("-")[0]
    return word if word in CLOTHS else FALLBACK


def pattern_svg(category: str, variant: int) -> str:
    """Draw the placeholder for `category` (a slug) as a square SVG of less than 1 KB.

    `variant` picks one of six cloths (taken modulo six): three fields, each with its tumpal borders lying or standing.
    The ground is opaque, because a transparent one turns muddy on a dark page.
    """
    cloth = CLOTHS[cloth_name(category)]
    field, standing = variant % VARIANTS % len(FIELDS), variant % VARIANTS >= len(FIELDS)
    turn = ' transform="rotate(90 48 48)"' if standing else ""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96">'
        '<pattern id="f" width="16" height="16" patternUnits="userSpaceOnUse">'
        f'<path fill="{cloth.motif}" opacity=".5" d="{FIELDS[field]}"/></pattern>'
        '<pattern id="t" width="12" height="96" patternUnits="userSpaceOnUse">'
        f'<path fill="{cloth.line}" d="M0 0h12L6 15zM0 96h12L6 81z"/>'
        f'<path fill="{cloth.ground}" d="M3.5 3h5L6 9.5zM3.5 93h5L6 86.5z"/></pattern>'
        f'<path fill="{cloth.ground}" d="M0 0h96v96H0z"/>'
        f'<g{turn}><path fill="url(#f)" d="M0 0h96v96H0z"/><path fill="url(#t)" d="M0 0h96v96H0z"/></g>'
        f'<circle cx="48" cy="48" r="27" fill="{CREAM}" stroke="{cloth.motif}" stroke-width="1.5"/>'
        f'<path transform="translate(29 29) scale(1.6)" fill="none" stroke="{cloth.line}" stroke-width="1.6" '
        f'stroke-linecap="round" stroke-linejoin="round" d="{cloth.icon}"/></svg>'
    )
