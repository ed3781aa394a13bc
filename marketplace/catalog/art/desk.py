"""Drawings of services and stationery: sewing, paper, cameras, make-up, gifts, tools."""

from collections.abc import Mapping

from marketplace.catalog.art.brush import around, circle, clip, group, leaf, line, oval, path, poly, rect
from marketplace.catalog.art.garnish import floor
from marketplace.catalog.art.paints import dark, light
from marketplace.catalog.art.scene import Motif, Scene

WOOD = "#C08A4E"
STEEL = "#C9D0D2"


def sewing(s: Scene) -> str:
    """A sewing machine at work on a cloth."""
    tone = s.p.main
    machine = (
        path(
            "M180 560V270Q180 210 240 210H560Q630 210 630 280V420H580V330Q580 316 566 316H340Q320 316 320 340V560Z",
            tone,
        )
        + rect(150, 550, 520, 70, dark(tone, 0.25), 16)
        + circle(650, 290, 44, s.p.second)
        + circle(650, 290, 17, s.p.cream)
        + rect(210, 160, 40, 60, s.p.second, 8)
        + rect(200, 150, 60, 16, WOOD, 6)
        + line("M230 160Q420 120 600 330", s.p.second, 4)
    )
    gold = line("M210 250H550M220 480Q260 400 220 320", "#F4B400", 7) + circle(250, 400, 17, "#F4B400")
    needle = rect(566, 416, 26, 50, STEEL, 4) + rect(574, 460, 10, 80, STEEL)
    fabric = path("M420 540Q560 520 680 560Q720 620 690 690Q560 640 400 690Q380 600 420 540Z", s.p.second) + line(
        "M440 560Q560 540 664 574", s.p.cream, 5, 'stroke-dasharray="14 12"'
    )
    spools = "".join(
        rect(x, 630, 50, 46, tint, 6) + rect(x - 6, 622, 62, 12, WOOD, 4) + rect(x - 6, 670, 62, 12, WOOD, 4)
        for x, tint in ((180, s.p.second), (256, "#F4B400"), (332, s.p.taste))
    )
    return floor(s, 280, 690) + machine + gold + needle + fabric + spools


def paper(s: Scene) -> str:
    """Envelopes, folders, invitations, pens."""
    if s.has("pulpen"):
        pens = "".join(
            group(
                rect(-22, -220, 44, 380, tone, 18)
                + path("M-22 160H22L0 232Z", STEEL)
                + rect(-22, -160, 44, 20, "#F4B400")
                + rect(12, -230, 12, 130, "#F4B400", 6)
                + s.band(-22, -40, 44, 40),
                x=x,
                y=400,
                turn=turn,
            )
            for x, turn, tone in ((290, -16, s.p.main), (400, 0, WOOD), (510, 16, s.p.second))
        )
        return floor(s, 200, 660) + pens
    if s.has("amplop"):
        tone = s.p.main if s.has("batik", "kado") else "#E9CFA0"

        def envelope(x: float, y: float, turn: float, fill: str) -> str:
            return group(
                rect(-220, -140, 440, 280, fill, 12)
                + path("M-220 -130 0 40 220 -130V-140H-220Z", dark(fill, 0.12))
                + circle(0, 30, 40, s.p.second)
                + group("".join(group(leaf(26, 10, s.p.cream), turn=t) for t in (-50, 0, 50)), y=44)
                + s.band(-220, 92, 440, 40),
                x=x,
                y=y,
                turn=turn,
            )

        return floor(s, 240) + envelope(420, 340, 10, light(tone)) + envelope(390, 500, -6, tone)
    if s.has("map"):
        return (
            floor(s, 240, 690)
            + group(rect(-190, -230, 380, 460, s.p.cream, 8), x=430, y=400, turn=8)
            + group(
                path("M-220 -210H-60L-30 -250H200V240H-220Z", s.p.main)
                + s.band(-220, 130, 420, 60)
                + s.label(-10, -40, 250, 120),
                x=390,
                y=420,
                turn=-3,
            )
        )
    card = (
        rect(230, 160, 340, 500, s.p.cream, 10)
        + rect(250, 180, 300, 460, "none", 6, f'stroke="{s.p.main}" stroke-width="7"')
        + s.band(250, 180, 300, 56)
        + s.band(250, 584, 300, 56)
    )
    heart = group(
        "".join(group(oval(0, -34, 20, 34, s.p.second), turn=turn) for turn in range(0, 360, 60))
        + circle(0, 0, 17, "#F4B400"),
        x=400,
        y=340,
    )
    return (
        floor(s, 230)
        + group(rect(-170, -250, 340, 500, s.p.main, 10), x=450, y=420, turn=10)
        + card
        + heart
        + rect(310, 430, 180, 16, s.p.main, 8)
        + rect(330, 466, 140, 10, s.p.ink, 5)
        + rect(350, 496, 100, 10, s.p.ink, 5)
    )


