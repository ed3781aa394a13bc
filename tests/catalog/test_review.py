"""A reviewer decides about what was read, and about nothing else."""

import re
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.catalog import queries, services
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.errors import Conflict
from marketplace.media import services as media
from tests.factories import catalog, sellers
from tests.factories.media import photo


@pytest.fixture
def waits(app: Flask) -> UUID:
    services.load_categories(catalog.TREE)
    made = services.create_product(sellers.shop().id, catalog.listing(), by=SYSTEM)
    services.submit(made, by=SYSTEM)
    return made


@pytest.fixture
def reviewer(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    admin = sellers.holds("admin")
    monkeypatch.setattr("marketplace.web.gate.find_actor", lambda: replace(admin))
    return client


def state(product: UUID) -> str:
    listing = queries.listing(product)
    assert listing is not None
    return listing.state


def seen_on(page: str) -> str:
    return re.findall(r'name="seen" value="([^"]+)"', page)[0]


def rewritten(product: UUID) -> None:
    services.update_product(product, catalog.listing(name="Barang lain", description="Hubungi nomor ini."), by=SYSTEM)


def a_picture_more(product: UUID) -> None:
    listing = queries.listing(product)
    assert listing is not None
    made = media.store_image(photo(), owner=f"seller/{listing.seller_id}", alt="x", by=SYSTEM)
    services.add_image(product, made, by=SYSTEM)


@pytest.mark.parametrize("change", [rewritten, a_picture_more])
@pytest.mark.parametrize("act", ["penerimaan", "penolakan"])
def test_what_changed_after_the_look_is_not_decided(reviewer: FlaskClient, waits: UUID, change, act: str) -> None:
    seen = seen_on(reviewer.get("/admin/produk").text)
    change(waits)
    told = {"seen": seen, **({"reason": "Foto terlalu gelap."} if act == "penolakan" else {})}
    answer = reviewer.post(f"/admin/produk/{waits}/{act}", data=told)
    assert answer.status_code == 409
    assert "Penjual mengubah produk ini" in answer.text
    assert state(waits) == "waiting"
    if act == "penolakan":
        assert ">Foto terlalu gelap.</textarea>" in answer.text
    again = {**told, "seen": seen_on(answer.text)}
    assert reviewer.post(f"/admin/produk/{waits}/{act}", data=again).status_code == 303
    assert state(waits) == ("published" if act == "penerimaan" else "rejected")


def test_a_picture_taken_off_counts_too(waits: UUID) -> None:
    a_picture_more(waits)
    seen = catalog.seen(waits)
    listing = queries.listing(waits)
    assert listing is not None
    services.remove_image(waits, listing.images[0].id, by=SYSTEM)
    with pytest.raises(Conflict):
        services.accept(waits, seen=seen, by=SYSTEM)


@pytest.mark.parametrize("given", [{}, {"seen": ""}, {"seen": "kemarin"}, {"seen": "2026-11-22T10:00:00"}])
def test_who_does_not_say_what_they_saw_decides_nothing(
    reviewer: FlaskClient, waits: UUID, given: dict[str, str]
) -> None:
    assert reviewer.post(f"/admin/produk/{waits}/penerimaan", data=given).status_code == 422
    assert state(waits) == "waiting"
