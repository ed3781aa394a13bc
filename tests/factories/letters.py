"""Letters as they lie in the sink."""

import email
from email import policy
from typing import NamedTuple

from flask import Flask


class Letter(NamedTuple):
    """A letter that went."""

    to: str
    subject: str
    text: str


def letters(app: Flask) -> list[Letter]:
    """Return all letters of a site so far, oldest first."""
    sink = app.extensions["jkp"].settings.mail_sink
    found = sorted(sink.glob("*.eml"), key=lambda one: one.stat().st_mtime_ns) if sink.exists() else []
    read = [email.message_from_bytes(one.read_bytes(), policy=policy.default) for one in found]
    return [Letter(one["To"].addresses[0].addr_spec, one["Subject"], one.get_content()) for one in read]
