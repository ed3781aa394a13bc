"""A picture is taken in, or refused with a sentence that says what to do."""

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Invalid, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.words import speaking
from marketplace.media import queries, services, tasks
from marketplace.media.events import PictureDropped
from marketplace.media.models import Picture
from marketplace.media.slots import StorageAway
from marketplace.testing.plugin import Outbox, TestClock
from tests.factories.media import photo

OWNER = "seller/0192f0c1-0000-7000-8000-000000000001"


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Invalid) as caught:
        act()
    return str(caught.value.fields["photo"][0])


def rows() -> int:
    return session.scalar(select(func.count()).select_from(Picture)) or 0


def test_a_photo_becomes_webp_in_every_width_that_it_fills(app: Flask) -> None:
    key = services.store_image(photo(1600, 1200), owner=OWNER, alt="Keripik  bawang", by=SYSTEM)
    picture = queries.pictures([key])[key]
    assert [width for width, _ in picture.addresses] == [160, 320, 640, 1200]
    assert (picture.width, picture.height, picture.alt) == (1200, 900, "Keripik bawang")
    assert picture.src.startswith(f"/media/{OWNER}/p/")
    assert picture.url(300) == picture.addresses[1][1]
    assert [picture.srcset(least).count("w,") + 1 for least in (320, 640, 5000)] == [3, 2, 1]
    assert picture.srcset().count("w,") == 3


def test_a_small_photo_is_never_made_wider(app: Flask) -> None:
    key = services.store_image(photo(500, 400), owner=OWNER, alt="", by=SYSTEM)
    assert [width for width, _ in queries.pictures([key])[key].addresses] == [160, 320, 500]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_is_kept_has_no_metadata(app: Flask, client: FlaskClient, kind: str) -> None:
    key = services.store_image(photo(kind=kind), owner=OWNER, alt="", by=SYSTEM)
    answer = client.get(queries.pictures([key])[key].src)
    kept = Image.open(io.BytesIO(answer.data))
    assert kept.format == "WEBP"
    assert not kept.getexif()
    assert b"dapur" not in answer.data
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_photo_from_an_upright_phone_stands_upright(app: Flask) -> None:
    key = services.store_image(photo(800, 600, turned=True), owner=OWNER, alt="", by=SYSTEM)
    picture = queries.pictures([key])[key]
    assert (picture.width, picture.height) == (600, 800)


def test_the_usual_photo_fits_the_byte_budget(app: Flask, client: FlaskClient) -> None:
    key = services.store_image(photo(2000, 2000), owner=OWNER, alt="", by=SYSTEM)
    picture = queries.pictures([key])[key]
    assert len(client.get(picture.url(320)).data) <= 8_704


def test_a_cut_out_gets_a_white_ground(app: Flask, client: FlaskClient) -> None:
    held = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(held, "PNG")
    key = services.store_image(held.getvalue(), owner=OWNER, alt="", by=SYSTEM)
    kept = Image.open(io.BytesIO(client.get(queries.pictures([key])[key].src).data))
    assert kept.getpixel((150, 150)) == (255, 255, 255)


