"""Certificates: what is refused in one sentence, who checks, what is told when one ends (F1, F3, F7)."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from pydantic import ValidationError
from sqlalchemy import select

from marketplace.kernel import clock as time
from marketplace.kernel.access import SYSTEM, Actor, Grant
from marketplace.kernel.db import session
from marketplace.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.models import StoredEvent
from marketplace.p3dn import queries, services
from marketplace.p3dn.forms import CheckIn, RefuseIn
from marketplace.p3dn.queries import facts
from marketplace.testing.plugin import TestClock
from tests.factories import catalog, p3dn, sellers

CHECK = CheckIn(sumber="tkdn.kemenperin.go.id")


def basket() -> tuple[UUID, sellers.SellerCard]:
    shop = sellers.shop(trusted=True)
    return catalog.product(catalog.listing(domestic=True), of=shop), shop


def told(name: str) -> list[dict[str, object]]:
    found = session.scalars(select(StoredEvent).where(StoredEvent.name == name).order_by(StoredEvent.id))
    return [one.payload for one in found]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("tkdn", "100,01", "0 sampai 100%"),
        ("tkdn", "empat puluh", "dua desimal"),
        ("tkdn", "42,355", "dua desimal"),
        ("bmp", "15,01", "paling tinggi 15%"),
        ("berlaku", "2026-05-31", "sebelum terbit"),
        ("terbit", "1999-01-01", "Waktu itu belum"),
        ("nomor", "1/A", "5 sampai 60"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_to_do(app: Flask, field: str, value: str, said: str) -> None:
    product, _shop = basket()
    with pytest.raises(ValidationError, match=said):
        p3dn.certificate(product, **{field: value})


def test_a_percentage_is_hundredths_however_it_is_written(app: Flask) -> None:
    product, _shop = basket()
    for written, kept in (("42,35", 4235), ("42.35 %", 4235), ("42,3", 4230), ("42", 4200), ("100", 10_000), ("0", 0)):
        assert p3dn.certificate(product, tkdn=written).tkdn == kept


def test_one_number_is_one_firm_s(app: Flask) -> None:
    """Guard (R26.3): one certificate number is one firm's."""
    product, shop = basket()
    services.show_certificate(shop.id, p3dn.certificate(product), by=SYSTEM)
    other, second = basket()
    for number in (p3dn.NUMBER, f"  {p3dn.NUMBER.lower()} "):
        with pytest.raises(Invalid) as refused:
            services.show_certificate(second.id, p3dn.certificate(other, nomor=number), by=SYSTEM)
        assert "nomor" in refused.value.fields
    with pytest.raises(Invalid) as refused:
        services.show_certificate(shop.id, p3dn.certificate(product), by=SYSTEM)
    assert "already" in refused.value.fields["nomor"][0].text


def test_a_number_that_was_refused_may_be_shown_again(app: Flask) -> None:
    product, shop = basket()
    first = services.show_certificate(shop.id, p3dn.certificate(product), by=SYSTEM)
    services.refuse(first, RefuseIn(alasan="Tidak ada di daftar."), by=SYSTEM)
    second = services.show_certificate(shop.id, p3dn.certificate(product), by=SYSTEM)
    services.check(second, CHECK, by=SYSTEM)
    assert queries.rung(product).tkdn == 4235


def test_a_certificate_that_ended_is_not_shown_any_more(app: Flask, clock: TestClock) -> None:
    product, shop = basket()
    clock.set("2026-11-23T10:00:00+07:00")
    with pytest.raises(Invalid) as refused:
        services.show_certificate(shop.id, p3dn.certificate(product, berlaku="2026-11-22"), by=SYSTEM)
    assert "berlaku" in refused.value.fields
    with pytest.raises(Invalid) as refused:
        services.show_certificate(shop.id, p3dn.certificate(product, terbit="2026-11-24"), by=SYSTEM)
    assert "terbit" in refused.value.fields


def test_a_shop_shows_its_own_products_alone(app: Flask) -> None:
    product, shop = basket()
    foreign, other = basket()
    siti = sellers.runs(shop)
    for seller, goods in ((shop.id, foreign), (other.id, foreign)):
        with pytest.raises(NotFound):
            services.show_certificate(seller, p3dn.certificate(goods), by=siti)
    assert services.show_certificate(shop.id, p3dn.certificate(product), by=siti)
    with pytest.raises(Invalid):
        services.show_certificate(shop.id, p3dn.certificate(nomor="NANTI/1"), by=siti)


def test_officers_check_and_nobody_their_own(app: Flask) -> None:
    """Guard (R26.3): nobody checks the certificate of a shop that they run."""
    product, shop = basket()
    shown = services.show_certificate(shop.id, p3dn.certificate(product), by=SYSTEM)
    with pytest.raises(NotAllowed):
        services.check(shown, CHECK, by=sellers.runs(shop))
    both = Actor(
        kind="person", id=uuid7(), grants=(Grant("programme_officer"), Grant("seller", "seller", str(shop.id)))
    )
    with pytest.raises(Conflict, match="own_shop"):
        services.check(shown, CHECK, by=both)
    services.check(shown, CHECK, by=sellers.holds("programme_officer"))
    services.check(shown, CHECK, by=sellers.holds("programme_officer"))
    with pytest.raises(Conflict, match="state"):
        services.refuse(shown, RefuseIn(alasan="Tidak ada di daftar."), by=SYSTEM)


def test_claim_checked_and_expired_are_three_things(app: Flask, clock: TestClock) -> None:
    product, shop = basket()
    shown = services.show_certificate(shop.id, p3dn.certificate(product, berlaku="2026-12-31"), by=SYSTEM)
    standing = lambda: facts.certificates_of(shop.id)[0].standing  # noqa: E731 - asked three times
    assert standing() == "shown"
    services.check(shown, CHECK, by=SYSTEM)
    assert standing() == "checked"
    clock.set("2027-01-01T08:00:00+07:00")
    assert standing() == "expired"


def test_the_day_after_its_end_everybody_who_shows_its_products_is_told_once(app: Flask, clock: TestClock) -> None:
    product, shop = basket()
    p3dn.certified(shop, product, berlaku="2026-12-31")
    before = len(told("p3dn.RungMoved"))
    clock.set("2026-12-31T23:59:59+07:00")
    services.turn_of_the_day()
    assert len(told("p3dn.RungMoved")) == before
    clock.set("2027-01-01T00:00:00+07:00")
    assert services.turn_of_the_day() == 1
    assert services.turn_of_the_day() == 0
    assert told("p3dn.RungMoved")[before:] == [{"product_id": str(product)}]
    assert facts.certified_now([product]) == {product: False}


def test_shops_are_reminded_at_ninety_sixty_and_thirty_days(app: Flask, clock: TestClock) -> None:
    product, shop = basket()
    end = time.today() + timedelta(days=120)
    p3dn.certified(shop, product, berlaku=end.isoformat())
    for left in (91, 90, 89, 61, 60, 31, 30, 29, 1, 0):
        clock.set(f"{end - timedelta(days=left)}T09:00:00+07:00")
        services.turn_of_the_day()
        services.turn_of_the_day()
    assert [one["days"] for one in told("p3dn.CertificateEnds")] == [90, 60, 30]


def test_one_that_is_checked_close_to_its_end_is_reminded_of_once(app: Flask) -> None:
    product, shop = basket()
    p3dn.certified(shop, product, berlaku=(time.today() + timedelta(days=10)).isoformat())
    assert (services.turn_of_the_day(), services.turn_of_the_day()) == (1, 0)
