"""The password again, for acts that sign."""

import pytest
from flask import Flask

from marketplace.accounts import services
from marketplace.kernel import ids
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.errors import Invalid, NotFound, TooMany
from marketplace.testing.plugin import TestClock
from tests.factories.accounts import PASSWORD, as_actor, person


def test_who_signs_gives_their_own_password_again(app: Flask, clock: TestClock) -> None:
    """Guard (R26.3): the password again."""
    siti, other = as_actor(person()), as_actor(person(password="kopi tubruk pagi"))
    assert services.confirm(siti, PASSWORD) is True
    for wrong in ("kopi tubruk pagi", f"{PASSWORD} ", PASSWORD.upper(), ""):
        with pytest.raises(Invalid) as refusal:
            services.confirm(siti, wrong, field="sandi")
        assert list(refusal.value.fields) == ["sandi"]
    assert services.confirm(other, "kopi tubruk pagi") is True


def test_guessing_ends_and_goes_on_when_time_has_passed(app: Flask, clock: TestClock) -> None:
    siti, other = as_actor(person()), as_actor(person())
    for _turn in range(10):
        with pytest.raises(Invalid):
            services.confirm(siti, "tebakan yang salah")
    with pytest.raises(TooMany):
        services.confirm(siti, PASSWORD)
    assert services.confirm(other, PASSWORD) is True, "nobody else waits"
    clock.set("2026-11-27T09:16:00+07:00")
    assert services.confirm(siti, PASSWORD) is True


def test_only_people_sign(app: Flask, clock: TestClock) -> None:
    siti = person()
    for who in (SYSTEM, Actor(kind="guest", guest_key="g"), Actor(kind="token", id=siti), as_actor(ids.uuid7())):
        with pytest.raises(NotFound):
            services.confirm(who, PASSWORD)
