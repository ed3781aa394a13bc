"""A ZIP as a stream: each file is written when it is its turn, so that a bundle of any size needs the memory of one file."""

import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime

QUICK = 1
"""How hard it is tried to make files smaller: PDFs and photos are small already."""


class _Outlet:
    """Takes what the archive writes until it is sent; it cannot be gone back in, so sizes follow each file."""

    def __init__(self) -> None:
        self.held: list[bytes] = []

    def write(self, content: bytes) -> int:
        """Hold what was written."""
        self.held.append(bytes(content))
        return len(content)

    def flush(self) -> None:
        """Do nothing: whoever sends takes what is held."""

    def taken(self) -> bytes:
        """Return what is held, and forget it."""
        content, self.held = b"".join(self.held), []
        return content


def zipped(files: Iterable[tuple[str, datetime, bytes]]) -> Iterator[bytes]:
    """Return the parts of a ZIP of these files, by name, time (as the clock on the wall showed it) and content.

    Files are asked for one after another, while the parts are sent. A failure in between leaves an archive without its
    directory, which no program takes for a whole one.
    """
    outlet = _Outlet()
    # A stream that can neither seek nor tell is what zipfile supports; its stubs ask for more.
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED, compresslevel=QUICK) as archive:  # type: ignore[call-overload]
        for name, at, content in files:
            told = zipfile.ZipInfo(name, at.timetuple()[:6])
            told.compress_type = zipfile.ZIP_DEFLATED
            told.external_attr = 0o644 << 16
            archive.writestr(told, content, compresslevel=QUICK)
            yield outlet.taken()
    yield outlet.taken()
