"""A paper's file: drawn once, the same whenever it is shown, and nothing that people typed is anything but text."""

import hashlib
import multiprocessing
import os
import signal
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.documents import commands, printing, queries, services
from marketplace.documents.models import Paper as Stored
from marketplace.documents.printing import DrawingError, composed
from marketplace.documents.slots import Paper, Sheet
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict
from marketplace.kernel.ids import uuid7
from marketplace.kernel.outbox import is_due, relay
from marketplace.media import queries as media
from marketplace.media.slots import StorageAway
from marketplace.testing.plugin import Live, TestClock
from tests.factories.documents import LAYOUT, LINK, NOTE, issued, known
from tests.factories.pdf import text_of

PLAIN = "#let data = json(bytes(sys.inputs.data))\n"


def drawn(**more: object) -> Paper:
    made = issued(**more)
    services.draw(made.id)
    return queries.paper(made.id)


def words(pdf: bytes) -> str:
    """Return what stands on a paper, without the breaks of its lines."""
    return text_of(pdf).replace("\n", "").replace("\u200b", "")


def place(app: Flask, paper: Paper) -> Path:
    assert paper.file_key is not None
    found: Path = app.extensions["jkp"].settings.instance / "media" / paper.file_key
    return found


def test_what_was_issued_is_drawn_by_the_worker(live_papers: Live) -> None:
    made = issued(buyer="Rina")
    with pytest.raises(Conflict) as refused:
        queries.content(made)
    assert refused.value.code == "drawing"
    while is_due():
        relay()
    paper = queries.paper(made.id)
    content = queries.content(paper)
    assert content.startswith(b"%PDF-")
    assert hashlib.sha256(content).hexdigest() == paper.file_sha256
    assert list(queries.broken()) == []


def test_a_paper_says_what_it_must(papers: Flask, clock: TestClock) -> None:
    first = drawn(total=5_000_001, buyer="Rina Wulandari", goods=["Keripik singkong"])
    said = words(queries.content(first))
    for part in (
        "Dapur Ibu Siti", first.shown, "Jumat, 27 November 2026", "Rina Wulandari", "Keripik singkong", "Rp5.000.001,00",
        "lima juta satu rupiah", "Rp10.000,00", queries.check_url(first), first.digest, "Halaman 1 dari 1",
    ):  # fmt: skip
        assert part in said, part
    note = drawn(kind=NOTE, total=18_000, corrects=first.id)
    assert f"Mengoreksi{first.shown}" in words(queries.content(note))
    assert "meterai" not in words(queries.content(note))


def test_a_paper_is_drawn_in_its_own_language_and_says_what_its_total_contains(papers: Flask) -> None:
    def sheet(paper: Paper) -> Sheet:
        return replace(LAYOUT.sheet(paper), contained=(("PPN 11 %", "Rp22.000,00"),))

    look = replace(LAYOUT, language=lambda paper: str(paper.data["language"]), sheet=sheet)
    made = {code: issued(total=222_000, language=code) for code in ("en", "id")}
    said = {code: words(printing.printed(paper, look)) for code, paper in made.items()}
    for code, parts in {
        "en": ("Number", "Page 1 of 1", "two hundred"),
        "id": ("Nomor", "Halaman", "dua ratus"),
    }.items():
        for part in (*parts, "PPN 11 %", "Rp22.000,00"):
            assert part in said[code], part


def test_three_showings_are_the_same_bytes(papers: Flask, client: FlaskClient) -> None:
    paper = drawn()
    shown = [client.get(f"/dokumen/{paper.id}?token={LINK}").data for _turn in range(3)]
    assert {hashlib.sha256(one).hexdigest() for one in shown} == {paper.file_sha256}
    services.draw(paper.id)
    assert queries.paper(paper.id) == paper


def test_the_same_paper_drawn_anew_has_the_same_bytes(papers: Flask) -> None:
    made = issued()
    assert printing.printed(made, LAYOUT) == printing.printed(made, LAYOUT)


