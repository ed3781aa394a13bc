"""Each shop of a paid order issues an invoice: numbered without gaps, frozen, and only for whom it concerns (C10)."""

import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from marketplace.documents import queries as documents
from marketplace.documents import services as drawing
from marketplace.documents.models import Paper as Stored
from marketplace.documents.slots import Paper
from marketplace.kernel.access import Actor
from marketplace.kernel.db import session
from marketplace.kernel.models import AuditEntry
from marketplace.kernel.outbox import is_due, relay
from marketplace.kernel.slots import personal_data, verifiers
from marketplace.orders import commands, queries, services
from marketplace.orders.queries import page_token
from marketplace.orders.queries.papers import INVOICE, broken_papers
from marketplace.orders.services.payment import settle
from marketplace.testing.plugin import Live, TestClock
from tests.factories import orders
from tests.factories.accounts import as_actor, opened, person
from tests.orders.issuing import Stall, bought, papers, read, stall
from tests.orders.paying import charge_of, paid_standing

FRIDAY = "2026-11-27T09:00:00+07:00"
SPACE = "\u00a0"


def said_by_verify() -> list[str]:
    return [said for check in verifiers for said in check()]


def test_each_shop_of_an_order_issues_an_invoice_of_its_own_series(app: Flask, clock: TestClock) -> None:
    clock.set(FRIDAY)
    rina, snacks, baskets = orders.guest(), stall(18_000), stall(45_000, "Keranjang")
    first = bought(rina, (snacks, 3), (baskets, 1))
    second = bought(orders.guest(), (snacks, 1))
    made = papers(first, rina)
    assert {(paper.kind, paper.owner) for paper in made} == {(INVOICE, snacks.owner), (INVOICE, baskets.owner)}
    numbers = {paper.owner: paper.shown for paper in made}
    assert numbers[snacks.owner] == f"INV/{snacks.shop.code}/2026/000001"
    assert numbers[baskets.owner] == f"INV/{baskets.shop.code}/2026/000001"
    assert [paper.total.amount for paper in made if paper.owner == snacks.owner] == [54_000]
    assert second
    newest = session.scalars(select(Stored.shown).where(Stored.owner == snacks.owner).order_by(Stored.number)).all()
    assert newest[-1] == f"INV/{snacks.shop.code}/2026/000002"
    assert said_by_verify() == []


def test_who_has_not_paid_gets_no_invoice_and_news_told_again_issues_none(app: Flask) -> None:
    rina, at = orders.guest(), stall(18_000)
    open_order = orders.ordered(rina, at.goods).code
    services.invoice_order(queries.own_order(open_order, rina).id)
    assert papers(open_order, rina) == []
    orders.decided(open_order, rina)
    order = queries.own_order(open_order, rina)
    made = papers(open_order, rina)
    services.invoice_order(order.id)
    services.invoice_part(order.parts[0].id)
    assert papers(open_order, rina) == made
    assert len(made) == 1


def test_an_invoice_says_in_the_language_of_the_order_what_was_bought_and_by_whom(app: Flask, clock: TestClock) -> None:
    clock.set(FRIDAY)
    rina, at = orders.guest(), stall(18_000, shipping=12_000)
    (paper,) = papers(bought(rina, (at, 3), brought=True), rina)
    said = read(paper)
    for part in (
        "INVOICE", paper.shown, "Jumat, 27 November 2026", "Dapur Ibu Siti", f"Toko {at.shop.code} di Jakpreneur",
        "Bukan Pengusaha Kena Pajak (bukan PKP)", "Rina Kusuma", "Jalan Percetakan Negara 12", "Keripik Singkong",
        "3 pcs", "Rp18.000,00", "Rp54.000,00", "Pengantaran", "Rp12.000,00", "Rp66.000,00",
        "enam puluh enam ribu rupiah", "Penjual bukan PKP: harga tidak memuat PPN.", documents.check_url(paper),
        "PPh Pasal 22 yang dipungut Jakpreneur: Rp0,00.",
    ):  # fmt: skip
        assert part in said.replace(SPACE, " "), part
    (english,) = papers(bought(rina, (at, 3), brought=True, language="en"), rina)
    said = read(english)
    for part in ("Friday, 27 November 2026", "Buyer", "non-PKP", "sixty-six thousand rupiah", "Page 1 of 1"):
        assert part in said, part
    assert "Pembeli" not in said


def test_the_address_of_who_fetches_is_not_printed_for_the_shop(app: Flask) -> None:
    rina, at = orders.guest(), stall(18_000)
    (paper,) = papers(bought(rina, (at, 1)), rina)
    assert paper.data["buyer"] == {"name": "Rina Kusuma", "address": []}


def test_a_paper_is_for_its_buyer_who_shows_the_link_and_the_shop_alone(app: Flask, client: FlaskClient) -> None:
    rina, at, other = orders.guest(), stall(18_000), stall(18_000)
    code = bought(rina, (at, 1))
    (paper,) = papers(code, rina)
    token = page_token(queries.own_order(code, rina).id)
    may = {
        who: _may(paper, *shown)
        for who, shown in {
            "buyer": (rina, ""), "link": (orders.guest(), token), "shop": (at.runs, ""), "other shop": (other.runs, ""),
            "stranger": (orders.guest(), ""), "wrong link": (orders.guest(), "0" * 32), "nobody": (orders.guest(), ""),
        }.items()
    }  # fmt: skip
    assert [who for who, had in may.items() if had] == ["buyer", "link", "shop"]
    drawing.draw(paper.id)
    assert client.get(f"/dokumen/{paper.id}").status_code == 404
    answer = client.get(f"/dokumen/{paper.id}?token={token}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")


