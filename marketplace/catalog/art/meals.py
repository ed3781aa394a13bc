"""Drawings of meals as they are served: boxes, bowls, plates, the tumpeng."""

from collections.abc import Mapping

from marketplace.catalog.art.brush import around, circle, clip, group, leaf, line, oval, path, poly, rect
from marketplace.catalog.art.garnish import chicken, chilli, dish, egg, steam
from marketplace.catalog.art.paints import dark, light
from marketplace.catalog.art.scene import Motif, Scene

RICE = "#FBF4E4"
CHILLI = "#C93A1E"
WOOD = "#C08A4E"
BANANA = "#4F8F3F"


def _protein(s: Scene) -> str:
    if s.has("ikan", "tuna", "kembung", "cumi"):
        body = path("M-100 0C-60 -62 40 -62 84 0 40 62 -60 62 -100 0Z", s.p.taste) + poly(
            ((74, 0), (128, -44), (128, 44)), dark(s.p.taste)
        )
        return body + circle(-62, -10, 8, s.p.ink) + line("M-20 -26Q-6 0 -20 26M14 -28Q28 0 14 28", dark(s.p.taste), 7)
    if s.has("rendang", "empal", "daging", "dendeng", "semur"):
        return "".join(
            group(
                rect(-46, -34, 92, 68, colour, 22) + line("M-24 -8H24M-20 12H16", dark(colour), 6), x=x, y=y, turn=turn
            )
            for x, y, turn, colour in (
                (-46, -22, -14, s.p.taste),
                (44, -6, 18, dark(s.p.taste, 0.12)),
                (-4, 44, 4, light(s.p.taste, 0.12)),
            )
        )
    if s.has("telur"):
        return group(egg(58), x=-44, y=-8) + group(egg(58), x=50, y=24)
    return chicken(s.p.taste)


def lunch_box(s: Scene) -> str:
    """A box of rice and its dishes, or a box of cakes, seen from above."""
    if s.category == "snack-box":
        return cake_box(s)
    box = rect(142, 168, 516, 482, dark(s.p.main), 46) + rect(142, 156, 516, 482, s.p.main, 46)
    wells = rect(170, 184, 270, 290, light(s.p.main, 0.8), 28) + rect(458, 184, 172, 136, light(s.p.main, 0.8), 28)
    wells += rect(458, 338, 172, 136, light(s.p.main, 0.8), 28) + rect(170, 492, 460, 118, light(s.p.main, 0.8), 28)
    rice = circle(270, 292, 88, RICE) + "".join(
        oval(x + 270, y + 292, 12, 5, "#EADFC6", f'transform="rotate({turn:g} {x + 270:g} {y + 292:g})"')
        for x, y, turn in around(9, 56, s.angle())
    )
    rice += "".join(
        group(oval(0, 0, 8, 5, "#B5722B"), x=262 + x, y=286 + y) for x, y, _turn in around(5, 22, s.angle())
    )
    meat = group(_protein(s), x=340, y=396, scale=0.84, turn=s.pick((-10, 0, 12)))
    greens = "".join(
        group(leaf(82, 30, s.p.green, light(s.p.green, 0.4)), x=x, y=306, turn=turn)
        for x, turn in ((500, -18), (540, 4), (584, 24))
    )
    sambal = (
        circle(544, 406, 50, dark(CHILLI, 0.1))
        + circle(544, 406, 40, CHILLI)
        + circle(530, 394, 5, "#FFD9A0")
        + circle(556, 412, 5, "#FFD9A0")
    )
    last = s.pick((0, 1, 2))
    if last == 0:
        side = "".join(
            group(
                oval(0, 0, 58, 36, "#E9B64F") + line("M-30 -8Q0 8 30 -8", "#D09A35", 6),
                x=250 + 150 * at,
                y=551,
                turn=turn,
            )
            for at, turn in enumerate((-8, 10, -4))
        )
    elif last == 1:
        side = "".join(
            group(
                rect(-44, -32, 88, 64, "#E3BE78", 14) + rect(-44, -32, 88, 14, "#C9963F", 7),
                x=238 + 108 * at,
                y=551,
                turn=turn,
            )
            for at, turn in enumerate((-6, 8, -3, 6))
        )
    else:
        side = "".join(
            circle(222 + 72 * at, 551, 34, colour) + circle(222 + 72 * at, 551, 20, light(colour))
            for at, colour in enumerate(("#E9822A", "#8DB85A") * 3)
        )
    return box + wells + rice + meat + greens + sambal + side


