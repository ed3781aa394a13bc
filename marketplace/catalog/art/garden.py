"""Drawings of what is caught, laid or grown: fish, eggs, greens, plants."""

from collections.abc import Mapping

from marketplace.catalog.art.brush import around, circle, clip, group, leaf, line, oval, path, poly, rect
from marketplace.catalog.art.garnish import chilli, floor, ring_of
from marketplace.catalog.art.paints import dark, light
from marketplace.catalog.art.scene import Motif, Scene

WOOD = "#C08A4E"
BANANA = "#4F8F3F"
GLASS = "#EAF2EE"
CLAY = "#C0693C"
MUSHROOM = "#D8BE9A"


def fish(s: Scene) -> str:
    """Fish on a plate or leaf; small ones in a heap."""
    tone = s.pick(("#8FA9B8", "#B9C4C6", "#D9B98A", "#C9986A")) if not s.has("asap", "bakar", "presto") else "#B8742F"

    def one(colour: str) -> str:
        body = path("M-230 0C-160 -110 60 -120 170 -16L262 -86Q236 0 262 86L170 16C60 120 -160 110 -230 0Z", colour)
        scales = "".join(
            line(f"M{x} {y}q20 18 0 36", dark(colour), 6)
            for x in range(-96, 130, 44)
            for y in (-52, -14, 24)
            if abs(y + 14) + x * 0.3 < 66  # noqa: PLR2004 - the body grows thin towards the tail
        )
        return (
            body
            + path(
                "M-230 0C-206 -40 -170 -66 -130 -78 -104 -30 -104 30 -130 78 -170 66 -206 40 -230 0Z",
                dark(colour, 0.14),
            )
            + scales
            + poly(((-30, -88), (60, -136), (80, -74)), dark(colour))
            + circle(-168, -18, 16, "#FFF")
            + circle(-168, -18, 8, s.p.ink)
        )

    if s.has("teri", "rebon"):
        many = "".join(
            group(
                path(
                    "M-60 0Q-10 -22 40 0L64 -14V14L40 0Q-10 22 -60 0Z",
                    s.pick((tone, light(tone), dark(tone, 0.14)))
                    if s.has("teri")
                    else s.pick(("#EE8A63", "#E27551", "#F5A98A")),
                )
                + circle(-40, -3, 4, s.p.ink),
                x=400 + x,
                y=430 + y,
                turn=s.angle(),
            )
            for x, y in ((s.between(-190, 190), s.between(-150, 150)) for _ in range(40))
        )
        return circle(400, 436, 290, dark(WOOD)) + circle(400, 424, 290, WOOD) + circle(400, 424, 256, BANANA) + many
    if s.has("otak"):
        rolls_ = "".join(
            group(
                rect(-190, -44, 380, 88, BANANA, 26)
                + rect(-120, -44, 240, 88, "#F3DFC0", 10)
                + "".join(line(f"M{at} -40V40", "#C98B45", 10) for at in (-84, -28, 28, 84))
                + line("M-164 -50V50M164 -50V50", "#E0B874", 10),
                x=400,
                y=300 + 112 * at,
                turn=s.pick((-8, -5, 5, 8)),
            )
            for at in range(3)
        )
        return (
            rect(130, 190, 540, 460, dark(s.p.main), 60)
            + rect(130, 178, 540, 460, s.p.main, 60)
            + rolls_
            + group(chilli(), x=520, y=640, turn=-10)
        )
    base = (
        circle(400, 416, 300, dark(s.p.main))
        + circle(400, 404, 300, "#FFFDF8")
        + circle(400, 404, 270, light(s.p.main, 0.82))
        if s.pick((0, 1))
        else "".join(
            group(leaf(360, 150, BANANA, light(BANANA, 0.3)), x=x, y=430, turn=turn)
            for x, turn in ((430, 80), (370, -80), (420, 100), (380, -100))
        )
    )
    two = (
        group(one(tone), x=400, y=340, turn=-8) + group(one(dark(tone, 0.08)), x=410, y=500, turn=4)
        if s.pick((0, 1))
        else group(one(tone), x=400, y=410, turn=s.pick((-18, -8, 10)), scale=1.14)
    )
    lime = "".join(
        group(
            circle(0, 0, 46, "#7BAA4F")
            + circle(0, 0, 36, "#E9F0B8")
            + "".join(line(f"M0 0L{x:.0f} {y:.0f}", "#A9C86A", 4) for x, y, _turn in around(8, 32)),
            x=x,
            y=y,
        )
        for x, y in s.pick((((250, 590), (310, 624)), ((560, 214), (612, 254))))
    )
    return base + two + lime + group(chilli(), x=s.pick((200, 470)), y=s.pick((240, 640)), turn=-12)