HOSTILE = (
    '#read("/etc/passwd")',
    "#sys.inputs #(1 + 1) $x^2$ *tebal* _miring_ `mono` = judul",
    '"], [") #import "@preview/x:1.0.0": * //',
    "#link('https://example.com')[x] @acuan <label> \\u{41} ~",
    "</script><script>alert(1)</script> {{ 7*7 }} %s",
    "Rina\u202eanaR",
    "W" * 300,
    "O'Neill & Søn, Łódź, Ñandú",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stands_on_the_paper_as_it_was_typed(papers: Flask, name: str) -> None:
    said = words(queries.content(drawn(buyer=name, goods=[name])))
    seen = "".join(said.split()).replace("?", "")
    assert "".join(name.replace("\u202e", "").split()).replace("?", "") in seen
    assert "root:" not in said


@pytest.mark.parametrize("name", ["漢字かな 🍜", "مرحبا", "ꦗꦮ", "\ufffd\u0301", ""])
def test_signs_that_our_fonts_do_not_have_stop_no_paper(papers: Flask, name: str) -> None:
    assert queries.content(drawn(buyer=name, goods=[name])).startswith(b"%PDF-")


def test_a_long_paper_has_its_head_and_its_number_on_every_page(papers: Flask) -> None:
    said = words(queries.content(drawn(goods=[f"Barang {number}" for number in range(120)])))
    pages = said.count("dari 4")
    assert (pages, said.count("Banyak"), said.count("Barang 119")) == (4, 4, 1)


@pytest.mark.parametrize(
    "source",
    [
        '#read("/secret.txt")',
        '#read("../secret.txt")',
        '#read("/etc/hostname")',
        '#image("/secret.txt")',
        '#import "@preview/tablex:0.0.8": *',
        '#include "/secret.txt"',
        "#json(bytes(sys.inputs.data)).nothing",
    ],
)
def test_not_even_a_template_can_open_anything(source: str) -> None:
    with pytest.raises(DrawingError):
        composed(source, {}, 0)


def test_the_program_that_draws_has_no_way_to_open_a_file_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even in a folder that has one: without the limit typst would read it."""
    tmp_path.joinpath("secret.txt").write_text("rahasia", encoding="utf-8")

    class Here:
        def __init__(self, **_: object) -> None:
            pass

        def __enter__(self) -> str:
            return str(tmp_path)

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(printing, "TemporaryDirectory", Here)
    with pytest.raises(DrawingError):
        composed('#read("/secret.txt")', {}, 0)


def test_a_template_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "PATIENCE", 1)
    with pytest.raises(DrawingError, match="took too long"):
        composed("#for a in range(99999) { for b in range(99999) { let c = a * b } }", {}, 0)


def test_what_a_fault_says_names_nobody() -> None:
    with pytest.raises(DrawingError) as failure:
        composed(PLAIN + "#data.missing", {"buyer": "Rina Wulandari"}, 0)
    assert "Rina" not in str(failure.value)


def test_a_file_that_was_changed_is_not_shown_and_is_named(
    papers: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper, other = drawn(), drawn()
    file = place(papers, paper)
    file.write_bytes(file.read_bytes().replace(b"%PDF-1.7", b"%PDF-1.4"))
    answer = client.get(f"/dokumen/{paper.id}?token={LINK}")
    assert (answer.status_code, b"%PDF" in answer.data) == (409, False)
    place(papers, other).unlink()
    with pytest.raises(Conflict) as refused:
        queries.content(other)
    assert refused.value.code == "damaged"
    said = list(queries.broken())
    assert [f"the file of {other.shown}" in said[0], f"the file of {paper.shown}" in said[1]] == [True, True]
    checked = papers.test_cli_runner().invoke(commands.check, [])
    assert (checked.exit_code, checked.output.splitlines()) == (1, said)


def test_files_are_compared_on_request(papers: Flask) -> None:
    drawn()
    checked = papers.test_cli_runner().invoke(commands.check, [])
    assert (checked.exit_code, checked.output) == (0, "ok\n")


class Away:
    """A storage that does not answer."""

    def get(self, _key: str) -> bytes:
        raise StorageAway

    def put(self, _key: str, _content: bytes, _kind: str) -> None:
        raise StorageAway


def test_a_storage_that_is_away_is_told_in_a_sentence_and_asked_again(
    papers: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper, waiting = drawn(), issued()
    monkeypatch.setattr(media, "storage", Away)
    with pytest.raises(Conflict) as refused:
        queries.content(paper)
    assert refused.value.code == "away"
    assert list(queries.broken()) == ["documents: the storage does not answer, so files were not compared"]
    with pytest.raises(StorageAway):
        services.draw(waiting.id)
    monkeypatch.undo()
    services.draw(waiting.id)
    assert queries.content(queries.paper(waiting.id)).startswith(b"%PDF-")


def test_whoever_draws_second_leaves_the_first_file_alone(papers: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    made = issued()
    own = printing.printed

    def slower(paper: Paper, layout: object) -> bytes:
        """Be overtaken while drawing, by somebody with another program whose bytes differ."""
        monkeypatch.setattr(printing, "printed", own)
        services.draw(paper.id)
        return b"%PDF-1.7 other"

    monkeypatch.setattr(printing, "printed", slower)
    services.draw(made.id)
    paper = queries.paper(made.id)
    assert queries.content(paper) == own(made, LAYOUT)
    assert [one.name for one in place(papers, paper).parent.glob(f"{made.id.hex}*")] == [place(papers, paper).name]


def test_a_paper_of_another_secret_is_not_drawn_with_a_wrong_address(
    papers: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = issued()
    monkeypatch.setattr(services.queries, "check_token", lambda _paper: "0" * 32)
    with pytest.raises(LookupError, match="SECRET_KEY"):
        services.draw(made.id)


def test_a_paper_whose_kind_nobody_knows_any_more_waits(papers: Flask) -> None:
    made = issued()
    with known(papers):
        pass
    papers.extensions["jkp"].fills.pop("documents.layouts")
    with pytest.raises(LookupError, match="no plugin brings a layout"):
        services.draw(made.id)


def _killed(live: Live, paper_id: UUID) -> None:
    os.environ |= {"JKP_TEST_HOOKS": "1", "JKP_CRASH": f"{services.STORED}:1"}
    with live.app.app_context(), known(live.app, LAYOUT):
        services.draw(paper_id)


def test_a_process_that_dies_between_the_file_and_its_row_leaves_it_to_the_next(live_papers: Live) -> None:
    made = issued()
    session.remove()
    child = multiprocessing.get_context("fork").Process(target=_killed, args=(live_papers, made.id))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    assert session.scalar(select(Stored.file_key).where(Stored.id == made.id)) is None
    session.remove()
    services.draw(made.id)
    assert queries.content(queries.paper(made.id)).startswith(b"%PDF-")
    assert uuid7() != made.id
