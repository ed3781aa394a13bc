"""Turns an uploaded picture into WebP in several widths; a program of its own, run with little memory and little time.

Standard input: one line of JSON (``most_pixels``, ``widths``: pairs of width and byte budget), then the picture.
Standard output: one line of JSON, either ``fault`` with a word, or ``files``: width, height, bytes each, then the files.
It imports nothing of ours, so that it starts quickly and what breaks here breaks nothing else.
"""

import contextlib
import io
import json
import resource
import sys
from typing import IO

from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

DECODERS = ("JPEG", "PNG", "WEBP")
QUALITIES = (80, 70, 60, 50, 40, 30)
SIDE_RATIO = 8
"""A picture eight times as wide as high, or more, is no photo of a product."""
SMALLEST = 100
MOST_WHOLE = 8_000_000
"""Pixels of a PNG or WebP, which cannot be decoded at a part of their size: more would need over 150 MiB (R26.2)."""
MEMORY = 1_500_000_000
SECONDS = 20
LYING = (5, 6, 7, 8)
"""EXIF's orientations of a picture whose rows are its columns."""
DEEP = ("I;16", "I;16B", "I;16L", "I", "F")


class FaultyPicture(Exception):
    """The picture cannot be taken; the argument is one word for the program that asked."""


def limit() -> None:
    """Give this process a ceiling of memory and time, no new files and no core."""
    wanted = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in wanted.items():
        # macOS refuses a ceiling of address space; the time limit of whoever started us holds there.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def read(content: bytes, most_pixels: int, widest: int) -> Image.Image:
    """Open a picture by its content and decode it, upright, in RGB; size and shape are judged before decoding."""
    # The library's own limit warns between once and twice its size; ours is judged below, from the header alone.
    Image.MAX_IMAGE_PIXELS = None
    try:
        picture = Image.open(io.BytesIO(content), formats=DECODERS)
    except UnidentifiedImageError as failure:
        raise FaultyPicture("kind") from failure
    width, height = picture.size
    if width * height > most_pixels:
        raise FaultyPicture("pixels")
    if picture.format != "JPEG" and width * height > MOST_WHOLE:
        raise FaultyPicture("whole")
    if min(width, height) < SMALLEST:
        raise FaultyPicture("small")
    if max(width, height) >= SIDE_RATIO * min(width, height):
        raise FaultyPicture("shape")
    # JPEG can be decoded at a half, a quarter or an eighth of its size: a phone's photo costs a tenth of the time.
    picture.draft("RGB", (widest, widest))
    profile = picture.info.get("icc_profile")
    # Shrunk before anything else is done with it: each copy of forty million dots takes as much memory again.
    small = _narrowed(_eight_bits(picture), widest)
    ImageOps.exif_transpose(small, in_place=True)
    return _in_srgb(_flat(small), profile)


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Return it in a mode that can be scaled well: neither with sixteen bits a dot nor with a palette."""
    if picture.mode in DEEP:
        return picture.point(lambda value: value / 256).convert("L")
    if picture.mode == "P":
        return picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    return picture


def _narrowed(picture: Image.Image, widest: int) -> Image.Image:
    """Return it no wider than that, as it will stand when it is turned upright."""
    across = picture.height if picture.getexif().get(ExifTags.Base.Orientation) in LYING else picture.width
    if across <= widest:
        picture.load()
        return picture
    size = (max(1, round(picture.width * widest / across)), max(1, round(picture.height * widest / across)))
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _flat(picture: Image.Image) -> Image.Image:
    """Return RGB on white: a cut-out on a dark page would lose its edges."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(ground, layer).convert("RGB")
    return picture.convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the colours that the profile means, in the space that browsers assume without one."""
    if not profile:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError):
        return picture
    return turned or picture


def _height(picture: Image.Image, width: int) -> int:
    return max(1, round(picture.height * width / picture.width))


def draw(picture: Image.Image, widths: list[list[int]]) -> list[tuple[int, int, bytes]]:
    """Return a file for each wanted width up to the picture's own, the widest first."""
    files = []
    fitting = [pair for pair in widths if pair[0] < picture.width]
    wider = [pair for pair in widths if pair[0] >= picture.width]
    if wider:
        fitting.append([picture.width, wider[0][1]])
    current = picture
    for width, budget in sorted(fitting, reverse=True):
        if width != current.width:
            current = current.resize((width, _height(picture, width)), Image.Resampling.LANCZOS, reducing_gap=2.0)
        files.append((width, current.height, encoded(current, budget)))
    return files


def encoded(picture: Image.Image, budget: int) -> bytes:
    """Return WebP of the best of our qualities that fits the budget, or of the least."""
    best = _webp(picture, QUALITIES[0])
    if len(best) <= budget:
        return best
    good, bad = len(QUALITIES), 0
    while good - bad > 1:
        middle = (good + bad) // 2
        tried = _webp(picture, QUALITIES[middle])
        if len(tried) <= budget:
            best, good = tried, middle
        else:
            bad = middle
    return best if good < len(QUALITIES) else _webp(picture, QUALITIES[-1])


def _webp(picture: Image.Image, quality: int) -> bytes:
    held = io.BytesIO()
    picture.save(held, "WEBP", quality=quality, method=3)
    return held.getvalue()


def answer(source: IO[bytes], target: IO[bytes]) -> None:
    """Read a request, write its answer."""
    order = json.loads(source.readline())
    try:
        widths = sorted(order["widths"])
        picture = read(source.read(), order["most_pixels"], widths[-1][0])
        files = draw(picture, widths)
    except FaultyPicture as fault:
        target.write(json.dumps({"fault": str(fault)}).encode() + b"\n")
        return
    except (OSError, SyntaxError, ValueError, MemoryError):
        # What Pillow raises for broken files.
        target.write(json.dumps({"fault": "broken"}).encode() + b"\n")
        return
    listed = [[width, height, len(content)] for width, height, content in files]
    target.write(json.dumps({"files": listed}).encode() + b"\n")
    for *_size, content in files:
        target.write(content)


if __name__ == "__main__":
    limit()
    answer(sys.stdin.buffer, sys.stdout.buffer)
