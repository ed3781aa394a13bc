"""Drawings of packed food and drink: pouches, jars, bottles, cups, bags."""

from collections.abc import Mapping

from marketplace.catalog.art.brush import circle, clip, group, leaf, line, oval, path, rect
from marketplace.catalog.art.garnish import chilli, floor, ring_of, steam
from marketplace.catalog.art.paints import dark, light
from marketplace.catalog.art.scene import Motif, Scene

BANANA = "#4F8F3F"
GLASS = "#EAF2EE"


def pouch(s: Scene) -> str:
    """A standing pouch with a window on crisps, and some crisps before it."""
    shape = "M206 176H594L612 640Q612 664 588 664H212Q188 664 188 640Z"
    body = (
        path(shape, s.p.main)
        + path("M206 176H594L596 226H204Z", dark(s.p.main))
        + line("M230 200H570", light(s.p.main, 0.3), 5, 'stroke-dasharray="2 14"')
    )
    window = s.pick(
        (
            "M270 470A130 110 0 0 1 530 470Q530 606 400 606T270 470Z",
            "M266 452H534V600Q534 616 518 616H282Q266 616 266 600Z",
            "M400 420 548 612H252Z",
        )
    )
    chips = "".join(_crisp(s, s.between(270, 530), s.between(450, 604)) for _ in range(10))
    seen = clip("c", path(window, "#000"), rect(200, 400, 400, 240, dark(s.p.taste, 0.35)) + chips)
    before = "".join(_crisp(s, x, y, 1.25) for x, y in ((214, 668), (300, 690), (560, 680)))
    top = s.pick(
        (s.band(206, 228, 388, 46), rect(204, 236, 392, 12, s.p.second) + rect(203, 256, 394, 6, s.p.second), "")
    )
    return floor(s, 240) + body + clip("d", path(shape, "#000"), top) + s.label(400, 346, 300, 110) + seen + before


def _crisp(s: Scene, x: float, y: float, size: float = 1) -> str:
    tone = s.pick((s.p.taste, light(s.p.taste, 0.25), dark(s.p.taste, 0.12)))
    if s.has("tempe"):
        made = path("M-46 0C-46 -40 46 -44 46 0S-46 42 -46 0Z", tone) + "".join(
            circle(a, b, 8, light(tone, 0.5)) for a, b in ((-22, -6), (4, 10), (22, -8), (-4, -14))
        )
    elif s.has("pisang"):
        made = oval(0, 0, 52, 24, tone) + oval(0, 0, 38, 14, light(tone, 0.2)) + line("M-26 0H26", dark(tone), 4)
    elif s.has("kerupuk", "rambak"):
        made = path("M-44 10Q-54 -30 -14 -34T44 -16 30 34 -20 34 -44 10Z", light(tone, 0.3)) + ring_of(
            5, 22, light(tone, 0.7), 8
        )
    else:
        made = (
            oval(0, 0, 46, 34, tone)
            + line("M-26 -8Q0 -24 26 -6", light(tone, 0.35), 6)
            + "".join(circle(a, b, 4, dark(tone, 0.35)) for a, b in ((-14, 10), (8, 4), (20, 14)))
        )
    return group(made, x=x, y=y, turn=s.angle(), scale=size)


