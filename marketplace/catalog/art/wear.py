"""Drawings of what is worn and carried: shirts, cloths, scarves, bags, shoes, knitwear."""

from collections.abc import Mapping

from marketplace.catalog.art.brush import around, circle, clip, group, line, oval, path, poly, rect
from marketplace.catalog.art.cloths import cloth_for, woven
from marketplace.catalog.art.garnish import emblem
from marketplace.catalog.art.paints import dark, light
from marketplace.catalog.art.scene import Motif, Scene

WOOD = "#C08A4E"
SKIN = ("#C48A60", "#B87B52", "#D9A27A", "#E0B08A")


def _fabric(s: Scene, key: str = "f") -> str:
    main = {"putih": "#FBF7EE", "broken white": "#F3EBDA", "hitam": "#322A27"}.get(
        next((word for word in ("broken white", "putih", "hitam") if s.has(word)), ""), s.p.main
    )
    weave = cloth_for(s.name, s.drawn)
    return woven(
        key,
        weave,
        main,
        light(s.p.second, 0.1),
        light(main, 0.5) if main != s.p.second else s.p.cream,
        size=s.pick((62, 78, 96)),
        turn=s.pick((0, 45)),
    )


def _dress(s: Scene) -> str:
    """A long dress or tunic on its hanger, with a sash and a hem of cloth."""
    plain = s.has("polos", "linen")
    length = 746 if s.has("gamis") else 650
    flare = 210 if s.has("gamis") else 176
    sides = f"L{400 + flare} {length}Q400 {length + 30} {400 - flare} {length}L"
    body = f"M318 190Q400 244 482 190L566 226 660 430 590 470 532 356{sides}268 356 210 470 140 430 234 226Z"
    tone = s.p.main
    folds = "".join(line(f"M{x} 440L{400 + (x - 400) * 1.9:g} {length}", dark(tone, 0.2), 5) for x in (350, 400, 450))
    hem = rect(150, length - 96, 500, 46, s.p.second) + s.band(150, length - 60, 500, 60) if plain else ""
    hem = hem or rect(150, length - 64, 500, 28, s.p.second)
    inside = clip("c", path(body, "#000"), folds + hem + rect(240, 392, 320, 34, s.p.second))
    hanger = line("M400 132Q400 100 422 100T440 128 400 156L262 216M400 156 538 216", "#8A7564", 10)
    neck = path("M318 190Q400 244 482 190L466 184Q400 226 334 184Z", dark(tone, 0.3))
    return (
        ("" if plain else _fabric(s))
        + hanger
        + path(
            body, tone if plain else "url(#f)", f'stroke="{dark(tone, 0.18)}" stroke-width="5" stroke-linejoin="round"'
        )
        + inside
        + neck
        + circle(400, 409, 20, "#F4B400")
    )


def shirt(s: Scene) -> str:
    """A shirt on its hanger, a koko plain with bands of cloth; a tunic or gamis is a dress."""
    if s.has("gamis", "tunik"):
        return _dress(s)
    plain = s.has("koko", "polos", "kantor", "pkk", "panitia", "olahraga", "linen")
    tone = "#FBF7EE" if s.has("putih", "white") else "#322A27" if s.has("hitam") else s.p.main
    fill = tone if plain else "url(#f)"
    length = 640
    hem = f"V{length}Q400 {length + 26} 234 {length}V"
    body = f"M300 196L400 240 500 196 590 232 700 420 606 478 566 420{hem}420L194 478 100 420 210 232Z"
    if s.has("pendek", "olahraga") or s.pick((0, 1, 2)) == 0:
        body = f"M300 196L400 240 500 196 596 232 668 366 574 414 566 396{hem}396L226 414 132 366 204 232Z"
    hanger = line("M400 150Q400 112 424 112T442 140 400 172L250 226M400 172 550 226", "#8A7564", 10)
    trim = clip(
        "c",
        path(body, "#000"),
        line("M400 236V700", dark(tone), 4)
        + "".join(
            circle(400, y, 9, s.p.cream if tone != "#FBF7EE" else dark(tone, 0.3)) for y in range(290, length - 30, 70)
        )
        + (s.band(340, 262, 34, 300) + s.band(426, 262, 34, 300) if s.has("koko") else "")
        + (rect(230, length - 74, 340, 40, s.p.second) if s.has("pucuk", "tumpal") else ""),
    )
    shade = clip(
        "d",
        path(body, "#000"),
        path(
            f"M566 396V{length + 30}H520Q556 520 548 400ZM234 396V{length + 30}H270Q250 520 254 400Z",
            "#2A1B14",
            'opacity=".12"',
        ),
    )
    collar = path(
        "M300 196Q330 180 344 178L400 240 456 178Q470 180 500 196L462 286 400 240 338 286Z",
        light(tone, 0.25) if plain else light(s.p.main, 0.15),
    ) + line("M338 286 400 240 462 286", dark(tone, 0.2), 4)
    pocket = path("M450 340H530V400Q490 426 450 400Z", "#2A1B14", 'opacity=".14"')
    return (
        ("" if plain else _fabric(s))
        + hanger
        + path(body, fill, f'stroke="{dark(tone, 0.18)}" stroke-width="5" stroke-linejoin="round"')
        + trim
        + shade
        + collar
        + pocket
    )


