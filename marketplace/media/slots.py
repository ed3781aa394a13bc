"""Where files may be kept, and who uses pictures: the protocol, and the slots for those who fulfil them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression

from marketplace.kernel.plugin import Registry, Slot


class StorageAway(Exception):
    """The storage did not answer, or not in time; whoever asked goes on without it."""


class Storage(Protocol):
    """A place for files by key. Every call ends within a few seconds or raises StorageAway."""

    def put(self, key: str, content: bytes, kind: str) -> None:
        """Keep the bytes under the key, whole or not at all; ``kind`` is the media type."""

    def get(self, key: str) -> bytes | None:
        """Return the bytes, None when there is no such key."""

    def drop(self, key: str) -> None:
        """Forget the key; one that is not there is no error."""

    def link(self, key: str, seconds: int) -> str:
        """Return an address that gives this one file to whoever has it, for so many seconds."""


@dataclass(frozen=True)
class StorageKind:
    """A way to keep files: whether the settings ask for it, and how to open it."""

    name: str
    wanted: Callable[[Registry], bool]
    open: Callable[[Registry], Storage]


@dataclass(frozen=True)
class PictureUse:
    """A use of pictures whose owner is of this kind (``seller`` in ``seller/<id>``).

    ``shown(picture_id)`` is the SQL condition that says that one is used. Pictures of a kind that nobody names are never
    swept; of a kind that somebody names, those are swept for which no fill of the slot says yes.
    """

    kind: str
    shown: Callable[[SQLColumnExpression[UUID]], ColumnElement[bool]]


storages: Slot[StorageKind] = Slot("media.storages")
uses: Slot[PictureUse] = Slot("media.uses")
