"""The desks that are open to somebody, and at which of them they arrive."""

from typing import NamedTuple

from flask import url_for

from marketplace.accounts import queries
from marketplace.accounts.forms import START
from marketplace.accounts.services import Opened
from marketplace.accounts.views.browser import target
from marketplace.kernel.access import Actor
from marketplace.kernel.slots import nav
from marketplace.kernel.words import Words, _


class Desk(NamedTuple):
    """A place of work, and the page of it that somebody begins with."""

    shell: str
    label: Words
    icon: str
    endpoint: str
    own: bool
    """Whether that is where the desk itself begins: some people may see a page of another one's desk."""


SHELLS = {
    "lapak": (_("Seller centre"), "store"),
    "program": (_("Programme"), "building-2"),
    "pengadaan": (_("Procurement"), "landmark"),
    "admin": (_("Administration"), "shield-check"),
}
ARRIVING = ("lapak", "admin", "program", "pengadaan")
"""At which desk one arrives who has several: who looks after the system may also see what the programme sees."""


def desks(who: Actor) -> list[Desk]:
    """Return the desks that let somebody in."""
    found = []
    for shell, (label, icon) in SHELLS.items():
        # A desk's start comes first in its navigation, and only who holds a role there has one.
        items = sorted((item for item in nav if item.shell == shell and item.needs), key=lambda item: item.order)
        start = next((item for item in items if item.needs and item.needs.admits(who)), None)
        if start:
            found.append(Desk(shell, label, icon, start.endpoint, own=start == items[0]))
    return found


def landing(opened: Opened, wanted: str | None = None) -> str:
    """Return where somebody goes who just came in: where they were going, else to their desk, else to the start page.

    Whose roles wait for a second factor sets it up first.
    """
    wanted = wanted or target()
    present = queries.presence(opened.token)
    if present and present.withheld:
        return url_for("accounts.second_factor", lanjut=None if wanted == START else wanted)
    if wanted != START:
        return wanted
    open_to = desks(present.actor) if present else []
    if not open_to:
        return wanted
    return url_for(min(open_to, key=lambda desk: (not desk.own, ARRIVING.index(desk.shell))).endpoint)
