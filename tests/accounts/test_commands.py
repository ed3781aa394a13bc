"""What an operator does from a terminal."""

from flask import Flask

from marketplace.accounts import commands, queries
from marketplace.testing.plugin import TestClock
from tests.factories.accounts import person, signed_in
from tests.factories.sellers import shop


def test_areas_are_loaded_again_without_harm(app: Flask) -> None:
    assert app.test_cli_runner().invoke(commands.areas).output == "0\n"


def test_the_first_administrator_is_made_here(app: Flask, clock: TestClock) -> None:
    laras = person(email="laras@contoh.example")
    run = app.test_cli_runner()
    assert run.invoke(commands.grant, ["Laras@contoh.example", "admin"]).exit_code == 0
    assert queries.holders("admin", "everywhere", "") == (laras,)
    assert run.invoke(commands.revoke, ["laras@contoh.example", "admin"]).exit_code == 0
    assert queries.holders("admin", "everywhere", "") == ()


def test_somebody_unknown_is_named_in_a_sentence(app: Flask, clock: TestClock) -> None:
    answer = app.test_cli_runner().invoke(commands.grant, ["siapa@contoh.example", "admin"])
    assert answer.exit_code == 1
    assert "Nobody who may act has this address or number." in answer.output


def test_a_shop_is_named_by_its_code_and_a_wrong_one_in_a_sentence(app: Flask, clock: TestClock) -> None:
    siti, mine = person(email="siti@contoh.example"), shop()
    run = app.test_cli_runner()
    refused = run.invoke(commands.grant, ["siti@contoh.example", "seller", "--scope-id", "UMKM-0001"])
    assert (refused.exit_code, "'UMKM-0001'" in refused.output) == (1, True)
    assert run.invoke(commands.grant, ["siti@contoh.example", "seller", "--scope-id", mine.code]).exit_code == 0
    assert queries.holders("seller", "seller", str(mine.id)) == (siti,)
    assert signed_in(app.test_client(), siti).get("/lapak").status_code == 200
    assert run.invoke(commands.revoke, ["siti@contoh.example", "seller", "--scope-id", mine.code]).exit_code == 0
    assert queries.holders("seller", "seller", str(mine.id)) == ()
