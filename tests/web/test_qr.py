"""QR codes that our policy lets through and that say what they open."""

import re
from xml.etree import ElementTree as ET

import segno
from flask import Flask

from marketplace.web.qr import drawing, qr

ADDRESS = "https://jakpreneur.example/periksa/0123456789abcdef0123456789abcdef"
DARK = re.compile(r'stroke="#000" d="([^"]+)"')


def modules(svg: str) -> set[tuple[int, int]]:
    """Return the dark squares of a drawing by its strokes: M and m move, h draws to the right."""
    found = DARK.search(svg)
    assert found
    x, y, squares = 0.0, 0.0, set[tuple[int, int]]()
    for step, numbers in re.findall(r"([Mmh])([-\d. ]+)", re.sub(r"(\d)-", r"\1 -", found[1])):
        values = [float(one) for one in numbers.split()]
        if step == "h":
            squares |= {(int(x) + at, int(y)) for at in range(int(values[0]))}
            x += values[0]
        else:
            x, y = (values[0], values[1]) if step == "M" else (x + values[0], y + values[1])
    return squares


def test_what_is_drawn_is_the_code_of_the_text(app: Flask) -> None:
    matrix = segno.make(ADDRESS, error="m", micro=False).matrix_iter(border=4)
    expected = {(x, y) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark}
    assert modules(str(qr(ADDRESS, "Periksa"))) == modules(drawing(ADDRESS)) == expected


def test_a_code_on_a_page_is_named_and_carries_no_style_of_its_own(app: Flask) -> None:
    shown = app.jinja_env.from_string("{{ qr(text, label) }}").render(text=ADDRESS, label='"><script>x</script>')
    assert 'role="img"' in shown
    assert "style" not in shown
    assert "<script" not in shown
    assert ET.fromstring(shown).attrib["aria-label"] == '"><script>x</script>'  # noqa: S314 - our own drawing
    assert 'fill="#fff"' in shown, "white below it in a dark theme too"
    assert len(shown) < 3_000


def test_a_code_as_a_file_of_its_own_is_an_svg() -> None:
    assert ET.fromstring(drawing("x" * 300)).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 - the same
