"""Payouts: never more than is payable, let go by somebody else, all or nothing of what a bank says (R8, D10)."""

import hashlib
from pathlib import Path

import pytest
from flask import Flask

from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.kernel.money import Rupiah
from marketplace.payments import commands, queries, services
from marketplace.payments.models import BankAccount, Payout
from marketplace.payments.policies import OPERATOR
from marketplace.testing.plugin import Outbox, TestClock
from tests.payments.paying_out import (
    MONDAY,
    NUMBER,
    answer,
    broken,
    earned,
    entry,
    forged,
    given,
    lies,
    officer,
    owner,
    payable,
    payee,
    posted,
    requested,
    state,
)  # fmt: skip

LARGE = 5_000_001


def code(of: object) -> str:
    return queries.payout(of).code  # type: ignore[arg-type]


def sent(clock: TestClock, *amounts: int) -> list[object]:
    """Let payouts of one payee each go to the bank; return them."""
    made = [requested(payee(clock, amount), amount) for amount in amounts]
    services.make_batch(by=officer())
    return list(made)


def test_from_payable_to_paid_the_books_follow(app: Flask, clock: TestClock, outbox: Outbox) -> None:
    shop = payee(clock, 120_000)
    payout = requested(shop, 100_000)
    assert (payable(shop), lies(f"payout:{payout}")) == (20_000, 100_000)
    number = services.make_batch(by=officer())
    assert state(payout) == "sent"
    assert services.confirm_payouts(answer((code(payout), 100_000, "berhasil", "")), "a.csv", by=officer()).paid == 1
    assert state(payout) == "paid"
    assert (payable(shop), lies(f"payout:{payout}"), lies("at:bank")) == (20_000, 0, -20_000)
    assert [name for name, _told in outbox][-2:] == ["payments.PayoutApproved", "payments.PayoutPaid"]
    assert queries.batches()[0].number == number
    assert broken() == []


def test_more_than_is_payable_is_not_paid_out(app: Flask, clock: TestClock) -> None:
    """The guard is ``draw``: without its WHERE the second payout would go through.

    Guard (R26.3): drawing a payout from what is payable.
    """
    shop = payee(clock, 50_000)
    requested(shop, 30_000)
    with pytest.raises(Conflict) as refused:
        requested(shop, 20_001)
    assert refused.value.code == "short"
    requested(shop, 20_000)
    assert payable(shop) == 0
    assert len(queries.payouts_of(shop)) == 2


@pytest.mark.parametrize(("amount", "said"), [(9_999, "too_little"), (60_000, "short")])
def test_what_cannot_be_paid_out_leaves_nothing_behind(app: Flask, clock: TestClock, amount: int, said: str) -> None:
    shop = payee(clock, 50_000)
    with pytest.raises(Conflict) as refused:
        requested(shop, amount)
    assert refused.value.code == said
    assert queries.payouts_of(shop) == ()
    assert payable(shop) == 50_000


def test_a_debt_is_carried_forward_until_sales_have_filled_it(app: Flask, clock: TestClock) -> None:
    """The figures of the plan's example W: paid out, then three of ten boxes back, then another sale."""
    shop = payee(clock, 386_815)
    clock.set(MONDAY)
    assert services.propose_payouts() == 1
    posted(entry("refund", f"payable:{shop}", "ref:x", 115_500), entry("feeback", "fee", f"payable:{shop}", 2_100))
    assert payable(shop) == -113_400
    earned(shop, 66_000)
    posted(entry("fee", f"payable:{shop}", "fee", 1_080))
    assert payable(shop) == -48_480
    assert queries.due_payees(queries.next_payout_day(), queries.least_payout()) == ()
    with pytest.raises(Conflict):
        requested(shop, 10_000)
    assert queries.balance(f"payable:{shop}") == Rupiah(-48_480)
    assert broken() == []