def greens(s: Scene) -> str:
    """A bunch of vegetables, tied; or mushrooms."""
    if s.has("jamur"):

        def cap(x: float, y: float, size: float) -> str:
            return group(
                path("M-24 0Q-16 120 -34 170H34Q16 120 24 0Z", "#F5EBDA")
                + path("M-120 10C-120 -90 120 -90 120 10 60 40 -60 40 -120 10Z", light(MUSHROOM, 0.2))
                + line("M-70 14V22M-24 22V32M24 22V32M70 14V22", dark(MUSHROOM), 6),
                x=x,
                y=y,
                scale=size,
            )

        basket = path("M170 520H630L590 664H210Z", WOOD) + "".join(
            line(f"M186 {y}H614", dark(WOOD), 8) for y in (556, 592, 628)
        )
        return (
            floor(s, 240)
            + cap(290, 330, 1)
            + cap(520, 350, 1.05)
            + cap(400, 390, 1.2)
            + cap(250, 450, 0.8)
            + cap(560, 460, 0.8)
            + basket
            + s.label(400, 592, 220, 90)
        )
    red = s.has("merah")
    tone = "#8C2F52" if red else s.p.green

    def stalk(turn: float, size: float) -> str:
        pale = "#F1F4E3" if s.has("pakcoy", "sawi", "caisim") else light(tone, 0.5)
        frill = s.has("selada", "kale")
        blade = (
            path("M0 -190C-110 -220 -130 -330 -70 -400Q0 -450 70 -400C130 -330 110 -220 0 -190Z", tone)
            if not s.has("kangkung")
            else "".join(
                group(leaf(150, 44, tone, light(tone)), y=-150 - 60 * at, turn=lean)
                for at, lean in enumerate((-50, 46, -24, 10))
            )
        )
        edge = (
            "".join(circle(92 * x / 100, -310 + 96 * y / 100, 30, light(tone, 0.18)) for x, y, _turn in around(10, 100))
            if frill
            else ""
        )
        vein = line("M0 -180V-380M0 -260 -44 -310M0 -260 44 -310", light(tone, 0.4), 8) if not s.has("kangkung") else ""
        return group(
            path("M-26 0Q-40 -120 0 -210Q40 -120 26 0Z", pale) + edge + blade + vein,
            x=400,
            y=620,
            turn=turn,
            scale=size,
        )

    bunch = "".join(stalk(turn, size) for turn, size in ((-46, 0.86), (46, 0.86), (-24, 0.98), (26, 0.96), (0, 1.08)))
    tie = rect(326, 540, 148, 44, s.p.main, 18) + rect(326, 556, 148, 10, s.p.second)
    roots = "".join(line(f"M{380 + 10 * at} 624q{-14 + 7 * at} 30 {-20 + 10 * at} 60", "#EADBC0", 6) for at in range(5))
    drops = "".join(
        path(f"M{x} {y}q14 20 0 30q-14 -10 0 -30Z", "#FFFFFF", 'opacity=".8"')
        for x, y in ((300, 300), (470, 240), (540, 380))
    )
    return floor(s, 180) + bunch + roots + tie + drops


def _straw(s: Scene) -> str:
    start = f"M{s.between(130, 640):.0f} {s.between(500, 640):.0f}"
    bend = f"q{s.between(20, 60):.0f} {s.between(-40, 40):.0f} {s.between(60, 130):.0f} {s.between(-10, 10):.0f}"
    return line(start + bend, s.pick(("#D9B36C", "#C49A4E", "#EBD09A")), 9)


def eggs(s: Scene) -> str:
    """Eggs in a nest or a tray."""
    tone = "#8FC4C0" if s.has("asin", "bebek") else "#E9C9A0" if not s.has("puyuh") else "#EFE3CF"

    def one(x: float, y: float, turn: float) -> str:
        spots = (
            "".join(circle(s.between(-40, 40), s.between(-60, 50), s.between(4, 10), "#6B4A33") for _ in range(9))
            if s.has("puyuh")
            else ""
        )
        return group(
            path(
                "M0 -92C52 -92 76 -10 76 24A76 66 0 0 1 -76 24C-76 -10 -52 -92 0 -92Z",
                s.pick((tone, light(tone, 0.15), dark(tone, 0.06))),
            )
            + path(
                "M-44 -20Q-40 -56 -14 -66",
                "none",
                'stroke="#FFF" stroke-width="13" stroke-linecap="round" opacity=".6"',
            )
            + spots,
            x=x,
            y=y,
            turn=turn,
        )

    straw = "".join(_straw(s) for _ in range(34))
    clutch = one(290, 430, -18) + one(510, 430, 16) + one(400, 400, 0) + one(330, 520, -10) + one(470, 524, 12)
    half = (
        group(circle(0, 0, 66, "#FFFDF6") + circle(4, 4, 40, "#EF8F1F") + circle(-8, -8, 10, "#F9BE5A"), x=600, y=620)
        if s.has("asin")
        else ""
    )
    return oval(400, 600, 310, 96, dark(WOOD)) + oval(400, 580, 310, 96, "#B98A49") + clutch + straw + half


