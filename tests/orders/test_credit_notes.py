"""What goes back of a paid part stands on a credit note that names its invoice, taken back where the refund fails (C10)."""

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from marketplace.documents import queries as documents
from marketplace.documents.slots import Paper
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.db import rows, session, transactional
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import relay
from marketplace.kernel.slots import verifiers
from marketplace.notifications.services import call_due
from marketplace.orders import commands, queries, services
from marketplace.orders.models import Line
from marketplace.orders.queries.giving_back import Back
from marketplace.orders.queries.papers import CREDIT_NOTE, INVOICE, REVERSAL
from marketplace.orders.services.refunding import refund_part
from marketplace.orders.services.steps import locked_part
from marketplace.payments import queries as payments
from marketplace.payments import services as payment_services
from marketplace.payments.models import SandboxState
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, orders
from tests.factories.documents import undrawn
from tests.orders.issuing import Stall, bought, papers, read, stall
from tests.orders.living import refund_fails
from tests.orders.paying import charge_of, paid_standing

FRIDAY = "2026-11-27T09:00:00+07:00"


def verified() -> list[str]:
    """Return what verify says once the watches that are due were called."""
    while call_due():
        heard()
    return at_once()


def at_once() -> list[str]:
    return [said for check in verifiers for said in check()]


def heard() -> None:
    """Let everybody hear what happened, but the one who draws."""
    with undrawn():
        relay()


def kinds(code: str, by: Actor) -> list[str]:
    return [paper.kind for paper in papers(code, by)]


@transactional
def back(code: str, qty: int, shipping: int = 0) -> UUID | None:
    """Pay back so many pieces of the first line of an order's only part, and so much of its delivery."""
    order, part = locked_part(code, 1)
    (line, *_more) = rows(select(Line.id).where(Line.suborder_id == part.id).order_by(Line.number))
    return refund_part(order, part, [Back(line_id=line.id, qty=qty)], Rupiah(shipping), "claim", by=SYSTEM, why="pecah")


def came(code: str, at: Stall) -> None:
    services.advance(f"{code}-1", "shipped", by=at.runs, shown=services.HandOver(receipt_number="JNE 0123"))


def check_page(client: FlaskClient, paper: Paper) -> str:
    return client.get(documents.CHECK + documents.check_token(paper.id)).text


def test_buy_invoice_refund_credit_note_and_the_check_page_says_genuine(
    app: Flask, client: FlaskClient, clock: TestClock
) -> None:
    """A PKP's shirt is brought for 12,500 and called off by its shop: all of it goes back, PPN and delivery too."""
    clock.set(FRIDAY)
    rina, at = orders.guest(), stall(222_000, "Kemeja Batik", shipping=12_500, taxes=["vat_registered"])
    code = bought(rina, (at, 1), brought=True)
    (invoice,) = papers(code, rina)
    assert "Sah" in (page := check_page(client, invoice))
    assert "Dikoreksi oleh" not in page

    clock.set("2026-11-28T09:00:00+07:00")
    services.decline(f"{code}-1", "sold_out", by=at.runs)
    assert kinds(code, rina) == [INVOICE], "not before the money is back"
    heard()
    (_invoice, note) = papers(code, rina)
    assert (note.kind, note.corrects, note.owner) == (CREDIT_NOTE, invoice.id, at.owner)
    assert note.shown == f"NK/{at.shop.code}/2026/000001"
    assert note.total.amount == 234_500
    said = read(note)
    for part in (
        "NOTA KREDIT", note.shown, f"Mengoreksi{invoice.shown}", "Sabtu, 28 November 2026", "Kemeja Batik", "1 pcs",
        f"Invoice {invoice.shown} tanggal 27 Nov 2026", "Dikembalikan 28 Nov 2026", "Dibatalkan toko", "Rina Kusuma",
        "Rp222.000,00", "Rp12.500,00", "Rp234.500,00", "Rp200.000,00", "Rp183.333,00", "Rp22.000,00",
        "dua ratus tiga puluh empat ribu lima ratus rupiah", documents.check_url(note),
    ):  # fmt: skip
        assert part in said, part
    assert "Sah" in (page := check_page(client, note))
    assert f"<dd>{invoice.shown}</dd>" in page
    assert "Rina" not in page
    assert note.shown in check_page(client, invoice), "the invoice's page names what corrects it"
    assert verified() == []


def test_boxes_that_go_back_bring_their_city_tax_and_the_rest_the_rest(app: Flask, clock: TestClock) -> None:
    """Three of ten boxes: 105,000 and 10,500 of PBJT, as the plan of the money works it out; then all that is left."""
    clock.set(FRIDAY)
    rina, at = orders.guest(), stall(35_000, "Nasi Kotak", meal=True, shipping=10_000, taxes=["pbjt_payer"])
    code = bought(rina, (at, 10), brought=True)
    came(code, at)
    back(code, 3)
    back(code, 7, shipping=10_000)
    heard()
    invoice, *notes = papers(code, rina)
    assert [note.total.amount for note in notes] == [115_500, 279_500]
    assert [note.data["tax_idr"] for note in notes] == [10_500, 24_500]
    assert [note.data["lines"][0]["qty"] for note in notes] == [3, 7]
    assert [note.data["shipping_idr"] for note in notes] == [0, 10_000]
    assert Rupiah.total([note.total for note in notes]) == invoice.total
    assert "Rp10.500,00" in read(notes[0])
    assert verified() == []


