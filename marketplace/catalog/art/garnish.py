"""What stands in several drawings: chillies, eggs, steam, plates, shadows, the emblems of Jakarta."""

from marketplace.catalog.art.brush import around, circle, group, leaf, line, oval, path, poly, rect
from marketplace.catalog.art.paints import dark, light
from marketplace.catalog.art.scene import Scene

CHILLI = "#C93A1E"


def chilli(length: float = 90) -> str:
    """A chilli that points right from the origin."""
    return path(f"M0 -12Q{length * 0.6:g} -20 {length:g} 16Q{length * 0.5:g} 22 0 12Z", CHILLI) + line(
        "M0 0Q-14 -4 -22 -16", "#3F7A35", 8
    )


def egg(size: float) -> str:
    """Half a boiled egg at the origin."""
    return oval(0, 0, size, size * 0.82, "#FFFDF6") + circle(size * 0.1, 0, size * 0.46, "#F2A71B")


def steam(x: float, y: float) -> str:
    """Two curls that rise from a point."""
    curl = "M{0} {1}q-26 -30 0 -60t0 -60"
    return line(curl.format(x - 40, y) + curl.format(x + 40, y - 14), "#FFFFFF", 13, 'opacity=".75"')


def chicken(fill: str) -> str:
    """A drumstick at the origin, its bone to the lower left."""
    bone = line("M-70 66 -118 108", "#FFF6E2", 26) + circle(-126, 100, 17, "#FFF6E2") + circle(-108, 122, 17, "#FFF6E2")
    meat = path("M-84 60C-110 -20 -40 -96 40 -84S120 30 50 66 -60 104 -84 60Z", fill)
    return (
        bone
        + meat
        + path(
            "M-50 10C-40 -40 10 -60 44 -50",
            "none",
            f'stroke="{light(fill, 0.3)}" stroke-width="12" stroke-linecap="round"',
        )
    )


def dish(s: Scene, radius: float) -> str:
    """A plate seen from above."""
    rim = "".join(
        group(poly(((-13, 0), (13, 0), (0, 22)), s.p.second), x=x, y=y, turn=turn + 90)
        for x, y, turn in around(20, radius - 8)
    )
    return (
        circle(0, 6, radius + 8, dark(s.p.stage, 0.16))
        + circle(0, 0, radius, "#FFFDF8")
        + rim
        + circle(0, 0, radius * 0.74, "#FFF8EA")
    )


def ring_of(count: int, radius: float, colour: str, size: float = 13) -> str:
    """Dots on a circle about the origin."""
    return "".join(circle(x, y, size, colour) for x, y, _turn in around(count, radius))


def floor(s: Scene, across: float = 220, at: float = 676) -> str:
    """The shadow under a thing that stands."""
    return oval(400, at, across, 24, s.p.ink, 'opacity=".16"')


def sprig(s: Scene) -> str:
    """A sprig of leaves, for beside things."""
    return line("M0 0Q10 -90 0 -190", dark(s.p.green), 9) + "".join(
        group(leaf(84, 34, s.p.green, light(s.p.green)), x=4, y=-30 - 46 * at, turn=turn)
        for at, turn in enumerate((-56, 54, -46, 40))
    )


