"""Where files may be kept: the protocol, and the slot for those who fulfil it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

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


storages: Slot[StorageKind] = Slot("media.storages")