def plant(s: Scene) -> str:
    """A plant in its pot, by what it is called."""
    if s.has("terarium"):
        glass = circle(400, 420, 236, GLASS, 'opacity=".92"')
        scene_ = clip(
            "c",
            circle(400, 420, 226, "#000"),
            rect(150, 540, 500, 140, "#4A3728")
            + rect(150, 520, 500, 30, "#C9B48A")
            + "".join(
                circle(
                    s.between(200, 600),
                    s.between(490, 530),
                    s.between(26, 60),
                    s.pick((s.p.green, light(s.p.green, 0.2), dark(s.p.green))),
                )
                for _ in range(14)
            )
            + "".join(
                group(leaf(120, 36, light(s.p.green, 0.2), s.p.green), x=x, y=500, turn=turn)
                for x, turn in ((330, -12), (360, 16), (480, 4))
            ),
        )
        return (
            floor(s, 200)
            + rect(300, 640, 200, 30, WOOD, 10)
            + glass
            + scene_
            + rect(320, 164, 160, 44, WOOD, 16)
            + path(
                "M250 330Q270 260 330 232",
                "none",
                'stroke="#FFF" stroke-width="16" stroke-linecap="round" opacity=".7"',
            )
        )
    pot_tone = s.pick((CLAY, s.p.main, s.p.cream, s.p.second))
    pot = path("M270 470H530L500 664H300Z", pot_tone) + rect(252, 446, 296, 50, dark(pot_tone, 0.12), 12)
    pot += clip("c", path("M270 496H530L500 664H300Z", "#000"), s.band(260, 540, 280, 58)) if s.pick((0, 1)) else ""
    g, h = s.p.green, light(s.p.green, 0.25)
    if s.has("kaktus", "sukulen"):
        top = (
            rect(340, 220, 120, 240, g, 60)
            + rect(250, 290, 80, 70, g, 35)
            + rect(250, 290, 62, 20, g)
            + rect(230, 240, 62, 110, g, 31)
            + rect(440, 340, 110, 62, g, 31)
            + rect(494, 260, 60, 130, g, 30)
            + "".join(line(f"M{x} 250V440", h, 6, 'stroke-dasharray="3 22"') for x in (372, 400, 428))
            + ring_of(1, 0, s.p.second)
            + circle(400, 216, 26, "#D8415B")
            + circle(400, 216, 11, "#F4B400")
        )
    elif s.has("lidah"):
        top = "".join(
            group(
                path("M-34 0C-50 -160 -20 -260 0 -320C20 -260 50 -160 34 0Z", "#E3D27A")
                + path("M-22 0C-36 -160 -12 -250 0 -300C12 -250 36 -160 22 0Z", g)
                + line("M-16 -80Q0 -96 16 -80M-16 -150Q0 -166 16 -150", dark(g), 7),
                x=400 + x,
                y=462,
                turn=turn,
                scale=size,
            )
            for x, turn, size in ((-70, -20, 0.8), (70, 20, 0.84), (-34, -8, 1), (36, 8, 0.94), (0, 0, 1.08))
        )
    elif s.has("monstera", "sirih", "calathea", "aglonema"):
        spot = "#D8415B" if s.has("merah", "aglonema") else h

        def blade(turn: float, size: float) -> str:
            cut = (
                "".join(oval(x, y, 22, 8, s.p.stage) for x, y in ((-86, -190), (86, -190), (-96, -240), (96, -240)))
                if s.has("monstera")
                else "".join(line(f"M0 {y}L{x} {y - 44}", spot, 12) for y in (-150, -200, -250) for x in (-60, 60))
            )
            return group(
                line("M0 0V-140", dark(g), 13)
                + path("M0 -110C-130 -120 -130 -280 0 -340C130 -280 130 -120 0 -110Z", g)
                + line("M0 -120V-310", spot, 8)
                + cut,
                x=400,
                y=470,
                turn=turn,
                scale=size,
            )

        top = "".join(blade(turn, size) for turn, size in ((-58, 0.72), (58, 0.74), (-28, 0.9), (30, 0.86), (0, 1.04)))
    else:
        fruit = (
            "#D6412B"
            if s.has("cabai", "tomat")
            else "#6C3F7E"
            if s.has("terong")
            else "#F7D98B"
            if s.has("jeruk")
            else "#FFFDF6"
        )
        top = line("M400 470V220M400 380 330 310M400 350 476 284M400 300 350 236", dark(g), 13)
        top += "".join(
            group(leaf(100, 42, s.pick((g, h)), dark(g)), x=x, y=y, turn=turn)
            for x, y, turn in (
                (330, 310, -60),
                (330, 310, -10),
                (476, 284, 60),
                (476, 284, 16),
                (400, 230, 0),
                (350, 236, -40),
                (400, 400, 70),
                (400, 420, -76),
            )
        )
        top += "".join(
            circle(x, y, 24, fruit) + circle(x - 7, y - 7, 7, light(fruit, 0.6))
            for x, y in ((300, 350), (500, 340), (440, 250), (360, 290))
        )
    saucer = rect(280, 656, 240, 20, dark(pot_tone, 0.25), 10)
    return floor(s, 170, 684) + oval(400, 462, 130, 18, "#4A3728") + top + pot + saucer


MOTIFS: Mapping[str, Motif] = {"ikan": fish, "sayur": greens, "telur": eggs, "tanaman": plant}