def test_a_large_payout_waits_for_somebody_else(app: Flask, clock: TestClock) -> None:
    """Guard (R26.3): who approves a payout has not asked for it."""
    shop, asks = payee(clock, LARGE), officer()
    payout = requested(shop, LARGE, by=asks)
    assert state(payout) == "requested"
    with pytest.raises(Conflict) as alone:
        services.approve_payout(payout, by=asks)
    assert alone.value.code == "same_person"
    with pytest.raises(NotAllowed):
        services.approve_payout(payout, by=owner())
    with pytest.raises(Conflict, match="nothing"):
        services.make_batch(by=officer())
    services.approve_payout(payout, by=officer())
    assert state(payout) == "approved"
    with pytest.raises(Conflict, match="state"):
        services.approve_payout(payout, by=officer())
    assert broken() == []


def test_a_payout_of_five_million_needs_nobody_else(app: Flask, clock: TestClock) -> None:
    assert state(requested(payee(clock, 5_000_000), 5_000_000)) == "approved"


def test_on_the_day_each_payee_gets_one_payout_of_all_that_is_theirs(app: Flask, clock: TestClock) -> None:
    """Guard (R26.3): one periodic payout of a payee a day."""
    rich, poor, debtor, without = payee(clock, 80_000), payee(clock, 9_999), payee(clock), "tanpa rekening"
    posted(entry("d", f"payable:{debtor}", "ref:x", 5))
    earned(without, 70_000)
    assert services.propose_payouts() == 0, "Saturday is no day of payouts"
    clock.set(MONDAY)
    assert [services.propose_payouts() for _round in range(3)] == [1, 0, 0]
    earned(rich, 40_000)
    assert services.propose_payouts() == 0, "one a day"
    (made,) = queries.payouts_of(rich)
    assert (made.amount, made.state, made.periodic, made.requested_by) == (Rupiah(80_000), "approved", True, "system")
    assert [payable(one) for one in (rich, poor, debtor, without)] == [40_000, 9_999, -5, 70_000]
    clock.set("2026-12-07T08:00:00+07:00")
    assert services.propose_payouts() == 1
    assert len(queries.payouts_of(rich)) == 2


def test_a_file_is_the_same_bytes_whenever_it_is_taken(app: Flask, clock: TestClock) -> None:
    shop = payee(clock, 75_000)
    payout = requested(shop, 75_000)
    number = services.make_batch(by=officer())
    name, first = queries.batch_file(number)
    assert name == f"pencairan-{number}.csv"
    assert first.decode() == (
        f"no;bank;rekening;nama;jumlah;kode\r\n1;BCA;{NUMBER};Siti Rahmawati;75000;{code(payout)}\r\n"
    )
    assert queries.batches()[0].sha256 == hashlib.sha256(first).hexdigest()
    # Whatever becomes of the account, what went to the bank stays as it was.
    (account,) = queries.bank_accounts(shop)
    services.end_bank_account(account.id, shop, by=owner())
    forged("UPDATE payments_bank_accounts SET holder = 'Orang lain'")
    assert queries.batch_file(number)[1] == first
    assert state(payout) == "sent", "what the bank has is not called back by us"
    with pytest.raises(Conflict, match="state"):
        services.cancel_payout(payout, "salah", by=officer())
    with pytest.raises(Conflict, match="nothing"):
        services.make_batch(by=officer())
    with pytest.raises(NotFound):
        queries.batch_file("20200101-1")


def test_what_the_bank_could_not_pay_is_payable_again(app: Flask, clock: TestClock, outbox: Outbox) -> None:
    paid, failed = sent(clock, 60_000, 70_000)
    rows = (code(paid), 60_000, "berhasil", ""), (code(failed), 70_000, "gagal", "Rekening tutup")
    done = services.confirm_payouts(answer(*rows), "a.csv", by=officer())
    assert (done.paid, done.failed, state(paid), state(failed)) == (1, 1, "paid", "failed")
    over = queries.payout(failed)  # type: ignore[arg-type]
    assert (over.cause, payable(over.payee), lies(f"payout:{failed}")) == ("Rekening tutup", 70_000, 0)
    assert [told["cause"] for name, told in outbox if name == "payments.PayoutFailed"] == ["Rekening tutup"]
    assert services.confirm_payouts(answer(*rows), "lain.csv", by=officer()).again
    assert broken() == []


