"""E09: what came, written down on a phone at the venue; one press where all is as it was ordered."""

import re
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for

from marketplace.eorder import queries, services
from marketplace.eorder.forms import ReasonIn, ReceiptIn
from marketplace.eorder.policies import READ, WORK
from marketplace.eorder.queries import Fulfilment, LineView, OrderView
from marketplace.eorder.views.blueprint import bp
from marketplace.eorder.views.orders import WORDS, Answer, seen
from marketplace.eorder.views.photos import PHOTO_BODY, photo_of
from marketplace.kernel import ids
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.plugin import current
from marketplace.kernel.routes import actor

ROW = re.compile(r"baris-(\d+)-(\w+)")
PURPOSE = "eorder.receipt"


@bp.page("/pengadaan/pesanan/<code>/penerimaan", policy=READ)
def receiving(code: str) -> str:
    """Show what came, with the form for what comes now."""
    found = seen(code)
    return _page(found, queries.fulfilment(found))


@bp.page("/pengadaan/pesanan/<code>/penerimaan", policy=WORK, methods=("POST",), max_body=PHOTO_BODY)
def receive(code: str) -> Answer:
    """Write down what came; with a fault, what was typed and the photos stay."""
    found = seen(code)
    form = parse(ReceiptIn, request)
    whole, of_lines = None, {}
    if "receive" in found.may:
        whole, of_lines = photo_of(form, found.id), _photos_of_lines(form, found)
    if not form.errors:
        form.submit(lambda data: services.receive(code, data, by=actor(), photo_id=whole, of_lines=of_lines))
    if form.errors:
        form.errors = {by_line(form, name): said for name, said in form.errors.items()}
        again = seen(code)
        return _page(again, queries.fulfilment(again), form, whole, of_lines), form.status
    return redirect(url_for("eorder.receiving", code=code, sudah="terima"), 303)


@bp.page("/pengadaan/pesanan/<code>/penerimaan/tidak-datang", policy=WORK, methods=("POST",))
def miss(code: str) -> Answer:
    """Say that what was sent did not come."""
    form = parse(ReasonIn, request)
    form.submit(lambda data: services.miss(code, data, by=actor()))
    if form.errors:
        found = seen(code)
        return _page(found, queries.fulfilment(found), missed=form), form.status
    return redirect(url_for("eorder.receiving", code=code, sudah="tidak-datang"), 303)


def _page(
    found: OrderView,
    all_of_it: Fulfilment,
    form: Form[Any] | None = None,
    photo: UUID | None = None,
    of_lines: dict[UUID, UUID] | None = None,
    missed: Form[Any] | None = None,
) -> str:
    place = _place(all_of_it, form)
    shown = form or Form.blank(ReceiptIn, kunci=ids.token(), tempat=place, **_defaults(found, all_of_it, place))
    who = actor().id
    return render_template(
        "eorder/receiving.html",
        found=found,
        all=all_of_it,
        form=shown,
        missed=missed,
        photo=photo,
        of_lines=of_lines or {},
        place=place,
        told=request.args.get("sudah", ""),
        mark=ids.derived_token(current().settings.secret_key, who, PURPOSE) if who else "",
        **WORDS,
    )


def _place(all_of_it: Fulfilment, form: Form[Any] | None) -> int | None:
    """Return the place that is written down now: the one chosen, else the first to which nothing came."""
    told = form.values.get("tempat", "") if form else request.args.get("tempat", "")
    positions = [one.position for one in all_of_it.places]
    if len(positions) <= 1:
        return None
    if told.isascii() and told.isdigit() and int(told) in positions:
        return int(told)
    came = {one.place for one in all_of_it.receipts}
    return next((one for one in positions if one not in came), positions[0])


def _defaults(found: OrderView, all_of_it: Fulfilment, place: int | None) -> dict[str, object]:
    return {
        f"baris-{at}-datang": _to_come(line, all_of_it, place)
        for at, line in enumerate(one for one in found.lines if one.qty)
    }


def _to_come(line: LineView, all_of_it: Fulfilment, place: int | None) -> str:
    """Return how many are expected now: what is left, at a place with a number of its own no more than of that."""
    left = line.qty - line.came
    share = next((one.qty for one in all_of_it.places if one.position == place and one.qty is not None), None)
    if share is not None:
        left = min(left, max(share - all_of_it.came_at_place(place or 0, line.id), 0))
    return str(left)


def _photos_of_lines(form: Form[Any], found: OrderView) -> dict[UUID, UUID]:
    taken = {}
    for at, line in enumerate(one for one in found.lines if one.qty):
        stored = photo_of(form, found.id, f"baris-{at}-foto", f"baris-{line.id}-foto")
        if stored is not None:
            taken[line.id] = stored
    return taken


def by_line(form: Form[Any], name: str) -> str:
    """Return the name of a fault by its line: what the form itself refuses goes by its place in the form."""
    told = ROW.fullmatch(name)
    line = form.values.get(f"baris-{told[1]}-id", "") if told else ""
    return f"baris-{line}-{told[2]}" if told and line else name
