"""Drawings of scent, soap, candles and brooms."""

from collections.abc import Mapping

from marketplace.catalog.art.brush import circle, clip, group, leaf, line, oval, path, rect
from marketplace.catalog.art.garnish import floor, sprig
from marketplace.catalog.art.paints import dark, light
from marketplace.catalog.art.scene import Motif, Scene

WOOD = "#C08A4E"
STEEL = "#C9D0D2"
GREEN_GLASS = "#6E9A5E"
GLASS_PINK = "#F1E6E4"


def perfume(s: Scene) -> str:
    """A bottle of scent, a flower by its side."""
    if s.has("minyak"):
        body = rect(320, 300, 160, 364, GREEN_GLASS, 30) + rect(336, 320, 20, 300, "#FFF", 10, 'opacity=".3"')
        return (
            floor(s, 200)
            + rect(336, 170, 128, 146, s.p.main, 22)
            + "".join(rect(350 + 26 * at, 184, 8, 110, dark(s.p.main), 4) for at in range(4))
            + body
            + s.label(400, 490, 148, 170)
            + group(sprig(s), x=580, y=660, turn=10)
            + group(sprig(s), x=220, y=660, turn=-12, scale=0.8)
        )
    shape = s.pick(
        (
            rect(270, 330, 260, 330, GLASS_PINK, 34),
            path("M300 330H500L560 620Q560 660 520 660H280Q240 660 240 620Z", GLASS_PINK),
            circle(400, 500, 164, GLASS_PINK),
        )
    )
    juice = clip(
        "c",
        shape,
        rect(230, 420, 340, 260, light(s.p.taste, 0.25)) + rect(300, 340, 18, 300, "#FFF", 9, 'opacity=".5"'),
    )
    neck = (
        rect(356, 270, 88, 70, "#E3B94B", 8)
        + rect(336, 180, 128, 96, s.p.main, s.pick((12, 44)))
        + rect(356, 294, 88, 12, "#C99A2B")
    )
    flower = group(
        "".join(group(oval(0, -44, 26, 40, "#FFFDF6"), turn=turn) for turn in range(0, 360, 72))
        + circle(0, 0, 18, "#F4B400"),
        x=0,
        y=0,
    )
    puff = "".join(
        circle(560 + x, 200 + y, r, "#FFFFFF", 'opacity=".6"')
        for x, y, r in ((0, 0, 10), (34, -22, 14), (40, 20, 12), (80, -4, 18), (84, -50, 12))
    )
    return (
        floor(s, 200)
        + shape
        + juice
        + neck
        + s.label(400, 520, 200, 116)
        + group(flower, x=s.pick((210, 590)), y=620)
        + group(flower, x=s.pick((250, 560)), y=668, scale=0.7)
        + puff
    )


def soap(s: Scene) -> str:
    """Bars of soap with suds, or a bottle of cleaner."""
    suds = "".join(
        circle(x, y, r, "#FFFFFF", 'opacity=".8"') + circle(x - r * 0.3, y - r * 0.3, r * 0.22, s.p.ground)
        for x, y, r in (
            (190, 610, 44),
            (250, 650, 34),
            (600, 300, 40),
            (640, 370, 24),
            (560, 650, 42),
            (630, 620, 30),
            (180, 300, 26),
            (220, 240, 18),
        )
    )
    if s.category == "servis":
        stack = "".join(
            rect(210, 560 - 74 * at, 380, 68, tone, 30) + rect(520, 560 - 74 * at, 70, 68, dark(tone, 0.12), 30)
            for at, tone in enumerate(s.drawn.sample((s.p.main, s.p.second, s.p.cream, s.p.taste), 4))
        )
        iron = (
            path("M250 292Q270 190 420 184H540L566 292Z", s.p.main)
            + path("M330 244Q350 214 420 214H500V244Z", s.p.stage)
            + path("M236 292H580V318H250Q236 312 236 292Z", STEEL)
            + line("M540 190Q640 150 650 250", s.p.ink, 9)
        )
        return floor(s, 240, 640) + stack + iron + suds
    if s.has("cair", "piring", "pembersih", "lantai", "kaca", "kamar"):
        body = path(
            "M300 330Q300 290 340 290H460Q500 290 520 340L546 620Q548 664 510 664H290Q252 664 254 620Z",
            s.p.taste if not s.has("tanpa") else s.p.main,
        )
        head = rect(360, 230, 80, 70, s.p.cream, 8) + (
            path("M340 176H500Q520 176 516 200L500 236H350Z", s.p.second)
            + line("M350 210Q320 230 316 262", s.p.second, 16)
            if s.has("kaca", "lantai", "kamar")
            else rect(372, 150, 56, 90, s.p.second, 14) + rect(300, 150, 116, 34, s.p.second, 15)
        )
        return (
            floor(s, 180)
            + body
            + head
            + s.label(400, 480, 216, 140)
            + suds
            + group(sprig(s), x=610, y=664, scale=0.7, turn=14)
        )

    def bar(x: float, y: float, turn: float, tone: str) -> str:
        swirl = line("M-130 -10Q-70 -50 -10 -6T110 -10M-120 30Q-50 0 20 30T120 26", light(tone, 0.35), 13)
        return group(
            rect(-176, -74, 352, 172, dark(tone, 0.2), 46)
            + rect(-176, -94, 352, 172, tone, 46)
            + swirl
            + rect(-60, -40, 120, 62, dark(tone, 0.1), 20),
            x=x,
            y=y,
            turn=turn,
        )

    wrap = group(
        rect(-70, -100, 140, 184, s.p.cream) + s.band(-70, -100, 140, 40) + s.band(-70, 44, 140, 40),
        x=400,
        y=520,
        turn=-6,
    )
    return (
        floor(s, 250)
        + bar(420, 340, 10, light(s.p.taste, 0.2))
        + bar(400, 520, -6, s.p.taste)
        + wrap
        + group(s.seal(0, 0, 52), x=400, y=510, turn=-6)
        + suds
    )


