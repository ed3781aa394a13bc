"""Files that come with forms of e-order, and what the kept ones are."""

from pathlib import PurePath
from typing import Any
from uuid import UUID

from flask import request

from marketplace.eorder.services import Proof
from marketplace.kernel.errors import Invalid
from marketplace.kernel.forms import Form
from marketplace.kernel.routes import MEBIBYTE
from marketplace.media.services import LARGEST_FILE, keep_file

BODY = LARGEST_FILE + 2 * MEBIBYTE
KINDS = {
    b"%PDF-": ("pdf", "application/pdf"),
    b"\xff\xd8\xff": ("jpg", "image/jpeg"),
    b"\x89PNG": ("png", "image/png"),
    b"RIFF": ("webp", "image/webp"),
}
"""How files of ours begin: their ending and media type."""
LONGEST_NAME = 120


def kind_of(content: bytes) -> tuple[str, str]:
    """Return ending and media type of a file that we keep."""
    return next(
        (kind for start, kind in KINDS.items() if content.startswith(start)), ("bin", "application/octet-stream")
    )


def taken(form: Form[Any], name: str, order_id: UUID) -> Proof | None:
    """Take in the file that a form sends as ``name``, for an order to which the reader may add; None without one.

    What is wrong with it stands beside the field.
    """
    given = request.files.get(name)
    if form.errors or given is None or not given.filename:
        return None
    with given.stream as stream:
        content = stream.read(LARGEST_FILE + 1)
    try:
        return keep_file(content, owner=f"eorder/{order_id}", field=name)
    except Invalid as refused:
        form.errors = {**form.errors, **refused.fields}
        return None


def name_of(field: str, fallback: str) -> str:
    """Return what the sender calls a file, without folders."""
    given = request.files.get(field)
    plain = PurePath((given.filename or "").replace("\\", "/")).name if given else ""
    return " ".join(plain.split())[:LONGEST_NAME] or fallback
