"""The index follows the database by the outbox, builds itself when it must, and knows nothing of who fills it."""

import json
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import text

from marketplace import create_app
from marketplace.kernel.db import db, rows, session, transactional
from marketplace.kernel.events import Event
from marketplace.kernel.outbox import emit, relay, tick
from marketplace.kernel.plugin import Plugin
from marketplace.kernel.words import _
from marketplace.testing.plugin import administer, environment, hang_up, sibling
from marketplace.web import migrate
from search import commands, queries, services
from search.plugin import plugin as search_plugin
from search.queries import Is, Query, Unavailable
from search.slots import Document, Field, Index, engine, indexes


@dataclass(frozen=True)
class BooksChanged(Event):
    """Books came, changed or went."""

    ids: list[str]


class Library:
    """A plugin with books to be found; its fields can grow as those of a host do when a plugin above joins."""

    def __init__(self) -> None:
        self.fields: tuple[Field, ...] = (Field("title", "text", weight=3), Field("lent", "flag", facet=True))
        self.asked_for: list[Sequence[str]] = []
        self.index = Index(
            name="books",
            fields=lambda: self.fields,
            ids=self.ids,
            documents=self.documents,
            follows=lambda: {BooksChanged: lambda event: event.ids},
        )
        self.plugin = Plugin(
            name="library",
            label=_("Library"),
            requires=("search",),
            emits=(BooksChanged,),
            fills=(indexes(self.index),),
        )

    def ids(self) -> Iterator[Sequence[str]]:
        held = [row.id for row in rows(text("SELECT id FROM library_books ORDER BY id"))]
        yield from (held[at : at + 2] for at in range(0, len(held), 2))

    def documents(self, ids: Sequence[str]) -> Iterator[Document]:
        self.asked_for.append(ids)
        for row in rows(text("SELECT id, title, lent FROM library_books WHERE id = ANY(:ids)"), {"ids": list(ids)}):
            yield {"id": row.id, "title": row.title, "lent": row.lent}


@transactional
def shelve(**books: str) -> None:
    for key, title in books.items():
        session.execute(
            text("INSERT INTO library_books VALUES (:id, :title, false) ON CONFLICT (id) DO UPDATE SET title = :title"),
            {"id": key, "title": title},
        )
    emit(BooksChanged(list(books)))


@transactional
def pulp(*books: str) -> None:
    session.execute(text("DELETE FROM library_books WHERE id = ANY(:ids)"), {"ids": list(books)})
    emit(BooksChanged(list(books)))


def find(words: str) -> list[str]:
    return list(queries.search("books", Query(text=words)).ids)


@pytest.fixture
def library() -> Library:
    """Give the plugin of the library."""
    return Library()