def notebook(s: Scene) -> str:
    """A notebook with its elastic, a pencil beside it."""
    pages = rect(252, 178, 330, 490, "#EFE6D3", 12) + rect(262, 190, 324, 490, "#FFFDF6", 10)
    cover = rect(228, 160, 340, 500, s.p.main, 18)
    cloth = (
        clip("c", rect(228, 160, 340, 500, "#000", 18), s.band(228, 190, 340, 70) + s.band(228, 560, 340, 70))
        if not s.has("polos", "kulit")
        else rect(228, 160, 54, 500, dark(s.p.main))
    )
    rings = (
        "".join(rect(206, y, 46, 15, STEEL, 7) for y in range(196, 640, 38))
        if s.has("spiral")
        else rect(500, 160, 22, 500, s.p.second)
    )
    pencil = group(
        rect(-16, -210, 32, 340, "#F4B400")
        + path("M-16 130H16L0 180Z", "#F3DFC0")
        + path("M-5 164H5L0 180Z", s.p.ink)
        + rect(-16, -236, 32, 30, s.p.second, 6),
        x=650,
        y=430,
        turn=s.pick((8, 14)),
    )
    return floor(s, 230, 686) + pages + cover + cloth + rings + s.label(380, 410, 230, 130) + pencil


def camera(s: Scene) -> str:
    """A camera on a product shoot."""
    body = (
        rect(160, 290, 480, 320, s.p.main, 44)
        + rect(160, 290, 480, 92, dark(s.p.main, 0.3), 44)
        + rect(160, 350, 480, 34, dark(s.p.main, 0.3))
        + path("M310 290 340 220H460L490 290Z", dark(s.p.main, 0.3))
        + rect(200, 256, 70, 40, s.p.second, 10)
        + circle(570, 336, 24, "#F4B400")
    )
    lens = (
        circle(400, 470, 140, dark(s.p.main, 0.5))
        + circle(400, 470, 112, STEEL)
        + circle(400, 470, 94, s.p.ink)
        + circle(400, 470, 60, "#1D4E89")
        + circle(372, 440, 26, "#9CC4F5")
        + circle(430, 500, 11, "#9CC4F5")
    )
    flash = "".join(
        group(poly(((-9, -84), (9, -84), (0, -130)), "#F4B400"), x=610, y=220, turn=turn) for turn in range(0, 360, 45)
    ) + circle(610, 220, 40, "#FFF8E1")
    strap = line("M166 320C60 200 120 110 260 130M634 320C740 260 720 160 660 130", s.p.second, 22)
    photos = "".join(
        group(rect(-70, -84, 140, 168, "#FFFDF6", 6) + rect(-56, -70, 112, 104, tint, 4), x=x, y=640, turn=turn)
        for x, turn, tint in ((250, -14, s.p.second), (540, 12, s.p.taste))
    )
    return floor(s, 270, 700) + strap + body + lens + flash + photos


def make_up(s: Scene) -> str:
    """A mirror, a brush and a lipstick."""
    mirror = (
        oval(400, 330, 178, 216, "#E3B94B")
        + oval(400, 330, 152, 190, "#E6F0F2")
        + path("M300 260Q330 190 390 170", "none", 'stroke="#FFF" stroke-width="20" stroke-linecap="round"')
        + rect(384, 540, 32, 90, "#E3B94B", 8)
        + oval(400, 650, 130, 28, "#C99A2B")
    )
    crown = "".join(
        group(
            oval(0, -26, 12, 24, (s.p.main, s.p.second)[at % 2]) + circle(0, -52, 9, "#F4B400"),
            x=400 + x * 1.0,
            y=330 + y * 1.2,
            turn=turn + 90,
        )
        for at, (x, y, turn) in enumerate(around(28, 182))
        if y < -30  # noqa: PLR2004 - a crown, so only above
    )
    brush = group(
        rect(-13, -40, 26, 210, s.p.main, 13)
        + rect(-20, -76, 40, 46, STEEL, 5)
        + path("M-36 -76C-50 -150 -10 -200 0 -206 10 -200 50 -150 36 -76Z", s.pick(("#E79AA2", "#C98B6B"))),
        x=620,
        y=520,
        turn=14,
    )
    stick = (
        rect(150, 560, 76, 104, s.p.main, 8)
        + rect(160, 500, 56, 66, "#E3B94B", 4)
        + path("M164 500V420L212 446V500Z", s.pick(("#B3261E", "#C2452D", "#8F2F57")))
    )
    flower = group(
        "".join(group(oval(0, -30, 17, 28, "#FFFDF6"), turn=turn) for turn in range(0, 360, 72))
        + circle(0, 0, 13, "#F4B400"),
        x=560,
        y=660,
    )
    return floor(s, 280, 684) + mirror + crown + brush + stick + flower


