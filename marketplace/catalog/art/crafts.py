"""Drawings of crafts: weaving, wood, key rings, dolls, plaques."""

from collections.abc import Mapping

from marketplace.catalog.art.brush import around, circle, clip, group, leaf, line, oval, path, poly, rect
from marketplace.catalog.art.garnish import emblem, floor, ondel_head, sprig
from marketplace.catalog.art.paints import dark, light
from marketplace.catalog.art.scene import Motif, Scene

WOOD = "#C08A4E"
STEEL = "#C9D0D2"


def basket(s: Scene) -> str:
    """Something woven: a basket, a wall hanging, a food cover."""
    tone = s.pick(("#D2A15E", "#C08A4E", "#E0BB7E", "#A97B4A"))
    if s.has("makrame"):
        cord = s.pick(("#C9A878", "#B8926A", s.p.main))
        cords = "".join(line(f"M{x} 206Q{x + 24} 330 400 420T{800 - x} 640", cord, 11) for x in range(210, 600, 38))
        return (
            rect(150, 180, 500, 32, WOOD, 16)
            + line("M170 180 400 80 630 180", s.p.second, 9)
            + cords
            + "".join(
                line(f"M{x} 620V{720 - abs(400 - x) * 0.3:.0f}", dark(cord, 0.1), 10) for x in range(210, 600, 24)
            )
            + "".join(
                circle(x, y, 15, s.p.second) for x, y in ((400, 420), (320, 330), (480, 330), (300, 530), (500, 530))
            )
        )
    if s.has("wayang", "kaligrafi", "gigi balang"):
        frame = rect(150, 170, 500, 500, dark(WOOD, 0.3), 12) + rect(176, 196, 448, 448, s.p.cream, 6)
        inside = (
            group(ondel_head(s.p.main), x=400, y=440, scale=1.7)
            if s.has("wayang")
            else "".join(
                poly(
                    ((x, 300 + 150 * row), (x + 64, 300 + 150 * row), (x + 32, 410 + 150 * row)),
                    (s.p.main, s.p.second)[(at + row) % 2],
                )
                for row in range(2)
                for at, x in enumerate(range(208, 590, 64))
            )
            + rect(208, 270, 384, 30, s.p.second)
            + rect(208, 420, 384, 30, s.p.main)
            if s.has("gigi")
            else line(
                "M240 480C260 330 330 330 330 430S420 500 440 400 520 330 560 440M300 540H520M470 330l20 -30",
                s.p.main,
                30,
            )
        )
        return line("M300 170 400 100 500 170", dark(WOOD), 9) + frame + inside
    if s.has("tudung"):
        dome = "M140 560A260 280 0 0 1 660 560Z"
        mesh = "".join(line(f"M400 280Q{x} 400 {x} 560", dark(tone, 0.2), 7) for x in range(150, 660, 50)) + "".join(
            line(f"M120 {y}H680", dark(tone, 0.14), 6) for y in range(320, 560, 36)
        )
        return (
            oval(400, 590, 290, 60, s.p.second)
            + oval(400, 582, 250, 40, s.p.cream)
            + path(dome, tone)
            + clip("c", path(dome, "#000"), mesh + s.band(130, 500, 560, 60))
            + circle(400, 272, 26, dark(tone, 0.3))
            + ""
        )
    square = s.has("persegi", "parsel", "piknik")
    shape = (
        "M190 380H610L580 640Q576 664 550 664H250Q224 664 220 640Z"
        if square
        else "M170 380H630C630 560 560 664 400 664S170 560 170 380Z"
    )
    strips = "".join(
        rect(
            150 + 52 * col,
            380 + 36 * row,
            52,
            36,
            (tone, dark(tone, 0.16), light(tone, 0.14))[(col + row) % 2 + (row % 3 == 1 and col % 4 == 0)],
        )
        for row in range(8)
        for col in range(10)
    )
    handle = line("M210 380C210 110 590 110 590 380", dark(tone, 0.25), 30) + line(
        "M210 380C210 110 590 110 590 380", light(tone, 0.2), 8, 'stroke-dasharray="4 26"'
    )
    fill = (
        "".join(
            circle(x, y, 54, colour) + circle(x - 16, y - 18, 13, light(colour, 0.5))
            for x, y, colour in (
                (280, 350, "#E9822A"),
                (390, 330, "#D6412B"),
                (500, 346, "#8DB85A"),
                (330, 316, "#F2BE3E"),
                (446, 306, "#E9822A"),
            )
        )
        if s.has("parsel", "buah", "bulat")
        else group(sprig(s), x=330, y=400) + group(sprig(s), x=450, y=400, turn=20)
    )
    return (
        floor(s, 220)
        + handle
        + fill
        + path(shape, tone)
        + clip("c", path(shape, "#000"), strips + s.band(150, 470, 500, 60))
        + rect(156, 360, 488, 44, dark(tone, 0.25), 22)
    )