def tee(s: Scene) -> str:
    """A T-shirt with a print."""
    tone = s.pick((s.p.main, s.p.cream, s.p.second, dark(s.p.main, 0.4)))
    body = "M296 190Q400 262 504 190L610 236 700 392 596 446 566 396V650H234V396L204 446 100 392 190 236Z"
    neck = path("M296 190Q400 262 504 190L486 180Q400 240 314 180Z", dark(tone, 0.18))
    printed = (
        circle(400, 440, 122, light(tone, 0.75) if tone != s.p.cream else s.p.stage) + group(emblem(s, 1), x=400, y=446)
        if s.pick((0, 1, 1))
        else rect(284, 330, 232, 232, light(tone, 0.75) if tone != s.p.cream else s.p.ground, 24)
        + group(emblem(s, 0.96), x=400, y=456)
    )
    seams = line("M234 396 226 300M566 396 574 300M240 634H560", dark(tone, 0.2), 5, 'stroke-dasharray="1 13"')
    return (
        path(body, tone, f'stroke="{dark(tone, 0.16)}" stroke-width="5" stroke-linejoin="round"')
        + seams
        + neck
        + printed
    )


def cloth(s: Scene) -> str:
    """A folded or hanging cloth, a cushion, or towels in a stack."""
    fabric = _fabric(s)
    if s.has("bantal"):
        pillow = "M180 220Q400 252 620 220Q588 430 620 640Q400 606 180 640Q212 430 180 220Z"
        return (
            fabric
            + oval(400, 660, 250, 24, s.p.ink, 'opacity=".16"')
            + path(pillow, "url(#f)", f'stroke="{dark(s.p.main)}" stroke-width="7"')
            + line(
                "M204 246Q400 274 596 246Q566 430 596 614Q400 582 204 614Q234 430 204 246Z",
                s.p.cream,
                5,
                'stroke-dasharray="2 15"',
            )
            + "".join(circle(x, y, 17, s.p.second) for x, y in ((182, 222), (618, 222), (182, 638), (618, 638)))
        )
    if s.has("serbet", " lap ", " pel "):
        tones = (s.p.main, s.p.cream, s.p.second, light(s.p.main, 0.4))
        stack = "".join(
            rect(186, 250 + 96 * at, 428, 88, tone, 34)
            + rect(540, 250 + 96 * at, 74, 88, dark(tone, 0.1), 34)
            + line(f"M220 {280 + 96 * at}H510M220 {306 + 96 * at}H510", dark(tone, 0.14), 6)
            for at, tone in enumerate(s.drawn.sample(tones, 4))
        )
        return oval(400, 648, 250, 26, s.p.ink, 'opacity=".16"') + stack + s.seal(300, 440, 66)
    fringe = "".join(line(f"M{x} 640V{680 + 8 * (x % 3)}", s.p.second, 7) for x in range(238, 570, 18))
    if s.pick((0, 1)) or s.has("selendang"):
        drape = "M210 180H590V640H210Z"
        rod = rect(120, 150, 560, 34, WOOD, 17) + circle(116, 167, 26, dark(WOOD)) + circle(684, 167, 26, dark(WOOD))
        folds = "".join(path(f"M{x} 184h34v456h-34Z", "#2A1B14", 'opacity=".1"') for x in (286, 400, 514))
        edge = rect(210, 560, 380, 80, s.p.second) + "".join(
            poly(((x, 640), (x + 38, 640), (x + 19, 566)), s.p.cream) for x in range(210, 590, 38)
        )
        return fabric + (fringe if s.has("selendang") else "") + path(drape, "url(#f)") + edge + folds + rod
    fold = poly(((150, 560), (470, 620), (680, 520), (360, 466)), dark(s.p.main, 0.3))
    layers = "".join(
        poly(((150, 540 - 52 * at), (470, 604 - 52 * at), (680, 500 - 52 * at), (360, 440 - 52 * at)), "url(#f)")
        + poly(
            ((150, 540 - 52 * at), (470, 604 - 52 * at), (470, 634 - 52 * at), (150, 570 - 52 * at)),
            dark(s.p.main, 0.15 + 0.1 * (at % 2)),
        )
        + poly(
            ((470, 604 - 52 * at), (680, 500 - 52 * at), (680, 530 - 52 * at), (470, 634 - 52 * at)),
            dark(s.p.main, 0.35),
        )
        for at in range(4)
    )
    ribbon = poly(((284, 360), (314, 366), (526, 264 + 34), (500, 290)), s.p.second) + poly(
        ((284, 360), (314, 366), (314, 602), (284, 596)), dark(s.p.second, 0.1)
    )
    return (
        fabric
        + oval(420, 650, 280, 30, s.p.ink, 'opacity=".16"')
        + fold
        + layers
        + ribbon
        + group(s.seal(0, 0, 60), x=420, y=360)
    )


