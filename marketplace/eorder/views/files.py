"""Files that come with forms of e-order: a PDF or picture, known by its first bytes, kept where nobody can guess it."""

import hashlib
from pathlib import PurePath
from typing import Any
from uuid import UUID

from flask import request

from marketplace.eorder.services import Proof
from marketplace.kernel.forms import Form
from marketplace.kernel.routes import MEBIBYTE
from marketplace.kernel.words import _
from marketplace.media import queries as media
from marketplace.media.slots import StorageAway

LARGEST = 10 * MEBIBYTE
BODY = LARGEST + MEBIBYTE
KINDS = {
    b"%PDF-": ("pdf", "application/pdf"),
    b"\xff\xd8\xff": ("jpg", "image/jpeg"),
    b"\x89PNG": ("png", "image/png"),
    b"RIFF": ("webp", "image/webp"),
}
"""How files of ours begin: their ending and media type."""
TAKEN = ("pdf", "jpg", "png")
"""Which of them people send."""
LONGEST_NAME = 120


def kind_of(content: bytes) -> tuple[str, str]:
    """Return ending and media type of a file that we keep."""
    return next(
        (kind for start, kind in KINDS.items() if content.startswith(start)), ("bin", "application/octet-stream")
    )


def taken(form: Form[Any], name: str, order_id: UUID) -> Proof | None:
    """Take in the file that a form sends as ``name``, for an order to which the reader may add; None without one.

    What is wrong with it stands beside the field. The same file again is the same file.
    """
    given = request.files.get(name)
    if given is None or not given.filename:
        return None
    with given.stream as stream:
        content = stream.read(LARGEST + 1)
    ending, kind = kind_of(content)
    if len(content) > LARGEST:
        form.errors[name] = [_("The file is too large. Choose one of up to 10 MB.")]
    elif not content or ending not in TAKEN:
        form.errors[name] = [_("Choose a PDF, JPEG or PNG.")]
    elif ending == "pdf" and b"%%EOF" not in content[-2048:]:
        form.errors[name] = [_("This PDF is not complete. Save it anew and choose it again.")]
    else:
        return _kept(form, name, order_id, content, kind)
    return None


def name_of(field: str, fallback: str) -> str:
    """Return what the sender calls a file, without folders."""
    given = request.files.get(field)
    plain = PurePath((given.filename or "").replace("\\", "/")).name if given else ""
    return " ".join(plain.split())[:LONGEST_NAME] or fallback


def _kept(form: Form[Any], name: str, order_id: UUID, content: bytes, kind: str) -> Proof | None:
    digest = hashlib.sha256(content).hexdigest()
    key = media.private_file(f"eorder/{order_id}", digest[:32])
    try:
        media.storage().put(key, content, kind)
    except StorageAway:
        form.errors[name] = [_("Files cannot be stored right now. Choose it again in a few minutes.")]
        return None
    return Proof(key, digest)
