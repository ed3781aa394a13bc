"""Turns drawings into PNG by typst, many at a time; typst is loaded on first use."""

from collections.abc import Sequence

from marketplace.catalog.demo_art import SIDE

POINTS_PER_INCH = 72
BATCH = 4
"""Pages of one document: enough to spread the start of a compile, few enough to stay near 120 MB at 640 pixels."""


def render(svgs: Sequence[str], width: int) -> list[bytes]:
    """Return the drawings as square PNG pictures of so many pixels, in their order."""
    made: list[bytes] = []
    for start in range(0, len(svgs), BATCH):
        made += _pages(svgs[start : start + BATCH], width)
    return made


def _pages(svgs: Sequence[str], width: int) -> list[bytes]:
    import typst

    page = f"#set page(width: {SIDE}pt, height: {SIDE}pt, margin: 0pt)\n"
    drawings = "#pagebreak()\n".join(
        f'#image(bytes("{_quoted(svg)}"), format: "svg", width: {SIDE}pt)\n' for svg in svgs
    )
    found: bytes | list[bytes] = typst.compile(
        (page + drawings).encode(), format="png", ppi=POINTS_PER_INCH * width / SIDE
    )
    return found if isinstance(found, list) else [found]


def _quoted(svg: str) -> str:
    return svg.replace("\\", "\\\\").replace('"', '\\"')
