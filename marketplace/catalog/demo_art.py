"""Pictures for the demo site's products: one flat drawing for each, the same for the same product."""

import random

from marketplace.catalog.art import cakes, care, carried, crafts, desk, garden, meals, packs, wear
from marketplace.catalog.art.brush import lettered, mirrored
from marketplace.catalog.art.cloths import ground
from marketplace.catalog.art.paints import paints
from marketplace.catalog.art.scene import Motif, Scene

SIDE = 800
MOTIFS: dict[str, Motif] = {
    name: motif
    for chapter in (meals, cakes, packs, garden, wear, carried, crafts, care, desk)
    for name, motif in chapter.MOTIFS.items()
}
PLAIN_MOTIF = "hadiah"
"""What is drawn for a motif that nobody has drawn yet: a parcel."""


def product_svg(motif: str, tone: int, category: str, name: str) -> str:
    """Return a product's picture as an SVG of 800 by 800 and at most 12 KB, with no text, font or outside reference.

    ``tone`` is any number; with the name it decides colours, stage and details, so that two products differ
    even when they share a motif.
    """
    drawn = random.Random(f"{tone} {name}")  # noqa: S311 - a drawing, the same for the same product
    colours = paints(drawn, name)
    scene = Scene(colours, drawn, name, category)
    behind = ground(colours, drawn)
    drawing = MOTIFS.get(motif, MOTIFS[PLAIN_MOTIF])(scene)
    if not lettered(drawing) and drawn.random() < 0.5:  # noqa: PLR2004 - either way round
        drawing = mirrored(drawing, SIDE)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">{behind}{drawing}</svg>'
