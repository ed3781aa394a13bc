"""Drawings of bags, shoes and knitting."""

from collections.abc import Mapping

from marketplace.catalog.art.brush import around, circle, clip, group, line, oval, path, poly, rect
from marketplace.catalog.art.garnish import emblem
from marketplace.catalog.art.paints import dark, light
from marketplace.catalog.art.scene import Motif, Scene
from marketplace.catalog.art.wear import WOOD, fabric


def bag(s: Scene) -> str:
    """A bag: tote, sling, drawstring or set."""
    tone = "#E9D9B8" if s.has("kanvas", "blacu", "goni", "hemat") else s.p.main
    batik = s.has("batik", "lurik")
    fill = "url(#f)" if batik else tone
    stuff = fabric(s) if batik else ""
    if s.has("laptop", "map"):
        body = (
            rect(150, 250, 500, 380, fill, 40)
            + line("M170 320H630", dark(tone, 0.4), 10)
            + rect(600, 306, 40, 28, "#F4B400", 8)
            + line("M300 250V200Q300 170 330 170H470Q500 170 500 200V250", dark(tone, 0.35), 24)
        )
        return stuff + oval(400, 648, 240, 22, s.p.ink, 'opacity=".16"') + body + s.label(400, 480, 260, 120)
    if s.has("serut"):
        return (
            stuff
            + oval(400, 664, 200, 22, s.p.ink, 'opacity=".16"')
            + line("M290 290Q180 480 240 640M510 290Q620 480 560 640", dark(s.p.second), 12)
            + path("M264 270Q400 320 536 270L590 640Q590 664 560 664H240Q210 664 210 640Z", fill)
            + path("M250 206Q400 170 550 206L536 280Q400 326 264 280Z", dark(tone, 0.16))
            + group(emblem(s, 1.1), x=400, y=500)
        )
    if s.has("selempang"):
        return (
            stuff
            + oval(400, 652, 220, 22, s.p.ink, 'opacity=".16"')
            + line("M206 400C150 130 650 130 594 400", dark(s.p.second), 22)
            + rect(190, 380, 420, 260, fill, 46)
            + path("M190 426Q190 380 236 380H564Q610 380 610 426V490Q400 590 190 490Z", dark(tone, 0.25))
            + circle(400, 526, 20, "#F4B400")
        )
    handles = line("M300 300C300 120 370 120 370 300M430 300C430 120 500 120 500 300", dark(tone, 0.3), 22)
    body = path("M196 286H604L630 640Q632 664 606 664H194Q168 664 170 640Z", fill)
    texture = "".join(line(f"M{x} 300V650", dark(tone, 0.08), 3) for x in range(200, 610, 22)) if not batik else ""
    trim = path("M196 286H604L607 320H193Z", s.p.second) + clip(
        "c", path("M196 286H604L630 664H170Z", "#000"), s.band(168, 590, 470, 62)
    )
    extra = (
        rect(600, 470, 116, 180, s.p.main, 10)
        + rect(614, 488, 88, 60, s.p.cream, 6)
        + line("M560 690 700 676", s.p.second, 15)
        if s.category == "seminar-kit"
        else ""
    )
    return (
        stuff
        + oval(400, 672, 250, 22, s.p.ink, 'opacity=".16"')
        + handles
        + body
        + texture
        + trim
        + circle(400, 454, 112, s.p.stage)
        + group(emblem(s, 0.9), x=400, y=460)
        + extra
    )


def shoes(s: Scene) -> str:
    """A pair of sandals from above, or of shoes from the side."""
    tone = s.pick(("#8A4B20", s.p.main, "#5A3421"))
    if s.has("sandal", "jepit", "anyam"):

        def one(side: int) -> str:
            sole = path(
                "M-74 -190C-74 -260 74 -260 78 -170C82 -60 56 20 62 110S20 240 -16 230 -70 160 -62 60 -74 -100 -74 -190Z",
                "#D9B68A",
                f'stroke="{dark(tone)}" stroke-width="12"',
            )
            strap = path(
                "M-84 -40C-60 -120 -10 -160 4 -190 30 -150 74 -110 84 -30L52 -10"
                "C30 -70 10 -110 4 -130 -10 -100 -40 -60 -54 -20Z",
                tone,
            )
            return group(
                sole
                + strap
                + circle(4, -180, 13, s.p.second)
                + "".join(circle(at, -60 - abs(at), 7, "#F4B400") for at in (-44, 48)),
                x=400 + 128 * side,
                y=430,
                turn=8 * side,
                scale=1.04,
            )

        return one(-1) + group(one(1))
    stuff = fabric(s)

    def shoe(x: float, y: float) -> str:
        upper = path(
            "M-230 40V-110Q-200 -130 -150 -110C-120 -40 -20 -60 60 -10 140 20 236 20 240 84H-230Z",
            "url(#f)" if s.has("batik") else tone,
        )
        sole = rect(-240, 74, 490, 40, s.p.cream if s.has("slip", "anak") else "#3A2A20", 18)
        lace = (
            "".join(line(f"M{at} {-70 + (at + 150) * 0.26:.0f}l44 -26", s.p.cream, 9) for at in (-96, -52, -8))
            if not s.has("slip", "pantofel")
            else path("M-150 -110C-120 -40 -60 -50 -10 -40L-40 10Q-140 10 -150 -110Z", dark(tone, 0.3))
        )
        return group(upper + lace + sole + line("M150 30Q200 40 236 74", light(tone), 8), x=x, y=y)

    return stuff + oval(400, 660, 290, 26, s.p.ink, 'opacity=".16"') + shoe(430, 360) + shoe(370, 540)