def candle(s: Scene) -> str:
    """A candle in a glass, lit."""
    glow = circle(400, 230, 150, "#FFF1CC", 'opacity=".7"') + circle(400, 230, 90, "#FFE08A", 'opacity=".7"')
    flame = (
        path("M400 140C450 200 450 270 400 280 350 270 350 200 400 140Z", "#F08C24")
        + path("M400 190C424 226 424 262 400 268 376 262 376 226 400 190Z", "#FFE08A")
        + line("M400 276V330", s.p.ink, 8)
    )
    glass = (
        rect(250, 330, 300, 334, "#EEF3F0", 40)
        + rect(270, 380, 260, 266, light(s.p.taste, 0.35), 28)
        + oval(400, 382, 130, 22, light(s.p.taste, 0.6))
        + rect(276, 350, 18, 280, "#FFF", 9, 'opacity=".6"')
    )
    bits = (
        "".join(
            group(oval(0, 0, 17, 11, "#5A3421"), x=s.between(300, 500), y=382 + s.between(-8, 8), turn=s.angle())
            for _ in range(5)
        )
        if s.has("kopi")
        else "".join(
            group(leaf(44, 18, s.p.green), x=s.between(310, 490), y=390, turn=s.between(-60, 60)) for _ in range(3)
        )
    )
    return (
        glow
        + floor(s, 200)
        + glass
        + bits
        + flame
        + s.label(400, 530, 220, 126)
        + group(sprig(s), x=620, y=664, turn=12, scale=0.9)
        + circle(190, 640, 28, s.p.second)
        + circle(236, 656, 20, light(s.p.second))
    )


def broom(s: Scene) -> str:
    """A broom and a dustpan."""
    tone = "#4A3728" if s.has("ijuk") else "#C9A35E" if s.has("lidi", "serabut") else s.p.second
    bristles = "".join(
        line(
            f"M{-70 + 14 * at} 0Q{-90 + 18 * at} 90 {-130 + 26 * at} {190 + 8 * (at % 3)}",
            (tone, dark(tone), light(tone, 0.2))[at % 3],
            15,
        )
        for at in range(11)
    )
    head = rect(-90, -40, 180, 60, s.p.main, 24) + line("M-80 -14H80M-84 6H84", s.p.second, 8)
    stick = rect(-13, -460, 26, 430, WOOD, 13) + "".join(
        line(f"M-13 {y}H13", dark(WOOD), 6) for y in (-380, -280, -180)
    )
    pan = group(
        path("M-120 -60H120L150 90H-150Z", s.p.second)
        + path("M-120 -60H120L128 -20H-128Z", dark(s.p.second))
        + rect(-18, -210, 36, 160, dark(s.p.second, 0.3), 16),
        x=560,
        y=560,
        turn=s.pick((-4, 6)),
    )
    return (
        floor(s, 270, 700)
        + group(bristles + head + stick, x=310, y=480, turn=s.pick((6, 12)))
        + pan
        + "".join(circle(s.between(420, 520), s.between(650, 680), 7, dark(s.p.ground, 0.3)) for _ in range(6))
    )


MOTIFS: Mapping[str, Motif] = {"parfum": perfume, "sabun": soap, "lilin": candle, "sapu": broom}
