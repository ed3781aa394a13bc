"""What may be read of pictures: sizes and addresses, many at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, FromClause, Uuid, bindparam, func, select

from marketplace.kernel.db import rows, session
from marketplace.kernel.plugin import current
from marketplace.media import keys, models, slots

PRIVATE_SECONDS = 300
USUAL = 640
"""The width that browsers without ``srcset`` get."""
CARD = 320
"""The narrowest file that a card in a grid asks for."""

_COLUMNS = (
    models.Picture.id,
    models.Picture.alt,
    models.Picture.width,
    models.Picture.height,
    models.Picture.widths,
    models.Picture.stem,
)
_PUBLIC = select(*_COLUMNS).where(models.Picture.private.is_(False))
PUBLIC_BY_IDS = _PUBLIC.where(models.Picture.id == func.any(bindparam("ids", type_=ARRAY(Uuid))))
PICTURES: FromClause = _PUBLIC.subquery("pictures")
"""Public pictures as something to be joined by those above, for ``picture_in``."""


@dataclass(frozen=True)
class Picture:
    """A picture for a page. ``addresses`` gives the address of each width, ascending."""

    id: UUID
    alt: str
    width: int
    height: int
    addresses: tuple[tuple[int, str], ...]

    @property
    def src(self) -> str:
        """Return the address of the usual width."""
        return self.url(USUAL)

    @property
    def card_src(self) -> str:
        """Return ``url`` for a card; an attribute, because a list has two dozen and templates call at a price."""
        return self.url(CARD)

    @property
    def card_srcset(self) -> str:
        """Return ``srcset`` for a card."""
        return self.srcset(CARD)

    def srcset(self, least: int = 0) -> str:
        """Return the addresses of all files at least so wide as browsers want them; of the widest when none is."""
        wide = [pair for pair in self.addresses if pair[0] >= least] or self.addresses[-1:]
        return ", ".join(f"{address} {width}w" for width, address in wide)

    def url(self, width: int) -> str:
        """Return the address of the narrowest file that is at least so wide, else of the widest."""
        return next((address for wide, address in self.addresses if wide >= width), self.addresses[-1][1])


def pictures(ids: Collection[UUID]) -> dict[UUID, Picture]:
    """Return public pictures by id, in one statement; unknown and private ones are left out."""
    if not ids:
        return {}
    return {row.id: picture_in(row) for row in rows(PUBLIC_BY_IDS, {"ids": list(set(ids))})}


def picture_in(columns: Sequence[Any]) -> Picture:
    """Return the picture that stands in the columns of ``PICTURES``, in their order."""
    key, alt, width, height, widths, stem = columns
    return Picture(key, alt, width, height, tuple((one, keys.ADDRESS + keys.key(stem, one)) for one in sorted(widths)))


def owned(picture_id: UUID, owner: str) -> bool:
    """Tell whether there is a picture of this id that belongs to this owner."""
    table = models.Picture
    return session.scalar(select(table.id).where(table.id == picture_id, table.owner == owner)) is not None


def private_link(picture_id: UUID, owner: str) -> str | None:
    """Return an address for one private picture of this owner, good for five minutes; None when there is none.

    The caller has asked its policy before (R17.3).
    """
    table = models.Picture
    found = session.execute(
        select(table.stem, table.width).where(table.id == picture_id, table.owner == owner, table.private.is_(True))
    ).one_or_none()
    return storage().link(keys.key(found.stem, found.width), PRIVATE_SECONDS) if found else None


def private_keys(ids: Collection[UUID], owner: str) -> dict[UUID, str]:
    """Return the keys of the widest files of private pictures of an owner, for who hands them out by itself."""
    if not ids:
        return {}
    table = models.Picture
    wanted = select(table.id, table.stem, table.width).where(
        table.id == func.any(bindparam("ids", type_=ARRAY(Uuid))), table.owner == owner, table.private.is_(True)
    )
    return {row.id: keys.key(row.stem, row.width) for row in rows(wanted, {"ids": list(set(ids))})}


def private_file(owner: str, name: str) -> str:
    """Return the key under which another plugin keeps a PDF of an owner in ``storage()``, and hands it out by itself."""
    return keys.private_file(owner, name)


def kept_file(key: str) -> tuple[bytes, str] | None:
    """Return a file that ``keep_file`` took in and its media type; None when it is gone. The caller has asked its policy.

    Raises StorageAway.
    """
    content = storage().get(key)
    kind = keys.kind_of(content) if content is not None else None
    return (content, kind) if content is not None and kind is not None else None


def storage() -> slots.Storage:
    """Return the storage that the settings ask for: of those offered, the last that is wanted."""
    registry = current()
    wanted = [kind for kind in slots.storages if kind.wanted(registry)]
    return wanted[-1].open(registry)