def gift(s: Scene) -> str:
    """A gift box with a bow, or a stack of them."""

    def box(x: float, y: float, width: float, height: float, tone: str, ribbon: str) -> str:
        return (
            rect(x, y, width, height, tone, 10)
            + rect(x - 14, y - 26, width + 28, 62, dark(tone, 0.12), 10)
            + rect(x + width / 2 - 22, y - 26, 44, height + 26, ribbon)
            + clip(f"b{int(y)}", rect(x, y + height - 54, width, 54, "#000"), s.band(x, y + height - 54, width, 54))
        )

    def bow(x: float, y: float, tone: str) -> str:
        return group(
            path("M0 0C-40 -80 -140 -80 -130 -20S-40 20 0 0ZM0 0C40 -80 140 -80 130 -20S40 20 0 0Z", tone)
            + path("M0 0 -70 84 -30 80 0 30 30 80 70 84Z", dark(tone, 0.14))
            + circle(0, 0, 24, dark(tone, 0.2)),
            x=x,
            y=y,
        )

    if s.has("buah", "parsel"):
        fruit = "".join(
            circle(x, y, 60, tone) + circle(x - 18, y - 20, 14, light(tone, 0.5))
            for x, y, tone in (
                (280, 420, "#E9822A"),
                (390, 390, "#D6412B"),
                (500, 410, "#8DB85A"),
                (340, 340, "#F2BE3E"),
                (450, 320, "#6C3F7E"),
            )
        )
        wrap = path("M400 120 640 480H160Z", "#FFFFFF", 'opacity=".35"')
        return (
            floor(s, 230)
            + fruit
            + path("M190 450H610L560 664H240Z", WOOD)
            + s.band(210, 500, 380, 60)
            + wrap
            + bow(400, 220, s.p.second)
        )
    if s.has("seserahan", "lebaran", "kotak"):
        return (
            floor(s, 230)
            + box(210, 500, 380, 164, s.p.main, s.p.second)
            + box(250, 360, 300, 130, s.p.second, s.p.main)
            + box(300, 246, 200, 100, light(s.p.main, 0.4), s.p.second)
            + bow(400, 214, s.p.main)
        )
    return floor(s, 230) + box(210, 360, 380, 300, s.p.main, s.p.second) + bow(400, 330, s.p.second)


def tools(s: Scene) -> str:
    """An air conditioner or a bicycle with the tools for it."""
    spanner = rect(-19, -120, 38, 250, STEEL, 19) + path("M-60 -190A64 64 0 1 0 60 -190L26 -150H-26Z", STEEL)
    spanner += circle(0, 108, 9, "#8F989B")
    driver = (
        rect(-10, -150, 20, 160, STEEL, 5)
        + rect(-32, 0, 64, 150, s.p.second, 24)
        + line("M-12 24V126M12 24V126", dark(s.p.second), 7)
    )
    wrench = group(spanner, x=610, y=570, turn=28, scale=0.9) + group(driver, x=190, y=560, turn=-30, scale=0.9)
    if s.has("sepeda"):
        wheel = "".join(
            circle(x, 500, 120, "none", f'stroke="{s.p.ink}" stroke-width="17"')
            + "".join(line(f"M{x} 500L{x + a:.0f} {500 + b:.0f}", "#8A7564", 4) for a, b, _t in around(14, 112))
            + circle(x, 500, 17, s.p.second)
            for x in (230, 570)
        )
        frame = (
            line(
                "M230 500 330 320H510L400 500ZM330 320 400 500M510 320 570 500M300 270H360M510 320 500 250 560 236",
                s.p.main,
                20,
            )
            + rect(286, 250, 90, 26, s.p.ink, 13)
            + circle(400, 500, 36, s.p.second)
        )
        return floor(s, 290, 640) + wheel + frame + group(wrench, y=90, x=40, scale=0.95)
    unit = (
        rect(120, 190, 560, 210, "#FDFBF5", 36)
        + rect(120, 330, 560, 70, "#E9E4D8", 30)
        + line("M170 364H630", "#B9B2A3", 8)
        + circle(620, 250, 13, "#0B5B47")
        + rect(160, 230, 120, 22, s.p.main, 11)
    )
    wind = "".join(
        line(f"M{x} 430q{-20 + 8 * at} 60 0 110t0 90", "#FFFFFF", 15, 'opacity=".85"')
        for at, x in enumerate((250, 330, 410, 490, 560))
    )
    snow = "".join(
        group(
            "".join(
                group(line("M0 0V-30M0 -17 -9 -25M0 -17 9 -25", s.p.main, 6), turn=turn) for turn in range(0, 360, 60)
            ),
            x=x,
            y=y,
        )
        for x, y in ((300, 520), (450, 580), (390, 490))
    )
    return unit + wind + snow + wrench


MOTIFS: Mapping[str, Motif] = {
    "jahit": sewing,
    "kertas": paper,
    "buku": notebook,
    "kamera": camera,
    "rias": make_up,
    "hadiah": gift,
    "alat": tools,
}
