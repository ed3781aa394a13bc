"""Scripts, styles, fonts and pictures of the house: joined, hashed and compressed once at start (R18.2, ux 3.9)."""

import gzip
import hashlib
import json
import mimetypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup

from marketplace.kernel.plugin import Plugin

HOUSE = Path(__file__).parent.parent / "static"
COMPRESSED = frozenset({"text/css", "text/javascript", "image/svg+xml", "application/json"})
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("image/webp", ".webp")


@dataclass(frozen=True)
class Asset:
    """One file as it is served."""

    content: bytes
    zipped: bytes | None
    kind: str


@dataclass(frozen=True)
class Shelf:
    """Every asset by its name below ``/s/<hash>/``; the hash is of all names and contents together."""

    hash: str
    assets: dict[str, Asset] = field(repr=False)

    def address(self, name: str) -> str:
        """Return the address of an asset; KeyError for a name that is not there, so that a page cannot link to nothing."""
        if name not in self.assets:
            raise KeyError(name)
        return f"/s/{self.hash}/{name}"

    def icon(self, name: str, more: str = "") -> Markup:
        """Return one icon of the sprite, with more classes if wanted. Decorative: the words beside it carry the meaning."""
        classes = f"ikon {more}" if more else "ikon"
        address = self.address("img/icons.svg")
        return Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(classes, address, name)


def fill_shelf(plugins: Sequence[Plugin]) -> Shelf:
    """Read the house's files and each plugin's ``static`` folder (under the plugin's name), and join CSS per shell."""
    assets: dict[str, Asset] = {}
    digest = hashlib.sha256()
    for name, content in sorted(_files(plugins)):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        zipped = gzip.compress(content, 9, mtime=0) if kind in COMPRESSED else None
        assets[name] = Asset(content, zipped, kind)
    return Shelf(digest.hexdigest()[:12], assets)


def _files(plugins: Sequence[Plugin]) -> Iterator[tuple[str, bytes]]:
    shells: dict[str, list[str]] = json.loads((HOUSE / "css" / "shells.json").read_text(encoding="utf-8"))
    for shell, parts in shells.items():
        yield f"{shell}.css", b"\n".join((HOUSE / "css" / part).read_bytes() for part in parts)
    roots = [("", HOUSE), *((f"{plugin.name}/", plugin.static) for plugin in plugins if plugin.static)]
    for prefix, root in roots:
        for path in root.rglob("*"):
            name = path.relative_to(root).as_posix()
            if path.is_file() and not (prefix == "" and name.startswith("css/")):
                yield prefix + name, path.read_bytes()
