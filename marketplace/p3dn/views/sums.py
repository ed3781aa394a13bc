"""The seller's helper for TKDN-IK (F12), and the calculator of evaluated prices (domain 4.4). Nothing of either is kept."""

from typing import Any
from uuid import UUID

from flask import render_template, request

from marketplace.kernel import clock
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.kernel.words import _
from marketplace.p3dn import policies
from marketplace.p3dn.forms import BidsIn, WorksheetIn
from marketplace.p3dn.queries.worksheet import Worksheet, evaluate, objections, worksheet
from marketplace.p3dn.views.blueprint import bp
from marketplace.rules import queries as rules
from marketplace.sellers import queries as sellers

ROWS, BIDS = 4, 4
MOST_ROWS = 12
Answer = str | tuple[str, int]


@bp.page("/lapak/p3dn/hitung", policy=policies.STATE)
def helper() -> str:
    """Show the worksheet, empty."""
    return _worksheet(Form.blank(WorksheetIn, edisi="2025"))


@bp.page("/lapak/p3dn/hitung", policy=policies.STATE, methods=("POST",))
def compute() -> Answer:
    """Compute the worksheet, and name what an application would be sent back for."""
    form = parse(WorksheetIn, request)
    page = _worksheet(form)
    return page, form.status


@bp.page("/p3dn/hea", policy=policies.READ)
def bids() -> str:
    """Show the calculator of evaluated prices, empty."""
    return _bids(Form.blank(BidsIn))


@bp.page("/p3dn/hea", policy=policies.READ, methods=("POST",))
def evaluated() -> Answer:
    """Compute the evaluated prices of bids."""
    form = parse(BidsIn, request)
    return _bids(form), form.status


def _worksheet(form: Form[WorksheetIn]) -> str:
    data, today = form.data, clock.today()
    book = rules.rules(today)
    found: Worksheet | None = None
    faults: list[Any] = []
    if data is not None and "tkdn.material" not in book.by_code:
        form.errors = {"": [_("No weights hold today. Ask BPPBJ to set them.")]}
    elif data is not None:
        found = worksheet([(one.biaya, one.tkdn) for one in data.named], data.pekerja, data.pabrik, book)
        faults = objections(
            kbli=data.kbli, edition=data.edisi, capital=data.modal, makes=data.membuat, today=today, book=book
        )
    shops = sellers.sellers_of(actor())
    return render_template(
        "p3dn/worksheet.html",
        form=form,
        found=found,
        faults=faults,
        lacking=_lacking([one.id for one in shops]),
        rows=min(max(ROWS, _filled(form, "bahan") + 1), MOST_ROWS),
        basis=book.by_code["tkdn.material"].basis if "tkdn.material" in book.by_code else "",
        today=today,
    )


def _bids(form: Form[BidsIn]) -> str:
    data, book = form.data, rules.rules(clock.today())
    found = evaluate([(one.nama, one.harga, one.tkdn) for one in data.named], data.paket, book) if data else ()
    preference = book.get("hea.preference")
    return render_template(
        "p3dn/bids.html",
        form=form,
        found=found,
        below=bool(data and preference and preference.threshold and data.paket <= preference.threshold),
        rule=preference,
        rows=min(max(BIDS, _filled(form, "tawaran") + 1), 6),
    )


def _lacking(shops: list[UUID]) -> list[Any]:
    """Return the papers that an application names and that no officer has checked yet."""
    today = clock.today()
    return [said for shop in shops[:1] for said in sellers.papers_lacking(shop, today)]


def _filled(form: Form[Any], name: str) -> int:
    return sum(
        1 for key, value in form.values.items() if key.startswith(f"{name}-") and key.endswith("-nama") and value
    )
