"""Drawings of food as it is served: boxes, bowls, plates, cakes, bread."""

from collections.abc import Mapping

from marketplace.catalog.art.brush import around, circle, clip, group, leaf, line, oval, path, poly, rect
from marketplace.catalog.art.paints import dark, light
from marketplace.catalog.art.scene import Motif, Scene

RICE = "#FBF4E4"
CHILLI = "#C93A1E"
WOOD = "#C08A4E"
BANANA = "#4F8F3F"


def chilli(length: float = 90) -> str:
    """A chilli that points right from the origin."""
    return path(f"M0 -12Q{length * 0.6:g} -20 {length:g} 16Q{length * 0.5:g} 22 0 12Z", CHILLI) + line("M0 0Q-14 -4 -22 -16", "#3F7A35", 8)


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
    return bone + meat + path("M-50 10C-40 -40 10 -60 44 -50", "none", f'stroke="{light(fill, 0.3)}" stroke-width="12" stroke-linecap="round"')


def dish(s: Scene, radius: float) -> str:
    """A plate seen from above."""
    rim = "".join(group(poly(((-13, 0), (13, 0), (0, 22)), s.p.second), x=x, y=y, turn=turn + 90) for x, y, turn in around(20, radius - 8))
    return circle(0, 6, radius + 8, dark(s.p.stage, 0.16)) + circle(0, 0, radius, "#FFFDF8") + rim + circle(0, 0, radius * 0.74, "#FFF8EA")


def _protein(s: Scene) -> str:
    if s.has("ikan", "tuna", "kembung", "cumi"):
        body = path("M-100 0C-60 -62 40 -62 84 0 40 62 -60 62 -100 0Z", s.p.taste) + poly(((74, 0), (128, -44), (128, 44)), dark(s.p.taste))
        return body + circle(-62, -10, 8, s.p.ink) + line("M-20 -26Q-6 0 -20 26M14 -28Q28 0 14 28", dark(s.p.taste), 7)
    if s.has("rendang", "empal", "daging", "dendeng", "semur"):
        return "".join(group(rect(-46, -34, 92, 68, colour, 22) + line("M-24 -8H24M-20 12H16", dark(colour), 6), x=x, y=y, turn=turn)
            for x, y, turn, colour in ((-46, -22, -14, s.p.taste), (44, -6, 18, dark(s.p.taste, 0.12)), (-4, 44, 4, light(s.p.taste, 0.12))))
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
    rice = circle(270, 292, 88, RICE) + "".join(oval(x + 270, y + 292, 12, 5, "#EADFC6", f'transform="rotate({turn:g} {x + 270:g} {y + 292:g})"') for x, y, turn in around(9, 56, s.angle()))
    rice += "".join(group(oval(0, 0, 8, 5, "#B5722B"), x=262 + x, y=286 + y) for x, y, _turn in around(5, 22, s.angle()))
    meat = group(_protein(s), x=340, y=396, scale=0.84, turn=s.pick((-10, 0, 12)))
    greens = "".join(group(leaf(82, 30, s.p.green, light(s.p.green, 0.4)), x=x, y=306, turn=turn) for x, turn in ((500, -18), (540, 4), (584, 24)))
    sambal = circle(544, 406, 50, dark(CHILLI, 0.1)) + circle(544, 406, 40, CHILLI) + circle(530, 394, 5, "#FFD9A0") + circle(556, 412, 5, "#FFD9A0")
    last = s.pick((0, 1, 2))
    if last == 0:
        side = "".join(group(oval(0, 0, 58, 36, "#E9B64F") + line("M-30 -8Q0 8 30 -8", "#D09A35", 6), x=250 + 150 * at, y=551, turn=turn) for at, turn in enumerate((-8, 10, -4)))
    elif last == 1:
        side = "".join(group(rect(-44, -32, 88, 64, "#E3BE78", 14) + rect(-44, -32, 88, 14, "#C9963F", 7), x=238 + 108 * at, y=551, turn=turn) for at, turn in enumerate((-6, 8, -3, 6)))
    else:
        side = "".join(circle(222 + 72 * at, 551, 34, colour) + circle(222 + 72 * at, 551, 20, light(colour)) for at, colour in enumerate(("#E9822A", "#8DB85A") * 3))
    return box + wells + rice + meat + greens + sambal + side