def cake_box(s: Scene) -> str:
    """An open box with cakes standing in it."""
    lid = poly(((170, 344), (630, 344), (690, 150), (110, 150)), dark(s.p.main, 0.1)) + poly(
        ((204, 320), (596, 320), (638, 176), (162, 176)), s.p.main
    )
    roll = group(
        rect(-66, -40, 132, 90, "#D98A3A", 36) + line("M-30 -40V50M6 -40V50M40 -40V50", "#B96D25", 6),
        x=274,
        y=356,
        turn=-8,
    )
    layers = "".join(
        rect(352, 290 + 26 * at, 112, 28, colour, 6)
        for at, colour in enumerate((s.p.taste, "#FFF3DA", s.p.green, "#FFF3DA", s.p.taste))
    )
    wrapped = group(
        rect(-60, -44, 120, 110, BANANA, 20) + line("M-60 -14H60M-60 22H60", dark(BANANA), 5), x=538, y=350, turn=9
    )
    front = rect(150, 380, 500, 246, s.p.main, 14) + rect(150, 380, 500, 26, light(s.p.main, 0.2), 13)
    return lid + roll + layers + wrapped + front + s.label(400, 520, 330, 128)


def leaf_parcel(s: Scene) -> str:
    """Something steamed or grilled in a banana leaf, pinned with sticks."""
    bed = "".join(
        group(leaf(330, 96, dark(BANANA, 0.12), dark(BANANA, 0.3)), x=400, y=600, turn=turn) for turn in (-64, 64)
    )
    roll = path("M150 392C190 344 610 344 650 392V520C610 568 190 568 150 520Z", BANANA)
    veins = "".join(line(f"M{x} 366Q{x + 26} 456 {x} 546", light(BANANA, 0.25), 6) for x in range(196, 620, 62))
    gap = path("M276 356Q400 312 524 356L490 486Q400 520 310 486Z", RICE) + clip(
        "c",
        path("M276 356Q400 312 524 356L490 486Q400 520 310 486Z", "#000"),
        "".join(
            circle(s.between(300, 500), s.between(360, 480), s.between(12, 24), colour)
            for colour in (s.p.taste, dark(s.p.taste), light(s.p.taste), CHILLI, s.p.green) * 4
        ),
    )
    sticks = line("M176 452 232 430M568 478 624 456", "#E0B874", 15)
    return (
        oval(400, 592, 280, 40, s.p.ink, 'opacity=".14"')
        + bed
        + roll
        + veins
        + gap
        + sticks
        + group(chilli(), x=480, y=600, turn=-16)
        + steam(400, 320)
    )


def bowl(s: Scene) -> str:
    """A full bowl from the side, with what belongs on top."""
    heap = path("M186 420C210 290 320 262 400 262S590 290 614 420Z", s.p.taste)
    bits = "".join(
        circle(x, y, size, colour)
        for x, y, size, colour in (
            (300, 350, 26, light(s.p.taste)),
            (360, 310, 20, dark(s.p.taste)),
            (470, 330, 30, light(s.p.taste, 0.2)),
            (524, 376, 24, dark(s.p.taste)),
            (250, 392, 22, dark(s.p.taste, 0.12)),
        )
    )
    top = ""
    if s.has("soto", "asinan", "uduk", "gado"):
        top += group(egg(46), x=330, y=318, turn=-14)
    if s.has("gado", "asinan", "sayur"):
        top += "".join(
            group(leaf(104, 40, s.p.green, light(s.p.green)), x=x, y=390, turn=turn)
            for x, turn in ((262, -34), (430, 12), (548, 36))
        )
    elif s.has("uduk", "nasi"):
        top += path("M240 420C262 318 538 318 560 420Z", RICE) + "".join(
            group(oval(0, 0, 12, 6, "#B5722B"), x=s.between(330, 470), y=s.between(350, 400), turn=s.angle())
            for _ in range(9)
        )
    else:
        top += "".join(
            group(leaf(66, 26, s.p.green), x=x, y=y, turn=turn)
            for x, y, turn in ((400, 318, -30), (430, 322, 28), (540, 384, 12))
        )
    top += group(chilli(100), x=s.pick((210, 440)), y=s.pick((366, 346)), turn=s.pick((-22, 8)))
    body = path("M150 416H650C650 560 560 640 470 650H330C240 640 150 560 150 416Z", s.p.main) + rect(
        136, 400, 528, 38, light(s.p.main, 0.22), 19
    )
    band = clip(
        "c",
        path("M150 416H650C650 560 560 640 470 650H330C240 640 150 560 150 416Z", "#000"),
        s.band(150, 480, 500, 64),
    )
    return (
        oval(400, 664, 200, 26, s.p.ink, 'opacity=".16"')
        + steam(400, 250)
        + heap
        + bits
        + top
        + rect(320, 640, 160, 24, dark(s.p.main), 8)
        + body
        + band
    )


