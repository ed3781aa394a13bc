"""Patterns of Jakarta as repeating cloth, for shirts and for the ground, and the stages on which things stand."""

import random
from collections.abc import Callable

from marketplace.catalog.art.brush import circle, group, leaf, line, oval, path, poly, rect
from marketplace.catalog.art.paints import Paints, dark, light

Weave = Callable[[str, str], str]


def _tumpal(one: str, other: str) -> str:
    return path("M0 100 50 0 100 100Z", one) + path("M28 100 50 56 72 100Z", other)


def _river(one: str, other: str) -> str:
    wave = "M-10 {0}Q15 {1} 40 {0}T90 {0}T140 {0}"
    return line(wave.format(25, 0), one, 11) + line(wave.format(58, 33), other, 5) + line(wave.format(84, 59), one, 4)


def _coconut(one: str, other: str) -> str:
    fan = "".join(group(leaf(44, 13, one), turn=turn) for turn in (-64, -32, 0, 32, 64))
    return group(fan, x=50, y=62) + circle(42, 70, 7, other) + circle(57, 72, 7, other)


def _petals(one: str, other: str) -> str:
    flower = "".join(group(oval(0, -22, 11, 20, one), turn=turn) for turn in (0, 90, 180, 270))
    return group(flower + circle(0, 0, 9, other), x=50, y=50) + circle(0, 0, 7, other) + circle(100, 100, 7, other)


def _ovals(one: str, other: str) -> str:
    four = "".join(
        group(oval(0, -25, 15, 23, one) + circle(0, -25, 4, other), turn=45 + turn) for turn in (0, 90, 180, 270)
    )
    return group(four, x=50, y=50) + circle(50, 50, 6, other)


def _stripes(one: str, other: str) -> str:
    return rect(0, 0, 30, 100, one) + rect(42, 0, 7, 100, other) + rect(74, 0, 7, 100, other)


def _heads(one: str, other: str) -> str:
    hair = "".join(line(f"M50 34 {x} 8", other, 4) for x in (24, 37, 50, 63, 76))
    return (
        hair
        + rect(26, 34, 48, 52, one, 22)
        + circle(40, 56, 5, other)
        + circle(60, 56, 5, other)
        + rect(40, 70, 20, 6, other, 3)
    )


def _teeth(one: str, other: str) -> str:
    return (
        rect(0, 4, 100, 10, other)
        + path("M0 18H50L25 62ZM50 18H100L75 62Z", one)
        + circle(50, 84, 7, other)
        + circle(0, 84, 5, one)
    )


def _check(one: str, other: str) -> str:
    return rect(0, 0, 50, 50, one) + rect(50, 50, 50, 50, one) + line("M0 25H100M25 0V100M0 75H100M75 0V100", other, 3)


def _dots(one: str, other: str) -> str:
    return circle(25, 25, 12, one) + circle(75, 75, 12, one) + circle(75, 25, 4, other) + circle(25, 75, 4, other)


CLOTHS: tuple[Weave, ...] = (_tumpal, _river, _coconut, _petals, _ovals, _stripes, _heads, _teeth, _check, _dots)
NAMED = (
    ("ciliwung", _river), ("nusa kelapa", _coconut), ("kelapa", _coconut), ("ondel", _heads), ("tumpal", _tumpal),
    ("pucuk rebung", _tumpal), ("loreng", _stripes), ("lurik", _stripes), ("gigi balang", _teeth), ("jali", _dots),
    ("buketan", _petals), ("rasamala", _petals), ("hong", _petals), ("monokrom", _check), ("perca", _check), ("salaka", _ovals),
)  # fmt: skip


def cloth_for(name: str, drawn: random.Random) -> Weave:
    """Return the pattern that a name speaks of, else any."""
    low = name.casefold()
    return next((weave for word, weave in NAMED if word in low), None) or drawn.choice(CLOTHS)


def woven(key: str, weave: Weave, ground: str, one: str, other: str, *, size: float = 80, turn: float = 0) -> str:
    """Define a repeating cloth; fill with ``url(#key)``."""
    return (
        f'<pattern id="{key}" width="100" height="100" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate({turn:g}) scale({size / 100:.3g})">'
        f"{rect(0, 0, 100, 100, ground)}{weave(one, other)}</pattern>"
    )


def ground(p: Paints, drawn: random.Random) -> str:
    """Draw what is behind the thing: a quiet cloth, a stage, and now and then the lisplang on top."""
    weave, turn = drawn.choice(CLOTHS), drawn.choice((0, 0, 45, 90))
    size = drawn.choice((70, 90, 110))
    drawing = woven("g", weave, p.ground, p.weave, p.weave, size=size, turn=turn) + rect(0, 0, 800, 800, "url(#g)")
    drawing += drawn.choice(STAGES)(p, drawn)
    if drawn.random() < 0.4:  # noqa: PLR2004 - not on every picture, or it is no ornament
        drawing += _lisplang(p)
    return drawing


def _lisplang(p: Paints) -> str:
    step = 80
    teeth = "".join(f"M{x} 22H{x + step}L{x + step / 2:g} 66Z" for x in range(0, 800, step))
    drops = "".join(circle(x, 30, 6, p.main) for x in range(0, 801, step))
    return path(teeth, p.second) + drops + rect(0, 0, 800, 24, p.main)


def _disc(p: Paints, drawn: random.Random) -> str:
    radius = drawn.choice((290, 310, 330))
    return circle(400, 410, radius, p.stage) + circle(
        400, 410, radius - 22, "none", f'stroke="{p.weave}" stroke-width="4"'
    )


def _arch(p: Paints, _drawn: random.Random) -> str:
    door = "M{0} 800V{1}A{2} {2} 0 0 1 {3} {1}V800Z"
    return (
        path(door.format(110, 390, 290, 690), dark(p.weave, 0.06))
        + path(door.format(136, 396, 264, 664), p.stage)
        + _table(p)
    )


def _sun(p: Paints, _drawn: random.Random) -> str:
    rays = "".join(
        group(poly(((-26, -240), (26, -240), (0, -372)), p.weave), x=400, y=430, turn=turn)
        for turn in range(0, 360, 24)
    )
    return rays + circle(400, 430, 262, p.stage)


def _shelf(p: Paints, _drawn: random.Random) -> str:
    return rect(90, 120, 620, 560, p.stage, 44) + _table(p)


def _table(p: Paints) -> str:
    board = dark(p.ground, 0.14)
    return rect(0, 668, 800, 132, board) + rect(0, 668, 800, 12, dark(board, 0.18))


def _runner(p: Paints, drawn: random.Random) -> str:
    edge = "".join(f"M{x} 690H{x + 50}L{x + 25} 734Z" for x in range(0, 800, 50))
    tilt = drawn.choice((300, 330))
    return (
        circle(400, 400, tilt, p.stage)
        + rect(0, 650, 800, 150, light(p.second, 0.55))
        + path(edge, p.second)
        + rect(0, 650, 800, 40, p.second)
    )


def _diamond(p: Paints, _drawn: random.Random) -> str:
    return poly(((400, 40), (760, 400), (400, 760), (40, 400)), p.stage) + poly(
        ((400, 74), (726, 400), (400, 726), (74, 400)), "none", f'stroke="{p.weave}" stroke-width="5"'
    )


def _hill(p: Paints, _drawn: random.Random) -> str:
    return path("M0 800V520Q400 250 800 520V800Z", p.stage) + circle(632, 190, 84, light(p.second, 0.25))


STAGES = (_disc, _arch, _sun, _shelf, _runner, _diamond, _hill)
