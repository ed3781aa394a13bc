"""Pages are printed once for each language, and nothing a person wrote passes unescaped."""

import pytest
from flask import Flask
from jinja2 import DictLoader
from markupsafe import Markup

from marketplace.kernel.words import speaking
from marketplace.web.press import shown

PAGES = {
    "one.html": '{{ _("Cart") }}|{{ _("Nothing <b>here</b>") }}|{% import "two.html" as two %}{{ two.named(name) }}',
    "two.html": '{% macro named(name) %}{{ _("Photo %(number)s", number=name) }} {{ icon("user") }}{% endmacro %}',
    "letter.txt": '{{ _("Cart") }} {{ name }}',
}


@pytest.fixture
def press(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An application that knows a few pages of its own, until the test is over: others share it."""
    monkeypatch.setattr(app.jinja_env, "loader", DictLoader(PAGES))
    return app


def test_one_page_is_read_in_two_languages(press: Flask) -> None:
    """The words of the first reader's language do not stay for the next one's."""
    said = []
    for code in ("id", "en", "id"):
        with speaking(code):
            said.append(press.jinja_env.get_template("one.html").render(name="1"))
    assert said[0].startswith("Keranjang|")
    assert said[1].startswith("Cart|")
    assert "Foto 1" in said[0]
    assert "Photo 1" in said[1]
    assert said[2] == said[0]


def test_our_words_stand_as_they_are_and_theirs_are_escaped(press: Flask) -> None:
    """A message may hold an element of ours; what fills it may not."""
    with speaking("en"):
        page = press.jinja_env.get_template("one.html").render(name='<img src="x">')
        letter = press.jinja_env.get_template("letter.txt").render(name="Bu Siti & Anak")
    assert "Nothing <b>here</b>" in page
    assert "&lt;img src=&#34;x&#34;&gt;" in page
    assert '<svg class="ikon" aria-hidden="true"><use href="/s/' in page
    assert letter == "Cart Bu Siti & Anak"


def test_an_icon_that_a_page_only_knows_when_it_is_made_is_drawn_alike(press: Flask) -> None:
    """Set when the template is compiled or asked for later: the same mark, its name escaped."""
    with speaking("id"):
        early = press.jinja_env.from_string('{{ icon("user", "besar") }}').render()
        late = press.jinja_env.from_string("{{ icon(name, more) }}").render(name="user", more="besar")
        odd = str(press.jinja_env.globals["icon"]('"><script>'))  # type: ignore[operator]
    assert early == late
    assert "<script>" not in odd


@pytest.mark.parametrize(
    ("value", "text"),
    [("<a>", "&lt;a&gt;"), (Markup("<a>"), "<a>"), (15_000, "15000"), (True, "True"), (1.5, "1.5"), (None, "None")],
)
def test_what_is_shown_is_what_escape_gives(value: object, text: str) -> None:
    """The short way gives the same as the long one."""
    assert str(shown(value)) == text
