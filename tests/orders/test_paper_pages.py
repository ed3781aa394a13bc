"""Where a paper is found: on the order's page of its buyer and on its shop's, by the same token (P09, L07)."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.documents import services as drawing
from marketplace.kernel.access import Grant
from marketplace.kernel.db import session
from marketplace.kernel.models import AuditEntry
from marketplace.orders import queries
from marketplace.orders.queries import page_token
from tests.factories import orders
from tests.factories.accounts import as_actor, opened, person
from tests.orders.issuing import bought, papers, stall


def offered(page: str) -> list[str]:
    """Return the addresses of files that a page offers."""
    found = re.findall(r'href="((?:/pesanan/[0-9A-Z]{8})?/dokumen/[^"]+)"', page)
    return [address.replace("&amp;", "&") for address in found]


def test_a_guest_finds_the_invoice_by_the_mailed_link_once_it_is_drawn(app: Flask, client: FlaskClient) -> None:
    rina, at = orders.guest(), stall(18_000)
    code = bought(rina, (at, 1))
    (paper,) = papers(code, rina)
    token = page_token(queries.own_order(code, rina).id)
    page = client.get(f"/pesanan/{code}?token={token}").text
    assert (offered(page), f"{paper.shown}</span>: berkasnya sedang dibuat" in page) == ([], True)
    drawing.draw(paper.id)
    page = client.get(f"/pesanan/{code}?token={token}").text
    assert offered(page) == [f"/pesanan/{code}/dokumen/{paper.id}?token={token}"]
    # The browser keeps the right that the link gave it, and the file opens there too; the page does not tell the token again.
    (kept,) = offered(client.get(f"/pesanan/{code}").text)
    assert token not in kept
    assert client.get(kept).mimetype == "application/pdf"
    client.delete_cookie("pesanan")
    assert client.get(kept).status_code == client.get(f"/dokumen/{paper.id}").status_code == 404


def test_before_the_payment_there_is_none_and_until_it_is_issued_it_is_being_made(
    app: Flask, client: FlaskClient
) -> None:
    rina, at = orders.guest(), stall(18_000)
    code = orders.ordered(rina, at.goods).code
    token = page_token(queries.own_order(code, rina).id)
    assert 'data-uji="dokumen"' not in client.get(f"/pesanan/{code}?token={token}").text
    orders.decided(code, rina)
    assert 'data-uji="dokumen"' in client.get(f"/pesanan/{code}?token={token}").text


def test_who_only_looks_an_order_up_is_offered_no_paper(app: Flask, client: FlaskClient) -> None:
    rina, at = orders.guest(), stall(18_000)
    code = bought(rina, (at, 1))
    drawing.draw(papers(code, rina)[0].id)
    page = client.post("/lacak", data={"kode": code, "angka": "7890"}).text
    assert (code[:4] in page, 'data-uji="dokumen"' in page, offered(page)) == (True, False, [])


def test_the_shop_finds_it_on_its_page_of_the_order_and_the_buyer_signed_in_on_theirs(
    app: Flask, client: FlaskClient
) -> None:
    siti = person("Siti Rahmawati")
    at, rina = stall(18_000, owner_id=siti), orders.guest()
    code = bought(rina, (at, 1))
    (paper,) = papers(code, rina)
    drawing.draw(paper.id)
    client.set_cookie("sesi", opened(siti).token)
    page = client.get(f"/lapak/pesanan/{code}-1").text
    assert offered(page) == [f"/dokumen/{paper.id}"]
    assert f"Invoice {paper.shown} dari Dapur Ibu Siti, PDF" in page
    assert client.get(offered(page)[0]).mimetype == "application/pdf"


def test_an_officer_finds_every_paper_of_an_order_and_each_that_is_opened_is_written_down(
    app: Flask, client: FlaskClient
) -> None:
    """Guard (R26.3): who had a paper with a buyer's name can be told."""
    rina, first, second = orders.guest(), stall(18_000), stall(45_000, "Keranjang")
    code = bought(rina, (first, 1), (second, 1))
    made = papers(code, rina)
    drawing.draw(made[0].id)
    fitri = person("Fitri Handayani", grants=(Grant("programme_officer"),))
    client.set_cookie("sesi", opened(fitri).token)
    page = client.get(f"/program/pesanan/{code}").text
    assert offered(page) == [f"/dokumen/{made[0].id}"]
    assert f"{made[1].shown}</span>: berkasnya sedang dibuat" in page
    assert noted() == [None]
    assert client.get(offered(page)[0]).mimetype == "application/pdf"
    assert noted() == [None, {"paper": made[0].shown}]
    joko = person("Joko", grants=(Grant("auditor"),))
    client.set_cookie("sesi", opened(joko).token)
    assert client.get(f"/dokumen/{made[0].id}").status_code == 404
    assert len(noted()) == 2


def noted() -> list[object]:
    """Return what was written down of looks at orders by officers: the paper, None for the page."""
    entries = session.scalars(select(AuditEntry.content).where(AuditEntry.stream == "orders").order_by(AuditEntry.seq))
    return [entry.get("after") or None for entry in entries if entry["action"] == queries.VIEW]


def test_an_officer_who_takes_the_paper_of_their_own_order_looked_at_nobody(app: Flask, client: FlaskClient) -> None:
    fitri = person("Fitri Handayani", grants=(Grant("programme_officer"),))
    code = bought(as_actor(fitri), (stall(18_000), 1))
    (paper,) = papers(code, as_actor(fitri))
    drawing.draw(paper.id)
    client.set_cookie("sesi", opened(fitri).token)
    assert client.get(f"/dokumen/{paper.id}").status_code == 200
    assert noted() == []
