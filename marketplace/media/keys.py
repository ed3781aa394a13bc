"""The names of stored files, and the proof in the address of a private one."""

import hashlib
import hmac
import re
from datetime import datetime

OWNER = re.compile(r"[a-z0-9]+(?:[-/][a-z0-9]+)*")
KEY = re.compile(r"[a-z0-9]+(?:[-/][a-z0-9]+)*/[ps]/[A-Za-z0-9_-]{22}-[0-9]{1,4}\.webp")
FILE = re.compile(r"[a-z0-9]+(?:[-/][a-z0-9]+)*/s/[A-Za-z0-9_-]{22,64}\.(?:pdf|jpg|png)")
"""Files of others beside pictures: never served under our address, but by who keeps them."""
ADDRESS = "/media/"
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
BEGINNINGS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
"""Files are known by how they begin, whatever their sender calls them."""


def stem(owner: str, token: str, *, private: bool) -> str:
    """Return the beginning that all files of a picture share: owner, ``p`` or ``s``, our random name."""
    if not OWNER.fullmatch(owner):
        message = f"an owner is small letters, digits, dashes and slashes, not {owner!r}"
        raise ValueError(message)
    return f"{owner}/{'s' if private else 'p'}/{token}"


def key(beginning: str, width: int) -> str:
    """Return the key of one size."""
    return f"{beginning}-{width}.webp"


def private_file(owner: str, name: str, ending: str = "pdf") -> str:
    """Return the key of a file that somebody else keeps under a name which nobody can guess."""
    made = f"{owner}/s/{name}.{ending}"
    if not FILE.fullmatch(made):
        message = f"an owner is small letters, digits, dashes and slashes, and a name 22 to 64 signs, not {made!r}"
        raise ValueError(message)
    return made


def kind_of(content: bytes) -> str | None:
    """Return the media type of a file by its first bytes, None for one that we do not take."""
    return next((kind for start, kind in BEGINNINGS.items() if content.startswith(start)), None)


def is_private(name: str) -> bool:
    """Tell from a key whether its file is only for holders of a link."""
    return name.rsplit("/", 2)[1] == "s"


def proof(secret: str, name: str, until: int) -> str:
    """Return what shows that we made a link to this key that ends at this second."""
    return hmac.new(secret.encode(), f"media:{until}:{name}".encode(), hashlib.sha256).hexdigest()[:32]


def proven(secret: str, name: str, until: str, given: str, now: datetime) -> bool:
    """Tell whether a link's end and proof are ours and not over."""
    if not (until.isascii() and until.isdigit() and len(until) <= 12):  # noqa: PLR2004 - seconds of the next centuries
        return False
    fits = hmac.compare_digest(proof(secret, name, int(until)).encode(), given.encode())
    return fits and now.timestamp() < int(until)
