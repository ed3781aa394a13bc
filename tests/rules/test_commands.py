"""An operator sets rates from a terminal."""

import json
from datetime import date

import pytest
from flask import Flask

from marketplace.kernel.money import Rounding, Rupiah
from marketplace.rules import commands, queries
from marketplace.rules.services import FILE
from marketplace.testing.plugin import TestClock

LAW = ["--basis", "UU tentang PPN, perubahan uji"]
FIRST = ["--from", "2027-01-01"]


def test_what_is_not_said_stays_as_it_is(app: Flask, clock: TestClock) -> None:
    run = app.test_cli_runner().invoke
    done = run(commands.set_rule, ["vat", "--rate", "12/100", *FIRST, *LAW])
    assert done.exit_code == 0, done.output
    assert "12/100 inside" in done.output.splitlines()[1]
    run(commands.set_rule, ["pbjt", "--threshold", "50000000", *FIRST, *LAW])
    rule = queries.rule("pbjt", date(2027, 1, 1))
    assert rule is not None
    assert (rule.rate, rule.threshold, rule.rounding, rule.inside) == (
        "10/100", Rupiah(50_000_000), Rounding.HALF_UP, False,
    )  # fmt: skip
    run(commands.set_rule, ["pbjt", "--threshold", "0", "--rounding", "up", "--inside", *FIRST, *LAW])
    rule = queries.rule("pbjt", date(2027, 1, 1))
    assert rule is not None
    assert (rule.threshold, rule.rounding, rule.inside) == (None, Rounding.UP, True)


def test_a_new_code_needs_its_rate_and_rounding(app: Flask, clock: TestClock) -> None:
    run = app.test_cli_runner().invoke
    code = "fee.gateway.midtrans_va"
    for missing in (["--fixed", "4000"], ["--rate", "0/1", "--fixed", "4000"]):
        assert run(commands.set_rule, [code, *missing, *FIRST, *LAW]).exit_code == 1
    done = run(commands.set_rule, [code, "--rate", "0/1", "--fixed", "4000", "--rounding", "up", *FIRST, *LAW])
    assert (done.exit_code, "fixed 4000" in done.output) == (0, True)


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        (["vat", "--rate", "12%", *FIRST, *LAW], 2, "whole fraction"),
        (["vat", "--rate", "12/0", *FIRST, *LAW], 1, "at least 1"),
        (["vat", "--rate", "12/100", "--from", "2026-11-27", *LAW], 1, "Choose tomorrow or later"),
        (["vat", "--rate", "12/100", *FIRST], 2, "--basis"),
        (["vat", "--rate", "12/100", *FIRST, "--basis", "x"], 1, "at least 5"),
        (["V A T", "--rate", "12/100", *FIRST, *LAW], 1, "characters that do not belong"),
        (["vat", "--threshold", "-1", *FIRST, *LAW], 1, "from 0 to a thousand trillion"),
        (["vat", "--fixed", "9223372036854775808", *FIRST, *LAW], 1, "from 0 to a thousand trillion"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_and_changes_nothing(
    app: Flask, clock: TestClock, given: list[str], status: int, words: str
) -> None:
    before = queries.timeline()
    done = app.test_cli_runner().invoke(commands.set_rule, given)
    assert (done.exit_code, words in done.output) == (status, True), done.output
    assert queries.timeline() == before


def test_a_code_is_ended_and_the_list_tells_what_holds(app: Flask, clock: TestClock) -> None:
    run = app.test_cli_runner().invoke
    assert run(commands.end_rule, ["vat", *FIRST, *LAW]).exit_code == 0
    again = run(commands.end_rule, ["vat", *FIRST, *LAW])
    assert (again.exit_code, "No rule of vat holds" in again.output) == (1, True)
    today, later = (run(commands.listed, ["--on", day]).output for day in ("2026-11-27", "2027-01-01"))
    assert ("\nvat " in today, "\nvat " in later) == (True, False)
    whole = run(commands.listed, []).output.splitlines()
    assert len(whole) == len(json.loads(FILE.read_text(encoding="utf-8")))
    assert any("until 2027-01-01" in line for line in whole)
