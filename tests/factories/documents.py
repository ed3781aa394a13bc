"""Papers and a kind of paper for them, the least that is valid."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from flask import Flask

from marketplace.documents import services
from marketplace.documents.events import PaperIssued
from marketplace.documents.services import Draft
from marketplace.documents.slots import Layout, Paper, Sheet, layouts
from marketplace.kernel import plugin as plugins
from marketplace.kernel.access import SYSTEM, Actor
from marketplace.kernel.ids import uuid7
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import _
from marketplace.web.formats import rupiah_paper

SHOP = "seller:0190b5a0-0000-7000-8000-000000000001"
TRIAL, NOTE = "trial", "trial_note"
LINK = "a-link-of-the-thing"
READERS: set[str] = set()
"""References of actors whom the trial's layout lets in."""


def _sheet(paper: Paper) -> Sheet:
    name = str(paper.data.get("buyer", "Rina"))
    return Sheet(
        head=("Jalan Percobaan 1, Johar Baru",),
        parties=(("Pembeli", (name, "Jalan Lain 2")),),
        columns=("Barang", "Banyak", "Jumlah"),
        rows=[(str(one), "1", rupiah_paper(paper.total)) for one in paper.data.get("goods", ["Keripik"])],
        right=(1, 2),
        sums=(("Total", rupiah_paper(paper.total)),),
        notes=("Terima kasih.",),
    )


def _may(actor: Actor, _paper: Paper, token: str) -> bool:
    return token == LINK or actor.reference in READERS


LAYOUT = Layout(
    kind=TRIAL,
    prefix="UJI",
    title=_("Receipt"),
    sheet=_sheet,
    may=_may,
    check_lines=lambda paper: ((_("Goods"), str(len(paper.data.get("goods", ["Keripik"])))),),
    of_person=lambda person: (f"of:{person}",),
)
NOTE_LAYOUT = replace(LAYOUT, kind=NOTE, prefix="KOR")


@contextmanager
def known(app: Flask, *kinds: Layout) -> Iterator[None]:
    """Let a site know kinds of papers for a while, as if a plugin brought them."""
    usual = app.extensions["jkp"]
    filled = {**usual.fills, layouts.name: (*usual.fills.get(layouts.name, ()), *kinds)}
    app.extensions["jkp"] = replace(usual, fills=filled)
    plugins.enter(app.extensions["jkp"])
    try:
        yield
    finally:
        app.extensions["jkp"] = usual
        plugins.enter(usual)


@contextmanager
def undrawn() -> Iterator[None]:
    """Leave papers without their files, as before the worker has drawn them: most trials do not look at them."""
    usual, name = plugins.current(), PaperIssued.name()
    idle = tuple(replace(one, run=lambda _event, _delivery: None) for one in usual.handlers.get(name, ()))
    plugins.enter(replace(usual, handlers={**usual.handlers, name: idle}))
    try:
        yield
    finally:
        plugins.enter(usual)


def draft(subject: str = "", *, kind: str = TRIAL, owner: str = SHOP, total: int = 66_000, **more: object) -> Draft:
    corrects = more.pop("corrects", None)
    assert corrects is None or isinstance(corrects, UUID)
    return Draft(
        kind=kind, owner=owner, code=owner[-8:].upper(), subject=subject or f"part:{uuid7()}", issuer="Dapur Ibu Siti",
        total=Rupiah(total), data=more, corrects=corrects,
    )  # fmt: skip


def issued(subject: str = "", **more: object) -> Paper:
    return services.issue(draft(subject, **more), by=SYSTEM)  # type: ignore[arg-type]
