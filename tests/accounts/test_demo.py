"""The demo people: all there, the same for the same number, able to come in."""

from flask import Flask

from marketplace.accounts import demo, queries, services
from marketplace.kernel.access import Actor
from marketplace.testing.plugin import TestClock


def test_everyone_of_the_demo_can_sign_in(app: Flask, clock: TestClock) -> None:
    planted = demo.plant("demo", 7)
    assert len(planted["people"]) == 11
    guest = Actor(kind="guest", guest_key="tamu")
    opened = services.sign_in("ppk@jakpreneur.example", planted["password"], address="::1", by=guest)
    held = queries.presence(opened.token).actor
    assert held.scopes("commitment_officer", "organisation") == (demo.OFFICE,)
    assert str(held.id) == planted["people"]["ppk@jakpreneur.example"]["id"]


def test_planting_twice_changes_nothing(app: Flask, clock: TestClock) -> None:
    assert demo.plant("demo", 7) == demo.plant("demo", 7)
    assert list(queries.broken()) == []


def test_the_demo_area_is_a_kecamatan(app: Flask) -> None:
    assert queries.kecamatan_name(demo.KECAMATAN) == "Senen"
