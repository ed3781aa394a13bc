"""What can be read in a PDF that typst made: enough to look for words, and for nothing else."""

import re
import zlib
from collections.abc import Iterator

# Of a content stream: a font, the end of a line, the beginning of a string; and of strings, their escapes.
TOKEN = re.compile(rb"/(f\d+) [\d.]+ Tf|\b(ET)\b|\(")
ESCAPE = re.compile(rb"[0-7]{1,3}|.", re.DOTALL)
ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(pdf: bytes) -> str:
    """Return the text of a PDF that typst made, in the order of its strokes: glyphs by each font's own table."""
    objects = {int(number): body for number, body in re.findall(rb"(\d+) 0 obj\n?(.*?)endobj", pdf, re.DOTALL)}
    tables: dict[bytes, dict[str, str]] = {}
    fonts = {name: int(number) for body in objects.values() for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", body)}
    for name, number in fonts.items():
        table = re.search(rb"/ToUnicode (\d+) 0 R", objects[number])
        assert table, objects[number]
        tables[name] = dict(_glyphs(_stream(objects[int(table[1])])))
    return "".join(_said(_stream(body), tables) for body in objects.values() if b"stream" in body)


def _said(drawn: bytes, tables: dict[bytes, dict[str, str]]) -> str:
    said: list[str] = []
    font: dict[str, str] = {}
    at = 0
    while found := TOKEN.search(drawn, at):
        at = found.end()
        if found[1]:
            font = tables.get(found[1], {})
        elif found[2]:
            said.append("\n")
        elif b" Tf" in drawn:
            glyphs, at = _string(drawn, at)
            said += [font.get(glyphs[place : place + 2].hex().upper(), "?") for place in range(0, len(glyphs), 2)]
    return "".join(said)


def _string(drawn: bytes, at: int) -> tuple[bytes, int]:
    """Return a string from behind its opening bracket, which may hold others in pairs, and where it ends."""
    made, depth = bytearray(), 1
    while True:
        sign = drawn[at : at + 1]
        if sign == b"\\":
            escaped = ESCAPE.match(drawn, at + 1)
            assert escaped
            made += bytes([int(escaped[0], 8)]) if escaped[0].isdigit() else ESCAPED.get(escaped[0], escaped[0])
            at = escaped.end()
            continue
        depth += {b"(": 1, b")": -1}.get(sign, 0)
        at += 1
        if not depth:
            return bytes(made), at
        made += sign


def _stream(body: bytes) -> bytes:
    found = re.search(rb"stream\r?\n(.*?)\n?endstream", body, re.DOTALL)
    if not found:
        return b""
    # The line before the end may be ended by one sign or two, and a packed stream may end with either itself.
    return zlib.decompressobj().decompress(found[1]) if b"/FlateDecode" in body else found[1]


def _glyphs(table: bytes) -> Iterator[tuple[str, str]]:
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for glyph, letters in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block.decode()):
            yield glyph.upper(), bytes.fromhex(letters).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, letters in re.findall(
            r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block.decode()
        ):
            start = int.from_bytes(bytes.fromhex(letters)[-2:])
            for offset in range(int(last, 16) - int(first, 16) + 1):
                yield f"{int(first, 16) + offset:04X}", chr(start + offset)
