"""The demo people: all there, the same for the same number, able to come in."""

from uuid import UUID

from flask import Flask

from marketplace.accounts import commands, demo, queries, services
from marketplace.kernel.access import Actor
from marketplace.testing.plugin import TestClock
from tests.factories.accounts import person


def test_everyone_of_the_demo_can_sign_in(app: Flask, clock: TestClock) -> None:
    planted = demo.plant("demo", 7)
    assert len(planted["people"]) == 12
    guest = Actor(kind="guest", guest_key="tamu")
    asked = services.sign_in("ppk@jakpreneur.example", planted["password"], address="::1", by=guest)
    code = demo.code_of(UUID(planted["people"]["ppk@jakpreneur.example"]["id"]))
    opened = services.open_by_second(asked.token, code, address="::1", by=guest)
    held = queries.presence(opened.token).actor
    assert held.scopes("commitment_officer", "organisation") == (demo.OFFICE,)
    assert str(held.id) == planted["people"]["ppk@jakpreneur.example"]["id"]


def test_planting_twice_changes_nothing(app: Flask, clock: TestClock) -> None:
    assert demo.plant("demo", 7) == demo.plant("demo", 7)
    assert list(queries.broken()) == []


def test_the_demo_area_is_a_kecamatan(app: Flask) -> None:
    assert queries.kecamatan_name(demo.KECAMATAN) == "Senen"


def test_the_codes_of_the_demo_are_told_once_each_and_of_nobody_else(app: Flask, clock: TestClock) -> None:
    """Guard (R26.3): whose codes are told."""
    planted = demo.plant("demo", 7)
    ppk = UUID(planted["people"]["ppk@jakpreneur.example"]["id"])
    run, guest = app.test_cli_runner(), Actor(kind="guest", guest_key="tamu")
    told = run.invoke(commands.code, ["ppk@jakpreneur.example"]).output.strip()
    assert told == demo.code_of(ppk)
    for _turn in range(2):
        asked = services.sign_in("ppk@jakpreneur.example", planted["password"], address="::1", by=guest)
        services.open_by_second(asked.token, demo.code_of(ppk), address="::1", by=guest)
    assert run.invoke(commands.code, ["ppk@jakpreneur.example"]).exit_code == 1
    clock.set("2026-11-27T09:01:00+07:00")
    assert demo.code_of(ppk)
    services.keep_secret(ppk, b"kunci yang milik ppk")
    assert demo.code_of(ppk) is None
    assert demo.code_of(UUID(planted["people"]["pp@jakpreneur.example"]["id"])) is None
    assert demo.code_of(person(second_factor=True)) is None