def test_a_file_with_one_wrong_cell_changes_nothing(app: Flask, clock: TestClock) -> None:
    first, second, third = sent(clock, 60_000, 70_000, 80_000)
    waits = requested(payee(clock, 20_000), 20_000)
    services.confirm_payouts(answer((code(third), 80_000, "berhasil", "")), "a.csv", by=officer())
    good = (code(first), 60_000, "berhasil", "")
    for wrong, said in (
        (("ZZZZZZZZ", 1_000, "berhasil", ""), "Row 3, kode: no payout with the code ZZZZZZZZ was sent to the bank."),
        ((code(waits), 20_000, "berhasil", ""), "was sent to the bank."),
        ((code(second), 70_001, "berhasil", ""), "is about 70000 rupiah, and the file says 70001."),
        ((code(second), 69_999, "gagal", "x"), "Row 3, jumlah:"),
        (good, f"Row 3, kode: {code(first)} stands in row 2 already."),
        ((code(third), 80_000, "gagal", "x"), f"what became of {code(third)} was told before."),
        ((code(second), 70_000, "lunas", ""), "Row 3, status: write berhasil or gagal."),
        ((code(second), 70_000, "gagal", ""), "Row 3, alasan: say why the bank could not pay."),
        (("", 70_000, "gagal", "x"), "Row 3, kode: it is empty."),
    ):
        with pytest.raises(Invalid) as refused:
            services.confirm_payouts(answer(good, wrong), "a.csv", by=officer())
        (sentence,) = refused.value.fields["berkas"]
        assert said in sentence.text % sentence.parts
        assert [state(one) for one in (first, second, third)] == ["sent", "sent", "paid"]  # type: ignore[arg-type]
    assert services.confirm_payouts(answer(good), "a.csv", by=officer()).paid == 1
    assert broken() == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The first row must say"),
        (b"\xff\xfe\x00", "This is no CSV file in UTF-8"),
        (b"nama;rekening\r\nSiti;1\r\n", "The first row must say"),
        (b"kode;jumlah;status;alasan\r\n", "The file has no row below its head."),
        (b'kode;jumlah;status;alasan\r\n"AAAA;1;gagal', "This is no CSV file in UTF-8"),
        (b"kode;jumlah;status;alasan\r\nAAAA;70.000;berhasil;\r\n", "write whole rupiah in digits only"),
        (b"kode;jumlah;status;alasan\r\nAAAA;-5;berhasil;\r\n", "write whole rupiah in digits only"),
        (b"kode;jumlah;status;alasan\r\n" + b"\r\n" * 10_001, "more than 10000 rows"),
        (b"kode;jumlah;status;alasan\r\n" + b"A;1;x;\r\n" * 60, "And 10 more."),
    ],
)
def test_what_is_no_confirmation_is_said_in_a_sentence(app: Flask, content: bytes, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        services.confirm_payouts(content, "a.csv", by=officer())
    assert any(said in one.text % one.parts for one in refused.value.fields["berkas"])


def test_a_sheet_that_writes_commas_and_a_mark_is_read_too(app: Flask, clock: TestClock) -> None:
    (payout,) = sent(clock, 60_000)
    content = "\ufeffKode,Jumlah,Status,Alasan\n" + f"{code(payout).lower()},60000,Berhasil,\n"
    assert services.confirm_payouts(content.encode(), "a.csv", by=officer()).paid == 1


def test_only_officers_handle_files(app: Flask, clock: TestClock) -> None:
    """Guard (R26.3): officers alone make files for the bank."""
    payout = requested(payee(clock, LARGE), LARGE)
    for act in (
        lambda: services.make_batch(by=owner()),
        lambda: services.note_download("x", by=owner()),
        lambda: services.confirm_payouts(b"", "a.csv", by=owner()),
        lambda: services.cancel_payout(payout, "x", by=owner()),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_an_operator_does_the_same_from_the_console(app: Flask, clock: TestClock, tmp_path: Path) -> None:
    payout = requested(payee(clock, LARGE), LARGE, by=SYSTEM)
    run = app.test_cli_runner().invoke
    assert run(commands.payout, ["approve", "TIDAKADA"]).output == "Error: There is no payout TIDAKADA.\n"
    assert run(commands.payout, ["approve", code(payout)]).exit_code == 0
    assert queries.payout(payout).approved_by == OPERATOR.reference
    written = run(commands.batch, ["--to", str(tmp_path)])
    (file,) = tmp_path.iterdir()
    assert written.output == f"{file}\n"
    assert file.stat().st_mode & 0o077 == 0
    once = file.read_bytes()
    assert run(commands.batch, ["--to", str(tmp_path), "--number", queries.batches()[0].number]).exit_code == 0
    assert file.read_bytes() == once
    assert "waits for a file" in run(commands.batch, ["--to", str(tmp_path)]).output
    told = tmp_path / "bank.csv"
    told.write_bytes(answer((code(payout), 1, "berhasil", "")))
    assert "Row 2, jumlah" in run(commands.confirm, [str(told)]).output
    told.write_bytes(answer((code(payout), LARGE, "berhasil", "")))
    assert run(commands.confirm, [str(told)]).output == "1 paid, 0 failed.\n"
    assert run(commands.confirm, [str(told)]).output == "Read before; nothing was done.\n"


@pytest.mark.parametrize(
    ("forgery", "said"),
    [
        ("UPDATE payments_payouts SET amount_idr = amount_idr - 1", "does not say what happened"),
        ("UPDATE payments_payouts SET amount_idr = amount_idr - 1", "does not say what its payouts come to"),
        ("UPDATE payments_payouts SET state = 'sent'", "stands for nothing that happened"),
        ("UPDATE payments_payouts SET state = 'failed'", "payoutback:"),
        ("UPDATE payments_payouts SET approved_by = NULL", "nobody approved it"),
        (
            "UPDATE payments_batches SET file_sealed = decode('00', 'hex') || file_sealed",
            "cannot be read as it was made",
        ),
        ("UPDATE payments_batches SET sha256 = repeat('0', 64)", "cannot be read as it was made"),
        ("UPDATE payments_payouts SET batch_id = NULL", "does not say what its payouts come to"),
    ],
)
def test_verify_finds_payouts_that_do_not_agree(app: Flask, clock: TestClock, forgery: str, said: str) -> None:
    (payout,) = sent(clock, 60_000)
    services.confirm_payouts(answer((code(payout), 60_000, "berhasil", "")), "a.csv", by=officer())
    assert broken() == []
    forged(forgery)
    assert any(said in one for one in broken()), broken()


def test_the_database_knows_that_two_people_are_needed(app: Flask, clock: TestClock) -> None:
    """Guard (R26.3): two people, in the table of payouts."""
    from sqlalchemy.exc import DBAPIError

    requested(payee(clock, LARGE), LARGE)
    with pytest.raises(DBAPIError, match="two_people"):
        forged("UPDATE payments_payouts SET approved_by = requested_by")


def test_verify_tells_of_a_payout_that_nobody_speaks_of(app: Flask, clock: TestClock) -> None:
    (payout,) = sent(clock, 60_000)
    clock.set("2026-12-02T08:00:00+07:00")
    assert broken() == [f"payments: the payout {code(payout)} is sent since more than three days"]


def test_the_facts_of_payouts_name_no_account(app: Flask, clock: TestClock) -> None:
    sent(clock, 60_000)
    (told,) = queries.payout_facts()
    assert (told["amount_idr"], told["state"]) == (60_000, "sent")
    assert NUMBER not in str(told)
    assert "Siti" not in str(told)


def test_the_drawings_in_the_docs_are_the_machines() -> None:
    page = (Path(__file__).parents[2] / "docs" / "plugins" / "payments.md").read_text(encoding="utf-8")
    for machine in (Payout.machine, BankAccount.machine):
        assert machine.drawing() in page


def test_an_account_of_a_bank_nobody_pays_to_is_no_account(app: Flask, clock: TestClock) -> None:
    given("toko", clock)
    earned("toko", 50_000)
    forged("UPDATE payments_bank_accounts SET bank_code = 'tutup'")
    with pytest.raises(Conflict, match="no_account"):
        requested("toko", 50_000)
