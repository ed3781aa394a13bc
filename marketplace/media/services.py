"""What can be done with pictures: take one in, describe it, drop it."""

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
from marketplace.media.studio import Drawn, Faulty, drawn

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


def store_image(data: bytes, *, owner: str, alt: str, by: Actor, private: bool = False) -> UUID:
    """Take in a picture for an owner such as ``seller/<id>``, whose right to it the caller has asked; return its id.

    Raises Invalid on the field ``photo`` with what to do. It draws and stores for about a second, so it must not be
    called inside a transaction: RuntimeError. The row comes after its files, so that there is never one without them.
    """
    if writing():
        message = "a picture is stored before the transaction that uses it"
        raise RuntimeError(message)
    files = _checked(data)
    stem = keys.stem(owner, token(), private=private)
    shelf = queries.storage()
    try:
        for file in files:
            shelf.put(keys.key(stem, file.width), file.content, WEBP)
    except StorageAway as failure:
        _sweep(shelf, [keys.key(stem, file.width) for file in files])
        raise Invalid({FIELD: AWAY}) from failure
    return _recorded(files, owner=owner, alt=alt, stem=stem, private=private, by=by)


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
def _recorded(files: tuple[Drawn, ...], *, owner: str, alt: str, stem: str, private: bool, by: Actor) -> UUID:
    del by
    picture = Picture(
        id=uuid7(),
        owner=owner,
        alt=_line(alt),
        stem=stem,
        private=private,
        width=files[0].width,
        height=files[0].height,
        widths=[file.width for file in files],
        bytes=sum(len(file.content) for file in files),
        made_at=clock.now(),
    )
    session.add(picture)
    return picture.id


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
