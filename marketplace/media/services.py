"""What can be done with pictures: take one in, describe it, drop it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session, transactional, writing
from marketplace.kernel.errors import Invalid, NotFound
from marketplace.kernel.ids import token, uuid7
from marketplace.kernel.outbox import emit
from marketplace.kernel.plugin import current
from marketplace.kernel.words import Words, _
from marketplace.media import keys, queries
from marketplace.media.events import PictureDropped
from marketplace.media.models import Picture
from marketplace.media.slots import Storage, StorageAway
from marketplace.media.studio import Drawn, Faulty, drawn, drawn_here

FIELD = "photo"
WEBP = "image/webp"
LONGEST_ALT = 200
FAULTS: dict[str, Words] = {
    "kind": _("This file is not a photo we can read. Choose a JPEG, PNG or WebP."),
    "heic": _(
        "This photo is HEIC. Set the phone's camera to JPEG (Most compatible), or send a screenshot of the photo."
    ),
    "small": _("The photo is too small. Choose one at least 100 pixels wide and high."),
    "shape": _("The photo is too long and narrow. Choose one that is closer to a square."),
    "broken": _("The photo is damaged or not complete. Choose it again, or take a new one."),
    "busy": _("Many photos are arriving right now. Try again in a minute."),
}
AWAY = _("Photos cannot be stored right now. What you typed is kept; add the photo again in a few minutes.")


@dataclass(frozen=True)
class OwnPicture:
    """A picture that this program drew itself: its bytes in any kind we accept, whose it is, and what it shows."""

    content: bytes
    owner: str
    alt: str


@dataclass(frozen=True)
class Kept:
    """A picture whose files are stored and whose row is not yet."""

    files: Sequence[Drawn]
    stem: str
    owner: str
    alt: str


def store_image(data: bytes, *, owner: str, alt: str, by: Actor, private: bool = False) -> UUID:
    """Take in a picture for an owner such as ``seller/<id>``, whose right to it the caller has asked; return its id.

    Raises Invalid on the field ``photo`` with what to do. It draws and stores for about a second, so it must not be
    called inside a transaction: RuntimeError. The row comes after its files, so that there is never one without them.
    """
    if writing():
        message = "a picture is stored before the transaction that uses it"
        raise RuntimeError(message)
    files = _checked(data)
    stem = _stored(files, owner, private=private)
    return _recorded([Kept(files, stem, owner, alt)], private=private, by=by)[0]


def store_own(own: Sequence[OwnPicture], *, by: Actor) -> list[UUID]:
    """Take in pictures that this program drew itself, such as a demo site's art; return their ids in order.

    They are trusted, hence drawn in this process and recorded together. Raises Invalid when the storage is away.
    """
    kept = []
    for one in own:
        files = drawn_here(one.content)
        kept.append(Kept(files, _stored(files, one.owner, private=False), one.owner, one.alt))
    return _recorded(kept, private=False, by=by)


def _stored(files: Sequence[Drawn], owner: str, *, private: bool) -> str:
    """Put the files of one picture into the storage; return the beginning of their keys."""
    stem = keys.stem(owner, token(), private=private)
    shelf = queries.storage()
    try:
        for file in files:
            shelf.put(keys.key(stem, file.width), file.content, WEBP)
    except StorageAway as failure:
        _sweep(shelf, [keys.key(stem, file.width) for file in files])
        raise Invalid({FIELD: AWAY}) from failure
    return stem


@transactional
def describe(picture_id: UUID, alt: str, *, owner: str, by: Actor) -> None:
    """Write what can be seen, for those who cannot. Raises NotFound for a picture of another owner."""
    del by
    _owned(picture_id, owner).alt = _line(alt)


@transactional
def drop(picture_id: UUID, *, owner: str, by: Actor) -> None:
    """Forget a picture; its files go afterwards. Raises NotFound for a picture of another owner."""
    del by
    picture = _owned(picture_id, owner)
    emit(PictureDropped(keys=[keys.key(picture.stem, width) for width in picture.widths]))
    session.delete(picture)


def sweep(names: list[str]) -> None:
    """Delete files; raises StorageAway, so that the outbox tries again."""
    shelf = queries.storage()
    for name in names:
        shelf.drop(name)


def _checked(data: bytes) -> tuple[Drawn, ...]:
    most_bytes = int(current().setting("MEDIA_MOST_BYTES"))
    most_pixels = int(current().setting("MEDIA_MOST_PIXELS"))
    if len(data) > most_bytes:
        said = _(
            "The photo is %(mb)s MB. The limit is %(most)s MB.", mb=_megas(len(data)), most=most_bytes // 1_000_000
        )
        raise Invalid({FIELD: said})
    if data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc", b"ftypmsf1"):
        raise Invalid({FIELD: FAULTS["heic"]})
    if not (data[:3] == b"\xff\xd8\xff" or data[:8] == b"\x89PNG\r\n\x1a\n" or data[:4] + data[8:12] == b"RIFFWEBP"):
        raise Invalid({FIELD: FAULTS["kind"]})
    try:
        return drawn(data, most_pixels=most_pixels)
    except Faulty as fault:
        most = most_pixels // 1_000_000
        pixels = _("The photo has too many pixels. The limit is %(most)s megapixels; send a smaller copy.", most=most)
        raise Invalid({FIELD: FAULTS.get(str(fault), pixels)}) from fault


def _megas(size: int) -> int:
    return -(-size // 1_000_000)


def _line(alt: str) -> str:
    return " ".join(alt.split())[:LONGEST_ALT]


@transactional
def _recorded(kept: Sequence[Kept], *, private: bool, by: Actor) -> list[UUID]:
    del by
    pictures = [
        Picture(
            id=uuid7(),
            owner=one.owner,
            alt=_line(one.alt),
            stem=one.stem,
            private=private,
            width=one.files[0].width,
            height=one.files[0].height,
            widths=[file.width for file in one.files],
            bytes=sum(len(file.content) for file in one.files),
            made_at=clock.now(),
        )
        for one in kept
    ]
    session.add_all(pictures)
    return [picture.id for picture in pictures]


def _owned(picture_id: UUID, owner: str) -> Picture:
    found = session.scalar(select(Picture).where(Picture.id == picture_id, Picture.owner == owner).with_for_update())
    if found is None:
        raise NotFound
    return found


def _sweep(shelf: Storage, names: list[str]) -> None:
    for name in names:
        try:
            shelf.drop(name)
        except StorageAway:
            # It is away as a whole; a file that did arrive has a random name and no row: nobody will ever ask for it.
            return