def wood(s: Scene) -> str:
    """A board for the kitchen, or a little model."""
    if s.has("miniatur", "becak", "perahu", "rumah", "bajaj", "bemo"):
        stand = (
            rect(170, 600, 460, 50, dark(WOOD), 12)
            + rect(190, 590, 420, 22, WOOD, 8)
            + rect(330, 612, 140, 26, "#F4B400", 5)
        )
        if s.has("perahu"):
            model = (
                path("M160 480Q400 560 640 470L590 590H230Z", s.p.main)
                + path("M160 480Q400 560 640 470L630 496Q400 580 170 504Z", s.p.second)
                + rect(392, 180, 16, 340, dark(WOOD))
                + path("M380 200V470H220Z", s.p.cream)
                + path("M420 230V470H560Z", light(s.p.second, 0.4))
            )
        elif s.has("becak"):
            model = (
                "".join(
                    circle(x, 520, 74, "none", f'stroke="{s.p.ink}" stroke-width="13"')
                    + "".join(
                        line(f"M{x} 520L{x + a * 0.9:.0f} {520 + b * 0.9:.0f}", s.p.ink, 4)
                        for a, b, _t in around(10, 74)
                    )
                    for x in (270, 560)
                )
                + path("M190 480V340Q190 230 330 240L400 260V480Z", s.p.main)
                + path("M190 340Q190 200 360 214L390 250Q230 240 220 350Z", s.p.second)
                + line("M400 470 560 520 540 360M540 360H590M470 470 540 380", s.p.ink, 13)
                + rect(226, 400, 160, 40, s.p.cream, 10)
            )
        else:
            model = group(emblem(s, 1.9), x=400, y=440)
        return floor(s, 250) + model + stand
    tone = s.pick(("#B97C45", "#C9935A", "#8F5B34"))
    grain = "".join(line(f"M{x} 170Q{x + 26} 400 {x - 10} 690", dark(tone, 0.14), 6) for x in range(250, 580, 44))
    shape = (
        "M400 640m-230 0a230 230 0 1 1 460 0"
        if s.has("bulat")
        else "M260 250Q260 220 290 220H350V170Q350 120 400 120T450 170V220H510Q540 220 540 250"
        "V640Q540 672 508 672H292Q260 672 260 640Z"
    )
    body = (
        circle(400, 430, 236, dark(tone)) + circle(400, 420, 236, tone) + rect(360, 120, 80, 110, tone, 30)
        if s.has("bulat")
        else path(shape, tone)
    )
    cut = clip("c", circle(400, 420, 236, "#000") if s.has("bulat") else path(shape, "#000"), grain)
    hole = circle(400, 168, 20, s.p.stage)
    food = (
        group(leaf(120, 50, s.p.green, light(s.p.green)), x=330, y=560, turn=-40)
        + circle(450, 520, 56, "#D6412B")
        + circle(436, 504, 13, "#F08C7A")
        + group(leaf(30, 12, s.p.green), x=450, y=470)
    )
    knife = group(
        path("M0 -14H190Q230 -10 250 14H0Z", STEEL) + rect(-130, -18, 136, 40, "#3A2A20", 16), x=500, y=640, turn=-20
    )
    burnt = group(
        "".join(group(oval(0, -26, 11, 24, dark(tone, 0.4)), turn=turn) for turn in range(0, 360, 60)), x=400, y=300
    )
    return floor(s, 200) + body + cut + hole + burnt + food + knife


