"""Bring each plugin's Indonesian catalogue in line with its code and templates: new ids come in empty, old ones go."""

import os
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

sys.path.insert(0, os.getcwd())  # noqa: PTH109 - the project's root, from which this runs
from tests.architecture.test_words import PLUGINS, key, spoken

HEADER = "# %(owner)s: words for people. Ids are English.\n"
WIDTH = 120
# Headers that change with the day and the person; git knows both.
PASSING = tuple(
    f'"{name}:'.encode()
    for name in (
        "Generated-By",
        "Language-Team",
        "Last-Translator",
        "PO-Revision-Date",
        "POT-Creation-Date",
        "Report-Msgid-Bugs-To",
    )
)


def main() -> int:
    """Write the catalogues that change, and say how many sentences wait for their translation."""
    for plugin in PLUGINS:
        said = {key(message): message for message in spoken(plugin)}
        if plugin.translations is None:
            if said:
                print(f"{plugin.name}: its manifest names no translations, but it has words")
            continue
        path = plugin.translations / "id" / "LC_MESSAGES" / "messages.po"
        catalogue = load(path, plugin.name)
        known = {key(message.id) for message in catalogue if message.id}
        for name in known - set(said):
            catalogue.delete(name)
        for name in set(said) - known:
            # A sentence with parts comes as a tuple of one; only a plural has two.
            catalogue.add(said[name] if len(said[name]) > 1 and not isinstance(said[name], str) else name)
        waiting = [message for message in catalogue if message.id and not any(strings(message.string))]
        if known != set(said):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(rendered(catalogue))
        print(f"{plugin.name}: {len(said)} sentences, {len(waiting)} wait for Indonesian")
    return 0


def load(path: Path, owner: str) -> Catalog:
    """Return the catalogue as it is, or a new one."""
    if not path.exists():
        return Catalog(locale="id", header_comment=HEADER % {"owner": owner}, charset="utf-8")
    with path.open("rb") as source:
        return read_po(source, locale="id")


def strings(translation: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the forms of a translation; an entry that was just added has none."""
    return translation if isinstance(translation, tuple) else (translation or "",)


def rendered(catalogue: Catalog) -> bytes:
    """Return a catalogue's text, in the order of its ids, so that two people's additions rarely meet."""
    target = BytesIO()
    write_po(target, catalogue, width=WIDTH, sort_output=True)
    lines = target.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(PASSING))


if __name__ == "__main__":
    sys.exit(main())