def scarf(s: Scene) -> str:
    """A head scarf on a bust without a face."""
    tone = s.p.taste if s.has("hitam", "krem", "hijau", "maroon") else s.p.main
    tone = tone if tone != "#3A302C" else "#3F3532"
    skin = s.pick(SKIN)
    fold = dark(tone, 0.16)
    if s.has("mukena"):
        robe = path(
            "M400 120C270 120 240 260 250 340C150 480 130 640 120 800H680C670 640 650 480 550 340C560 260 530 120 400 120Z",
            "#FDF9F0",
        ) + path("M400 180C330 180 312 250 318 310S360 420 400 420 476 380 482 310 470 180 400 180Z", skin)
        lace = "".join(
            circle(150 + 34 * at, 760 - 6 * abs(7 - at), 20, s.p.main)
            + circle(150 + 34 * at, 760 - 6 * abs(7 - at), 9, "#FDF9F0")
            for at in range(16)
        ) + "".join(circle(x * 1.28 + 400, y * 1.5 + 300, 9, s.p.main) for x, y, _t in around(22, 84))
        return robe + line("M300 440Q280 600 270 780M500 440Q520 600 530 780M400 440V780", "#E8DCC6", 6) + lace
    cape = path(
        "M400 130C270 130 246 262 258 350C200 430 150 470 132 620Q260 700 400 700T668 620"
        "C650 470 600 430 542 350C554 262 530 130 400 130Z",
        tone,
    )
    face = path("M400 196C336 196 316 262 322 324S362 432 400 432 474 386 478 324 464 196 400 196Z", skin)
    wraps = path("M258 350Q320 520 520 560L560 520Q360 470 300 300Z", fold) + line(
        "M542 350Q500 480 330 560M200 560Q260 610 330 600M600 560Q540 640 440 650", dark(tone, 0.24), 7
    )
    weave = (
        clip(
            "c",
            path("M132 620Q260 700 400 700T668 620L650 520Q400 640 150 520Z", "#000"),
            s.band(120, 540, 570, 90) + s.band(120, 626, 570, 90),
        )
        if s.pick((0, 1))
        else ""
    )
    pin = "".join(circle(x * 0.3 + 330, y * 0.3 + 486, 11, "#F4B400") for x, y, _t in around(6, 72)) + circle(
        330, 486, 12, s.p.second
    )
    inner = path("M336 236Q400 190 464 236L458 262Q400 222 342 262Z", dark(tone, 0.35))
    return oval(400, 704, 260, 22, s.p.ink, 'opacity=".14"') + cape + face + inner + wraps + weave + pin


def bag(s: Scene) -> str:
    """A bag: tote, sling, drawstring or set."""
    tone = "#E9D9B8" if s.has("kanvas", "blacu", "goni", "hemat") else s.p.main
    batik = s.has("batik", "lurik")
    fill = "url(#f)" if batik else tone
    fabric = _fabric(s) if batik else ""
    if s.has("laptop", "map"):
        body = (
            rect(150, 250, 500, 380, fill, 40)
            + line("M170 320H630", dark(tone, 0.4), 10)
            + rect(600, 306, 40, 28, "#F4B400", 8)
            + line("M300 250V200Q300 170 330 170H470Q500 170 500 200V250", dark(tone, 0.35), 24)
        )
        return fabric + oval(400, 648, 240, 22, s.p.ink, 'opacity=".16"') + body + s.label(400, 480, 260, 120)
    if s.has("serut"):
        return (
            fabric
            + oval(400, 664, 200, 22, s.p.ink, 'opacity=".16"')
            + line("M290 290Q180 480 240 640M510 290Q620 480 560 640", dark(s.p.second), 12)
            + path("M264 270Q400 320 536 270L590 640Q590 664 560 664H240Q210 664 210 640Z", fill)
            + path("M250 206Q400 170 550 206L536 280Q400 326 264 280Z", dark(tone, 0.16))
            + group(emblem(s, 1.1), x=400, y=500)
        )
    if s.has("selempang"):
        return (
            fabric
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
        fabric
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
    fabric = _fabric(s)

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

    return fabric + oval(400, 660, 290, 26, s.p.ink, 'opacity=".16"') + shoe(430, 360) + shoe(370, 540)


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
    "kemeja": shirt,
    "kaos": tee,
    "kain": cloth,
    "kerudung": scarf,
    "tas": bag,
    "sepatu": shoes,
    "rajut": knitting,
}