def jar(s: Scene) -> str:
    """A lidded jar that shows its contents."""
    shape = s.pick(
        (
            "M220 282Q220 246 256 246H544Q580 246 580 282V620Q580 660 540 660H260Q220 660 220 620Z",
            "M206 330Q206 246 290 246H510Q594 246 594 330V600Q594 660 534 660H266Q206 660 206 600Z",
            "M252 246H548Q604 330 604 430V580Q604 660 524 660H276Q196 660 196 580V430Q196 330 252 246Z",
        )
    )
    inside = rect(180, 300, 440, 380, s.p.taste)
    if s.has("bawang", "abon", "serundeng", "kering", "teri"):
        inside += "".join(
            group(rect(-26, -5, 52, 10, tone, 5), x=s.between(200, 600), y=s.between(310, 650), turn=s.angle())
            for tone in (dark(s.p.taste), light(s.p.taste), dark(s.p.taste, 0.1))
            for _ in range(16)
        )
    elif s.has("peyek", "emping"):
        inside += "".join(
            group(
                oval(0, 0, 60, 44, tone) + ring_of(4, 24, dark(tone, 0.25), 8),
                x=s.between(220, 580),
                y=s.between(330, 640),
                turn=s.angle(),
            )
            for tone in (light(s.p.taste), dark(s.p.taste, 0.08))
            for _ in range(7)
        )
    else:
        inside += "".join(
            group(
                line("M-34 16Q-10 -30 34 -10", tone, 20), x=s.between(220, 580), y=s.between(320, 640), turn=s.angle()
            )
            for tone in (light(s.p.taste), dark(s.p.taste, 0.12))
            for _ in range(11)
        )
    glass = path(shape, GLASS) + clip(
        "c", path(shape, "#000"), inside + rect(230, 246, 26, 400, "#FFFFFF", 13, 'opacity=".3"')
    )
    lid = rect(236, 176, 328, 84, s.p.main, 16) + rect(236, 232, 328, 16, dark(s.p.main))
    if s.pick((0, 1)):
        lid = (
            path(
                "M222 262Q210 170 300 164H500Q590 170 578 262L552 240 526 266 500 242 472 268 446 244 420 268"
                "  394 244 366 268 340 244 312 268 286 242 258 266Z",
                s.p.main,
            )
            + rect(240, 222, 320, 14, s.p.second)
            + clip("e", path("M240 224Q220 170 300 164H500Q580 170 560 224Z", "#000"), s.band(230, 166, 340, 54))
        )
    return floor(s, 230) + glass + lid + s.label(400, 478, 300, 142)


def sauce(s: Scene) -> str:
    """A squat bottle of sambal or spice paste, with what went into it."""
    shape = "M290 300H510Q566 330 566 400V612Q566 660 518 660H282Q234 660 234 612V400Q234 330 290 300Z"
    tone = s.p.taste if s.p.taste != "#F7EFDF" else "#E5CF9D"
    seeds = "".join(
        group(oval(0, 0, 9, 5, colour), x=s.between(246, 554), y=s.between(350, 650), turn=s.angle())
        for colour in ("#F7D98B", dark(tone, 0.3), light(tone))
        for _ in range(14)
    )
    glass = path(shape, GLASS) + clip(
        "c",
        path(shape, "#000"),
        rect(220, 340, 360, 330, tone) + seeds + rect(252, 330, 20, 310, "#FFF", 10, 'opacity=".28"'),
    )
    cap = (
        rect(292, 196, 216, 84, s.p.main, 16)
        + "".join(rect(310 + 34 * at, 206, 8, 62, dark(s.p.main), 4) for at in range(6))
        + rect(304, 278, 192, 26, GLASS)
    )
    beside = group(chilli(130), x=560, y=640, turn=-24) + group(chilli(110), x=120, y=664, turn=8)
    if s.has("bawang", "dasar", "soto", "opor"):
        beside += "".join(
            group(
                path("M0 -66C60 -40 60 46 0 50 -60 46 -60 -40 0 -66Z", "#B5506B")
                + line("M0 -60C30 -30 30 30 0 46M0 -60C-30 -30 -30 30 0 46", "#E7A7B4", 5),
                x=x,
                y=636,
            )
            for x in (176,)
        )
    tag = (
        group(s.seal(0, 0, 52), x=600, y=330, turn=-8) + line("M510 290Q560 270 586 288", s.p.second, 5)
        if s.pick((0, 1))
        else ""
    )
    return floor(s, 240) + glass + cap + s.label(400, 500, 288, 138) + beside + tag


def bottle(s: Scene) -> str:
    """A bottle of a drink, sometimes with its glass."""
    kinds = (
        "M356 150H444V270Q528 310 528 400V630Q528 664 494 664H306Q272 664 272 630V400Q272 310 356 270Z",
        "M350 150H450V236Q540 262 540 350V634Q540 664 510 664H290Q260 664 260 634V350Q260 262 350 236Z",
        "M364 150H436V300C436 350 516 360 516 450V630Q516 664 482 664H318Q284 664 284 630V450C284 360 364 350 364 300Z",
    )
    shape = s.pick(kinds)
    drink = (
        rect(240, 290, 320, 400, s.p.taste)
        + rect(240, 290, 320, 22, light(s.p.taste))
        + rect(294, 330, 18, 300, "#FFF", 9, 'opacity=".3"')
    )
    glass = path(shape, GLASS) + clip("c", path(shape, "#000"), drink)
    cap = rect(344, 116, 112, 60, s.p.main, 12) + rect(344, 158, 112, 10, dark(s.p.main))
    shift, extra = 0, ""
    if s.pick((0, 1, 1)):
        shift = -96
        extra = (
            path("M504 430H664L644 664H524Z", GLASS, 'opacity=".9"')
            + path("M512 500H658L644 664H524Z", s.p.taste)
            + rect(548, 470, 46, 46, "#FFFFFF", 8, 'opacity=".6" transform="rotate(14 570 490)"')
            + line("M612 470 640 350", s.p.second, 13)
            + circle(660, 436, 46, "#F5C33B")
            + circle(660, 436, 34, "#FBE08A")
            + line("M660 404V468M628 436H692M638 414 682 458M682 414 638 458", "#F5C33B", 5)
        )
    spices = "".join(
        group(drawing, x=x, y=664, turn=turn)
        for x, turn, drawing in zip(
            (180, 230, 610), (0, 24, -16), s.pick((_ginger(), _star(), _cinnamon())), strict=True
        )
    )
    return floor(s, 260) + group(glass + cap + s.label(400, 500, 226, 128), x=shift) + (extra or spices)