def cake_box(s: Scene) -> str:
    """An open box with cakes standing in it."""
    lid = poly(((170, 344), (630, 344), (690, 150), (110, 150)), dark(s.p.main, 0.1)) + poly(((204, 320), (596, 320), (638, 176), (162, 176)), s.p.main)
    roll = group(rect(-66, -40, 132, 90, "#D98A3A", 36) + line("M-30 -40V50M6 -40V50M40 -40V50", "#B96D25", 6), x=274, y=356, turn=-8)
    layers = "".join(rect(352, 290 + 26 * at, 112, 28, colour, 6) for at, colour in enumerate((s.p.taste, "#FFF3DA", s.p.green, "#FFF3DA", s.p.taste)))
    wrapped = group(rect(-60, -44, 120, 110, BANANA, 20) + line("M-60 -14H60M-60 22H60", dark(BANANA), 5), x=538, y=350, turn=9)
    front = rect(150, 380, 500, 246, s.p.main, 14) + rect(150, 380, 500, 26, light(s.p.main, 0.2), 13)
    return lid + roll + layers + wrapped + front + s.label(400, 520, 330, 128)


def leaf_parcel(s: Scene) -> str:
    """Something steamed or grilled in a banana leaf, pinned with sticks."""
    bed = "".join(group(leaf(330, 96, dark(BANANA, 0.12), dark(BANANA, 0.3)), x=400, y=600, turn=turn) for turn in (-64, 64))
    roll = path("M150 392C190 344 610 344 650 392V520C610 568 190 568 150 520Z", BANANA)
    veins = "".join(line(f"M{x} 366Q{x + 26} 456 {x} 546", light(BANANA, 0.25), 6) for x in range(196, 620, 62))
    gap = path("M276 356Q400 312 524 356L490 486Q400 520 310 486Z", RICE) + clip("c", path("M276 356Q400 312 524 356L490 486Q400 520 310 486Z", "#000"), "".join(circle(s.between(300, 500), s.between(360, 480), s.between(12, 24), colour) for colour in (s.p.taste, dark(s.p.taste), light(s.p.taste), CHILLI, s.p.green) * 4))
    sticks = line("M176 452 232 430M568 478 624 456", "#E0B874", 15)
    return oval(400, 592, 280, 40, s.p.ink, 'opacity=".14"') + bed + roll + veins + gap + sticks + group(chilli(), x=480, y=600, turn=-16) + steam(400, 320)


def bowl(s: Scene) -> str:
    """A full bowl from the side, with what belongs on top."""
    heap = path("M186 420C210 290 320 262 400 262S590 290 614 420Z", s.p.taste)
    bits = "".join(circle(x, y, size, colour) for x, y, size, colour in ((300, 350, 26, light(s.p.taste)), (360, 310, 20, dark(s.p.taste)), (470, 330, 30, light(s.p.taste, 0.2)), (524, 376, 24, dark(s.p.taste)), (250, 392, 22, dark(s.p.taste, 0.12))))
    top = ""
    if s.has("soto", "asinan", "uduk", "gado"):
        top += group(egg(46), x=330, y=318, turn=-14)
    if s.has("gado", "asinan", "sayur"):
        top += "".join(group(leaf(104, 40, s.p.green, light(s.p.green)), x=x, y=390, turn=turn) for x, turn in ((262, -34), (430, 12), (548, 36)))
    elif s.has("uduk", "nasi"):
        top += path("M240 420C262 318 538 318 560 420Z", RICE) + "".join(group(oval(0, 0, 12, 6, "#B5722B"), x=s.between(330, 470), y=s.between(350, 400), turn=s.angle()) for _ in range(9))
    else:
        top += "".join(group(leaf(66, 26, s.p.green), x=x, y=y, turn=turn) for x, y, turn in ((400, 318, -30), (430, 322, 28), (540, 384, 12)))
    top += group(chilli(100), x=s.pick((210, 440)), y=s.pick((366, 346)), turn=s.pick((-22, 8)))
    body = path("M150 416H650C650 560 560 640 470 650H330C240 640 150 560 150 416Z", s.p.main) + rect(136, 400, 528, 38, light(s.p.main, 0.22), 19)
    band = clip("c", path("M150 416H650C650 560 560 640 470 650H330C240 640 150 560 150 416Z", "#000"), s.band(150, 480, 500, 64))
    return oval(400, 664, 200, 26, s.p.ink, 'opacity=".16"') + steam(400, 250) + heap + bits + top + rect(320, 640, 160, 24, dark(s.p.main), 8) + body + band


