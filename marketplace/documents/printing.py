"""Makes the PDF of a paper: its sheet in the paper's language, and a program that sets it in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from marketplace.documents import queries
from marketplace.documents.slots import Layout, Paper
from marketplace.kernel.forms import UNSEEN
from marketplace.kernel.words import _, language, speaking
from marketplace.rules import queries as rules
from marketplace.web.formats import date_long, rupiah_paper
from marketplace.web.qr import drawing

PROGRAM = Path(__file__).with_name("composing.py")
TYPST = Path(__file__).with_name("typst")
PATIENCE = 30


class DrawingError(Exception):
    """The paper could not be drawn; the message says what typst made of our template, never what stands on the paper."""


def printed(paper: Paper, layout: Layout) -> bytes:
    """Return the PDF of a paper; the same bytes each time. Raises DrawingError."""
    with speaking(layout.language(paper)):
        data = _data(paper, layout)
    body = layout.template or TYPST / "sheet.typ"
    source = (TYPST / "house.typ").read_text(encoding="utf-8") + body.read_text(encoding="utf-8")
    return composed(source, data, int(paper.issued_at.timestamp()))


def composed(source: str, data: dict[str, Any], at: int) -> bytes:
    """Set a typst source with data, in a process that sees an empty folder and can open nothing. Raises DrawingError."""
    order = json.dumps({"source": source, "data": _seen(data), "at": at}).encode()
    with TemporaryDirectory(prefix="paper-") as empty:
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(PROGRAM)],
                input=order, capture_output=True, timeout=PATIENCE, check=False, cwd=empty,
            )  # fmt: skip
        except subprocess.TimeoutExpired as failure:
            raise DrawingError("typst took too long") from failure
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise DrawingError(said[-1][:300] if said else f"typst ended with {done.returncode}")
    return done.stdout


def _seen(value: Any) -> Any:  # noqa: ANN401 - any value of JSON
    """Take out of all texts what shows nothing or turns the writing round: with it one name looks like another."""
    if isinstance(value, str):
        return UNSEEN.sub("", value)
    if isinstance(value, dict):
        return {name: _seen(one) for name, one in value.items()}
    return [_seen(one) for one in value] if isinstance(value, list) else value


def _data(paper: Paper, layout: Layout) -> dict[str, Any]:
    sheet, url = layout.sheet(paper), queries.check_url(paper)
    duty = rules.charged(paper.total, rules.rule("stamp_duty", queries.day(paper)))
    return {
        "language": language(),
        "title": str(layout.title),
        "issuer": paper.issuer,
        "head": list(sheet.head),
        "number": paper.shown,
        "date": date_long(paper.issued_at),
        "corrects": queries.paper(paper.corrects).shown if paper.corrects else "",
        "parties": [[label, list(lines)] for label, lines in sheet.parties],
        "columns": list(sheet.columns),
        "rows": [list(row) for row in sheet.rows],
        "right": list(sheet.right),
        "sums": [list(pair) for pair in sheet.sums],
        "contained": [list(pair) for pair in sheet.contained],
        "notes": list(sheet.notes),
        "opening": list(sheet.opening),
        "signatures": [[who, list(under), name, list(below)] for who, under, name, below in sheet.signatures],
        "over": sheet.over,
        "facts": [[label, [list(pair) for pair in pairs]] for label, pairs in sheet.facts],
        "place": sheet.place,
        "watermark": sheet.watermark,
        "in_words": queries.in_words(paper.total, language()),
        "stamp": str(_("Stamp duty of %(duty)s is due.", duty=rupiah_paper(duty))) if paper.stamp_duty else "",
        "check_url": url,
        "qr": drawing(url),
        "digest": paper.digest,
        "words": {
            "number": str(_("Number")),
            "date": str(_("Date")),
            "corrects": str(_("Corrects")),
            "in_words": str(_("In words")),
            "check": str(_("Check this paper")),
            "digest": str(_("Digest")),
            "terms": str(_("Terms")),
            "electronic": str(_("Issued and signed electronically; it holds without a stamp or a signature in ink.")),
            "page": str(_("Page")),
            "of": str(_("of")),
        },
    }