@contextmanager
def opened(server: str, name: str, folder: Path, library: Library) -> Iterator[Flask]:
    """Open a site of search and a library alone, on a database of its own where transactions really commit."""
    administer(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    url = sibling(server, name)
    plugins = (search_plugin, library.plugin)
    made = create_app(plugins, environ=environment(url, folder))
    with made.app_context():
        migrate.upgrade(db.engine, plugins)
        with db.engine.begin() as connection:
            connection.execute(text("CREATE TABLE library_books (id text PRIMARY KEY, title text, lent boolean)"))
        yield made
        session.remove()
        hang_up()
    administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def site(server: str, tmp_path: Path, library: Library) -> Iterator[Flask]:
    """Give such a site."""
    with opened(server, f"library_{os.getpid()}", tmp_path, library) as made:
        yield made


def test_a_folder_kept_from_another_database_is_built_anew(server: str, tmp_path: Path, library: Library) -> None:
    name = f"kept_{os.getpid()}"
    with opened(server, name, tmp_path, library):
        shelve(a="Resep Keripik Pisang", b="Sejarah Betawi")
        relay()
        assert find("keripik") == ["a"]
    with opened(server, f"{name}_new", tmp_path, library):
        (state,) = queries.states().values()
        assert (state.ready, state.reason) == (False, "built for other fields or from another database")
        with pytest.raises(Unavailable, match="another database"):
            find("keripik")
        tick("search.refresh")
        assert find("keripik") == []
        shelve(c="Keripik Tempe")
        relay()
        assert queries.search("books", Query()).total == 1
        assert services.refresh() == 0


def test_what_changes_is_found_after_the_outbox_has_run(site: Flask) -> None:
    shelve(a="Resep Keripik Pisang", b="Sejarah Betawi")
    with pytest.raises(Unavailable):
        find("keripik")
    relay()
    assert find("kripik") == ["a"]
    shelve(a="Resep Sambal", c="Batik Pesisir")
    assert find("sambal") == [], "not before the outbox runs"
    relay()
    assert find("sambal") == ["a"]
    assert find("keripik") == []
    pulp("a", "b")
    relay()
    assert find("sambal") == []
    assert queries.search("books", Query()).ids == ("c",)


def test_one_event_is_one_batch_with_each_id_once(site: Flask, library: Library) -> None:
    shelve(a="Satu")
    relay()
    library.asked_for.clear()

    @transactional
    def tell() -> None:
        emit(BooksChanged(["a", "b", "a"]))
        emit(BooksChanged([]))

    tell()
    relay()
    assert library.asked_for == [["a", "b"]]


def test_what_waits_is_brought_up_in_one_go(site: Flask, library: Library) -> None:
    services.rebuild(library.index)
    for number in range(20):
        shelve(**{f"b{number}": f"Buku nomor{number}"})
    shelve(b0="Buku baru")
    library.asked_for.clear()
    assert relay() == 21
    assert [len(ids) for ids in library.asked_for] == [20]
    assert queries.search("books", Query(text="buku")).total == 20
    shelve(b1="Buku lain")
    relay()
    assert find("lain") == ["b1"], "what comes later is not taken for done"


def test_a_batch_that_fails_is_tried_again_by_each_of_its_deliveries(
    site: Flask, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.rebuild(library.index)
    shelve(a="Satu")
    shelve(b="Dua")
    with monkeypatch.context() as broken:
        broken.setattr(services, "apply", lambda *_: 1 / 0)
        relay(1)
    relay()
    assert set(queries.search("books", Query()).ids) == {"a", "b"}


def test_a_delivery_that_comes_twice_or_late_leaves_the_truth(site: Flask, library: Library) -> None:
    shelve(a="Satu")
    relay()
    pulp("a")
    for _turn in range(3):
        services.apply(library.index, ["a"])
    assert queries.search("books", Query()).total == 0


def test_a_missing_index_is_built_by_the_schedule(site: Flask) -> None:
    shelve(a="Satu", b="Dua", c="Tiga")
    assert queries.states()["books"].reason == "not built yet"
    assert tick("search.refresh")
    assert queries.states()["books"].documents == 3
    assert services.refresh() == 0, "nothing is left to do"


def test_a_field_that_joins_makes_the_worker_build_anew(site: Flask, library: Library) -> None:
    shelve(a="Satu")
    relay()
    library.fields = (*library.fields, Field("pages", "number"))
    with pytest.raises(Unavailable):
        find("satu")
    assert services.refresh() == 1
    assert find("satu") == ["a"]


def test_a_rebuild_gives_the_same_index(site: Flask, library: Library) -> None:
    shelve(a="Batik Tulis", b="Batik Cap", c="Kain Tenun")
    relay()
    shelve(b="Batik Cap Baru")
    pulp("c")
    relay()
    asked = [Query(), Query(text="batik"), Query(facets=("lent",), filters=(Is("lent", value=False),))]
    before = [queries.search("books", query) for query in asked]
    assert services.rebuild(library.index) == 2
    after = [queries.search("books", query) for query in asked]
    assert [(set(one.ids), one.total, one.facets) for one in after] == [
        (set(one.ids), one.total, one.facets) for one in before
    ]


def test_two_writers_take_turns_and_lose_nothing(site: Flask, library: Library) -> None:
    services.rebuild(library.index)
    failures: list[BaseException] = []

    def write(shelf: str) -> None:
        with site.app_context():
            try:
                for number in range(8):
                    shelve(**{f"{shelf}{number}": f"Buku {shelf} {number}"})
                    services.apply(library.index, [f"{shelf}{number}"])
            except BaseException as failure:  # noqa: BLE001 - shown by the assertion below
                failures.append(failure)
            finally:
                session.remove()

    writers = [threading.Thread(target=write, args=(shelf,)) for shelf in "xyz"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []
    assert queries.search("books", Query(text="buku")).total == 24


def test_nothing_is_written_with_a_transaction_open(
    site: Flask, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    states: list[bool] = []
    build = engine().rebuild

    def rebuild(*given: object) -> int:
        name, shape, documents = given
        held = list(documents)  # type: ignore[call-overload]
        states.append(session().in_transaction())
        return build(name, shape, held)  # type: ignore[arg-type]

    monkeypatch.setattr(type(engine()), "rebuild", lambda _self, *given: rebuild(*given))
    shelve(a="Satu", b="Dua", c="Tiga")
    services.rebuild(library.index)
    assert states == [False]


def test_an_index_nobody_fills_in_is_not_there(site: Flask) -> None:
    with pytest.raises(LookupError, match="shoes"):
        queries.search("shoes", Query())


def test_an_operator_asks_how_it_stands_and_builds_anew(site: Flask) -> None:
    shelve(a="Satu")
    info = ScriptInfo(create_app=lambda: site)
    run = site.test_cli_runner()
    before = run.invoke(commands.status, obj=info)
    assert (before.exit_code, before.output) == (1, "books: not built yet\n")
    assert run.invoke(commands.rebuild, obj=info).output == "books: 1 documents\n"
    assert run.invoke(commands.rebuild, ["books"], obj=info).exit_code == 0
    told = run.invoke(commands.status, ["--json"], obj=info)
    assert json.loads(told.output)["books"]["documents"] == 1
    assert run.invoke(commands.status, obj=info).output.startswith("books: 1 documents, built ")
    wrong = run.invoke(commands.rebuild, ["shoes"], obj=info)
    assert wrong.exit_code == 1
    assert "shoes" in wrong.output


def test_the_folder_can_be_set(server: str, tmp_path: Path, library: Library) -> None:
    for setting, folder in (("", tmp_path / "search"), (str(tmp_path / "else"), tmp_path / "else")):
        more = {"SEARCH_DIR": setting} if setting else {}
        made = create_app((search_plugin, library.plugin), environ=environment(server, tmp_path, **more))
        with made.app_context():
            assert engine()._folder == folder