def rice_cone(s: Scene) -> str:
    """A tumpeng on its round tray, dishes in a ring."""
    rice = RICE if s.has("putih") else "#F2DDB2" if s.has("uduk", "betawi") else "#F6C637"
    tray = oval(400, 580, 300, 104, dark(WOOD)) + oval(400, 566, 300, 104, WOOD) + oval(400, 562, 268, 86, BANANA)
    around_it = "".join(group(drawing, x=400 + 212 * x / 100, y=560 + 60 * y / 100) for drawing, (x, y, _turn) in zip((group(egg(36), scale=1), circle(0, 0, 36, s.p.taste), group(leaf(70, 34, s.p.green, light(s.p.green)), y=20, turn=30), circle(0, 0, 32, "#B8612C"), group(egg(36)), group(chicken(s.p.taste), scale=0.5), circle(0, 0, 34, "#E9822A"), group(leaf(70, 34, s.p.green), y=20, turn=-30)), around(8, 100, 11), strict=True))
    cone = path("M400 128Q412 128 418 146L548 560Q400 612 252 560L382 146Q388 128 400 128Z", rice) + path("M400 128Q412 128 418 146L548 560Q486 586 430 590Z", dark(rice, 0.1))
    cap = path("M400 112 436 204Q400 220 364 204Z", BANANA) + circle(400, 108, 18, CHILLI)
    stripes = "".join(group(circle(0, 0, 13, colour), x=400 + x, y=y) for y, row in ((330, (-46, 0, 46)), (440, (-84, -28, 28, 84))) for x, colour in zip(row, (CHILLI, s.p.green, CHILLI, s.p.green), strict=False))
    return oval(400, 672, 290, 26, s.p.ink, 'opacity=".14"') + tray + cone + stripes + cap + around_it


def chicken_plate(s: Scene) -> str:
    """Fried chicken on a plate, with its herbs."""
    crumbs = "".join(circle(s.between(-150, 150), s.between(-130, 150), s.between(5, 11), s.pick(("#E5AF55", "#CF8E36", "#F1CB7F"))) for _ in range(46))
    pieces = group(chicken(s.p.taste), x=-46, y=-40) + group(chicken(dark(s.p.taste, 0.14)), x=70, y=60, turn=150, scale=0.9)
    greens = "".join(group(leaf(130, 48, s.p.green, light(s.p.green)), x=-60, y=150, turn=turn) for turn in (-100, -70, -40))
    return group(dish(s, 290) + greens + crumbs + pieces + group(chilli(), x=60, y=-150, turn=20) + "".join(circle(120 + 34 * at, -70 + 40 * at, 34, "#D6412B") + circle(120 + 34 * at, -70 + 40 * at, 24, "#E8694F") for at in range(2)), x=400, y=410)


def wok(s: Scene) -> str:
    """Kerak telor in the turned wok, over coals."""
    coals = "".join(circle(180 + 55 * at, 660 + 14 * (at % 2), 34, colour) for at, colour in enumerate(("#3A302C", "#C2452D", "#4A3B35", "#F08C24", "#3A302C", "#C2452D", "#4A3B35", "#F08C24", "#3A302C")))
    pan = circle(400, 400, 258, "#3A302C") + circle(400, 400, 232, "#54463F") + rect(96, 376, 80, 46, "#3A302C", 20) + rect(624, 376, 80, 46, "#3A302C", 20)
    cake = path("M206 400C200 280 300 206 404 210S600 286 594 404 500 592 396 590 212 520 206 400Z", "#E2A33C") + path("M246 400C244 300 320 246 404 250S556 310 554 402 480 552 398 550 248 494 246 400Z", light(s.p.taste, 0.2))
    flakes = "".join(group(oval(0, 0, 16, 5, s.pick(("#9C5A2B", "#C98B45", "#7D4420"))), x=400 + s.between(-130, 130), y=400 + s.between(-120, 120), turn=s.angle()) for _ in range(36))
    shrimps = "".join(group(line("M-20 10Q-10 -22 20 -12", "#EE8A63", 15), x=400 + x, y=400 + y, turn=turn) for x, y, turn in around(4, 88, s.angle()))
    return coals + pan + cake + flakes + shrimps + group(leaf(60, 24, s.p.green), x=400, y=420, turn=s.pick((-20, 20))) + steam(400, 210)


