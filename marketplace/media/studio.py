"""Runs the drawing program for one picture: a process of its own, two at a time, with an end."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore

PROGRAM = Path(__file__).with_name("drawing.py")
WIDTHS = ((160, 5 * 1024), (320, 8_704), (640, 32 * 1024), (1200, 90 * 1024))
"""Pixels and the most bytes each is to have: a phone loads ten cards of 320 before the first scroll, in 90 KiB (ux 3.9)."""
PATIENCE = 25
MOST_PIXELS = 40_000_000
TURN = 20
_easels = BoundedSemaphore(2)


class Faulty(Exception):
    """The picture cannot be taken: ``kind``, ``pixels``, ``whole``, ``small``, ``shape``, ``broken`` or ``busy``."""


@dataclass(frozen=True)
class Drawn:
    """One size of a picture."""

    width: int
    height: int
    content: bytes


def drawn(content: bytes, *, most_pixels: int) -> tuple[Drawn, ...]:
    """Return the picture in our widths, the widest first, without metadata. Raises Faulty; takes a second or less."""
    if not _easels.acquire(timeout=TURN):
        raise Faulty("busy")
    try:
        return _drawn(content, most_pixels)
    finally:
        _easels.release()


def drawn_here(content: bytes) -> tuple[Drawn, ...]:
    """Return a picture of our own in our widths, drawn in this process: quicker, and never for what others sent."""
    # Loaded when a demo site gets its art; a web process does without the library.
    from marketplace.media import drawing

    widths = [list(pair) for pair in WIDTHS]
    picture = drawing.read(content, MOST_PIXELS, widths[-1][0])
    return tuple(Drawn(*file) for file in drawing.draw(picture, widths))


def _drawn(content: bytes, most_pixels: int) -> tuple[Drawn, ...]:
    order = json.dumps({"most_pixels": most_pixels, "widths": WIDTHS}).encode() + b"\n"
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(PROGRAM)],
            input=order + content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as failure:
        raise Faulty("broken") from failure
    head, _, rest = done.stdout.partition(b"\n")
    if done.returncode != 0 or not head:
        # Ended by its own limits: whatever that picture is, we do not take it.
        raise Faulty("broken")
    answer = json.loads(head)
    if "fault" in answer:
        raise Faulty(answer["fault"])
    files, start = [], 0
    for width, height, size in answer["files"]:
        files.append(Drawn(width, height, rest[start : start + size]))
        start += size
    return tuple(files)
