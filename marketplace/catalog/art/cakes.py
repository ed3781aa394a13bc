"""Drawings of cakes, pastries, bread and cookies."""

from collections.abc import Mapping

from marketplace.catalog.art.brush import around, circle, group, leaf, line, oval, path, poly, rect
from marketplace.catalog.art.garnish import chilli, dish, ring_of
from marketplace.catalog.art.paints import dark, light
from marketplace.catalog.art.scene import Motif, Scene

WOOD = "#C08A4E"
BANANA = "#4F8F3F"


def layer_cake(s: Scene) -> str:
    """Slices of a cake of many layers."""
    colours = (
        (s.p.taste, "#FFF3DA", s.p.second, "#FFF3DA")
        if s.has("pelangi", "beras")
        else (s.p.taste, light(s.p.taste, 0.7))
    )

    def block(x: float, y: float, width: float) -> str:
        height, step = 196, 28
        front = "".join(
            rect(x, y + step * at, width, step + 1, colours[at % len(colours)]) for at in range(height // step)
        )
        return (
            poly(((x, y), (x + 60, y - 56), (x + width + 60, y - 56), (x + width, y)), light(colours[0], 0.25))
            + poly(
                ((x + width, y), (x + width + 60, y - 56), (x + width + 60, y + height - 56), (x + width, y + height)),
                dark(colours[0], 0.2),
            )
            + front
        )

    mat = oval(400, 628, 300, 66, BANANA) + oval(400, 620, 300, 62, light(BANANA, 0.15))
    return (
        oval(400, 660, 280, 50, s.p.ink, 'opacity=".12"')
        + mat
        + block(190, 250 + 20, 200)
        + block(430, 300, 150)
        + block(300, 424, 220)
    )


def round_cakes(s: Scene) -> str:
    """Five small round cakes on a leaf, seen from above."""
    colours = (s.p.taste, light(s.p.taste, 0.25), dark(s.p.taste, 0.1))

    def cake(colour: str) -> str:
        base = circle(0, 8, 92, dark(colour, 0.25)) + circle(0, 0, 92, colour)
        if s.has(" ku "):
            return (
                base
                + ring_of(8, 56, dark(colour, 0.18))
                + circle(0, 0, 30, dark(colour, 0.18))
                + circle(0, 0, 18, light(colour))
            )
        if s.has("talam"):
            return base + circle(0, 0, 66, "#FFF8E8") + circle(0, 0, 26, colour)
        if s.has("bugis"):
            return base + circle(-24, -28, 36, light(colour)) + oval(0, 62, 70, 16, "#FFFDF6")
        return (
            base
            + circle(0, 0, 70, dark(colour, 0.12))
            + circle(0, 0, 48, light(colour, 0.12))
            + ring_of(12, 80, light(colour, 0.3), 6)
        )

    leaves = "".join(
        group(leaf(340, 120, BANANA, light(BANANA, 0.3)), x=x, y=400, turn=turn)
        for x, turn in ((420, 74), (380, -74), (400, 160), (400, 20))
    )
    places = ((300, 300), (504, 296), (400, 414), (290, 520), (512, 524))
    return (
        circle(400, 412, 272, dark(WOOD, 0.1))
        + circle(400, 404, 272, WOOD)
        + circle(400, 404, 246, light(WOOD, 0.25))
        + leaves
        + "".join(group(cake(colours[at % 3]), x=x, y=y, turn=s.angle()) for at, (x, y) in enumerate(places))
    )


def rolls(s: Scene) -> str:
    """Rolls stacked three on two on one plate, their fillings to be seen."""
    skin = s.p.taste if s.category == "kue-basah" else "#D98F3C"
    inner = "#8A4B20" if s.category == "kue-basah" else light(s.p.taste, 0.4)

    def roll(x: float, y: float) -> str:
        crumbs = "".join(
            circle(x + s.between(-150, 60), y + s.between(-40, 40), s.between(4, 7), light(skin, 0.35))
            for _ in range(12)
        )
        return (
            rect(x - 190, y - 58, 280, 116, skin, 52)
            + rect(x - 190, y + 14, 270, 44, dark(skin, 0.14), 22)
            + crumbs
            + circle(x + 70, y, 58, light(skin, 0.3))
            + circle(x + 70, y, 42, inner)
            + circle(x + 60, y - 10, 12, light(inner))
            + circle(x + 84, y + 12, 9, s.p.green)
        )

    board = (
        oval(400, 634, 310, 46, dark(s.p.main))
        + oval(400, 622, 310, 46, s.p.main)
        + oval(400, 616, 276, 36, light(s.p.main, 0.75))
    )
    low = roll(360, 560) + roll(520, 566)
    return board + roll(330, 470) + low if s.pick((0, 1)) else board + roll(430, 358) + roll(350, 462) + low


def pastries(s: Scene) -> str:
    """Half moons with a twisted edge."""

    def moon(colour: str) -> str:
        edge = "".join(circle(x, min(y, 6), 19, dark(colour, 0.1)) for x, y, _turn in around(26, 150) if y < 1)
        return (
            edge
            + path("M-150 10A150 150 0 0 1 150 10Q0 40 -150 10Z", colour)
            + line("M-84 -40Q-30 -104 50 -92", light(colour, 0.4), 12)
            + "".join(circle(s.between(-80, 80), s.between(-70, -10), 5, dark(colour)) for _ in range(8))
        )

    tones = ("#D98F3C", "#E5A652", "#CC7F2E")
    return (
        group(dish(s, 296), x=400, y=420)
        + "".join(
            group(moon(colour), x=x, y=y, turn=turn)
            for x, y, turn, colour in ((330, 356, -24, tones[0]), (490, 420, 22, tones[1]), (370, 560, -4, tones[2]))
        )
        + group(chilli(), x=560, y=560, turn=-30)
        + group(leaf(110, 40, s.p.green, light(s.p.green)), x=250, y=560, turn=-70)
    )


def bread(s: Scene) -> str:
    """A loaf or sponge cake with slices cut off."""
    crust, crumb = "#B9702E", light(s.p.taste, 0.45)
    if s.has("sobek"):
        buns = "".join(
            circle(x, y + 8, 82, dark(crust))
            + circle(x, y, 82, "#CF8A40")
            + path(
                f"M{x - 46} {y - 30}Q{x} {y - 66} {x + 40} {y - 36}",
                "none",
                'stroke="#EBBE7C" stroke-width="13" stroke-linecap="round"',
            )
            + "".join(circle(x + s.between(-40, 40), y + s.between(-34, 40), 6, s.p.taste) for _ in range(6))
            for y in (330, 476)
            for x in (260, 400, 540)
        )
        return rect(150, 220, 500, 372, dark(s.p.main), 40) + rect(166, 236, 468, 340, s.p.main, 32) + buns
    body = path("M150 566V386C150 280 250 262 330 262H540C610 262 656 300 656 386V566Z", crust)
    face = path("M150 566V398C150 300 212 282 262 282S374 300 374 398V566Z", crumb) + path(
        "M150 566V398C150 300 212 282 262 282S374 300 374 398V566Z", "none", f'stroke="{crust}" stroke-width="20"'
    )
    swirl = (
        line("M210 500C190 400 250 340 300 372S316 470 262 470 240 420 266 410", dark(s.p.taste, 0.15), 16)
        if s.has("marmer", "cokelat")
        else "".join(
            circle(s.between(190, 334), s.between(340, 540), s.between(6, 12), dark(crumb, 0.14)) for _ in range(16)
        )
    )
    scores = "".join(line(f"M{x} 272Q{x + 30} 320 {x} 372", light(crust, 0.4), 13) for x in (430, 510, 586))
    slice_ = group(
        path("M-90 60V-30C-90 -80 -50 -92 0 -92S90 -80 90 -30V60Z", crumb, f'stroke="{crust}" stroke-width="16"'),
        x=300,
        y=600,
        turn=-8,
        scale=0.8,
    )
    board = rect(110, 560, 580, 44, WOOD, 22) + rect(110, 592, 580, 20, dark(WOOD), 10)
    return board + body + face + swirl + scores + slice_


def crocodile(s: Scene) -> str:
    """Roti buaya, the bread of a Betawi betrothal."""
    crust, deep = "#CB8438", "#9A5A20"

    def one(turn: float, x: float, y: float, size: float) -> str:
        body = path(
            "M-300 10C-300 -30 -250 -44 -190 -50 -120 -104 60 -104 140 -46 210 -30 270 -14 330 26"
            " 250 36 190 44 130 52 40 92 -120 92 -190 56 -250 54 -300 44 -300 10Z",
            crust,
        )
        scales = "".join(
            poly(((at, -70), (at + 22, -104), (at + 44, -70)), deep) for at in range(-130, 110, 44)
        ) + "".join(line(f"M{at} -34q20 24 0 52", deep, 8) for at in range(-120, 150, 48))
        legs = "".join(
            group(rect(-22, 0, 44, 64, dark(crust, 0.14), 20), x=at, y=48, turn=lean)
            for at, lean in ((-150, 14), (60, -14))
        )
        face = (
            circle(-214, -42, 20, crust)
            + circle(-214, -42, 10, "#2A1B14")
            + line("M-296 20Q-240 34 -196 14", deep, 8)
            + "".join(poly(((at, 22), (at + 12, 38), (at + 24, 22)), "#FFF6E2") for at in (-284, -256, -228))
        )
        return group(legs + body + scales + face, x=x, y=y, turn=turn, scale=size)

    basket = oval(400, 590, 310, 86, dark(WOOD)) + oval(400, 572, 310, 86, WOOD) + oval(400, 566, 270, 64, s.p.second)
    flowers = "".join(
        group(
            "".join(group(oval(0, -18, 11, 17, "#FFFDF6"), turn=turn) for turn in range(0, 360, 72))
            + circle(0, 0, 9, "#F4B400"),
            x=x,
            y=y,
        )
        for x, y in ((180, 600), (622, 600), (400, 640))
    )
    if s.has("sepasang", "seserahan"):
        return basket + one(-6, 400, 360, 0.88) + one(4, 400, 520, 1) + flowers
    return basket + one(s.pick((-8, 0, 6)), 400, 480, 1.05) + flowers + s.label(400, 270, 300, 96)


def cookies(s: Scene) -> str:
    """A tin of cookies from above."""
    tin = (
        circle(400, 420, 300, dark(s.p.main))
        + circle(400, 408, 300, s.p.main)
        + circle(400, 408, 262, light(s.p.main, 0.82))
    )

    def cookie() -> str:
        if s.has("kastengel", "kaas"):
            return rect(-30, -66, 60, 132, "#DDA345", 16) + "".join(
                circle(s.between(-20, 20), s.between(-54, 54), 6, "#FFE7A3") for _ in range(9)
            )
        if s.has("salju"):
            return (
                circle(0, 0, 60, "#E9D3A8") + path("M-60 0A60 60 0 1 1 40 -44 46 46 0 1 0 -20 56Z", "#FFFDF6")
                if s.pick((0, 1))
                else circle(0, 0, 60, "#FFFDF6") + ring_of(6, 30, "#EFE3CB", 6)
            )
        if s.has("nastar"):
            return (
                circle(0, 0, 60, "#E3A033")
                + circle(-16, -18, 22, "#F1C36A")
                + circle(0, 0, 9, "#5A3421")
                + group(leaf(26, 10, s.p.green), y=-6, turn=30)
            )
        return (
            circle(0, 0, 60, s.p.taste)
            + circle(0, 0, 46, light(s.p.taste, 0.2))
            + line("M-26 -16H26M-26 0H26M-26 16H26", dark(s.p.taste), 6)
        )

    spots = [(0.0, 0.0, 0.0), *around(6, 136, s.angle())]
    return (
        tin
        + "".join(
            group(circle(0, 6, 60, s.p.ink, 'opacity=".12"') + cookie(), x=400 + x, y=408 + y, turn=s.angle())
            for x, y, _turn in spots
        )
        + "".join(
            group(oval(0, 0, 26, 10, s.p.second), x=400 + x, y=408 + y, turn=turn + 90)
            for x, y, turn in around(24, 281)
        )
    )


def blossoms(s: Scene) -> str:
    """Cookies in the shape of flowers, or a brooch."""

    def flower(colour: str, petals: int, size: float) -> str:
        turn = 360 / petals
        loops = "".join(
            group(oval(0, -92, 44, 66, colour) + oval(0, -92, 20, 38, dark(colour, 0.2)), turn=turn * at)
            for at in range(petals)
        )
        return group(loops + circle(0, 0, 52, colour) + circle(0, 0, 28, dark(colour, 0.2)), scale=size)

    if s.category == "rajut-aksesori":
        fringe = "".join(
            line(f"M0 0V{150 + 24 * (at % 2)}", s.p.main if at % 2 else s.p.second, 13)
            + circle(0, 170 + 24 * (at % 2), 15, "#F4B400")
            for at in range(1)
        )
        tassels = "".join(group(fringe, x=400 + x, y=480) for x in (-84, -42, 0, 42, 84))
        beads = ring_of(18, 236, s.p.second, 12)
        return (
            tassels
            + group(beads, x=400, y=360)
            + group(flower(s.p.main, s.pick((5, 6, 8)), 1.2) + circle(0, 0, 26, "#F4B400"), x=400, y=360)
        )
    many = s.pick((6, 7, 8))
    board = (
        rect(120, 130, 560, 560, dark(s.p.main), 60)
        + rect(120, 118, 560, 560, s.p.main, 60)
        + rect(146, 144, 508, 508, light(s.p.main, 0.85), 44)
    )
    tones = (s.p.taste, dark(s.p.taste, 0.1), light(s.p.taste, 0.2))
    spots = ((284, 286, 0.76), (528, 300, 0.68), (300, 520, 0.68), (530, 524, 0.8))
    return (
        board
        + "".join(
            group(flower(tones[at % 3], many, size), x=x, y=y, turn=s.angle()) for at, (x, y, size) in enumerate(spots)
        )
        + "".join(circle(s.between(200, 600), s.between(200, 600), 5, "#FFF6E2") for _ in range(10))
    )


MOTIFS: Mapping[str, Motif] = {
    "lapis": layer_cake,
    "kuebulat": round_cakes,
    "gulung": rolls,
    "pastel": pastries,
    "roti": bread,
    "buaya": crocodile,
    "kuekering": cookies,
    "bunga": blossoms,
}
