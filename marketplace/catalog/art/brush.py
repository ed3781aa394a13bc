"""Shapes of SVG as text, in the coordinates of an 800 by 800 picture, and letters of plain strokes that need no font."""

import math
from collections.abc import Sequence

Point = tuple[float, float]

STROKES = {
    "A": "M0 6 2 0 4 6M.8 4H3.2", "B": "M0 6V0H2.4A1.5 1.5 0 0 1 2.4 3H0M2.4 3A1.5 1.5 0 0 1 2.4 6H0",
    "C": "M4 1.2A2.2 2.6 0 0 0 0 3 2.2 2.6 0 0 0 4 4.8", "D": "M0 0H1.6A2.4 3 0 0 1 1.6 6H0Z", "E": "M4 0H0V6H4M0 3H3",
    "F": "M4 0H0V6M0 3H3", "G": "M4 1A2.2 2.6 0 0 0 0 3 2.2 2.8 0 0 0 4 5V3.2H2.4", "H": "M0 0V6M4 0V6M0 3H4",
    "I": "M2 0V6",
    "J": "M3.6 0V4.2A1.8 1.8 0 0 1 0 4.4", "K": "M0 0V6M4 0 0 3.4M1.4 2.4 4 6", "L": "M0 0V6H3.8",
    "M": "M0 6V0L2.2 3.4 4.4 0V6",
    "N": "M0 6V0L4 6V0", "O": "M2 0A2 3 0 0 0 2 6 2 3 0 0 0 2 0", "P": "M0 6V0H2.4A1.7 1.7 0 0 1 2.4 3.4H0",
    "Q": "M2 0A2 3 0 0 0 2 6 2 3 0 0 0 2 0M2.6 4.4 4.2 6.4", "R": "M0 6V0H2.4A1.7 1.7 0 0 1 2.4 3.4H0M2 3.4 4 6",
    "S": "M3.8 1A1.9 1.5 0 1 0 2 3 1.9 1.5 0 1 1 .1 5", "T": "M0 0H4M2 0V6", "U": "M0 0V4A2 2 0 0 0 4 4V0", "V": "M0 0 2 6 4 0",
    "W": "M0 0 1.2 6 2.4 1.6 3.6 6 4.8 0", "X": "M0 0 4 6M4 0 0 6", "Y": "M0 0 2 3 4 0M2 3V6", "Z": "M0 0H4L0 6H4",
    "-": "M.6 3H3.4",
}  # fmt: skip
LETTER_STEP = 5.6
LETTER_HEIGHT = 6
LETTER_WIDTH = 1.15
INK = "#2A1B14"
CREAM = "#FFFBF4"


def number(value: float) -> str:
    """Return a number with one decimal at most, as short as can be."""
    return f"{value:.1f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))


def rect(x: float, y: float, width: float, height: float, fill: str, round_by: float = 0, more: str = "") -> str:
    """Draw a box, its corners rounded."""
    corner = f' rx="{number(round_by)}"' if round_by else ""
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"{corner}'
        f' fill="{fill}"{_more(more)}/>'
    )


def circle(x: float, y: float, radius: float, fill: str, more: str = "") -> str:
    """Draw a disc."""
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{fill}"{_more(more)}/>'


def ring(x: float, y: float, radius: float, stroke: str, width: float) -> str:
    """Draw a circle's line."""
    return circle(x, y, radius, "none", f'stroke="{stroke}" stroke-width="{number(width)}"')


def oval(x: float, y: float, across: float, down: float, fill: str, more: str = "") -> str:
    """Draw an ellipse by its half axes."""
    return f'<ellipse cx="{number(x)}" cy="{number(y)}" rx="{number(across)}" ry="{number(down)}" fill="{fill}"{_more(more)}/>'


def path(data: str, fill: str, more: str = "") -> str:
    """Draw a filled path."""
    return f'<path d="{data}" fill="{fill}"{_more(more)}/>'


def line(data: str, stroke: str, width: float, more: str = "") -> str:
    """Draw a path as a line with round ends."""
    return (
        f'<path d="{data}" fill="none" stroke="{stroke}" stroke-width="{number(width)}" stroke-linecap="round"'
        f' stroke-linejoin="round"{_more(more)}/>'
    )


def poly(points: Sequence[Point], fill: str, more: str = "") -> str:
    """Draw a polygon."""
    return f'<path d="M{" ".join(f"{number(x)} {number(y)}" for x, y in points)}Z" fill="{fill}"{_more(more)}/>'


def group(content: str, *, x: float = 0, y: float = 0, turn: float = 0, scale: float = 1, more: str = "") -> str:
    """Put shapes drawn around the origin at a place, turned in degrees clockwise and scaled."""
    steps = [f"translate({number(x)} {number(y)})"] if x or y else []
    steps += [f"rotate({number(turn)})"] if turn else []
    steps += [f"scale({scale:.3g})"] if scale != 1 else []
    moved = f' transform="{" ".join(steps)}"' if steps else ""
    return f"<g{moved}{_more(more)}>{content}</g>"


def around(count: int, radius: float, start: float = 0) -> list[tuple[float, float, float]]:
    """Return places on a circle about the origin: x, y and the angle in degrees."""
    angles = [start + 360 * step / count for step in range(count)]
    return [(radius * math.cos(math.radians(one)), radius * math.sin(math.radians(one)), one) for one in angles]


def leaf(length: float, width: float, fill: str, vein: str = "") -> str:
    """Draw a leaf that grows up from the origin."""
    shape = path(
        f"M0 0C{number(-width)} {number(-length * 0.3)} {number(-width * 0.8)} {number(-length * 0.8)} 0 {number(-length)}"
        f"C{number(width * 0.8)} {number(-length * 0.8)} {number(width)} {number(-length * 0.3)} 0 0Z",
        fill,
    )
    return shape + (line(f"M0 0V{number(-length * 0.85)}", vein, max(3, width * 0.08)) if vein else "")


def clip(name: str, shapes: str, content: str) -> str:
    """Show content only inside the shapes; ``name`` must be the picture's own."""
    return f'<clipPath id="{name}">{shapes}</clipPath><g clip-path="url(#{name})">{content}</g>'


def written(words: str, x: float, y: float, height: float, colour: str, widest: float = 1000) -> str:
    """Write words in capitals of plain strokes, centred on a point, never wider than ``widest``."""
    glyphs = [one for one in words.upper() if one in STROKES or one == " "]
    if not glyphs:
        return ""
    size = height / LETTER_HEIGHT
    length = (len(glyphs) * LETTER_STEP - (LETTER_STEP - 4)) * size
    if length > widest:
        size *= widest / length
        length = widest
    left, top = x - length / 2, y - LETTER_HEIGHT * size / 2
    drawn = "".join(
        f'<path d="{STROKES[one]}" transform="translate({number(place * LETTER_STEP)})"/>'
        for place, one in enumerate(glyphs)
        if one != " "
    )
    return (
        f'<g transform="translate({number(left)} {number(top)}) scale({size:.3g})" fill="none" stroke="{colour}"'
        f' stroke-width="{LETTER_WIDTH}" stroke-linecap="round" stroke-linejoin="round">{drawn}</g>'
    )


def lettered(drawing: str) -> bool:
    """Whether words are written somewhere in a drawing, so that it must not be mirrored."""
    return f'stroke-width="{LETTER_WIDTH}"' in drawing


def mirrored(drawing: str, side: float) -> str:
    """Turn a drawing's left to its right."""
    return f'<g transform="matrix(-1 0 0 1 {number(side)} 0)">{drawing}</g>'


def _more(more: str) -> str:
    return f" {more}" if more else ""
