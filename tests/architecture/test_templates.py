"""Every page compiles, has a title of its own, and shows nothing as ready-made HTML that people could have written."""

import re
from pathlib import Path

import pytest
from flask import Flask

HOUSE = Path(__file__).parents[2]
TEMPLATES = sorted((HOUSE / "templates").rglob("*.html"))
PAGES = [
    path for path in TEMPLATES if '{% extends "' in path.read_text(encoding="utf-8") and not path.name.startswith("_")
]


def name(path: Path) -> str:
    return path.relative_to(HOUSE / "templates").as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_compiles(app: Flask, path: Path) -> None:
    assert app.jinja_env.get_template(name(path))


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_page_has_a_title_and_fills_main(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    parent = re.search(r'{% extends "([^"]+)"', source)
    assert parent
    if parent[1] == "base.html" or parent[1].endswith("/_frame.html"):
        assert "{% block title %}" in source
        assert "{% block main %}" in source


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_no_template_carries_script_or_style_of_its_own_or_trusts_text_as_html(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert "|safe" not in source.replace(" ", "")
    assert not re.search(r"<script(?![^>]*\bsrc=)", source)
    assert "<style" not in source
    assert not re.search(r"\s(style|on[a-z]+|hx-on[^=]*)=[\"']", source)
    assert not re.search(r"https?://(?!www\.w3\.org)", source), "no page reaches for another host"
