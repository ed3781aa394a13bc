"""E07 and L17: changes of an accepted order, and its calling off, as both sides see them."""

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, request, url_for

from marketplace.eorder import queries, services
from marketplace.eorder.forms import ChangeAnswerIn, ChangeIn, ChangeRefusalIn
from marketplace.eorder.policies import ANSWER, READ, WORK
from marketplace.eorder.queries import OrderView
from marketplace.eorder.views.blueprint import bp
from marketplace.eorder.views.orders import WORDS, Answer, seen
from marketplace.kernel import clock
from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor

OF_OFFICE, OF_SHOP = "office", "shop"


@bp.page("/pengadaan/pesanan/<code>/perubahan", policy=READ)
def changes(code: str) -> Answer:
    """Show the office what was changed about an order, and let it propose or answer."""
    return _page(code, OF_OFFICE)


@bp.page("/pengadaan/pesanan/<code>/perubahan", policy=WORK, methods=("POST",))
def propose_change(code: str) -> Answer:
    """Propose a change for the office."""
    return _acted(code, OF_OFFICE, parse(ChangeIn, request), services.propose_change, "propose_change")


@bp.page("/pengadaan/pesanan/<code>/perubahan/setuju", policy=WORK, methods=("POST",))
def accept_change(code: str) -> Answer:
    """Accept a change of the shop."""
    return _acted(code, OF_OFFICE, parse(ChangeAnswerIn, request), services.accept_change, "accept_change")


@bp.page("/pengadaan/pesanan/<code>/perubahan/tolak", policy=WORK, methods=("POST",))
def refuse_change(code: str) -> Answer:
    """Refuse a change of the shop, or take an own one back."""
    return _acted(code, OF_OFFICE, parse(ChangeRefusalIn, request), services.refuse_change, "refuse_change")


@bp.page("/lapak/permintaan/<code>/perubahan", policy=ANSWER)
def shop_changes(code: str) -> Answer:
    """Show the shop what was changed about an order, and let it propose or answer."""
    return _page(code, OF_SHOP)


@bp.page("/lapak/permintaan/<code>/perubahan", policy=ANSWER, methods=("POST",))
def shop_propose_change(code: str) -> Answer:
    """Propose a change for the shop."""
    return _acted(code, OF_SHOP, parse(ChangeIn, request), services.propose_change, "propose_change")


@bp.page("/lapak/permintaan/<code>/perubahan/setuju", policy=ANSWER, methods=("POST",))
def shop_accept_change(code: str) -> Answer:
    """Accept a change of the office."""
    return _acted(code, OF_SHOP, parse(ChangeAnswerIn, request), services.accept_change, "accept_change")


@bp.page("/lapak/permintaan/<code>/perubahan/tolak", policy=ANSWER, methods=("POST",))
def shop_refuse_change(code: str) -> Answer:
    """Refuse a change of the office, or take an own one back."""
    return _acted(code, OF_SHOP, parse(ChangeRefusalIn, request), services.refuse_change, "refuse_change")


def _own(code: str, side: str) -> OrderView:
    if side == OF_OFFICE:
        return seen(code)
    found = queries.order(code, actor())
    if queries.SHOP not in found.mine:
        raise NotFound
    return found


def _acted(code: str, side: str, form: Form[Any], act: Callable[..., object], name: str) -> Answer:
    before = _own(code, side)
    form.submit(lambda data: act(code, data, by=actor()))
    if not form.errors:
        return redirect(_address(code, side, name), 303)
    again = form.conflict is not None and form.conflict.code in ("state", "stale")
    if again and queries.did_last(before.id, name, actor()):
        # Pressed twice: it was done the first time, and looks the same.
        return redirect(_address(code, side), 303)
    return _page(code, side, form, name)


def _address(code: str, side: str, told: str | None = None) -> str:
    return url_for("eorder.changes" if side == OF_OFFICE else "eorder.shop_changes", code=code, sudah=told)


def _page(code: str, side: str, form: Form[Any] | None = None, tried: str = "") -> Answer:
    found = _own(code, side)
    every = queries.changes_of(found.id)
    if not every and "propose_change" not in found.may:
        return redirect(url_for("eorder.order" if side == OF_OFFICE else "eorder.shop_order", code=found.code), 303)
    proposed = tried == "propose_change"
    page = render_template(
        "eorder/changes.html",
        found=found,
        side=side,
        every=every,
        waiting=next((one for one in every if one.open), None),
        form=form,
        asked=form if proposed else _blank(found),
        tried=tried,
        told=request.args.get("sudah", ""),
        unit=queries.unit_name(found.unit_code),
        today=clock.today(),
        **WORDS,
    )
    return (page, form.status) if form is not None and form.errors else page


def _blank(found: OrderView) -> Form[ChangeIn]:
    """Return a form with the order as it stands."""
    typed: dict[str, object] = {"jenis": "change", "hari": found.day.isoformat(), "jam": found.hour}
    typed |= {f"jumlah-{number}-jumlah": line.qty for number, line in enumerate(found.lines)}
    return Form.blank(ChangeIn, **typed)
