"""L11 and L12: what a seller is owed and why, where it goes, and simple books."""

import csv
import io
from collections.abc import Iterator, Sequence

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts import services as accounts
from marketplace.finance import queries
from marketplace.finance.forms import Act, BankIn
from marketplace.finance.views.blueprint import bp
from marketplace.kernel.clock import JAKARTA
from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.orders.policies import PREPARE
from marketplace.payments import queries as payments
from marketplace.payments import services
from marketplace.sellers.policies import MANAGE
from marketplace.sellers.queries import SellerCard, sellers_of

Answer = str | tuple[str, int] | AnyResponse


def _shop(shops: Sequence[SellerCard] | None = None) -> SellerCard:
    """Return the shop named in the address by its code, or the first one, of the actor's shops if they are known already."""
    code = request.args.get("toko")
    for card in sellers_of(actor()) if shops is None else shops:
        if code in (None, card.code):
            return card
    raise NotFound


@bp.page("/lapak/keuangan", policy=MANAGE)
def money() -> str:
    """Say what comes next, to which account, and what it is made of (L11)."""
    shops = sellers_of(actor())
    shop = _shop(shops)
    return render_template(
        "finance/money.html",
        shop=shop,
        shops=shops,
        seen=queries.overview(shop.id),
        warned=queries.warned(shop.id),
        saved="tersimpan" in request.args,
    )


@bp.page("/lapak/keuangan/penjualan/<code>", policy=PREPARE)
def sale(code: str) -> str:
    """Say why a sale brought so much."""
    return render_template("finance/sale.html", why=queries.why(code, actor()))


@bp.page("/lapak/keuangan/laporan", policy=MANAGE)
def statement() -> Answer:
    """Show a period of the shop's account, or give it as CSV."""
    shop = _shop()
    asked = queries.period(request.args.get("dari", ""), request.args.get("sampai", ""))
    if request.args.get("bentuk") == "csv":
        name = f"laporan-{shop.code}-{asked.first}-{asked.last}.csv"
        headers = {"Content-Disposition": f"attachment; filename={name}"}
        return Response("".join(_sheet(shop, asked)), mimetype="text/csv", headers=headers)
    found = queries.statement(shop.id, asked, request.args.get("hal"))
    days = Form.blank(Act, dari=asked.first, sampai=asked.last)
    return render_template(
        "finance/statement.html", shop=shop, found=found, form=days, first=not request.args.get("hal")
    )


def _sheet(shop: SellerCard, asked: queries.Period) -> Iterator[str]:
    written = io.StringIO(newline="")
    sheet = csv.writer(written, delimiter=";", lineterminator="\r\n")
    sheet.writerow(("waktu", "jenis", "pesanan", "jumlah", "catatan_buku"))
    for row in queries.csv_rows(shop.id, asked):
        at = f"{row.at.astimezone(JAKARTA):%Y-%m-%d %H:%M:%S}"
        sheet.writerow((at, str(row.name), row.sale or row.about, row.amount.amount, row.id))
    yield written.getvalue()


@bp.page("/lapak/keuangan/rekening", policy=MANAGE)
def account() -> Answer:
    """Show where the shop's money goes, and ask for another account."""
    return _account(_shop(), Form.blank(BankIn))


@bp.page("/lapak/keuangan/rekening", policy=MANAGE, methods=("POST",))
def give_account() -> Answer:
    """Keep another account, once the seller has shown that it is they who ask."""
    shop, form = _shop(), parse(BankIn, request)

    def give(data: BankIn) -> bool:
        accounts.prove(data.password, by=actor(), address=request.remote_addr or "")
        payee = queries.payee_of(shop.id)
        services.give_bank_account(payee, bank=data.bank, number=data.number, holder=data.holder, by=actor())
        return True

    if form.submit(give) is None:
        return _account(shop, form)
    return redirect(url_for("finance.money", toko=request.args.get("toko"), tersimpan=1), 303)


def _account(shop: SellerCard, form: Form[BankIn]) -> Answer:
    known = payments.bank_accounts(queries.payee_of(shop.id))
    # A password is never sent back into the page.
    shown = Form(BankIn, {name: typed for name, typed in form.typed.items() if name != "password"}, None, form.errors)
    page = render_template(
        "finance/account.html", shop=shop, form=shown, known=known, banks=list(payments.banks().items())
    )
    return page, form.status


@bp.page("/lapak/laporan", policy=MANAGE)
def report() -> str:
    """Show simple books: turnover and its marks, weeks, what sold best (L12)."""
    shop = _shop()
    return render_template("finance/report.html", shop=shop, found=queries.report(shop.id))
