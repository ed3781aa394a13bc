"""Photos as people send them, made small."""

import io

from PIL import Image


def photo(width: int = 900, height: int = 600, kind: str = "JPEG", *, turned: bool = False, **how: object) -> bytes:
    """Return a photo of that size in the bytes of its kind; ``turned`` is how a phone held upright stores it."""
    picture = Image.effect_noise((width // 40, height // 40), 60).resize((width, height)).convert("RGB")
    picture.paste((200, 30, 30), (0, 0, width // 3, height // 3))
    held = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "dibuat di dapur"
    exif[0x8825] = {1: "S", 2: (6.0, 10.0, 0.0), 3: "E", 4: (106.0, 49.0, 0.0)}
    if turned:
        exif[0x0112] = 6
    picture.save(held, kind, exif=exif, **how)
    return held.getvalue()
