"""What can be done with pictures and files: take one in, describe it, use it, drop it; and sweep what nobody uses."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select, update

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
from marketplace.media.slots import Storage, StorageAway, uses
from marketplace.media.studio import Drawn, Faulty, drawn, drawn_here
from marketplace.web.formats import TENTH, Megabytes

FIELD = "photo"
WEBP = "image/webp"
LONGEST_ALT = 200
FAULTS: dict[str, Words] = {
    "kind": _("This file is not a photo we can read. Choose a JPEG, PNG or WebP."),
    "heic": _(
        "This photo is HEIC. Set the phone's camera to JPEG (Most compatible), or send a screenshot of the photo."
    ),
    "whole": _("The photo has too many pixels for a PNG or WebP. Save it as JPEG, or send a smaller copy."),
    "small": _("The photo is too small. Choose one at least 100 pixels wide and high."),
    "shape": _("The photo is too long and narrow. Choose one that is closer to a square."),
    "broken": _("The photo is damaged or not complete. Choose it again, or take a new one."),
    "busy": _("Many photos are arriving right now. Try again in a minute."),
}
GONE = _("This photo is no longer stored. Add it again.")
LOOSE = timedelta(days=1)
"""How long a picture that nobody uses is kept: somebody may still have its form open."""
AT_ONCE = 200
AWAY = _("Photos cannot be stored right now. What you typed is kept; add the photo again in a few minutes.")

LARGEST_FILE = 10_000_000
"""Bytes of a paper that somebody hands in: a scan of some pages."""
FILES_AWAY = _("Files cannot be stored right now. What you typed is kept; add the file again in a few minutes.")


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


@transactional
def hold(picture_ids: Iterable[UUID]) -> None:
    """Keep pictures where they are while the caller's transaction begins to use them; call it in that transaction.

    Raises Invalid on the field ``photo`` when one of them is gone.
    """
    wanted = set(picture_ids)
    locked = (
        select(Picture.id).where(Picture.id.in_(wanted)).order_by(Picture.id).with_for_update(read=True, key_share=True)
    )
    if set(session.scalars(locked)) != wanted:
        raise Invalid({FIELD: GONE})


@transactional
def let_go(picture_id: UUID) -> None:
    """Say that a use of a picture ended; whether anybody else uses it is found out when pictures are swept."""
    session.execute(
        update(Picture)
        .where(Picture.id == picture_id)
        .values(loose_since=clock.now())
        .execution_options(synchronize_session=False)
    )


def reap() -> int:
    """Drop every picture that nobody has used for a day; return how many. Two at once, or beside an upload, do no harm."""
    dropped = 0
    while (now := _reap_some()) > 0:
        dropped += now
    return dropped


@transactional
def _reap_some() -> int:
    kinds = {use.kind for use in uses}
    unused: list[ColumnElement[bool]] = [
        Picture.loose_since <= clock.now() - LOOSE,
        or_(*(Picture.owner.startswith(f"{kind}/", autoescape=True) for kind in sorted(kinds))),
        *(~use.shown(Picture.id) for use in uses),
    ]
    if not kinds:
        return 0
    oldest = select(Picture.id).where(*unused).order_by(Picture.loose_since, Picture.id).limit(AT_ONCE)
    locked = list(session.scalars(oldest.with_for_update(skip_locked=True)))
    # Asked once more now that nobody can begin to use them: who did so a moment ago is seen by this statement.
    gone = session.execute(
        delete(Picture)
        .where(Picture.id.in_(locked), *unused)
        .returning(Picture.stem, Picture.widths)
        .execution_options(synchronize_session=False)
    ).all()
    if gone:
        emit(PictureDropped(keys=[keys.key(row.stem, width) for row in gone for width in row.widths]))
    return len(gone)


def sweep(names: list[str]) -> None:
    """Delete files; raises StorageAway, so that the outbox tries again."""
    shelf = queries.storage()
    for name in names:
        shelf.drop(name)


def weigh(size: int) -> None:
    """Raise Invalid for a photo of so many bytes, before anybody reads them, when they are too many."""
    most = int(current().setting("MEDIA_MOST_BYTES"))
    if size > most:
        # A few bytes above the limit would read as the limit itself.
        shown = Megabytes(max(size, most + TENTH))
        said = _("The photo is %(mb)s MB. The limit is %(most)s MB.", mb=shown, most=Megabytes(most))
        raise Invalid({FIELD: said})


def _checked(data: bytes) -> tuple[Drawn, ...]:
    weigh(len(data))
    most_pixels = int(current().setting("MEDIA_MOST_PIXELS"))
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


def _line(alt: str) -> str:
    return " ".join(alt.split())[:LONGEST_ALT]


@transactional
def _recorded(kept: Sequence[Kept], *, private: bool, by: Actor) -> list[UUID]:
    del by
    now = clock.now()
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
            made_at=now,
            loose_since=now,
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


@dataclass(frozen=True)
class KeptFile:
    """A file that was taken in: its key in the storage, and its SHA-256, which says later that it is still the same."""

    key: str
    sha256: str


def keep_file(content: bytes, *, owner: str, field: str) -> KeptFile:
    """Take in a PDF, JPEG or PNG of an owner such as ``paper/<id>``, whose right to it the caller has asked.

    Raises Invalid on ``field`` with what to do; RuntimeError inside a transaction, for storing takes time.
    """
    if writing():
        message = "a file is stored before the transaction that uses it"
        raise RuntimeError(message)
    if len(content) > LARGEST_FILE:
        shown = Megabytes(max(len(content), LARGEST_FILE + TENTH))
        said = _("The file is %(mb)s MB. The limit is %(most)s MB.", mb=shown, most=Megabytes(LARGEST_FILE))
        raise Invalid({field: said})
    kind = keys.kind_of(content)
    if kind is None:
        raise Invalid({field: _("This file is no PDF, JPEG or PNG. Choose one of these.")})
    key = keys.private_file(owner, token(), keys.ENDINGS[kind])
    try:
        queries.storage().put(key, content, kind)
    except StorageAway as failure:
        raise Invalid({field: AWAY}) from failure
    return KeptFile(key, hashlib.sha256(content).hexdigest())


def forget_file(key: str) -> None:
    """Let a file go once the caller's transaction is through."""
    emit(PictureDropped(keys=[key]))


def unwanted(file: KeptFile | None) -> None:
    """Drop a file that was taken in for something that was then refused; outside any transaction."""
    if file is None:
        return
    try:
        queries.storage().drop(file.key)
    except StorageAway:
        # Its name is random and no row has it: nobody will ever ask for it.
        return
