"""What a seller reads of their money: what was sold, what was taken off and why, what comes when and where to (L11, L12)."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from itertools import pairwise
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.finance import queries
from marketplace.finance.slots import Receivable
from marketplace.kernel.access import Actor, Grant
from marketplace.kernel.clock import today
from marketplace.kernel.ids import uuid7
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import relay
from marketplace.kernel.plugin import current
from marketplace.kernel.words import Words
from marketplace.orders import queries as orders
from marketplace.payments import queries as payments
from marketplace.payments import services
from marketplace.sellers.queries import SellerCard
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, sellers
from tests.factories.accounts import PASSWORD, as_actor, person, signed_in
from tests.finance.books import finished, given_back, sold
from tests.payments.paying_out import MONDAY, answer, forged, given, officer

SPACE = "\u00a0"
FRIDAY = "2026-11-27T09:00:00+07:00"


@dataclass
class Trade:
    shop: SellerCard
    owner: UUID
    actor: Actor
    goods: UUID
    browser: FlaskClient

    @property
    def payee(self) -> str:
        return str(self.shop.id)


@pytest.fixture
def trade(app: Flask, client: FlaskClient, clock: TestClock) -> Trade:
    clock.set(FRIDAY)
    owner = person("Siti Rahmawati")
    shop = sellers.shop(trusted=True, owner_id=owner)
    actor = as_actor(owner, Grant("seller", "seller", str(shop.id)))
    return Trade(shop, owner, actor, catalog.basket(of=shop, stock=50), signed_in(client, owner))


def shown(page: str, name: str) -> str:
    found = re.search(rf'data-uji="{name}">([^<]*)<', page)
    assert found is not None, page
    return found[1].replace(SPACE, " ")


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.replace(SPACE, " ")))


def test_a_shop_that_sold_nothing_is_told_what_to_do(trade: Trade) -> None:
    page = trade.browser.get("/lapak/keuangan").text
    assert shown(page, "cair") == "Rp 0"
    assert "Isi rekening tujuan" in page
    assert "Belum ada. Begitu sebuah pesanan selesai" in page


def test_a_seller_answers_every_question_from_the_pages_alone(trade: Trade, clock: TestClock) -> None:
    sale = sold(trade.goods, trade.actor)
    page = trade.browser.get("/lapak/keuangan").text
    assert f"Ditahan sampai 1 pesanan selesai" in page  # noqa: F541
    assert plain(page).count(f"Rp {sale.total.amount:,}".replace(",", ".")) >= 1
    given(trade.payee, clock)
    clock.set(FRIDAY)
    fee = round(sale.goods.amount * 0.02)
    finished(sale, fee, 500)
    net = sale.total.amount - fee - 500

    page = trade.browser.get("/lapak/keuangan").text
    assert shown(page, "cair") == f"Rp {net:,}".replace(",", ".")
    assert "Senin, 30 November 2026, ke BCA ••••7890 a/n Siti Rahmawati" in page
    assert f"/lapak/keuangan/penjualan/{sale.path_code}" in page

    why = trade.browser.get(f"/lapak/keuangan/penjualan/{sale.path_code}").text
    assert shown(why, "dibayar") == f"Rp {sale.total.amount:,}".replace(",", ".")
    assert shown(why, "bersih") == f"Rp {net:,}".replace(",", ".")
    assert "Biaya program: 2% dari" in plain(why)
    assert "aturan fee.public sejak 1 Jan 2026" in plain(why)
    assert "Pesanan ini selesai" in why

    clock.set(MONDAY)
    assert services.propose_payouts() == 1
    page = trade.browser.get("/lapak/keuangan").text
    assert "Disetujui" in page
    assert "Hari pencairan berikutnya: Senin, 7 Desember 2026" in page, "today's was asked for already"
    services.make_batch(by=officer())
    (payout,) = payments.payouts_of(trade.payee)
    services.confirm_payouts(answer((payout.code, net, "berhasil", "")), "a.csv", by=officer())
    assert "Sudah cair" in trade.browser.get("/lapak/keuangan").text


def test_a_rule_that_does_not_explain_the_fee_is_not_named(trade: Trade) -> None:
    sale = sold(trade.goods, trade.actor)
    finished(sale, 123)
    page = trade.browser.get(f"/lapak/keuangan/penjualan/{sale.path_code}").text
    assert 'data-uji="aturan"' not in page
    assert "Rp 123" in plain(page)


def test_what_is_not_finished_says_that_it_is_held(trade: Trade) -> None:
    sale = sold(trade.goods, trade.actor)
    page = trade.browser.get(f"/lapak/keuangan/penjualan/{sale.path_code}").text
    assert "Pesanan ini belum selesai" in page


def test_a_refund_after_the_payout_is_a_debt_that_is_carried_forward(trade: Trade, clock: TestClock) -> None:
    sale = sold(trade.goods, trade.actor)
    given(trade.payee, clock)
    finished(sale, 100)
    clock.set(MONDAY)
    services.propose_payouts()
    given_back(sale, uuid7(), 10_000, 200)
    page = trade.browser.get("/lapak/keuangan").text
    assert shown(page, "cair") == "Rp 0"
    assert "pengembalian melebihi pendapatan sebesar Rp 9.800" in plain(page)
    assert "Uang kembali ke pembeli" in page
    assert list(payments.broken_payouts()) == []
    assert list(payments.unbalanced()) == []


def test_a_statement_adds_up_from_day_to_day(trade: Trade, clock: TestClock) -> None:
    """Opening balance and entries are the closing balance, and tomorrow opens with it, whatever the days."""
    days = ("2026-10-30", "2026-11-05", "2026-11-27")
    for number, day in enumerate(days, start=1):
        clock.set(f"{day}T09:00:00+07:00")
        finished(sold(trade.goods, trade.actor), number * 100)
    asked = [
        queries.period(*each)
        for each in (("2026-10-01", "2026-10-31"), ("2026-11-01", "2026-11-26"), ("2026-11-27", "2026-11-27"))
    ]
    found = [queries.statement(trade.shop.id, one, None) for one in asked]
    assert found[0].opening == Rupiah(0)
    for one, then in pairwise(found):
        assert one.closing == then.opening
    for one in found:
        assert one.opening + Rupiah.total([amount for _name, amount, _count in one.sums]) == one.closing
        assert Rupiah.total([row.amount for row in one.rows]) == one.closing - one.opening
    assert found[2].closing == payments.balance(f"payable:{trade.shop.id}")
    page = trade.browser.get("/lapak/keuangan/laporan?dari=2026-11-01&sampai=2026-11-26").text
    assert shown(page, "saldo") == f"Rp {found[1].closing.amount:,}".replace(",", ".")


def test_the_statement_is_a_sheet_as_well(trade: Trade) -> None:
    sale = sold(trade.goods, trade.actor)
    finished(sale, 100)
    got = trade.browser.get("/lapak/keuangan/laporan?bentuk=csv")
    head, *rows, _end = got.text.split("\r\n")
    assert head == "waktu;jenis;pesanan;jumlah;catatan_buku"
    assert rows[0].startswith("2026-11-27 09:00:00;")
    cells = {row.split(";")[4]: row.split(";") for row in rows}
    assert cells[f"fee:{sale.part_id}"][1:4] == ["Biaya program", sale.path_code, "-100"]
    assert sum(int(row.split(";")[3]) for row in rows) == payments.balance(f"payable:{trade.shop.id}").amount
    assert got.headers["Content-Disposition"].startswith("attachment; filename=laporan-")


def test_a_long_statement_is_read_page_by_page_and_nothing_comes_twice(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    sales = [sold(trade.goods, trade.actor) for _sale in range(3)]
    for sale in sales:
        finished(sale, 100)
    seen, cursor = [], None
    for _page in range(9):
        found, behind = payments.lines(
            f"payable:{trade.shop.id}", queries.period("", "").since, queries.period("", "").until, cursor, 2
        )
        seen += [one.id for one in found]
        cursor = behind
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 6
    assert trade.browser.get("/lapak/keuangan/laporan?hal=omong-kosong").status_code == 404
    assert trade.browser.get("/lapak/keuangan/laporan?dari=besok&sampai=2026-99-99").status_code == 200


def test_another_account_needs_the_password_again(trade: Trade) -> None:
    typed = {"bank": "bca", "number": "1234567890", "holder": "Siti Rahmawati", "password": "salah semua ini"}
    path = f"/lapak/keuangan/rekening?toko={trade.shop.code}"
    refused = trade.browser.post(path, data=typed)
    assert refused.status_code == 422
    assert "salah semua ini" not in refused.text
    assert 'value="1234567890"' in refused.text, "nothing that was typed is lost but the password"
    assert payments.bank_accounts(trade.payee) == ()
    wrong = trade.browser.post(path, data={**typed, "password": PASSWORD, "number": "12"})
    assert (wrong.status_code, "6 sampai 20 angka" in wrong.text) == (422, True)
    kept = trade.browser.post(path, data={**typed, "password": PASSWORD})
    assert kept.status_code == 303
    page = trade.browser.get(kept.location).text
    assert "Rekening dicatat" in page
    assert "BCA ••••7890" in page
    assert "1234567890" not in page + trade.browser.get(path).text


def test_everybody_of_a_shop_hears_of_another_account(trade: Trade, app: Flask) -> None:
    services.give_bank_account(trade.payee, bank="bca", number="1234567890", holder="Siti", by=trade.actor)
    relay()
    written = [path.read_bytes() for path in app.extensions["jkp"].settings.mail_sink.glob("*.eml")]
    letters = [message_from_bytes(one, policy=default) for one in written]
    # Other tests write into the same folder.
    bodies = [one.get_content() for one in letters if "Rekening baru" in str(one["Subject"])]
    (body,) = [one for one in bodies if trade.shop.code in one]
    assert "BCA ••••7890" in body
    assert f"/lapak/keuangan?toko={trade.shop.code}" in body
    assert "1234567890" not in body


def test_nobody_sees_another_shop_s_money(trade: Trade, app: Flask) -> None:
    sale = sold(trade.goods, trade.actor)
    other = person("Joko")
    sellers.shop(trusted=True, owner_id=other, name="Anyaman Joko", phone="081299990000")
    joko = signed_in(app.test_client(), other)
    for path in ("/lapak/keuangan", "/lapak/keuangan/laporan", "/lapak/keuangan/rekening", "/lapak/laporan"):
        assert joko.get(f"{path}?toko={trade.shop.code}").status_code == 404
    assert joko.get(f"/lapak/keuangan/penjualan/{sale.path_code}").status_code == 404
    assert joko.get("/lapak/keuangan/penjualan/TIDAKADA-1").status_code == 404
    assert app.test_client().get("/lapak/keuangan").status_code == 303


def test_other_channels_tell_what_they_owe_and_sold(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    owed = Receivable(
        label="Dinas PPKUKM", amount=Rupiah(1_200_000), due_on=today(), why=Words("Bendahara"), overdue=True
    )
    monkeypatch.setitem(current().fills, "finance.receivables", (lambda _sellers: [owed],))
    monkeypatch.setitem(current().fills, "finance.turnover", (lambda _seller, _year: Rupiah(500_000_001),))
    assert "Dinas PPKUKM: Rp 1.200.000" in plain(trade.browser.get("/lapak/keuangan").text)
    report = queries.report(trade.shop.id)
    assert report.turnover == Rupiah(500_000_001)
    assert [(one.limit, one.passed) for one in report.marks] == [
        (Rupiah(500_000_000), True),
        (Rupiah(4_800_000_000), False),
    ]
    page = plain(trade.browser.get("/lapak/laporan").text)
    assert "terlampaui." in page
    assert "masih kurang Rp 4.299.999.999." in page


def test_turnover_is_goods_and_delivery_of_paid_orders_of_this_year(trade: Trade, clock: TestClock) -> None:
    clock.set("2025-12-31T16:59:59+00:00")
    sold(trade.goods, trade.actor)
    clock.set("2025-12-31T17:00:01+00:00")
    sale = sold(trade.goods, trade.actor)
    assert queries.report(trade.shop.id).turnover == sale.goods + sale.shipping, "the year begins in Jakarta"
    clock.set(FRIDAY)
    found = queries.report(trade.shop.id)
    assert found.turnover == sale.goods + sale.shipping
    assert (found.weeks, found.best) == ((), ())
    other = sold(trade.goods, trade.actor)
    found = queries.report(trade.shop.id)
    assert [(str(week.monday), week.parts, week.amount) for week in found.weeks] == [
        ("2026-11-23", 1, other.goods + other.shipping)
    ]
    assert [(one.pieces, one.amount) for one in found.best] == [(1, other.goods)]
    assert orders.sold(trade.shop.id, today(), today()) == other.goods + other.shipping
    forged("UPDATE orders_suborders SET state = 'cancelled'")
    assert queries.report(trade.shop.id).weeks == ()
