"""L08: the seller's stock, variant by variant, with what runs low and how each count came about."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, cast
from uuid import UUID

from flask import redirect, render_template, request, url_for

from marketplace.catalog.forms import ShelfIn
from marketplace.catalog.queries.shelf import Shelf, history, shelf
from marketplace.catalog.services.counting import MOVED, Count
from marketplace.catalog.services.shelf import set_shelf
from marketplace.catalog.views.blueprint import bp
from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.kernel.words import Words, _
from marketplace.sellers.policies import MANAGE
from marketplace.sellers.queries import SellerCard, sellers_of

SHOWN: dict[str, tuple[str, Words]] = {
    "semua": ("", _("All")),
    "menipis": ("low", _("Running low")),
    "habis": ("out", _("Sold out")),
}
REASONS: dict[str, Words] = {
    "first": _("First count"),
    "opening": _("First count"),
    "counted": _("Counted by hand"),
    "sold": _("Sold"),
    "cancelled": _("Back from a cancelled order"),
    "returned": _("Returned by a buyer"),
}
STEP, TAKEN, ROWS = "langkah", "ambil", "baris-"
MOST_WORDS, FARTHEST = 60, 10_000
Answer = Any


@bp.page("/lapak/stok", policy=MANAGE)
def lapak_stock() -> Answer:
    """Show a page of the shelf."""
    shop = _chosen()
    return _page(None, shop, _shelf(shop))


@bp.page("/lapak/stok", policy=MANAGE, methods=("POST",))
def lapak_count() -> Answer:
    """Keep the counts and limits that were changed; a press on minus or plus changes one count before."""
    shop = _chosen()
    form = _sent()
    form.submit(lambda data: _keep(shop, data))
    if form.errors:
        # What was typed stands there again, also of what has left this page of the shelf meanwhile.
        found = _shelf(shop, _variants(form.typed))
        return _page(_restated(form, found), shop, found)
    return redirect(url_for("catalog.lapak_stock", **_kept_keys(), tersimpan=1), 303)


@bp.page("/lapak/stok/<uuid:variant_id>", policy=MANAGE)
def lapak_moves(variant_id: UUID) -> Answer:
    """Show how a variant's count came about."""
    found = history(variant_id, [shop.id for shop in sellers_of(actor())], actor(), request.args.get("hal"))
    if found is None:
        raise NotFound
    return render_template("catalog/lapak/moves.html", item=found.item, moves=found.moves, reasons=REASONS)


def _chosen() -> SellerCard:
    """Return the shop named by its code in the address, or the actor's first one."""
    code = request.args.get("toko")
    found = next((shop for shop in sellers_of(actor()) if code in (None, shop.code)), None)
    if found is None:
        raise NotFound
    return found


def _shelf(shop: SellerCard, only: Sequence[UUID] = ()) -> Shelf:
    number = request.args.get("hal", 1, type=int)
    return shelf(
        shop.id,
        actor(),
        shown=SHOWN.get(request.args.get("tampil", ""), ("",))[0],
        words=request.args.get("cari", "")[:MOST_WORDS],
        number=min(max(number, 1), FARTHEST),
        only=only,
    )


def _kept_keys() -> dict[str, Any]:
    return {name: request.args.get(name) for name in ("toko", "tampil", "cari", "hal")}


def _sent() -> Form[ShelfIn]:
    if request.mimetype == "application/x-www-form-urlencoded":
        typed = request.form.copy()
        row, _colon, step = typed.pop(STEP, "").partition(":")
        count = typed.get(f"baris-{row}-stok", "").strip()
        if step in ("-1", "1") and count.isascii() and count.isdecimal():
            typed[f"baris-{row}-stok"] = str(max(0, int(count) + int(step)))
        for taken in request.args.get(TAKEN, "").split():
            typed[f"baris-{taken}-stok"] = typed.get(f"baris-{taken}-seen", "")
        request.form = typed  # type: ignore[assignment] # a copy to write in
    return parse(ShelfIn, request)