def _ginger() -> tuple[str, str, str]:
    root = path(
        "M-60 10C-80 -30 -30 -50 -10 -26 -10 -70 50 -66 40 -24 80 -30 84 20 44 24 20 44 -40 44 -60 10Z", "#D9AC6B"
    ) + line("M-30 -6Q-16 4 -30 18M30 -14Q44 0 30 12", "#B98A49", 5)
    return root, "", root


def _star() -> tuple[str, str, str]:
    star = "".join(group(leaf(52, 20, "#8A4B20", "#5A3421"), turn=turn) for turn in range(0, 360, 45)) + circle(
        0, 0, 10, "#5A3421"
    )
    return star, "", star


def _cinnamon() -> tuple[str, str, str]:
    stick = rect(-90, -18, 180, 32, "#9A5A2B", 16) + rect(-90, 2, 180, 26, "#7D4420", 13)
    return stick, "", stick


def cup(s: Scene) -> str:
    """A glass cup with a hot drink, or an iced one with a straw."""
    if s.has(" es ", "selendang"):
        shape = "M246 250H554L516 640Q512 664 488 664H312Q288 664 284 640Z"
        parts = "".join(
            rect(s.between(260, 500), s.between(360, 600), 54, 40, tone, 8)
            for tone in ("#D8415B", "#6FA85A", "#FFF3DA", "#F4B400")
            for _ in range(4)
        )
        ice = "".join(
            rect(s.between(276, 470), s.between(280, 340), 56, 56, "#FFF", 10, 'opacity=".65"') for _ in range(5)
        )
        return (
            floor(s, 170)
            + path(shape, GLASS)
            + clip("c", path(shape, "#000"), rect(240, 320, 320, 360, light(s.p.taste, 0.4)) + parts + ice)
            + line("M440 300 500 120", s.p.second, 22)
            + rect(232, 226, 336, 40, s.p.main, 20)
            + s.label(400, 470, 220, 100)
        )
    saucer = (
        oval(390, 650, 290, 44, dark(s.p.second))
        + oval(390, 638, 290, 44, s.p.second)
        + oval(390, 634, 200, 26, light(s.p.second))
    )
    handle = line("M560 400C680 380 680 560 540 550", s.p.main, 32)
    body = path("M190 340H580V500C580 600 510 636 450 636H320C260 636 190 600 190 500Z", s.p.main)
    rim = (
        oval(385, 342, 196, 44, light(s.p.main))
        + oval(385, 348, 172, 34, s.p.taste)
        + oval(385, 352, 120, 18, light(s.p.taste, 0.2))
    )
    float_ = "".join(
        group(leaf(60, 26, s.p.green, light(s.p.green)), x=x, y=356, turn=turn) for x, turn in ((360, 70), (410, -64))
    )
    band = clip(
        "c",
        path("M190 340H580V500C580 600 510 636 450 636H320C260 636 190 600 190 500Z", "#000"),
        s.band(180, 470, 420, 60),
    )
    side = group(s.pick((_ginger(), _star(), _cinnamon()))[0], x=640, y=650, turn=s.pick((-10, 14)))
    return floor(s, 280, 690) + steam(390, 280) + saucer + handle + body + band + rim + float_ + side


