"""The files of an index: generations beside each other, and a pointer that says which one is asked.

``<folder>/<index>/current`` holds the name of a generation; a rebuild writes a new generation beside it and replaces the
pointer in one step. The generation before stays until the next rebuild, for readers that are still looking at it.
"""

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import tantivy

from marketplace.kernel import clock
from marketplace.kernel.ids import uuid7
from search.question import Unavailable
from search.shape import Field, Kind, Shape
from search.slots import Document, Value
from search.text import stored_words
from search.thesaurus import Thesaurus

ID, STEMS = "_id", "_stems"
HEAP = 32 * 1024 * 1024
POINTER, ABOUT, BROKEN = "current", "about.json", "broken"


@dataclass(frozen=True)
class About:
    """What a generation says of itself."""

    folder: Path
    shape: str
    built_at: str

    @cached_property
    def state(self) -> Path:
        """The file that the engine replaces at each commit."""
        return self.folder / "meta.json"


@dataclass(frozen=True)
class Place:
    """Where the generations of one index lie."""

    folder: Path

    @cached_property
    def pointer(self) -> Path:
        """The file that names the generation in use."""
        return self.folder / POINTER

    def present(self) -> About | None:
        """Return the generation in use, or None where there is none that can be read."""
        try:
            folder = self.folder / self.pointer.read_text(encoding="ascii").strip()
            held = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
            return About(folder, str(held["shape"]), str(held["built_at"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @property
    def broken(self) -> bool:
        """Tell whether a reader met files that it could not read."""
        return (self.folder / BROKEN).exists()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Turn what files that cannot be read make of a query into Unavailable, and leave word for the worker.

        What is asked was checked before, so it is the files that fail. Damage inside a file shows as a panic of the
        library, whose class cannot be imported and is no Exception.
        """
        try:
            yield
        except Unavailable:
            raise
        except BaseException as failure:
            if not isinstance(failure, OSError | ValueError) and type(failure).__name__ != "PanicException":
                raise
            with suppress(OSError):  # A reader that may not write leaves no word.
                (self.folder / BROKEN).touch()
            message = f"the index {self.folder.name!r} cannot be read: {failure}"
            raise Unavailable(message) from failure

    def build(self, shape: Shape, thesaurus: Thesaurus, documents: Iterable[Document]) -> int:
        """Write a new generation, make it the present one, drop all but it and the one before; return how many documents."""
        before = self.present()
        # Not created by tantivy: a folder that is there is one whose index is not finished.
        fresh = self.folder / f"{shape.hash}-{uuid7().hex}"
        fresh.mkdir(parents=True)
        try:
            count = _filled(fresh, shape, thesaurus, documents)
            self._point_to(fresh)
        except BaseException:
            # Whoever builds tries again every few seconds: what came of it would fill the disk.
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        (self.folder / BROKEN).unlink(missing_ok=True)
        kept = {fresh, before.folder if before else fresh}
        for folder in self.folder.iterdir():
            if folder.is_dir() and folder not in kept:
                shutil.rmtree(folder, ignore_errors=True)
        return count

    def change(self, shape: Shape, thesaurus: Thesaurus, documents: Iterable[Document], gone: Iterable[str]) -> None:
        """Replace documents in the present generation and take others out, in one commit that readers see as a whole.

        Raises OSError or ValueError when the files do not allow it.
        """
        about = self.present()
        if about is None or about.shape != shape.hash:
            message = "there is no index of this shape to change"
            raise ValueError(message)
        index = tantivy.Index.open(str(about.folder))
        with _writer(index) as writer:
            for key in gone:
                writer.delete_documents_by_term(ID, key)
            for document in documents:
                writer.delete_documents_by_term(ID, str(document["id"]))
                writer.add_document(_stored(document, shape, index.schema, thesaurus))

    def _point_to(self, folder: Path) -> None:
        draft = self.folder / f"{POINTER}.{os.getpid()}"
        with draft.open("w", encoding="ascii") as file:
            file.write(folder.name)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.pointer)


def _filled(folder: Path, shape: Shape, thesaurus: Thesaurus, documents: Iterable[Document]) -> int:
    index = tantivy.Index(schema_of(shape), path=str(folder))
    count = 0
    with _writer(index) as writer:
        for document in documents:
            writer.add_document(_stored(document, shape, index.schema, thesaurus))
            count += 1
    held = {"shape": shape.hash, "built_at": clock.now().isoformat()}
    (folder / ABOUT).write_text(json.dumps(held), encoding="utf-8")
    return count


def schema_of(shape: Shape) -> tantivy.Schema:
    """Return the shape as tantivy's schema.

    The id is a raw text field: deleting by an unsigned number does nothing, and says nothing. Text comes in as our own
    words with spaces between them.
    """
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(ID, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(STEMS, tokenizer_name="whitespace", index_option="freq")
    for field in shape.fields:
        if field.kind == Kind.TEXT:
            builder.add_text_field(field.name, tokenizer_name="whitespace", index_option="position")
        elif field.kind == Kind.KEYWORD:
            builder.add_text_field(field.name, tokenizer_name="raw", index_option="basic", fast=True)
        elif field.kind == Kind.NUMBER:
            builder.add_integer_field(field.name, indexed=True, fast=True)
        else:
            builder.add_boolean_field(field.name, indexed=True, fast=True)
    return builder.build()


@contextmanager
def _writer(index: tantivy.Index) -> Iterator[tantivy.IndexWriter]:
    """Give a writer whose work is committed and merged at the end, or not at all."""
    writer = index.writer(HEAP, 1)
    try:
        yield writer
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()


def _stored(document: Document, shape: Shape, schema: tantivy.Schema, thesaurus: Thesaurus) -> tantivy.Document:
    held: dict[str, Any] = {ID: _text(document["id"], "id")}
    stems: set[str] = set()
    for field in shape.fields:
        values = _values(document.get(field.name))
        if field.kind == Kind.TEXT:
            words = [word for value in values for word in stored_words(_text(value, field.name), thesaurus.stop_words)]
            held[field.name] = " ".join(words)
            stems.update(map(thesaurus.stems, words))
        elif field.kind == Kind.FLAG:
            held[field.name] = any(_checked(value, bool, field) for value in values)
        elif values:
            held[field.name] = [_checked(value, _PYTHON[field.kind], field) for value in values]
    held[STEMS] = " ".join(sorted(stems))
    return tantivy.Document.from_dict(held, schema)


_PYTHON: dict[str, type] = {Kind.KEYWORD: str, Kind.NUMBER: int}


def _values(value: Value) -> Sequence[object]:
    if value is None:
        return ()
    return value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)


def _text(value: object, name: str) -> str:
    if isinstance(value, str):
        return value
    message = f"the search field {name!r} takes text, not {value!r}"
    raise TypeError(message)


def _checked(value: object, kind: type, field: Field) -> object:
    if type(value) is kind:
        return value
    message = f"the search field {field.name!r} is a {field.kind} and cannot hold {value!r}"
    raise TypeError(message)