def declared(width: int, height: int) -> bytes:
    """Return the head of a PNG that claims a size, with nothing behind it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(head)) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 100) + b"IDAT" + b"\0" * 40


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("an SVG", SVG, "JPEG, PNG"),
        ("a page", b"<!doctype html><title>x</title>", "JPEG, PNG"),
        ("a PDF", b"%PDF-1.7\n", "JPEG, PNG"),
        ("an archive", b"PK\x03\x04" + b"\0" * 60, "JPEG, PNG"),
        ("a GIF", GIF, "JPEG, PNG"),
        ("nothing", b"", "JPEG, PNG"),
        ("an iPhone's own kind", b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        ("half a photo", photo()[:3000], ""),
        ("a page that begins like a JPEG", b"\xff\xd8\xff<script>", "JPEG, PNG"),
        ("a picture of 60 megapixels", declared(10_000, 6_000), "40"),
        ("a picture that would fill the memory", declared(60_000, 60_000), "40"),
        ("a ribbon", photo(1000, 110), ""),
        ("a dot", photo(50, 50), "100"),
    ],
)
def test_anything_else_is_refused_before_it_does_harm(app: Flask, name: str, data: bytes, said: str) -> None:
    message = refusal(lambda: services.store_image(data, owner=OWNER, alt="", by=SYSTEM))
    assert said in message, name
    assert rows() == 0


@pytest.mark.parametrize(
    ("bytes_sent", "language", "said"),
    [
        (37_200_000, "en", "The photo is 37.2 MB. The limit is 12 MB."),
        (37_200_000, "id", "37,2 MB"),
        (13_040_000, "en", "is 13 MB"),
        (12_000_001, "en", "is 12.1 MB"),
    ],
)
def test_a_photo_over_the_limit_says_both_sizes_as_people_round_them(
    app: Flask, bytes_sent: int, language: str, said: str
) -> None:
    with speaking(language):
        assert said in refusal(lambda: services.weigh(bytes_sent))


class Away:
    """A storage that does not answer."""

    def put(self, *_: object) -> None:
        raise StorageAway

    get = drop = link = put


def test_without_its_storage_an_upload_leaves_nothing_behind(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "storage", Away)
    message = refusal(lambda: services.store_image(photo(), owner=OWNER, alt="", by=SYSTEM))
    assert message
    assert rows() == 0


def test_without_its_storage_a_page_gets_placeholders(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = services.store_image(photo(), owner=OWNER, alt="", by=SYSTEM)
    address = queries.pictures([key])[key].src
    monkeypatch.setattr(queries, "storage", Away)
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "no-store")
    assert answer.headers["Location"] == "/gambar/pola/lainnya-0.svg"


def test_a_picture_is_not_stored_inside_a_transaction(app: Flask) -> None:
    @transactional
    def wrong() -> None:
        services.store_image(photo(), owner=OWNER, alt="", by=SYSTEM)

    with pytest.raises(RuntimeError):
        wrong()


def test_a_private_picture_opens_by_its_link_alone_and_not_for_long(
    app: Flask, client: FlaskClient, clock: TestClock
) -> None:
    key = services.store_image(photo(), owner=OWNER, alt="", by=SYSTEM, private=True)
    assert queries.pictures([key]) == {}
    link = queries.private_link(key, OWNER)
    assert link is not None
    opened = client.get(link)
    assert (opened.status_code, opened.headers["Cache-Control"]) == (200, "private, no-store")
    assert client.get(link.split("?")[0]).status_code == 404
    assert client.get(link[:-1] + ("0" if link[-1] != "0" else "1")).status_code == 404
    assert queries.private_link(key, "seller/other") is None
    clock.set("2026-11-27T09:06:00+07:00")
    assert client.get(link).status_code == 404


@pytest.mark.parametrize("key", ["../secret", "seller/1/p/../../secret", "seller/1/p/x-160.webp", "%2e%2e/secret"])
def test_only_our_own_keys_are_served(client: FlaskClient, key: str) -> None:
    assert client.get(f"/media/{key}").status_code == 404


def test_a_dropped_picture_takes_its_files_along(app: Flask, client: FlaskClient, outbox: Outbox) -> None:
    key = services.store_image(photo(), owner=OWNER, alt="", by=SYSTEM)
    address = queries.pictures([key])[key].src
    with pytest.raises(NotFound):
        services.drop(key, owner="seller/other", by=SYSTEM)
    services.drop(key, owner=OWNER, by=SYSTEM)
    told = PictureDropped(**outbox.named(PictureDropped)[0])
    tasks.delete_files(told, uuid7())
    tasks.delete_files(told, uuid7())
    assert client.get(address).status_code == 404


def test_a_picture_is_described_again(app: Flask) -> None:
    key = services.store_image(photo(), owner=OWNER, alt="", by=SYSTEM)
    services.describe(key, "Toples berisi\nkue", owner=OWNER, by=SYSTEM)
    assert queries.pictures([key])[key].alt == "Toples berisi kue"


def test_our_own_art_is_taken_in_many_at_once(app: Flask, client: FlaskClient) -> None:
    own = [services.OwnPicture(photo(700, 700, "PNG"), OWNER, f"Keripik {number}") for number in range(3)]
    ids = services.store_own(own, by=SYSTEM)
    shown = queries.pictures(ids)
    assert [shown[key].alt for key in ids] == ["Keripik 0", "Keripik 1", "Keripik 2"]
    assert client.get(shown[ids[2]].src).status_code == 200