def _may(paper: Paper, actor: Actor, token: str) -> bool:
    look = documents.layout(paper.kind)
    assert look is not None
    return look.may(actor, paper, token)


def test_a_shop_that_takes_an_invoice_has_seen_its_buyer_and_that_is_noted(app: Flask, client: FlaskClient) -> None:
    rina, siti = orders.guest(), person("Siti Rahmawati")
    at = stall(18_000, owner_id=siti)
    (paper,) = papers(bought(rina, (at, 1)), rina)
    drawing.draw(paper.id)
    client.set_cookie("sesi", opened(siti).token)
    assert client.get(f"/dokumen/{paper.id}").status_code == 200
    noted = session.scalars(select(AuditEntry.content).where(AuditEntry.stream == f"orders:{at.shop.id}")).all()
    assert [entry["after"] for entry in noted if entry["action"] == queries.VIEW] == [{"paper": paper.shown}]
    assert "Rina" not in str(noted)


def test_a_person_gets_their_invoices_with_their_data(app: Flask) -> None:
    rina = person("Rina Kusuma")
    code = bought(as_actor(rina), (at := stall(18_000), 1))
    (told,) = [one for offer in personal_data for one in offer.export(rina).get("papers", ())]
    assert (told["kind"], told["data"]["buyer"]["name"]) == (INVOICE, "Rina Kusuma")
    assert told["number"] == f"INV/{at.shop.code}/2026/000001"
    assert code


def test_verify_names_a_removed_and_an_altered_paper_and_the_command_issues_what_is_missing(app: Flask) -> None:
    rina, at = orders.guest(), stall(18_000)
    codes = [bought(rina, (at, 1)) for _turn in range(3)]
    last = papers(codes[-1], rina)[0]
    for table in ("papers", "series"):
        session.execute(text(f"ALTER TABLE documents_{table} DISABLE TRIGGER USER"))
    with session.begin_nested() as trial:
        data = {"id": last.id}
        session.execute(text("UPDATE documents_papers SET data = data || '{\"goods_idr\": 1}' WHERE id = :id"), data)
        assert said_by_verify() == [f"documents: the paper {last.id} ({last.shown}) is not what was issued"]
        trial.rollback()
    # Whoever takes the last one away and turns the series back is found by the part that was paid.
    session.execute(text("DELETE FROM documents_papers WHERE id = :id"), {"id": last.id})
    assert "2 papers up to number 2, and its last number is 3" in said_by_verify()[0]
    session.execute(text("UPDATE documents_series SET last = 2"))
    part = queries.own_order(codes[-1], rina).parts[0].id
    assert said_by_verify() == [f"orders: the paid part {part} has no invoice; jkp orders papers issues it"]
    for table in ("papers", "series"):
        session.execute(text(f"ALTER TABLE documents_{table} ENABLE TRIGGER USER"))
    done = app.test_cli_runner().invoke(commands.papers, [])
    assert (done.exit_code, done.output) == (0, "1 orders got their papers\n")
    assert said_by_verify() == []


def test_nobody_misses_an_invoice_that_is_only_about_to_be_issued(app: Flask) -> None:
    rina, at = orders.guest(), stall(18_000)
    code = orders.ordered(rina, at.goods).code
    charge = charge_of(code, rina)
    settle(charge, paid_standing(charge))
    assert list(broken_papers()) == []
    while is_due():
        relay()
    assert len(papers(code, rina)) == 1


def test_thirty_orders_of_one_shop_paid_at_once_get_thirty_numbers_without_a_gap(live: Live) -> None:
    at = stall(18_000)
    buyers = [orders.guest() for _one in range(30)]
    placed = [(orders.ordered(one, at.goods).code, one) for one in buyers]
    together, failures = threading.Barrier(10), list[BaseException]()

    def work(hand: int) -> None:
        with live.app.app_context():
            try:
                together.wait(20)
                for code, one in placed[hand::10]:
                    orders.decided(code, one)
                while is_due():
                    relay()
            except BaseException as failure:  # noqa: BLE001 - whatever it is, the test shall say so
                failures.append(failure)
            finally:
                session.remove()

    hands = [threading.Thread(target=work, args=(hand,)) for hand in range(10)]
    for one in hands:
        one.start()
    for one in hands:
        one.join(120)
    assert failures == []
    assert _numbers(at) == list(range(1, 31))
    assert [said for said in said_by_verify() if "documents" in said or "invoice" in said] == []


def _numbers(at: Stall) -> list[int]:
    mine = select(Stored.number).where(Stored.owner == at.owner, Stored.kind == INVOICE).order_by(Stored.number)
    return list(session.scalars(mine))


@pytest.mark.parametrize(("price", "due"), [(5_000_000, False), (5_000_001, True)])
def test_an_invoice_above_five_million_says_that_stamp_duty_is_due(app: Flask, price: int, due: bool) -> None:
    rina, at = orders.guest(), stall(price)
    (paper,) = papers(bought(rina, (at, 1)), rina)
    assert (paper.stamp_duty, "bea meterai Rp10.000,00" in read(paper)) == (due, due)
    assert paper.total.amount == price