def emblem(s: Scene, size: float) -> str:
    """A picture of Jakarta at the origin, as the name has it."""
    if s.has("ondel"):
        drawing = ondel_head(s.p.second if s.p.second != s.p.main else "#B3261E")
    elif s.has("bajaj", "bemo"):
        tone = "#1D4E89" if s.has("biru") else "#E9822A"
        drawing = (
            path("M-100 50V-20Q-90 -80 -30 -84H70Q96 -80 100 -30V50Z", tone)
            + path("M-78 -20Q-70 -60 -30 -64H-10V-16H-78ZM10 -64H66Q80 -60 82 -16H10Z", "#E6EEF8")
            + rect(-110, 36, 222, 30, dark(tone), 12)
            + circle(-66, 70, 30, "#2A1B14")
            + circle(66, 70, 30, "#2A1B14")
            + circle(-66, 70, 12, "#CFC4B8")
            + circle(66, 70, 12, "#CFC4B8")
            + circle(-104, 18, 10, "#F4B400")
        )
    elif s.has("buaya"):
        drawing = (
            path("M-120 6C-90 -34 40 -40 70 -10L124 14Q80 40 40 34 -40 60 -90 36Z", "#CB8438")
            + circle(-78, -16, 11, "#FFF")
            + circle(-78, -16, 5, "#2A1B14")
            + "".join(poly(((x, -22), (x + 12, -44), (x + 24, -22)), "#9A5A20") for x in (-40, -14, 12, 38))
        )
    elif s.has("kerak", "telor"):
        drawing = (
            circle(0, 0, 92, "#3A302C")
            + circle(0, 0, 70, "#E2A33C")
            + "".join(circle(x, y, 9, "#9C5A2B") for x, y, _t in around(7, 40))
            + rect(84, -12, 60, 24, "#3A302C", 10)
        )
    elif s.has("kota", "peta", "monas", "jakarta"):
        drawing = "".join(
            rect(x, -h, 44, h + 60, tone, 4)
            + "".join(rect(x + 10, -h + 14 + 30 * at, 24, 14, "#FFF1CC", 3) for at in range(int(h + 40) // 30))
            for x, h, tone in (
                (-110, 30, s.p.main),
                (-60, 90, s.p.second),
                (-8, 50, dark(s.p.main)),
                (44, 110, s.p.main),
                (92, 10, s.p.second),
            )
        )
    elif s.has("tanjidor", "kata"):
        drawing = (
            path("M-110 -14H10C50 -14 70 -60 110 -74V74C70 60 50 14 10 14H-110Z", "#F4B400")
            + rect(-124, -22, 24, 44, dark("#F4B400"), 8)
            + "".join(rect(-70 + 34 * at, -46, 18, 40, "#C98F00", 7) for at in range(3))
            + oval(112, 0, 16, 74, dark("#F4B400"))
        )
    elif s.has("rumah"):
        drawing = (
            poly(((-130, -20), (-70, -96), (70, -96), (130, -20)), "#B3261E")
            + rect(-100, -20, 200, 100, "#F7D98B")
            + rect(-24, 8, 48, 72, "#0B5B47", 4)
            + rect(-84, 6, 42, 40, "#0B5B47", 4)
            + rect(42, 6, 42, 40, "#0B5B47", 4)
            + "".join(poly(((x, -20), (x + 26, -20), (x + 13, 2)), "#0B5B47") for x in range(-130, 130, 26))
        )
    else:
        drawing = ondel_head(s.p.second if s.p.second != s.p.main else "#B3261E")
    return group(drawing, scale=size)


def ondel_head(face: str) -> str:
    """An ondel-ondel's head with its fringe of coconut blossoms, at the origin."""
    tints = ("#F4B400", "#D8415B", "#0B5B47", "#1D4E89", "#E9822A")
    fringe = "".join(
        line(f"M0 -50L{x:.0f} {y:.0f}", tints[at % 5], 8) + circle(x, y, 10, tints[(at + 1) % 5])
        for at, (x, y) in enumerate((x, y - 50) for x, y, _turn in around(22, 92) if y < 18)  # noqa: PLR2004 - the rim hides the rest
    )
    skin = light(face, 0.15) if face.startswith("#B") else face
    return (
        fringe
        + path("M-62 -50H62V30C62 80 30 100 0 100S-62 80 -62 30Z", skin)
        + path("M-70 -46Q0 -92 70 -46L60 -20Q0 -50 -60 -20Z", "#F4B400")
        + "".join(circle(x, -44 - (20 - abs(x) / 3.2), 7, "#B3261E") for x in (-44, -22, 0, 22, 44))
        + oval(-26, 8, 16, 12, "#FFF")
        + oval(26, 8, 16, 12, "#FFF")
        + circle(-26, 8, 7, "#2A1B14")
        + circle(26, 8, 7, "#2A1B14")
        + line("M-42 -10Q-26 -22 -12 -10M42 -10Q26 -22 12 -10", "#2A1B14", 6)
        + path("M-10 30Q0 38 10 30L0 16Z", "#F7D98B")
        + path("M-32 52Q0 82 32 52Q0 62 -32 52Z", "#B3261E" if skin != "#B3261E" else "#FFF1CC")
        + line("M-34 42Q-16 34 0 42Q16 34 34 42", "#2A1B14", 7)
    )