def rice_cone(s: Scene) -> str:
    """A tumpeng on its round tray, dishes in a ring."""
    rice = RICE if s.has("putih") else "#F2DDB2" if s.has("uduk", "betawi") else "#F6C637"
    tray = oval(400, 580, 300, 104, dark(WOOD)) + oval(400, 566, 300, 104, WOOD) + oval(400, 562, 268, 86, BANANA)
    around_it = "".join(
        group(drawing, x=400 + 212 * x / 100, y=560 + 60 * y / 100)
        for drawing, (x, y, _turn) in zip(
            (
                group(egg(36), scale=1),
                circle(0, 0, 36, s.p.taste),
                group(leaf(70, 34, s.p.green, light(s.p.green)), y=20, turn=30),
                circle(0, 0, 32, "#B8612C"),
                group(egg(36)),
                group(chicken(s.p.taste), scale=0.5),
                circle(0, 0, 34, "#E9822A"),
                group(leaf(70, 34, s.p.green), y=20, turn=-30),
            ),
            around(8, 100, 11),
            strict=True,
        )
    )
    cone = path("M400 128Q412 128 418 146L548 560Q400 612 252 560L382 146Q388 128 400 128Z", rice) + path(
        "M400 128Q412 128 418 146L548 560Q486 586 430 590Z", dark(rice, 0.1)
    )
    cap = path("M400 112 436 204Q400 220 364 204Z", BANANA) + circle(400, 108, 18, CHILLI)
    stripes = "".join(
        group(circle(0, 0, 13, colour), x=400 + x, y=y)
        for y, row in ((330, (-46, 0, 46)), (440, (-84, -28, 28, 84)))
        for x, colour in zip(row, (CHILLI, s.p.green, CHILLI, s.p.green), strict=False)
    )
    return oval(400, 672, 290, 26, s.p.ink, 'opacity=".14"') + tray + cone + stripes + cap + around_it


def chicken_plate(s: Scene) -> str:
    """Fried chicken on a plate, with its herbs."""
    crumbs = "".join(
        circle(s.between(-150, 150), s.between(-130, 150), s.between(5, 11), s.pick(("#E5AF55", "#CF8E36", "#F1CB7F")))
        for _ in range(46)
    )
    pieces = group(chicken(s.p.taste), x=-46, y=-40) + group(
        chicken(dark(s.p.taste, 0.14)), x=70, y=60, turn=150, scale=0.9
    )
    greens = "".join(
        group(leaf(130, 48, s.p.green, light(s.p.green)), x=-60, y=150, turn=turn) for turn in (-100, -70, -40)
    )
    return group(
        dish(s, 290)
        + greens
        + crumbs
        + pieces
        + group(chilli(), x=60, y=-150, turn=20)
        + "".join(
            circle(120 + 34 * at, -70 + 40 * at, 34, "#D6412B") + circle(120 + 34 * at, -70 + 40 * at, 24, "#E8694F")
            for at in range(2)
        ),
        x=400,
        y=410,
    )


def wok(s: Scene) -> str:
    """Kerak telor in the turned wok, over coals."""
    coals = "".join(
        circle(180 + 55 * at, 660 + 14 * (at % 2), 34, colour)
        for at, colour in enumerate(
            ("#3A302C", "#C2452D", "#4A3B35", "#F08C24", "#3A302C", "#C2452D", "#4A3B35", "#F08C24", "#3A302C")
        )
    )
    pan = (
        circle(400, 400, 258, "#3A302C")
        + circle(400, 400, 232, "#54463F")
        + rect(96, 376, 80, 46, "#3A302C", 20)
        + rect(624, 376, 80, 46, "#3A302C", 20)
    )
    cake = path("M206 400C200 280 300 206 404 210S600 286 594 404 500 592 396 590 212 520 206 400Z", "#E2A33C") + path(
        "M246 400C244 300 320 246 404 250S556 310 554 402 480 552 398 550 248 494 246 400Z", light(s.p.taste, 0.2)
    )
    flakes = "".join(
        group(
            oval(0, 0, 16, 5, s.pick(("#9C5A2B", "#C98B45", "#7D4420"))),
            x=400 + s.between(-130, 130),
            y=400 + s.between(-120, 120),
            turn=s.angle(),
        )
        for _ in range(36)
    )
    shrimps = "".join(
        group(line("M-20 10Q-10 -22 20 -12", "#EE8A63", 15), x=400 + x, y=400 + y, turn=turn)
        for x, y, turn in around(4, 88, s.angle())
    )
    return (
        coals
        + pan
        + cake
        + flakes
        + shrimps
        + group(leaf(60, 24, s.p.green), x=400, y=420, turn=s.pick((-20, 20)))
        + steam(400, 210)
    )


MOTIFS: Mapping[str, Motif] = {
    "kotak": lunch_box,
    "daun": leaf_parcel,
    "mangkuk": bowl,
    "tumpeng": rice_cone,
    "ayam": chicken_plate,
    "wajan": wok,
}