def layer_cake(s: Scene) -> str:
    """Slices of a cake of many layers."""
    colours = (s.p.taste, "#FFF3DA", s.p.second, "#FFF3DA") if s.has("pelangi", "beras") else (s.p.taste, light(s.p.taste, 0.7))
    def block(x: float, y: float, width: float) -> str:
        height, step = 196, 28
        front = "".join(rect(x, y + step * at, width, step + 1, colours[at % len(colours)]) for at in range(height // step))
        return poly(((x, y), (x + 60, y - 56), (x + width + 60, y - 56), (x + width, y)), light(colours[0], 0.25)) + poly(((x + width, y), (x + width + 60, y - 56), (x + width + 60, y + height - 56), (x + width, y + height)), dark(colours[0], 0.2)) + front
    mat = oval(400, 628, 300, 66, BANANA) + oval(400, 620, 300, 62, light(BANANA, 0.15))
    return oval(400, 660, 280, 50, s.p.ink, 'opacity=".12"') + mat + block(190, 250 + 20, 200) + block(430, 300, 150) + block(300, 424, 220)


def round_cakes(s: Scene) -> str:
    """Five small round cakes on a leaf, seen from above."""
    colours = (s.p.taste, light(s.p.taste, 0.25), dark(s.p.taste, 0.1))
    def cake(colour: str) -> str:
        base = circle(0, 8, 92, dark(colour, 0.25)) + circle(0, 0, 92, colour)
        if s.has("ku ", "kue ku"):
            return base + ring_of(8, 56, dark(colour, 0.18)) + circle(0, 0, 30, dark(colour, 0.18)) + circle(0, 0, 18, light(colour))
        if s.has("talam"):
            return base + circle(0, 0, 66, "#FFF8E8") + circle(0, 0, 26, colour)
        if s.has("bugis"):
            return base + circle(-24, -28, 36, light(colour)) + oval(0, 62, 70, 16, "#FFFDF6")
        return base + circle(0, 0, 70, dark(colour, 0.12)) + circle(0, 0, 48, light(colour, 0.12)) + ring_of(12, 80, light(colour, 0.3), 6)
    leaves = "".join(group(leaf(340, 120, BANANA, light(BANANA, 0.3)), x=x, y=400, turn=turn) for x, turn in ((420, 74), (380, -74), (400, 160), (400, 20)))
    places = ((300, 300), (504, 296), (400, 414), (290, 520), (512, 524))
    return circle(400, 412, 272, dark(WOOD, 0.1)) + circle(400, 404, 272, WOOD) + circle(400, 404, 246, light(WOOD, 0.25)) + leaves + "".join(group(cake(colours[at % 3]), x=x, y=y, turn=s.angle()) for at, (x, y) in enumerate(places))


def ring_of(count: int, radius: float, colour: str, size: float = 13) -> str:
    """Dots on a circle about the origin."""
    return "".join(circle(x, y, size, colour) for x, y, _turn in around(count, radius))


def rolls(s: Scene) -> str:
    """Rolls stacked three on two on one plate, their fillings to be seen."""
    skin = s.p.taste if s.category == "kue-basah" else "#D98F3C"
    inner = "#8A4B20" if s.category == "kue-basah" else light(s.p.taste, 0.4)
    def roll(x: float, y: float) -> str:
        crumbs = "".join(circle(x + s.between(-150, 60), y + s.between(-40, 40), s.between(4, 7), light(skin, 0.35)) for _ in range(12))
        return rect(x - 190, y - 58, 280, 116, skin, 52) + rect(x - 190, y + 14, 270, 44, dark(skin, 0.14), 22) + crumbs + circle(x + 70, y, 58, light(skin, 0.3)) + circle(x + 70, y, 42, inner) + circle(x + 60, y - 10, 12, light(inner)) + circle(x + 84, y + 12, 9, s.p.green)
    board = oval(400, 634, 310, 46, dark(s.p.main)) + oval(400, 622, 310, 46, s.p.main) + oval(400, 616, 276, 36, light(s.p.main, 0.75))
    low = roll(360, 560) + roll(520, 566)
    return board + roll(330, 470) + low if s.pick((0, 1)) else board + roll(430, 358) + roll(350, 462) + low


def pastries(s: Scene) -> str:
    """Half moons with a twisted edge."""
    def moon(colour: str) -> str:
        edge = "".join(circle(x, min(y, 6), 19, dark(colour, 0.1)) for x, y, turn in around(26, 150) if turn >= 180 or turn == 0)
        return edge + path("M-150 10A150 150 0 0 1 150 10Q0 40 -150 10Z", colour) + line("M-84 -40Q-30 -104 50 -92", light(colour, 0.4), 12) + "".join(circle(s.between(-80, 80), s.between(-70, -10), 5, dark(colour)) for _ in range(8))
    tones = ("#D98F3C", "#E5A652", "#CC7F2E")
    return group(dish(s, 296), x=400, y=420) + "".join(group(moon(colour), x=x, y=y, turn=turn) for x, y, turn, colour in ((330, 356, -24, tones[0]), (490, 420, 22, tones[1]), (370, 560, -4, tones[2]))) + group(chilli(), x=560, y=560, turn=-30) + group(leaf(110, 40, s.p.green, light(s.p.green)), x=250, y=560, turn=-70)


def bread(s: Scene) -> str:
    """A loaf or sponge cake with slices cut off."""
    crust, crumb = "#B9702E", light(s.p.taste, 0.45)
    if s.has("sobek"):
        buns = "".join(circle(x, y + 8, 82, dark(crust)) + circle(x, y, 82, "#CF8A40") + path(f"M{x - 46} {y - 30}Q{x} {y - 66} {x + 40} {y - 36}", "none", 'stroke="#EBBE7C" stroke-width="13" stroke-linecap="round"') + "".join(circle(x + s.between(-40, 40), y + s.between(-34, 40), 6, s.p.taste) for _ in range(6)) for y in (330, 476) for x in (260, 400, 540))
        return rect(150, 220, 500, 372, dark(s.p.main), 40) + rect(166, 236, 468, 340, s.p.main, 32) + buns
    body = path("M150 566V386C150 280 250 262 330 262H540C610 262 656 300 656 386V566Z", crust)
    face = path("M150 566V398C150 300 212 282 262 282S374 300 374 398V566Z", crumb) + path("M150 566V398C150 300 212 282 262 282S374 300 374 398V566Z", "none", f'stroke="{crust}" stroke-width="20"')
    swirl = line("M210 500C190 400 250 340 300 372S316 470 262 470 240 420 266 410", dark(s.p.taste, 0.15), 16) if s.has("marmer", "cokelat") else "".join(circle(s.between(190, 334), s.between(340, 540), s.between(6, 12), dark(crumb, 0.14)) for _ in range(16))
    scores = "".join(line(f"M{x} 272Q{x + 30} 320 {x} 372", light(crust, 0.4), 13) for x in (430, 510, 586))
    slice_ = group(path("M-90 60V-30C-90 -80 -50 -92 0 -92S90 -80 90 -30V60Z", crumb, f'stroke="{crust}" stroke-width="16"'), x=300, y=600, turn=-8, scale=0.8)
    board = rect(110, 560, 580, 44, WOOD, 22) + rect(110, 592, 580, 20, dark(WOOD), 10)
    return board + body + face + swirl + scores + slice_


def crocodile(s: Scene) -> str:
    """Roti buaya, the bread of a Betawi betrothal."""
    crust, deep = "#CB8438", "#9A5A20"
    def one(turn: float, x: float, y: float, size: float) -> str:
        body = path("M-300 10C-300 -30 -250 -44 -190 -50 -120 -104 60 -104 140 -46 210 -30 270 -14 330 26 250 36 190 44 130 52 40 92 -120 92 -190 56 -250 54 -300 44 -300 10Z", crust)
        scales = "".join(poly(((at, -70), (at + 22, -104), (at + 44, -70)), deep) for at in range(-130, 110, 44)) + "".join(line(f"M{at} -34q20 24 0 52", deep, 8) for at in range(-120, 150, 48))
        legs = "".join(group(rect(-22, 0, 44, 64, dark(crust, 0.14), 20), x=at, y=48, turn=lean) for at, lean in ((-150, 14), (60, -14)))
        face = circle(-214, -42, 20, crust) + circle(-214, -42, 10, "#2A1B14") + line("M-296 20Q-240 34 -196 14", deep, 8) + "".join(poly(((at, 22), (at + 12, 38), (at + 24, 22)), "#FFF6E2") for at in (-284, -256, -228))
        return group(legs + body + scales + face, x=x, y=y, turn=turn, scale=size)
    basket = oval(400, 590, 310, 86, dark(WOOD)) + oval(400, 572, 310, 86, WOOD) + oval(400, 566, 270, 64, s.p.second)
    flowers = "".join(group("".join(group(oval(0, -18, 11, 17, "#FFFDF6"), turn=turn) for turn in range(0, 360, 72)) + circle(0, 0, 9, "#F4B400"), x=x, y=y) for x, y in ((180, 600), (622, 600), (400, 640)))
    if s.has("sepasang", "seserahan"):
        return basket + one(-6, 400, 360, 0.88) + one(4, 400, 520, 1) + flowers
    return basket + one(s.pick((-8, 0, 6)), 400, 480, 1.05) + flowers + s.label(400, 270, 300, 96)


def cookies(s: Scene) -> str:
    """A tin of cookies from above."""
    tin = circle(400, 420, 300, dark(s.p.main)) + circle(400, 408, 300, s.p.main) + circle(400, 408, 262, light(s.p.main, 0.82))
    def cookie() -> str:
        if s.has("kastengel", "kaas"):
            return rect(-30, -66, 60, 132, "#DDA345", 16) + "".join(circle(s.between(-20, 20), s.between(-54, 54), 6, "#FFE7A3") for _ in range(9))
        if s.has("salju"):
            return circle(0, 0, 60, "#E9D3A8") + path("M-60 0A60 60 0 1 1 40 -44 46 46 0 1 0 -20 56Z", "#FFFDF6") if s.pick((0, 1)) else circle(0, 0, 60, "#FFFDF6") + ring_of(6, 30, "#EFE3CB", 6)
        if s.has("nastar"):
            return circle(0, 0, 60, "#E3A033") + circle(-16, -18, 22, "#F1C36A") + circle(0, 0, 9, "#5A3421") + group(leaf(26, 10, s.p.green), y=-6, turn=30)
        return circle(0, 0, 60, s.p.taste) + circle(0, 0, 46, light(s.p.taste, 0.2)) + line("M-26 -16H26M-26 0H26M-26 16H26", dark(s.p.taste), 6)
    spots = [(0.0, 0.0, 0.0), *around(6, 136, s.angle())]
    return tin + "".join(group(circle(0, 6, 60, s.p.ink, 'opacity=".12"') + cookie(), x=400 + x, y=408 + y, turn=s.angle()) for x, y, _turn in spots) + "".join(group(oval(0, 0, 26, 10, s.p.second), x=400 + x, y=408 + y, turn=turn + 90) for x, y, turn in around(24, 281))


def blossoms(s: Scene) -> str:
    """Cookies in the shape of flowers, or a brooch."""
    def flower(colour: str, petals: int, size: float) -> str:
        turn = 360 / petals
        loops = "".join(group(oval(0, -92, 44, 66, colour) + oval(0, -92, 20, 38, dark(colour, 0.2)), turn=turn * at) for at in range(petals))
        return group(loops + circle(0, 0, 52, colour) + circle(0, 0, 28, dark(colour, 0.2)), scale=size)
    if s.category == "rajut-aksesori":
        fringe = "".join(line(f"M0 0V{150 + 24 * (at % 2)}", s.p.main if at % 2 else s.p.second, 13) + circle(0, 170 + 24 * (at % 2), 15, "#F4B400") for at in range(1))
        tassels = "".join(group(fringe, x=400 + x, y=480) for x in (-84, -42, 0, 42, 84))
        beads = ring_of(18, 236, s.p.second, 12)
        return tassels + group(beads, x=400, y=360) + group(flower(s.p.main, s.pick((5, 6, 8)), 1.2) + circle(0, 0, 26, "#F4B400"), x=400, y=360)
    many = s.pick((6, 7, 8))
    board = rect(120, 130, 560, 560, dark(s.p.main), 60) + rect(120, 118, 560, 560, s.p.main, 60) + rect(146, 144, 508, 508, light(s.p.main, 0.85), 44)
    tones = (s.p.taste, dark(s.p.taste, 0.1), light(s.p.taste, 0.2))
    spots = ((284, 286, 0.76), (528, 300, 0.68), (300, 520, 0.68), (530, 524, 0.8))
    return board + "".join(group(flower(tones[at % 3], many, size), x=x, y=y, turn=s.angle()) for at, (x, y, size) in enumerate(spots)) + "".join(circle(s.between(200, 600), s.between(200, 600), 5, "#FFF6E2") for _ in range(10))


MOTIFS: Mapping[str, Motif] = {
    "kotak": lunch_box, "daun": leaf_parcel, "mangkuk": bowl, "tumpeng": rice_cone, "ayam": chicken_plate, "wajan": wok,
    "lapis": layer_cake, "kuebulat": round_cakes, "gulung": rolls, "pastel": pastries, "roti": bread, "buaya": crocodile,
    "kuekering": cookies, "bunga": blossoms,
}  # fmt: skip
