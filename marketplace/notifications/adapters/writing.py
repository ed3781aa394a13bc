"""Words: a notice's templates filled in for one recipient, in their language."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from flask import current_app

from marketplace.kernel.plugin import current
from marketplace.kernel.words import speaking
from marketplace.notifications.slots import Message, Recipient

OPENING = "token"
BLANKS = re.compile(r"[^\S\u00a0]+")


def message(
    recipient: Recipient, template: str, context: Mapping[str, object], *, delivery: UUID, **about: str
) -> Message:
    """Return a message in its reader's language.

    ``about``: kind, and short, link and group as a notice names them; choices, the path where such letters are switched off.
    """
    with speaking(recipient.language):
        title, letter = _filled(template, recipient, context)
        base = current().settings.public_base_url
        sign = current_app.jinja_env.get_template("notifications/mail/signature.txt").render(
            base_url=base, choices=about.get("choices", "")
        )
        short_title, short = title, ""
        if about.get("short"):
            short_title, short = _filled(about["short"], recipient, context)
    return Message(
        recipient=recipient,
        kind=about.get("kind", ""),
        title=title,
        letter=f"{letter}\n\n-- \n{sign.strip()}\n",
        short_title=short_title,
        short=short,
        link=str(context.get(about.get("link", ""), "")),
        group=str(context.get(about.get("group", ""), "")),
        delivery=delivery,
    )


def _filled(template: str, recipient: Recipient, context: Mapping[str, object]) -> tuple[str, str]:
    page = current_app.jinja_env.get_template(f"{template}.txt")
    base = current().settings.public_base_url
    said = page.render(**context, recipient=recipient, base_url=base, language=recipient.language)
    title, _, rest = said.strip().partition("\n")
    # Names from outside stand in titles too: what could end a header line becomes a blank. An amount stays whole.
    return BLANKS.sub(" ", title).strip(), rest.strip()


def closed(link: str) -> str:
    """Return a path without what opens it for whoever has it."""
    parts = urlsplit(link)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name != OPENING]
    return f"{parts.path}?{urlencode(kept)}" if kept else parts.path
