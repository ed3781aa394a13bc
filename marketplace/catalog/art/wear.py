"""Drawings of what is worn: shirts, dresses, cloths and scarves."""

from collections.abc import Mapping

from marketplace.catalog.art.brush import around, circle, clip, group, line, oval, path, poly, rect
from marketplace.catalog.art.cloths import cloth_for, woven
from marketplace.catalog.art.garnish import emblem
from marketplace.catalog.art.paints import dark, light
from marketplace.catalog.art.scene import Motif, Scene

WOOD = "#C08A4E"
SKIN = ("#C48A60", "#B87B52", "#D9A27A", "#E0B08A")


def fabric(s: Scene, key: str = "f") -> str:
    """Return the pattern that a thing is made of, to fill it with by its key."""
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
        ("" if plain else fabric(s))
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
        ("" if plain else fabric(s))
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
    stuff = fabric(s)
    if s.has("bantal"):
        pillow = "M180 220Q400 252 620 220Q588 430 620 640Q400 606 180 640Q212 430 180 220Z"
        return (
            stuff
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
        return stuff + (fringe if s.has("selendang") else "") + path(drape, "url(#f)") + edge + folds + rod
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
        stuff
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


MOTIFS: Mapping[str, Motif] = {
    "kemeja": shirt,
    "kaos": tee,
    "kain": cloth,
    "kerudung": scarf,
}
