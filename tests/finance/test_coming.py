"""What comes when (L11): held money by the day on which it can be had, what stands in the way, payouts asked for."""

import re
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.finance import queries
from marketplace.kernel import ids
from marketplace.kernel.access import Actor, Grant
from marketplace.kernel.money import Rupiah
from marketplace.kernel.plugin import current
from marketplace.orders import services as selling
from marketplace.orders.forms import GiveBackIn
from marketplace.payments import queries as payments
from marketplace.payments import services
from marketplace.sellers.queries import SellerCard
from marketplace.testing.plugin import TestClock
from tests.factories import sellers
from tests.factories.accounts import as_actor, person, signed_in
from tests.orders import living
from tests.payments.paying_out import answer, earned, lies, officer, payable, state, verified

FRIDAY = "2026-11-27T09:00:00+07:00"
SPACE = "\u00a0"
ASK = "/lapak/keuangan/pencairan"


@dataclass
class Trade:
    shop: SellerCard
    owner: UUID
    actor: Actor
    browser: FlaskClient
    clock: TestClock

    @property
    def payee(self) -> str:
        return str(self.shop.id)

    def page(self) -> str:
        return re.sub(
            r"\s+", " ", re.sub(r"<[^>]+>", " ", self.browser.get("/lapak/keuangan").text.replace(SPACE, " "))
        )

    def ask(self, amount: str, key: str = "") -> object:
        return self.browser.post(ASK, data={"jumlah": amount, "kunci": key or ids.token()})


@pytest.fixture
def trade(app: Flask, client: FlaskClient, clock: TestClock) -> Trade:
    clock.set(FRIDAY)
    owner = person("Siti Rahmawati")
    shop = sellers.shop(trusted=True, owner_id=owner)
    made = Trade(shop, owner, as_actor(owner, Grant("seller", "seller", str(shop.id))), signed_in(client, owner), clock)
    verified(made.payee)
    return made


def handed_over(trade: Trade) -> tuple[str, Actor]:
    """Let a buyer fetch what they bought: nothing but an objection stands between the shop and its money now."""
    code, buyer, seller, _variant = living.bought(of=trade.shop)
    selling.advance(f"{code}-1", living.PartState.READY, by=seller)
    selling.advance(f"{code}-1", living.PartState.RECEIVED, by=seller, shown=selling.HandOver(handed_to="Rina"))
    return code, buyer


def test_the_forecast_has_what_is_finished_before_the_day_and_comes_true(trade: Trade) -> None:
    handed_over(trade)
    seen = queries.overview(trade.shop.id)
    (part,) = seen.coming
    assert (seen.payable, part.held, part.net < part.held) == (Rupiah(0), Rupiah(45_000), True)
    assert (str(seen.next_on), seen.next_amount) == ("2026-11-30", part.net)
    page = trade.page()
    assert f"Rp {part.net.amount:,}".replace(",", ".") in page
    assert "jika tidak ada keberatan" in page
    living.at(trade.clock, "2026-11-29T09:00:01+07:00")
    assert payable(trade.payee) == part.net.amount, "what was foretold is what came"
    trade.clock.set("2026-11-30T00:10:00+07:00")
    assert services.propose_payouts() == 1
    (payout,) = payments.payouts_of(trade.payee)
    assert payout.amount == part.net


def test_what_is_finished_on_the_day_or_later_is_listed_and_not_promised(trade: Trade) -> None:
    trade.clock.set("2026-11-28T12:00:00+07:00")
    handed_over(trade)
    code, _buyer, _seller, _variant = living.bought(of=trade.shop)
    seen = queries.overview(trade.shop.id)
    assert (seen.soon, seen.next_amount, seen.held) == (Rupiah(0), Rupiah(0), Rupiah(90_000))
    assert [one.comes_at is None for one in seen.coming] == [False, True]
    assert "Menunggu Anda kirim" in trade.page()
    assert seen.coming[1].code == code