def test_the_ppn_of_pieces_adds_up_to_the_invoice_s_to_the_rupiah(app: Flask) -> None:
    """Three things for 33,335 contain 9,910 (100,005 at 11/111); a third of that is no whole number."""
    rina, at = orders.guest(), stall(33_335, taxes=["vat_registered"], shipping=5_000)
    code = bought(rina, (at, 3), brought=True)
    came(code, at)
    for _piece in range(3):
        back(code, 1)
        heard()
    invoice, *notes = papers(code, rina)
    inside = [note.data["included_tax_idr"] for note in notes]
    assert (inside, sum(inside)) == ([3_303, 3_303, 3_304], invoice.data["included_tax_idr"])
    bases = [note.data["taxes"][0]["base_idr"] for note in notes]
    assert [base + tax for base, tax in zip(bases, inside, strict=True)] == [33_335] * 3


def test_a_refund_that_the_bank_sends_back_takes_its_credit_note_back_and_the_next_one_gets_its_own(app: Flask) -> None:
    rina, at = orders.guest(), stall(18_000, shipping=1_000)
    code = bought(rina, (at, 1))
    services.cancel_part(code, 1, by=rina)
    heard()
    assert kinds(code, rina) == [INVOICE, CREDIT_NOTE]
    refund_fails(charge_of(code, rina))
    heard()
    invoice, note, gone = papers(code, rina)
    assert (gone.kind, gone.corrects, gone.total) == (REVERSAL, note.id, note.total)
    assert gone.shown.startswith(f"NB/{at.shop.code}/")
    said = read(gone)
    assert "PEMBATALAN NOTA KREDIT" in said
    assert f"Mengoreksi{note.shown}" in said
    services.repay(f"{code}-1", "rekening baru", by=SYSTEM)
    heard()
    assert kinds(code, rina) == [INVOICE, CREDIT_NOTE, REVERSAL, CREDIT_NOTE]
    assert papers(code, rina)[-1].corrects == invoice.id
    assert verified() == []


def test_a_refund_that_failed_before_anybody_wrote_a_note_gets_none(app: Flask) -> None:
    rina, at = orders.guest(), stall(18_000)
    code = bought(rina, (at, 1))
    services.cancel_part(code, 1, by=rina)
    heard()
    refund_fails(charge := charge_of(code, rina))
    refund = payments.refunds_of(charge.id)[-1]
    before = papers(code, rina)
    services.credit_refund(refund.id)
    services.take_credit_back(refund.id)
    services.take_credit_back(refund.id)
    assert [paper.kind for paper in papers(code, rina)] == [*(paper.kind for paper in before), REVERSAL]


def test_a_refund_that_is_of_no_part_has_no_credit_note(app: Flask) -> None:
    """Money that came after the goods were gone goes back whole: nothing was sold, so there is no invoice either."""
    rina, basket = orders.guest(), catalog.basket(stock=1)
    code = orders.ordered(rina, basket).code
    orders.decided(code, rina, SandboxState.FAILED)
    orders.paid(orders.guest(), basket)
    late = charge_of(code, rina)
    orders.paid_after_all(late)
    payment_services.record(late.id, paid_standing(late))
    heard()
    assert charge_of(code, rina).refunded == late.amount
    assert kinds(code, rina) == []
    assert verified() == []


def test_verify_names_a_refund_without_its_note_and_the_command_issues_it(app: Flask) -> None:
    rina, at = orders.guest(), stall(18_000)
    code = bought(rina, (at, 1))
    services.cancel_part(code, 1, by=rina)
    heard()
    (_invoice, note) = papers(code, rina)
    for table in ("papers", "series"):
        session.execute(text(f"ALTER TABLE documents_{table} DISABLE TRIGGER USER"))
    session.execute(text("DELETE FROM documents_papers WHERE id = :id"), {"id": note.id})
    session.execute(text("DELETE FROM documents_series WHERE kind = :kind"), {"kind": CREDIT_NOTE})
    for table in ("papers", "series"):
        session.execute(text(f"ALTER TABLE documents_{table} ENABLE TRIGGER USER"))
    assert at_once() == [f"orders: the refund {note.subject} has no credit note; jkp orders papers issues it"]
    assert app.test_cli_runner().invoke(commands.papers, []).exit_code == 0
    assert kinds(code, rina) == [INVOICE, CREDIT_NOTE]
    assert verified() == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_credit_note_speaks_the_language_of_its_order(app: Flask, language: str) -> None:
    rina, at = orders.guest(), stall(18_000)
    code = bought(rina, (at, 2), language=language)
    services.cancel_part(code, 1, by=rina)
    heard()
    said = read(papers(code, rina)[-1])
    words = {"id": ("NOTA KREDIT", "Dibatalkan pembeli"), "en": ("CREDIT NOTE", "Cancelled by the buyer", "thirty-six")}
    for part in words[language]:
        assert part in said, part


def test_whoever_hears_of_the_refund_first_issues_the_invoice_before_it(app: Flask) -> None:
    rina, at = orders.guest(), stall(18_000)
    code = orders.ordered(rina, at.goods).code
    orders.decided(code, rina)
    session.execute(text("ALTER TABLE documents_papers DISABLE TRIGGER USER"))
    session.execute(text("ALTER TABLE documents_series DISABLE TRIGGER USER"))
    session.execute(text("DELETE FROM documents_papers"))
    session.execute(text("DELETE FROM documents_series"))
    services.cancel_part(code, 1, by=rina)
    heard()
    invoice, note = papers(code, rina)
    assert (invoice.kind, note.corrects) == (INVOICE, invoice.id)
    assert queries.own_order(code, rina).parts[0].state == "cancelled"
