"""Bank transfer: each payment by a sum of its own, and the bank's statement says who has paid."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Update, func, select, update
from sqlalchemy.exc import IntegrityError

from marketplace import create_app
from marketplace.kernel import clock as time
from marketplace.kernel import ids
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.money import Rupiah
from marketplace.kernel.outbox import relay
from marketplace.kernel.settings import SettingsError
from marketplace.kernel.slots import verifiers
from marketplace.payments import commands, queries, services, sheet
from marketplace.payments.models import Charge, StatementRow
from marketplace.payments.slots import Outcome, RefundOutcome, RefundRequest
from marketplace.testing.plugin import Live, TestClock, environment
from tests.payments.gateways import configure, found
from tests.payments.test_pages import ordered

ACCOUNT = "BCA 123-456-7890 a/n Koperasi Jaya"
PRICE = Rupiah(66_000)
HEADER = "tanggal;keterangan;masuk;keluar;saldo\n"


@pytest.fixture
def bank(app: Flask, monkeypatch: pytest.MonkeyPatch, clock: TestClock) -> None:
    configure(monkeypatch, BANK_ACCOUNT=ACCOUNT)


def asked(reference: str = "", amount: Rupiah = PRICE) -> queries.Charge:
    return services.open_charge(
        reference or ids.token(), amount, gateway="transfer", label="JKP-TEST", return_path="/bayar/uji",
        until=time.now() + timedelta(hours=1), by=SYSTEM,
    )  # fmt: skip


def sum_of(charge: queries.Charge) -> int:
    assert charge.asked is not None
    return charge.asked.amount


def statement(*sums: int, day: str = "27/11/2026", words: str = "TRSF E-BANKING CR RINA") -> bytes:
    balance, rows = 1_000_000, []
    for amount in sums:
        balance += amount
        came, went = (amount, "") if amount > 0 else ("", -amount)
        rows.append(f"{day};{words};{came};{went};{balance}\n")
    return (HEADER + "".join(rows)).encode()


def take_in(content: bytes, name: str = "mutasi.csv") -> services.Imported:
    return services.import_statement(name, content, sheet.read(content, "BCA 1234567890"), by=SYSTEM)


def state(charge: queries.Charge) -> str:
    return queries.charge(charge.id).state


def guesses() -> list[str]:
    return [queries.guess(row, services.by_sum()) for row in queries.unmatched_rows()]


@transactional
def forge(change: Update) -> None:
    session.execute(change.execution_options(synchronize_session=False))


def test_equal_prices_are_asked_for_by_sums_of_their_own(bank: None) -> None:
    """And nobody pays more than the button said."""
    assert [sum_of(asked()) for _one in range(4)] == [66_000, 65_999, 65_998, 65_997]
    assert sum_of(asked(amount=Rupiah(65_999))) == 65_996, "whatever the price, the sum is nobody else's"


def test_a_sum_that_came_pays_its_charge_and_the_few_rupiah_are_ours(bank: None) -> None:
    first, second = asked("pesanan-1"), asked("pesanan-2")
    done = take_in(statement(65_999))
    assert (done.rows, done.new, done.matched) == (1, 1, 1)
    assert (state(first), state(second)) == ("opened", "settled")
    assert queries.balance("ref:pesanan-2") == PRICE
    assert (queries.balance("at:bank"), queries.balance("unique_amount")) == (Rupiah(-65_999), Rupiah(-1))
    assert list(queries.broken()) == []


def test_the_same_movement_counts_once(bank: None) -> None:
    """The same file, a file that overlaps it, and twice the same sum on one day, which is two movements.

    Guard (R26.3): one movement of the bank once.
    """
    charge = asked()
    july = statement(66_000, 5_000, 5_000, -2_000)
    assert [take_in(july).new for _time in range(2)] == [4, 0]
    longer = july + b"28/11/2026;BIAYA ADM;;6.500;1.067.500\n"
    assert take_in(longer).new == 1
    assert state(charge) == "settled"
    assert session.scalar(select(func.count()).select_from(StatementRow)) == 5
    assert [row.amount.amount for row in queries.unmatched_rows()] == [5_000, 5_000]


def test_money_that_comes_late_is_found_for_fourteen_days(bank: None, clock: TestClock) -> None:
    """R4.5: it ended, nobody else is asked for that sum meanwhile, and what comes is a fact."""
    late, too_late = asked("spaet"), asked("zu-spaet")
    clock.set("2026-11-27T10:00:01+07:00")
    services.expire_due()
    assert state(late) == "closed"
    assert sum_of(asked()) == 65_998
    clock.set("2026-12-10T09:00:00+07:00")
    take_in(statement(66_000, day="10/12/2026"))
    assert state(late) == "settled"
    clock.set("2026-12-12T09:00:00+07:00")
    take_in(statement(65_999, day="12/12/2026"))
    assert state(too_late) == "closed"
    assert len(queries.unmatched_rows()) == 1


def test_what_is_short_over_doubled_or_unknown_waits_for_a_person(bank: None) -> None:
    charge = asked("pesanan-1", Rupiah(100_000))
    take_in(statement(99_900, 100_500, 7_777_777, day="27/11/2026"))
    assert state(charge) == "opened"
    take_in(statement(100_000, 100_000, words="LAIN"))
    assert state(charge) == "settled"
    assert sorted(guesses()) == [
        "no payment of that sum is waited for",
        "no payment of that sum is waited for",
        "no payment of that sum is waited for",
        "that sum was asked for pesanan-1, which is paid already",
    ]
    assert sum("waits for a person" in said for said in queries.broken()) == 4


def test_a_near_sum_says_how_far_off_it_is(bank: None) -> None:
    asked("pesanan-1", Rupiah(100_000))
    take_in(statement(99_900))
    take_in(statement(100_500))
    assert guesses() == [
        "100 rupiah less than what was asked for pesanan-1",
        "500 rupiah more than what was asked for pesanan-1",
    ]


def test_a_person_matches_or_explains(bank: None) -> None:
    charge, other = asked("pesanan-1", Rupiah(100_000)), asked("pesanan-2", Rupiah(200_000))
    take_in(statement(99_900, 200_000, 12_000))
    short, rest = queries.unmatched_rows()
    assert state(other) == "settled"
    assert services.match_by_hand(short.id, charge.id, "Bukti transfer dilihat.", by=SYSTEM) == "review", (
        "the sum disagrees"
    )
    services.explain(rest.id, "Iuran anggota.", by=SYSTEM)
    for act in (
        lambda: services.match_by_hand(rest.id, charge.id, "x", by=SYSTEM),
        lambda: services.explain(short.id, "x", by=SYSTEM),
    ):
        with pytest.raises(Conflict):
            act()
    with pytest.raises(NotFound):
        services.explain(ids.uuid7(), "x", by=SYSTEM)
    assert queries.unmatched_rows() == ()


def test_a_sum_that_two_asked_for_waits_for_a_person(bank: None, clock: TestClock) -> None:
    """Two that ended with one sum: which of them was paid is not guessed.

    Guard (R26.3): one charge alone that asked for the sum.
    """
    first, second = asked("pesanan-1"), asked("pesanan-2")
    clock.set("2026-11-27T10:00:01+07:00")
    services.expire_due()
    forge(update(Charge).where(Charge.id == second.id).values(asked_idr=Rupiah(sum_of(first))))
    assert take_in(statement(sum_of(first))).matched == 0
    assert (state(first), state(second)) == ("closed", "closed")
    assert len(queries.unmatched_rows()) == 1


def test_the_database_itself_keeps_a_second_movement_from_a_charge(bank: None) -> None:
    """Guard (R26.3): one movement for a charge."""
    charge = asked()
    take_in(statement(sum_of(charge), 7_000))
    with pytest.raises(IntegrityError):
        forge(update(StatementRow).values(charge_id=charge.id, state="matched"))


def test_a_charge_is_paid_by_one_movement(bank: None) -> None:
    """Without the look at what paid it in ``match_by_hand``, the unique column would still say no."""
    charge = asked("pesanan-1")
    take_in(statement(66_000, 5_000))
    (other,) = queries.unmatched_rows()
    with pytest.raises(Conflict):
        services.match_by_hand(other.id, charge.id, "x", by=SYSTEM)
    sandbox = services.open_charge(
        "pesanan-3", PRICE, gateway="sandbox", label="x", return_path="/", until=charge.expires_at, by=SYSTEM
    )
    with pytest.raises(Conflict):
        services.match_by_hand(other.id, sandbox.id, "x", by=SYSTEM)


def test_what_a_person_paid_back_is_not_paid_again_by_a_sum(bank: None, clock: TestClock) -> None:
    charge = asked("pesanan-1", Rupiah(100_000))
    take_in(statement(99_900))
    (short,) = queries.unmatched_rows()
    assert services.match_by_hand(short.id, charge.id, "Bukti dilihat.", by=SYSTEM) == "review"
    services.note_returned(charge.id, "Ditransfer kembali.", by=SYSTEM)
    take_in(statement(100_000))
    (row,) = queries.unmatched_rows()
    with pytest.raises(Conflict):
        services.match_by_hand(row.id, charge.id, "x", by=SYSTEM)
    assert state(charge) == "closed"


def test_what_was_booked_before_it_was_asked_for_is_somebody_elses(bank: None) -> None:
    """Guarded by the day in ``waited_for``."""
    charge = asked()
    take_in(statement(66_000, day="26/11/2026"))
    assert state(charge) == "opened"


def test_a_refund_goes_by_hand(bank: None) -> None:
    charge = asked("pesanan-1")
    take_in(statement(66_000))
    refund = services.take(charge.id, PRICE, "uji", by=SYSTEM)
    relay()
    assert queries.refund(refund).state == "by_hand"
    services.note_sent(refund, "Ditransfer kembali.", by=SYSTEM)
    assert queries.balance("at:bank") == Rupiah(0)
    assert list(queries.broken()) == []


def test_the_contract_as_far_as_a_bank_goes(bank: None) -> None:
    gateway = found("transfer")
    charge = asked()
    ref = str(charge.id)
    assert (gateway.fetch(ref).outcome, gateway.expire(ref).outcome) == (Outcome.OPEN, Outcome.EXPIRED)
    take_in(statement(66_000))
    told = gateway.expire(ref)
    assert (told.outcome, told.amount, told.key) == (Outcome.PAID, PRICE, ref), "what is paid is not ended"
    wanted = RefundRequest(
        key="r", attempt=1, provider_ref=ref, payment_ref=None, amount=PRICE, currency="IDR", reason="uji"
    )
    assert gateway.refund(wanted).outcome is RefundOutcome.BY_HAND
    assert gateway.find_refund(wanted) is None
    assert gateway.verify(b"{}", {}) is None
    assert services.recon(time.now() - timedelta(hours=1)).clean


def test_an_order_is_paid_by_transfer(bank: None, client: FlaskClient) -> None:
    ordered_first, _first = ordered(client, "transfer")
    page = client.get(ordered_first).text
    assert "1234567890" in page
    assert "atas nama Koperasi Jaya" in page
    assert "Transfer persis jumlah ini" in page
    take_in(statement(45_000))
    relay()
    assert "Pembayaran diterima" in client.get(ordered_first).text
    assert [said for check in verifiers for said in check()] == []


def test_a_second_buyer_sees_the_smaller_sum_and_why(bank: None, client: FlaskClient) -> None:
    asked(amount=Rupiah(45_000))
    path, _charge = ordered(client, "transfer")
    page = client.get(path).text
    assert 'data-uji="total-bayar">Rp\xa044.999<' in page
    assert 'data-copy="44999"' in page
    assert "Rp\xa01 kurang dari pesanan Anda" in page


def test_when_all_sums_are_waited_for_it_is_said(bank: None, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, UNIQUE_MOST=2)
    for _one in range(3):
        asked()
    with pytest.raises(Invalid) as refused:
        asked()
    assert list(refused.value.fields) == ["gateway"]
    with pytest.raises(Invalid):
        asked(amount=Rupiah(2))


def test_many_at_once_are_asked_for_different_sums(
    live: Live, monkeypatch: pytest.MonkeyPatch, clock: TestClock
) -> None:
    """Guarded by the unique index of open sums.

    Guard (R26.3): one sum for one open transfer.
    """
    configure(monkeypatch, BANK_ACCOUNT=ACCOUNT)

    def one(_number: int) -> int:
        with live.app.app_context():
            made = sum_of(asked())
            session.remove()
            return made

    session.remove()
    with ThreadPoolExecutor(12) as crowd:
        sums = list(crowd.map(one, range(36)))
    assert len(set(sums)) == 36
    assert all(65_701 <= one <= 66_000 for one in sums)


@pytest.mark.parametrize(
    ("content", "moved"),
    [
        (b'\xef\xbb\xbfTanggal,Uraian,Jumlah,Saldo\n27/11/2026,X,"66,000.00 CR",1\n27/11/2026,Y,5000 DB,1\n', [66_000, -5_000]),
        (b"Rekening: 123\nPeriode: November\n\nDate;Description;Debit;Credit\n2026-11-27;X;;66.000,00\n", [66_000]),
        (b"Tanggal\tUraian\tDebet\tKredit\n27-11-2026\tX\t1.500\t0,00\n27-11-2026\tSaldo\t\t\n", [-1_500]),
        (b"tanggal;keterangan;jumlah\n27/11/26;X;Rp 66.000 K\n", [66_000]),
    ],
    ids=["comma", "preamble", "tab", "year"],
)  # fmt: skip
def test_statements_are_read_by_the_names_of_their_columns(content: bytes, moved: list[int]) -> None:
    lines = sheet.read(content, "BCA 1")
    assert [one.amount.amount * (1 if one.direction == "in" else -1) for one in lines] == moved
    assert {one.booked_on.isoformat() for one in lines} == {"2026-11-27"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"a\x00b",
        b"nama;harga\nx;1\n",
        b"tanggal;keterangan;masuk;keluar\nkemarin;x;66000;\n",
        b"tanggal;keterangan;masuk;keluar\n27/11/2026;x;66.000,50;\n",
        b"tanggal;keterangan;masuk;keluar\n27/11/2026;x;66,00,0;\n",
        b"tanggal;keterangan;masuk;keluar\n27/11/2026;x;1;2\n",
        b"tanggal;keterangan;masuk;keluar\n27/11/2026;x;=1+1;\n",
        b"tanggal;keterangan;jumlah\n27/11/2026;x;66000\n",
        b"tanggal;keterangan;masuk;keluar\n27/11/2026;x;9.999.999.999.999.999.999;\n",
        b"tanggal;keterangan;masuk;keluar\n27/11/2026;x;99999999999999999999;\n",
        b"tanggal;keterangan;masuk;keluar\n" + b"27/11/2026;x;1;\n" * 10_001,
        b"x" * (5 * 1024 * 1024 + 1),
    ],
)
def test_a_file_that_is_not_certain_is_refused_whole(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        sheet.read(content, "BCA 1")
    assert refused.value.fields[sheet.FIELD]


def test_on_the_command_line(bank: None, tmp_path: Path) -> None:
    charge = asked("pesanan-1", Rupiah(100_000))
    file = tmp_path / "mutasi.csv"
    file.write_bytes(statement(99_900, 12_000))
    run = CliRunner().invoke
    assert "2 movements" in run(commands.take_in, [str(file), "--dry-run"]).output
    assert queries.unmatched_rows() == ()
    assert "2 new, 0 matched, 2 wait" in run(commands.take_in, [str(file)]).output
    rows = [json.loads(line) for line in run(commands.unmatched, ["--json"]).output.splitlines()]
    assert [(row["amount_idr"], row["file"], row["line"]) for row in rows] == [
        (99_900, "mutasi.csv", 2),
        (12_000, "mutasi.csv", 3),
    ]
    assert run(commands.match, [rows[0]["id"], str(charge.id), "--why", "Bukti dilihat."]).output == "review\n"
    assert run(commands.explain, [rows[1]["id"], "--why", "Iuran."]).exit_code == 0
    assert run(commands.explain, [rows[1]["id"], "--why", "Iuran."]).exit_code == 1
    assert run(commands.match, [str(UUID(int=0)), str(charge.id), "--why", "x"]).exit_code == 1
    file.write_bytes(HEADER.encode() + b"kemarin;x;1;;\n")
    refused = run(commands.take_in, [str(file)])
    assert refused.exit_code == 1
    assert "Row 2" in refused.output


def test_an_account_that_cannot_be_read_forbids_the_start(template: str, tmp_path: Path) -> None:
    assert create_app(environ=environment(template, tmp_path, BANK_ACCOUNT=ACCOUNT))
    with pytest.raises(SettingsError, match="BANK_ACCOUNT"):
        create_app(environ=environment(template, tmp_path, BANK_ACCOUNT="1234567890"))