def test_a_part_that_somebody_objects_to_is_not_promised(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    handed_over(trade)
    monkeypatch.setitem(current().fills, "orders.objections", (frozenset,))
    seen = queries.overview(trade.shop.id)
    assert (seen.soon, seen.coming[0].objected, seen.coming[0].comes_at) == (Rupiah(0), True, None)
    assert "setelah keluhannya selesai" in trade.page()


def test_a_refund_before_the_end_takes_its_share_of_the_fee_along(trade: Trade) -> None:
    code, _buyer = handed_over(trade)
    before = queries.overview(trade.shop.id).coming[0]
    asked = living_back(Rupiah(15_000))
    selling.give_back(f"{code}-1", asked, by=trade.actor)
    after = queries.overview(trade.shop.id).coming[0]
    assert after.held == Rupiah(30_000)
    assert before.net - after.net < Rupiah(15_000), "the fee on what went back is not taken"
    living.at(trade.clock, "2026-11-29T09:00:01+07:00")
    assert payable(trade.payee) == after.net.amount


def living_back(amount: Rupiah):
    return GiveBackIn(uang=amount, alasan="Anyaman lepas sedikit", kunci=ids.token())


def test_a_seller_asks_for_money_and_an_officer_lets_it_go(trade: Trade) -> None:
    earned(trade.payee, 100_000)
    key = ids.token()
    for _click in range(2):
        assert trade.ask("60.000", key).status_code == 303
    (payout,) = payments.payouts_of(trade.payee)
    assert (payout.state, payout.amount, payable(trade.payee)) == ("requested", Rupiah(60_000), 40_000)
    page = trade.page()
    assert f"{payout.code} menunggu persetujuan petugas" in page
    assert "Minta pencairan" not in page, "one at a time"
    other = trade.ask("20.000")
    assert (other.status_code, payout.code in other.text) == (409, True)
    services.approve_payout(payout.id, by=officer())
    services.make_batch(by=officer())
    services.confirm_payouts(answer((payout.code, 60_000, "berhasil", "")), "a.csv", by=officer())
    assert trade.ask("40.000").status_code == 303
    assert list(payments.broken_payouts()) == []


def test_a_sum_that_cannot_be_is_said_beside_the_field(trade: Trade) -> None:
    earned(trade.payee, 100_000)
    for typed in ("5.000", "100.001", "dua"):
        refused = trade.ask(typed)
        assert refused.status_code == 422, typed
        assert 'aria-invalid="true"' in refused.text
        assert f'value="{typed}"' in refused.text, "nothing is lost"
    assert trade.browser.post(ASK, data={"jumlah": "50.000"}).status_code in (400, 422), "no key, no payout"
    assert payments.payouts_of(trade.payee) == ()
    other = sellers.shop(trusted=True, owner_id=person("Joko"), name="Anyaman Joko", phone="081299990000")
    data = {"jumlah": "50.000", "kunci": ids.token()}
    assert trade.browser.post(f"{ASK}?toko={other.code}", data=data).status_code == 404


def test_what_stands_in_the_way_is_said_with_what_to_do(trade: Trade) -> None:
    earned(trade.payee, 50_000)
    payout = services.request_payout(trade.payee, Rupiah(50_000), by=trade.actor)
    assert payout is not None
    services.make_batch(by=officer())
    code = payments.payout(payout).code
    services.confirm_payouts(answer((code, 50_000, "gagal", "Rekening ditutup")), "a.csv", by=officer())
    page = trade.page()
    assert f"{code} tidak sampai: Rekening ditutup" in page
    assert "Periksa apakah rekeningnya benar" in page
    again = services.give_bank_account(trade.payee, bank="bri", number="5555666677", holder="Siti", by=trade.actor)
    services.refuse_bank_account(again, "Nama pemilik lain.", by=officer())
    page = trade.page()
    assert "BRI ••••6677 ditolak: Nama pemilik lain." in page
    assert "Isi rekening lagi" in page
    assert state(payout) == "failed"


def test_each_line_of_a_sale_says_rate_rule_and_law(trade: Trade) -> None:
    code, _buyer = handed_over(trade)
    page = trade.browser.get(f"/lapak/keuangan/penjualan/{code}-1").text.replace(SPACE, " ")
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "1 × Keranjang Anyaman Pandan" in told
    assert "2% dari Rp 45.000, aturan fee.public" in told


def test_books_are_whole_after_all_of_it(trade: Trade) -> None:
    handed_over(trade)
    living.at(trade.clock, "2026-11-29T09:00:01+07:00")
    trade.ask(str(payable(trade.payee)))
    for payout in payments.payouts_of(trade.payee):
        services.approve_payout(payout.id, by=officer())
    services.make_batch(by=officer())
    assert living.whole() == []
    assert lies(f"payable:{trade.payee}") == 0
