"""What a check page tells to whoever holds a paper, and who gets the paper itself."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.documents import queries, services
from marketplace.documents.slots import Paper
from marketplace.kernel.ids import token, uuid7
from marketplace.testing.plugin import TestClock
from tests.factories import documents
from tests.factories.accounts import opened, person
from tests.factories.documents import LINK, NOTE, issued


def address(paper: Paper) -> str:
    return queries.CHECK + queries.check_token(paper.id)


def test_a_paper_of_ours_is_said_to_be_genuine(papers: Flask, client: FlaskClient, clock: TestClock) -> None:
    paper = issued(total=5_000_001, buyer="Rina Wulandari", goods=["Keripik", "Sambal"])
    page = client.get(address(paper))
    assert page.status_code == 200
    for said in (
        "Sah", paper.shown, "Dapur Ibu Siti", "Jumat, 27 November 2026", "Rp5.000.001,00", paper.digest, "terutang",
        "Berkas sedang dibuat.", "<dd>2</dd>",
    ):  # fmt: skip
        assert said in page.text, said
    assert "Rina" not in page.text
    services.draw(paper.id)
    assert str(queries.paper(paper.id).file_sha256) in client.get(address(paper)).text
    assert "Genuine" in client.get(f"{address(paper)}?bahasa=en").text


def test_what_corrects_a_paper_is_said_on_both(papers: Flask, client: FlaskClient) -> None:
    first = issued()
    note = issued(kind=NOTE, corrects=first.id)
    assert "Dikoreksi oleh" in (page := client.get(address(first)).text)
    assert note.shown in page
    assert "Mengoreksi" in (page := client.get(address(note)).text)
    assert first.shown in page


@pytest.mark.parametrize("given", ["A" * 22, "0" * 32, "x", "%00", "%F0%9F%8D%9C", "a" * 5_000])
def test_an_unknown_token_is_said_to_be_unknown(papers: Flask, client: FlaskClient, given: str) -> None:
    issued()
    page = client.get(f"{queries.CHECK}{given}")
    assert (page.status_code, "Tidak dikenal" in page.text, "Sah" in page.text) == (404, True, False)


def test_the_address_of_a_check_page_is_told_to_nobody_else(papers: Flask, client: FlaskClient) -> None:
    page = client.get(address(issued()))
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"


def test_the_long_name_of_the_check_page_leads_to_it(papers: Flask, client: FlaskClient) -> None:
    paper = issued()
    page = client.get(f"/verifikasi-dokumen/{queries.check_token(paper.id)}")
    assert (page.status_code, page.headers["Location"]) == (308, address(paper))


def test_a_check_page_does_without_the_plugin_that_brought_the_kind(papers: Flask, client: FlaskClient) -> None:
    paper = issued()
    papers.extensions["jkp"].fills.pop("documents.layouts")
    assert paper.shown in client.get(address(paper)).text
    assert client.get(f"/dokumen/{paper.id}?token={LINK}").status_code == 404


def test_a_paper_goes_to_whom_it_concerns_and_to_nobody_else(
    papers: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper, rina, budi = issued(), person("Rina"), person("Budi")
    services.draw(paper.id)
    monkeypatch.setattr(documents, "READERS", {f"person:{rina}"})
    path = f"/dokumen/{paper.id}"
    unknown = client.get(f"/dokumen/{uuid7()}")
    for cookie in (None, opened(budi).token):
        if cookie:
            client.set_cookie("sesi", cookie)
        foreign = client.get(path)
        assert (foreign.status_code, unknown.status_code) == (404, 404)
        assert "%PDF" not in foreign.text
    client.set_cookie("sesi", opened(rina).token)
    mine = client.get(path)
    assert (mine.status_code, mine.mimetype, mine.headers["Cache-Control"]) == (200, "application/pdf", "no-store")
    assert mine.headers["Content-Disposition"] == f"attachment; filename={paper.shown.replace('/', '-')}.pdf"


def test_the_link_of_the_thing_itself_opens_its_paper(papers: Flask, client: FlaskClient) -> None:
    paper = issued()
    path = f"/dokumen/{paper.id}"
    early = client.get(f"{path}?token={LINK}")
    assert (early.status_code, "sedang dibuat" in early.text) == (409, True)
    services.draw(paper.id)
    answer = client.get(f"{path}?token={LINK}")
    assert (answer.status_code, answer.headers["Referrer-Policy"]) == (200, "same-origin")
    assert client.get(f"{path}?token={token()}").status_code == 404


def test_a_stored_paper_has_no_address_of_its_own(papers: Flask, client: FlaskClient) -> None:
    paper = issued()
    services.draw(paper.id)
    key = queries.paper(paper.id).file_key
    assert client.get(f"/media/{key}").status_code == 404