def _keep(shop: SellerCard, data: ShelfIn) -> None:
    changed = [(place, row) for place, row in enumerate(data.baris) if row.stok != row.seen or row.low != row.low_seen]
    set_shelf(
        shop.id,
        [Count(row.varian, row.stok, row.seen, f"baris-{place}-stok") for place, row in changed],
        {row.varian: row.low for _place, row in changed if row.low != row.low_seen},
        by=actor(),
    )


def _page(form: Form[ShelfIn] | None, shop: SellerCard, found: Shelf) -> Answer:
    shown = request.args.get("tampil", "")
    moved = _moved(form, found) if form is not None else []
    tabs = [
        {
            "label": label,
            "url": url_for("catalog.lapak_stock", toko=request.args.get("toko"), tampil=name if held else None),
            "current": (shown if shown in SHOWN else "semua") == name,
            "count": found.counts[held],
        }
        for name, (held, label) in SHOWN.items()
    ]
    page = render_template(
        "catalog/lapak/stock.html",
        form=form or Form.blank(ShelfIn),
        shop=shop,
        shelf=found,
        tabs=tabs,
        moved=moved,
        action=url_for("catalog.lapak_stock", **_kept_keys()),
        take=url_for("catalog.lapak_stock", **_kept_keys(), ambil=" ".join(row for row, *_rest in moved)),
        page_url=lambda number: url_for("catalog.lapak_stock", **{**_kept_keys(), "hal": number}),
        words=request.args.get("cari", "")[:MOST_WORDS],
        saved="tersimpan" in request.args and form is None,
    )
    return page, form.status if form is not None else 200


def _restated(form: Form[ShelfIn], found: Shelf) -> Form[ShelfIn]:
    """Return the form under the numbers that its variants have on the page now."""
    counted = [item.variant_id for item in found.items if not item.made_to_order]
    now = {str(variant_id): number for number, variant_id in enumerate(counted)}
    typed: dict[str, list[str]] = {}
    errors = {name: said for name, said in form.errors.items() if not name.startswith(ROWS)}
    for place, sent in enumerate(_sent_rows(form.typed)):
        number = now.get(form.values.get(f"{ROWS}{sent}-varian", "").strip().lower())
        for names, kept in ((form.typed, typed), (form.errors, errors)):
            before = sent if names is form.typed else place
            for name, texts in names.items():
                if number is not None and name.startswith(f"{ROWS}{before}-"):
                    kept[name.replace(f"{ROWS}{before}-", f"{ROWS}{number}-", 1)] = texts  # type: ignore[assignment] # words in both
    return Form(ShelfIn, typed, form.data, errors, form.conflict)


def _sent_rows(typed: Mapping[str, list[str]]) -> list[str]:
    """Return the numbers that were sent, in the order in which the form's errors count them."""
    found = {name.split("-")[1] for name in typed if name.startswith(ROWS) and name.count("-") > 1}
    return sorted(found, key=lambda one: (len(one), one))


def _variants(typed: Mapping[str, list[str]]) -> list[UUID]:
    told = []
    for row in _sent_rows(typed):
        with suppress(ValueError):
            told.append(UUID(typed.get(f"{ROWS}{row}-varian", [""])[0]))
    return told


def _moved(form: Form[ShelfIn], found: Shelf) -> list[tuple[str, str, int, int]]:
    """Return the rows whose count moved while it was typed: number, name, what was typed, what is there now.

    From here on the form has seen what is there now, so that the next press decides.
    """
    if form.conflict is None or form.conflict.code != MOVED or form.data is None:
        return []
    counted = {item.variant_id: item for item in found.items if not item.made_to_order}
    told = []
    for one in cast("list[dict[str, Any]]", form.conflict.facts["moved"]):
        item = counted.get(form.data.baris[int(one["field"].split("-")[1])].varian)
        if item is not None:
            row = str(list(counted).index(item.variant_id))
            form.typed = {**form.typed, f"{ROWS}{row}-seen": [str(one["now"])]}
            told.append((row, item.full_name, one["yours"], one["now"]))
    return told
