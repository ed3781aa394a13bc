"""An operator decides about shops from a terminal, and it is written down."""

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.kernel.db import session
from marketplace.kernel.models import AuditEntry
from marketplace.sellers import commands, queries
from tests.factories.sellers import shop

WHY = ["--why", "Tiga pembeli menerima barang rusak"]


def test_a_shop_is_trusted_and_trusted_no_longer(app: Flask) -> None:
    mine, run = shop(), app.test_cli_runner().invoke
    assert run(commands.trust, [mine.code.lower()]).exit_code == 0
    assert queries.sellers([mine.id])[mine.id].trusted
    assert run(commands.trust, [mine.code, "--off"]).exit_code == 0
    assert not queries.sellers([mine.id])[mine.id].trusted


def test_a_shop_is_suspended_and_sells_again(app: Flask) -> None:
    mine, run = shop(), app.test_cli_runner().invoke
    assert run(commands.suspend, [mine.code, *WHY]).exit_code == 0
    assert queries.sellers([mine.id])[mine.id].state == "suspended"
    again = run(commands.suspend, [mine.code, *WHY])
    assert (again.exit_code, "is suspended" in again.output) == (1, True)
    assert run(commands.resume, [mine.code, *WHY]).exit_code == 0
    assert queries.sellers([mine.id])[mine.id].sells
    told = session.scalars(
        select(AuditEntry.content).where(AuditEntry.stream == f"sellers:{mine.id}").order_by(AuditEntry.seq)
    )
    assert [(one["action"], one["by"]) for one in told][-2:] == [
        ("sellers.suspended", "system"),
        ("sellers.active", "system"),
    ]


@pytest.mark.parametrize("command", ["trust", "suspend", "resume"])
def test_an_unknown_shop_or_a_word_for_a_reason_is_refused(app: Flask, command: str) -> None:
    run, act = app.test_cli_runner().invoke, getattr(commands, command)
    why = [] if command == "trust" else WHY
    unknown = run(act, ["NOSUCH22", *why])
    assert (unknown.exit_code, "There is no shop" in unknown.output) == (1, True)
    if why:
        short = run(act, [shop().code, "--why", "x"])
        assert (short.exit_code, "at least 10 characters" in short.output) == (1, True)
        assert run(act, [shop(name="Toko lain").code]).exit_code == 2