def coffee(s: Scene) -> str:
    """A bag of coffee or tea and a cup of it."""
    bag = (
        path("M190 212H500V640Q500 664 476 664H214Q190 664 190 640Z", s.p.main)
        + path("M190 212H500L486 150H204Z", dark(s.p.main))
        + rect(190, 206, 310, 22, s.p.second)
        + circle(345, 290, 20, dark(s.p.main))
        + circle(345, 290, 9, s.p.cream)
    )
    cup_ = (
        path("M480 500H690V580C690 640 650 664 620 664H550C520 664 480 640 480 580Z", s.p.cream)
        + line("M690 530C740 530 740 610 676 610", s.p.cream, 20)
        + oval(585, 502, 106, 24, light(s.p.second, 0.6))
        + oval(585, 504, 88, 17, "#5A3421")
    )
    beans = "".join(
        group(oval(0, 0, 26, 19, "#5A3421") + line("M-20 0Q-6 -10 0 0T20 0", "#8A5A3A", 5), x=x, y=y, turn=s.angle())
        for x, y in ((150, 676), (206, 694), (274, 684), (336, 700), (110, 700), (400, 690))
    )
    return (
        floor(s, 290, 690)
        + bag
        + s.label(345, 440, 258, 150)
        + clip("c", rect(190, 540, 310, 80, "#000"), s.band(190, 546, 310, 62))
        + steam(590, 470)
        + cup_
        + beans
    )


def frozen(s: Scene) -> str:
    """A sealed bag of frozen bites with a snowflake."""
    shape = "M190 190H610L624 660H176Z"
    bag = (
        path(shape, light(s.p.main, 0.15))
        + rect(180, 160, 440, 56, s.p.main, 10)
        + rect(196, 180, 408, 8, light(s.p.main, 0.5), 4)
        + rect(196, 196, 408, 8, s.p.second, 4)
    )
    window = oval(400, 532, 180, 106, "#DCEBF2")

    def bite() -> str:
        if s.has("bakso", "cilok"):
            return circle(0, 0, 46, "#C9A183") + circle(-14, -14, 12, "#E0C2A8")
        if s.has("nugget", "cireng", "kaki naga"):
            return rect(-52, -36, 104, 72, "#DD9A3C", 30) + "".join(
                circle(s.between(-36, 36), s.between(-22, 22), 6, "#F0C276") for _ in range(6)
            )
        fold = "".join(line(f"M0 -44Q{at} -20 {at * 1.5} 10", "#D8BE8A", 5) for at in (-30, -12, 12, 30))
        return (
            path("M-56 30C-60 -10 -20 -50 0 -50S60 -10 56 30Q0 54 -56 30Z", "#F5E4BF")
            + fold
            + circle(0, -44, 12, s.p.taste)
        )

    bites = "".join(
        group(bite(), x=x, y=y, turn=s.pick((-20, 0, 15)))
        for x, y in ((300, 510), (400, 490), (500, 510), (340, 590), (450, 590))
    )
    snow = group(
        "".join(
            group(line("M0 0V-44M0 -26 -13 -38M0 -26 13 -38", "#FFFFFF", 8), turn=turn) for turn in range(0, 360, 60)
        ),
        x=s.pick((250, 550)),
        y=270,
    )
    return (
        floor(s, 250)
        + bag
        + snow
        + s.label(400, 348, 280, 110)
        + window
        + clip("c", oval(400, 532, 180, 106, "#000"), bites)
        + oval(400, 532, 180, 106, "none", f'stroke="{s.p.second}" stroke-width="8"')
    )


def sack(s: Scene) -> str:
    """A sack of compost with a seedling."""
    body = path("M200 270Q180 660 210 664H590Q620 660 600 270Q400 300 200 270Z", "#CDA877") + path(
        "M200 270Q300 200 400 236T600 270Q400 320 200 270Z", "#B08A58"
    )
    weave = "".join(line(f"M{x} 290V650", "#BD9663", 4) for x in range(226, 600, 28))
    soil = oval(400, 262, 178, 40, "#4A3728")
    plant = (
        line("M400 256V150", BANANA, 13)
        + group(leaf(110, 48, s.p.green, light(s.p.green)), x=400, y=190, turn=-58)
        + group(leaf(110, 48, light(s.p.green, 0.15), s.p.green), x=400, y=176, turn=54)
    )
    return (
        floor(s, 220)
        + body
        + weave
        + soil
        + plant
        + s.label(400, 466, 300, 150)
        + clip("c", rect(196, 570, 410, 60, "#000"), s.band(196, 570, 410, 56))
    )


MOTIFS: Mapping[str, Motif] = {
    "keripik": pouch,
    "toples": jar,
    "botolsambal": sauce,
    "botol": bottle,
    "cangkir": cup,
    "kopi": coffee,
    "beku": frozen,
    "karung": sack,
}
