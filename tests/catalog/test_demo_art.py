"""The demo's pictures: one for each product, no two alike, small, ours alone, and drawable."""

import hashlib
import re
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from PIL import Image, ImageChops, ImageStat

from marketplace.catalog.demo_art import MOTIFS, product_svg
from marketplace.catalog.demo_art_render import render
from marketplace.catalog.demo_content import kinds
from tests.factories.town import goods

LARGEST = 12_000


def pictures(least=None):
    return [product_svg(one.motif, one.tone, one.category, one.name) for one in goods()[:least]]


def test_every_kind_of_goods_has_a_drawing_of_its_own():
    wanted = {kind.motif for found in kinds().values() for kind in found}
    assert wanted <= set(MOTIFS)
    assert len(MOTIFS) >= 24


def test_no_two_products_have_the_same_picture():
    assert len({hashlib.sha256(one.encode()).digest() for one in pictures()}) == len(goods())


def test_a_product_keeps_its_picture():
    assert pictures(60) == pictures(60)


def test_pictures_are_small_and_well_formed():
    for one, svg in zip(goods(), pictures(), strict=True):
        assert len(svg.encode()) <= LARGEST, one.name
        assert ET.fromstring(svg).attrib["viewBox"] == "0 0 800 800"  # noqa: S314 - our own drawing


def test_pictures_lean_on_no_font_file_or_host():
    for svg in pictures():
        assert "<text" not in svg
        assert "<image" not in svg
        assert "href" not in svg
        assert re.findall(r"https?://[^\"]+", svg) == ["http://www.w3.org/2000/svg"]


def test_what_a_picture_points_to_is_defined_once():
    for one, svg in zip(goods(), pictures(), strict=True):
        defined = re.findall(r' id="([^"]+)"', svg)
        assert len(defined) == len(set(defined)), one.name
        assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= set(defined), one.name


def test_an_unknown_motif_is_drawn_as_a_parcel():
    assert product_svg("unheard of", 1, "lainnya", "Barang Baru").startswith("<svg")


@pytest.fixture(scope="module")
def drawn():
    return [Image.open(BytesIO(png)).convert("RGB") for png in render(pictures(80), 64)]


def test_pictures_come_out_square_in_the_width_asked_for(drawn):
    assert {one.size for one in drawn} == {(64, 64)}


def test_pictures_are_told_apart_by_eye(drawn):
    seen = [one.resize((16, 16)) for one in drawn]
    for place, one in enumerate(seen):
        for other in seen[place + 1 :]:
            apart = sum(ImageStat.Stat(ImageChops.difference(one, other)).mean)
            assert apart > 3, "two pictures look alike"
