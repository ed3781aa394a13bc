"""Pictures drawn here as SVG: bars, a line over months and the map of tiles. A table beside each says the same."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from markupsafe import Markup

TILES: Mapping[str, tuple[int, int]] = {
    code: (column, row)
    for code, (column, row) in json.loads(
        (Path(__file__).parent / "data" / "tiles.json").read_text(encoding="utf-8")
    ).items()
}
"""Where each of the 44 kecamatan stands on a grid of equal tiles, by its code: column and row from the upper left."""
WIDE, HIGH, EDGE = 600, 160, 8
TILE, GAP = 56, 4
SHADES = 5
WHOLE = 10_000


def bar(share: int, target: int | None = None) -> Markup:
    """Return a bar of a share in hundredths of a percent, with a mark where its target is; what is above 100 % is full."""
    filled = max(0, min(share, WHOLE))
    mark = (
        Markup('<line class="batang-sasaran" x1="{0}" x2="{0}" y1="0" y2="12"/>').format(_hundred(min(target, WHOLE)))
        if target is not None
        else Markup()
    )
    return Markup(
        '<svg class="grafik batang" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="batang-dasar" width="100" height="12"/><rect class="batang-isi" width="{}" height="12"/>{}</svg>'
    ).format(_hundred(filled), mark)


def trend(values: Sequence[int]) -> Markup:
    """Return a line over values in the order of their months, from nought up to the greatest; empty below two."""
    if len(values) < 2:  # noqa: PLR2004 - a line has two ends
        return Markup()
    top, step = max(*values, 1), (WIDE - 2 * EDGE) / (len(values) - 1)
    places = [
        (EDGE + step * place, HIGH - EDGE - (HIGH - 2 * EDGE) * max(value, 0) / top)
        for place, value in enumerate(values)
    ]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = Markup("").join(Markup('<circle cx="{}" cy="{}" r="4"/>').format(f"{x:.1f}", f"{y:.1f}") for x, y in places)
    return Markup(
        '<svg class="grafik tren" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">'
        '<line class="tren-dasar" x1="0" x2="{}" y1="{}" y2="{}"/><polyline points="{}"/>{}</svg>'
    ).format(WIDE, HIGH, WIDE, HIGH - EDGE, HIGH - EDGE, points, dots)


def tiles(values: Mapping[str, int], names: Mapping[str, str], said: Mapping[str, str], address: str = "") -> Markup:
    """Return the map of tiles, darker where more was sold; each tile opens ``address``, if named, with its code behind.

    ``said`` is what a tile says besides its name, such as the amount.
    """
    top = max([*values.values(), 1])
    drawn = []
    for code, (column, row) in sorted(TILES.items(), key=lambda one: (one[1][1], one[1][0])):
        value = max(values.get(code, 0), 0)
        shade = 0 if not value else 1 + min(SHADES - 1, value * SHADES // top)
        x, y = column * (TILE + GAP), row * (TILE + GAP)
        told = f"{names[code]}: {said.get(code, '0')}"
        tile = Markup(
            '<title>{}</title><rect class="petak petak-{}" x="{}" y="{}" width="{}" height="{}" rx="4"/>{}'
        ).format(told, shade, x, y, TILE, TILE, _label(names[code], x, y, shade))
        opened = Markup('<a href="{}{}" aria-label="{}">{}</a>').format(address, code, told, tile)
        drawn.append(opened if address else Markup("<g>{}</g>").format(tile))
    wide = (max(column for column, _row in TILES.values()) + 1) * (TILE + GAP) - GAP
    high = (max(row for _column, row in TILES.values()) + 1) * (TILE + GAP) - GAP
    # Without links nobody can stand on a tile: the table says the same, so that readers who hear skip the picture.
    role = Markup('role="group"') if address else Markup('aria-hidden="true" focusable="false"')
    return Markup('<svg class="grafik peta" viewBox="0 0 {} {}" {}>{}</svg>').format(
        wide, high, role, Markup("").join(drawn)
    )


def _label(name: str, x: int, y: int, shade: int) -> Markup:
    words = name.replace("Kepulauan", "Kep.").split()
    lines = [words[0]] if len(words) == 1 else [words[0], " ".join(words[1:])]
    first = y + TILE // 2 + (4 if len(lines) == 1 else -2)
    word = Markup(
        '<text class="petak-kata petak-kata-{}" x="{}" y="{}" textLength="{}" lengthAdjust="spacingAndGlyphs">{}</text>'
    )
    return Markup("").join(
        word.format(shade, x + TILE // 2, first + place * 11, min(TILE - 6, len(line) * 5), line)
        for place, line in enumerate(lines)
    )


def _hundred(share: int) -> str:
    return f"{share / 100:.2f}"
