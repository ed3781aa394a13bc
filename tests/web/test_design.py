"""The design system keeps its promises: contrast, plain CSS for old phones, budgets, whole sprites, honest vendors."""

import gzip
import hashlib
import json
import re
from itertools import product
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.web import pattern

STATIC = Path(pattern.__file__).parent.parent / "static"
TEMPLATES = STATIC.parent.parent / "templates"
CSS = STATIC / "css"
SHELLS: dict[str, list[str]] = json.loads((CSS / "shells.json").read_text(encoding="utf-8"))
HEX = re.compile(r"(--[a-z0-9-]+): (#[0-9A-F]{6});")
TEXT, LARGE = 4.5, 3.0
SHOWN = """kartu tbl isian masukan pilihan jumlah pesan kosong cap keping ubin remah halaman toko-grup ringkas garis-waktu
langkah subtab tabel tugas ringkasan-galat"""

# Text colour, ground, least contrast: WCAG 2.2, 1.4.3 and 1.4.11.
PAIRS = [
    ("tinta", "kertas", TEXT),
    ("tinta", "krem", TEXT),
    ("tinta", "putih", TEXT),
    ("tinta2", "kertas", TEXT),
    ("tinta2", "krem", TEXT),
    ("tinta2", "putih", TEXT),
    ("hijau", "kertas", TEXT),
    ("hijau", "putih", TEXT),
    ("hijau", "hijau-muda", TEXT),
    ("di-hijau", "hijau", TEXT),
    ("di-hijau", "hijau-tua", TEXT),
    ("jingga", "kunyit-muda", TEXT),
    ("tinta", "kunyit-muda", TEXT),
    ("merah", "kertas", TEXT),
    ("merah", "putih", TEXT),
    ("merah", "merah-muda", TEXT),
    ("di-merah", "merah", TEXT),
    ("nila", "kertas", TEXT),
    ("nila", "putih", TEXT),
    ("nila", "nila-muda", TEXT),
    ("garis", "putih", LARGE),
    ("garis", "kertas", LARGE),
]


def joined(shell: str) -> bytes:
    return b"\n".join((CSS / name).read_bytes() for name in SHELLS[shell])


def themes() -> dict[str, dict[str, str]]:
    text = (CSS / "token.css").read_text(encoding="utf-8")
    first, *others = re.split(r"\n(?=@media \(prefers-color-scheme: dark\)|:root\[data-tema=\"gelap\"\])", text)
    light = dict(HEX.findall(first))
    return {"light": light} | {f"dark {number}": light | dict(HEX.findall(part)) for number, part in enumerate(others)}


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("theme", "pair"), list(product(themes(), PAIRS)), ids=str)
def test_words_can_be_read_on_their_ground_in_every_theme(theme: str, pair: tuple[str, str, float]) -> None:
    ink, ground, least = pair
    tokens = themes()[theme]
    bright, dim = sorted((luminance(tokens[f"--{name}"]) for name in (ink, ground)), reverse=True)
    assert (bright + 0.05) / (dim + 0.05) >= least


def test_the_dark_tokens_of_the_device_and_of_the_reader_s_choice_are_the_same() -> None:
    assert themes()["dark 0"] == themes()["dark 1"]


@pytest.mark.parametrize("path", sorted(CSS.rglob("*.css")), ids=lambda path: path.name)
def test_css_stays_plain_for_old_phones(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(
        r"@layer|@import|@container|oklch|color-mix|:has\(|\binset\s*:|\binset-(inline|block)|&\s*[.:]", text
    )
    assert text.count("{") == text.count("}")


def test_every_component_belongs_to_a_shell_and_bears_its_file_s_name() -> None:
    listed = {name for names in SHELLS.values() for name in names}
    assert listed == {path.relative_to(CSS).as_posix() for path in CSS.rglob("*.css")}
    for path in (CSS / "komponen").glob("*.css"):
        assert re.search(rf"\.{path.stem}\b", path.read_text(encoding="utf-8")), path.name


def test_the_byte_budgets_hold() -> None:
    kib = 1024
    assert len(gzip.compress(joined("publik"), 9)) <= 16 * kib
    assert len(gzip.compress(joined("lapak"), 9)) <= 22 * kib
    assert len(gzip.compress(joined("kantor"), 9)) <= 26 * kib
    scripts = [*(STATIC / "js").glob("*.js"), *(STATIC / "vendor").rglob("*.js")]
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in scripts) <= 28 * kib
    assert (STATIC / "font" / "pjs700.woff2").stat().st_size <= 8 * kib
    spots = [path for path in (STATIC / "img" / "seni").glob("*.svg") if path.stem != "beranda"]
    assert len(spots) == 8
    assert max(path.stat().st_size for path in spots) <= 2 * kib


