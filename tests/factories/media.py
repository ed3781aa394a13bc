"""Photos as people send them, made small, and pictures as they are kept, without any bytes."""

import io
from uuid import UUID

from PIL import Image

from marketplace.kernel import clock
from marketplace.kernel.db import session, transactional
from marketplace.kernel.ids import token, uuid7
from marketplace.media.models import Picture


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


@transactional
def picture(owner: str = "seller/1") -> UUID:
    """Keep the row of a picture, whose files nobody will ask for."""
    now = clock.now()
    made = Picture(
        id=uuid7(),
        owner=owner,
        alt="",
        stem=f"{owner}/p/{token()}",
        width=160,
        height=120,
        widths=[160],
        bytes=1,
        made_at=now,
        loose_since=now,
    )
    session.add(made)
    return made.id