def keyring(s: Scene) -> str:
    """A key ring or magnet with a picture of Jakarta."""
    if s.has("magnet"):
        plate = s.pick(
            (
                circle(400, 420, 230, s.p.cream) + circle(400, 420, 208, s.p.main),
                rect(180, 220, 440, 400, s.p.cream, 60) + rect(204, 244, 392, 352, s.p.main, 44),
            )
        )
        return (
            rect(90, 110, 620, 620, "#DCE3E4", 30)
            + rect(90, 110, 620, 120, "#CBD4D6", 30)
            + circle(404, 432, 236, s.p.ink, 'opacity=".14"')
            + plate
            + group(emblem(s, 1.5), x=400, y=424)
        )
    chain = "".join(
        circle(400 + (8 if at % 2 else -8), 262 + 26 * at, 15, "none", 'stroke="#9AA3A6" stroke-width="9"')
        for at in range(4)
    )
    hoop = circle(400, 170, 84, "none", 'stroke="#9AA3A6" stroke-width="17"') + circle(
        400, 170, 84, "none", 'stroke="#D7DDDF" stroke-width="6"'
    )
    tag = s.pick(
        (
            circle(400, 510, 172, s.p.main) + circle(400, 510, 150, s.p.cream),
            rect(236, 362, 328, 310, s.p.main, 54) + rect(258, 384, 284, 266, s.p.cream, 38),
            poly(((400, 340), (580, 440), (580, 600), (400, 690), (220, 600), (220, 440)), s.p.main)
            + poly(((400, 368), (556, 454), (556, 588), (400, 662), (244, 588), (244, 454)), s.p.cream),
        )
    )
    return chain + hoop + tag + group(emblem(s, 1.16), x=400, y=520)


def dolls(s: Scene) -> str:
    """A pair of ondel-ondel."""

    def one(x: float, face: str, dress: str, sash: str) -> str:
        body = (
            path("M-110 60H110L138 330H-138Z", dress)
            + path("M-110 60H110L116 110H-116Z", dark(dress))
            + line("M-96 76L104 300", sash, 38)
            + rect(-138, 300, 276, 30, sash)
            + "".join(poly(((at, 330), (at + 46, 330), (at + 23, 362)), sash) for at in range(-138, 130, 46))
            + path(
                "M-110 70Q-170 180 -120 240L-84 220Q-110 170 -84 110ZM110 70Q170 180 120 240L84 220Q110 170 84 110Z",
                dark(dress, 0.12),
            )
        )
        return group(body + group(ondel_head(face), y=-40, scale=1.24), x=x, y=330)

    return (
        floor(s, 280, 694)
        + one(262, "#B3261E", s.p.main, s.p.second if s.p.second != "#B3261E" else "#F4B400")
        + one(544, "#FFF8EC", s.p.second, s.p.main)
    )


def plaque(s: Scene) -> str:
    """A plaque on its foot, or a name tag on its ribbon."""
    if s.has("id card"):
        ribbon = path("M280 60 400 330 520 60H570L424 380H376L230 60Z", s.p.main) + "".join(
            circle(x, y, 8, s.p.second)
            for x, y in ((280, 130), (318, 216), (350, 290), (520, 130), (482, 216), (450, 290))
        )
        card = (
            rect(250, 380, 300, 320, s.p.cream, 22)
            + rect(250, 380, 300, 80, s.p.main, 22)
            + rect(250, 436, 300, 24, s.p.second)
            + circle(400, 520, 50, light(s.p.main, 0.5))
            + path("M320 620Q330 560 400 560T480 620Z", light(s.p.main, 0.5))
            + rect(300, 640, 200, 16, s.p.ink, 8)
            + rect(340, 668, 120, 12, s.p.second, 6)
        )
        return ribbon + rect(376, 352, 48, 48, STEEL, 10) + card
    foot = (
        rect(240, 600, 320, 60, dark(WOOD, 0.25), 10)
        + rect(210, 640, 380, 36, dark(WOOD, 0.4), 10)
        + rect(330, 616, 140, 30, "#F4B400", 5)
    )
    shape = s.pick(
        ("M270 600V250Q400 90 530 250V600Z", "M260 600L300 170H500L540 600Z", "M400 130 560 260 520 600H280L240 260Z")
    )
    body = path(shape, s.p.main) + path(shape, "none", 'stroke="#F4B400" stroke-width="12"')
    crest = group(
        "".join(
            poly(((-13, -64), (13, -64), (0, -94)), "#F4B400", f'transform="rotate({turn})"')
            for turn in range(0, 360, 30)
        )
        + circle(0, 0, 66, "#F4B400")
        + circle(0, 0, 52, s.p.cream)
        + group("".join(group(leaf(44, 18, s.p.green), turn=turn) for turn in (-50, 0, 50)), y=26),
        x=400,
        y=310,
    )
    return (
        floor(s, 220)
        + body
        + crest
        + rect(310, 430, 180, 16, s.p.cream, 8)
        + rect(330, 466, 140, 12, s.p.cream, 6)
        + rect(350, 498, 100, 12, "#F4B400", 6)
        + foot
    )


MOTIFS: Mapping[str, Motif] = {"anyaman": basket, "kayu": wood, "gantungan": keyring, "ondel": dolls, "plakat": plaque}