def test_every_icon_and_every_piece_of_art_that_a_page_names_is_there() -> None:
    sprite = ET.parse(STATIC / "img" / "icons.svg")  # noqa: S314 - our own file
    drawn = {symbol.get("id") for symbol in sprite.getroot()}
    written = "\n".join(path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html"))
    assert set(re.findall(r"\bicon\(\"([a-z0-9-]+)\"[,)]", written)) <= drawn
    assert set(re.findall(r"icon_name=\"([a-z0-9-]+)\"", written)) <= drawn
    assert {f"kategori-{name}" for name in pattern.CLOTHS} <= drawn
    painted = {path.stem for path in (STATIC / "img" / "seni").glob("*.svg")}
    assert set(re.findall(r"\bart\(\"([a-z]+)\"|art_name=\"([a-z]+)\"", written)) <= {
        pair for name in painted for pair in ((name, ""), ("", name))
    }


def test_every_behaviour_that_a_page_asks_for_has_its_module() -> None:
    modules = {path.stem for path in (STATIC / "js").glob("*.js")}
    (near,) = re.findall(r"const near = \{([^}]+)\}", (STATIC / "js" / "app.js").read_text(encoding="utf-8"))
    modules |= {name.partition(":")[0].strip(' "') for name in near.split(",")}
    written = "\n".join(path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html"))
    asked = {name for value in re.findall(r"data-behaviour\"?[=:] ?\"([a-z -]+)\"", written) for name in value.split()}
    assert asked <= modules


def test_no_template_has_inline_script_or_style() -> None:
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=\"|hx-on|\bjs:", text), path


def test_vendored_files_are_the_ones_we_say() -> None:
    readme = (STATIC / "vendor" / "README.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"`([\w./]+\.(?:js|woff2))`.*`([0-9a-f]{64})`", readme))
    assert set(told) == {"htmx/htmx.esm.min.js", "../font/pjs700.woff2"}
    for name, digest in told.items():
        assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("category", [*pattern.CLOTHS, "kudapan-snack-box", "tidak-ada"])
def test_a_placeholder_is_small_whole_and_opaque(category: str) -> None:
    for variant in range(pattern.VARIANTS):
        drawn = pattern.pattern_svg(category, variant)
        assert len(drawn.encode()) < 1_000
        root = ET.fromstring(drawn)  # noqa: S314 - our own drawing
        ground = next(shape for shape in root if shape.get("d") == "M0 0h96v96H0z")
        assert re.fullmatch("#[0-9A-F]{6}", ground.get("fill", ""))


def test_six_placeholders_of_a_category_differ_and_a_strange_category_gets_the_common_one() -> None:
    assert len({pattern.pattern_svg("kriya", number) for number in range(12)}) == pattern.VARIANTS
    assert pattern.pattern_svg("barang-antik", 0) == pattern.pattern_svg(pattern.FALLBACK, 0)
    assert pattern.pattern_svg("kudapan-snack-box", 3) == pattern.pattern_svg("kudapan", 3)


def test_the_style_page_shows_every_macro(client: FlaskClient) -> None:
    shown = client.get("/gaya").get_data(as_text=True)
    for name in SHOWN.split():
        assert f'class="{name}' in shown, name


def test_a_page_that_is_not_there_speaks_both_languages_and_offers_the_search(client: FlaskClient) -> None:
    said = client.get("/tidak-ada").get_data(as_text=True)
    assert "Halaman ini tidak ada" in said
    assert 'action="/cari"' in said
    assert "This page is not here" in client.get("/tidak-ada?bahasa=en").get_data(as_text=True)


def test_an_attribute_that_is_only_there_or_not_is_printed_bare(app: Flask) -> None:
    source = '{% import "ui/kit.html" as ui %}{{ ui.field(none,"n","N",attrs={"required": true, "maxlength": 4, "x": none})}}'
    with app.test_request_context():
        field = app.jinja_env.from_string(source).render()
    assert 'value="" required maxlength="4">' in field
    assert "True" not in field


def test_a_category_tile_never_breaks_inside_a_word() -> None:
    tile = (CSS / "komponen" / "ubin.css").read_text(encoding="utf-8")
    assert "anywhere" not in tile
    assert "hyphens: auto" not in tile