def knitting(s: Scene) -> str:
    """Balls of yarn, needles and what came of them; or a string of beads."""
    if s.has("kalung", "manik"):
        beads = "".join(
            circle(
                400 + x, 380 + y * 1.1, 22 + 10 * max(0, y / 250), (s.p.main, s.p.second, "#F4B400", s.p.taste)[at % 4]
            )
            + circle(393 + x, 372 + y * 1.1, 6, "#FFF", 'opacity=".6"')
            for at, (x, y, _t) in enumerate(around(30, 232, s.angle()))
        )
        pendant = poly(((400, 620), (340, 700), (400, 770), (460, 700)), s.p.main) + poly(
            ((400, 650), (370, 700), (400, 740), (430, 700)), "#F4B400"
        )
        return oval(400, 380, 120, 170, light(s.p.stage, 0.5)) + beads + pendant

    def ball(x: float, y: float, r: float, tone: str) -> str:
        threads = "".join(
            line(f"M{-r:g} {at}Q0 {at - 60} {r:g} {at}", dark(tone, 0.16), 8) for at in range(-60, 120, 34)
        ) + "".join(line(f"M{at} {-r:g}Q{at + 60} 0 {at} {r:g}", light(tone, 0.25), 7) for at in range(-100, 60, 36))
        key = f"y{int(x)}"
        return group(circle(0, 0, r, tone) + clip(key, circle(0, 0, r, "#000"), threads), x=x, y=y)

    needles = group(rect(-250, -8, 500, 16, WOOD, 8) + circle(256, 0, 20, s.p.second), x=420, y=330, turn=-38) + group(
        rect(-250, -8, 500, 16, dark(WOOD), 8) + circle(256, 0, 20, s.p.second), x=400, y=330, turn=-140
    )
    knit = "".join(
        path(
            f"M{170 + 46 * at} {560 + 34 * row}q12 26 23 0q12 26 23 0v-20q-11 22 -23 0q-12 22 -23 0Z",
            (s.p.main, s.p.second)[row % 2],
        )
        for row in range(3)
        for at in range(10)
    )
    if s.has("tas", "dompet"):
        piece = (
            line("M300 470C300 350 500 350 500 470", dark(s.p.main), 20)
            + rect(250, 460, 300, 200, s.p.main, 40)
            + "".join(
                line(f"M{274 + 34 * at} {510 + 48 * row}l17 20 17 -20", light(s.p.main, 0.4), 7)
                for at in range(7)
                for row in range(3)
            )
            + circle(400, 484, 17, "#F4B400")
        )
    elif s.has("topi", "bayi", "sepatu"):
        piece = (
            path("M230 620C230 440 570 440 570 620Z", s.p.main)
            + rect(214, 600, 372, 64, s.p.second, 30)
            + circle(400, 450, 44, s.p.cream)
            + "".join(line(f"M{250 + 30 * at} 570l15 18 15 -18", light(s.p.main, 0.4), 7) for at in range(10))
        )
    else:
        piece = group(
            "".join(
                group(oval(0, -70, 34, 62, s.p.main) + oval(0, -70, 16, 38, s.p.cream), turn=turn)
                for turn in range(0, 360, 40)
            )
            + circle(0, 0, 46, s.p.second),
            x=400,
            y=590,
            scale=0.8,
        )
    return (
        oval(400, 676, 280, 24, s.p.ink, 'opacity=".14"')
        + needles
        + ball(270, 370, 126, s.p.main)
        + ball(520, 360, 116, s.p.second)
        + ball(400, 300, 100, light(s.p.taste, 0.1))
        + (piece or knit)
    )


MOTIFS: Mapping[str, Motif] = {
    "tas": bag,
    "sepatu": shoes,
    "rajut": knitting,
}
