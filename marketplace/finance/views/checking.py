"""What an officer decides: refunds by hand, who bears what went back, accounts they type."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from marketplace.finance import queries
from marketplace.finance.forms import Act, BearIn, ConnectIn, WhyIn
from marketplace.finance.views.blueprint import bp
from marketplace.kernel.errors import Invalid, NotFound
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.kernel.words import _
from marketplace.orders import services as orders
from marketplace.payments import queries as payments
from marketplace.payments import services
from marketplace.payments.policies import MANAGE
from marketplace.sellers import queries as sellers

Answer = str | tuple[str, int] | AnyResponse


@bp.page("/admin/uang/periksa", policy=MANAGE)
def checking() -> Answer:
    """Show what waits for a decision."""
    return _checking(Form.blank(Act))


@bp.page("/admin/uang/pengembalian/<uuid:refund_id>/terkirim", policy=MANAGE, methods=("POST",))
def sent_by_hand(refund_id: UUID) -> Answer:
    """Note that a refund was paid back by hand."""
    return _done(parse(WhyIn, request), lambda data: services.note_sent(refund_id, data.why, by=actor()))


@bp.page("/admin/uang/pengembalian/<uuid:refund_id>/beban", policy=MANAGE, methods=("POST",))
def bear_refund(refund_id: UUID) -> Answer:
    """Say who bears a refund that was found at its provider."""
    one = _among(payments.suspended(), refund_id)
    return _done(
        parse(BearIn, request),
        lambda data: orders.bear_refund(one, data.who, data.why, by=actor()),
    )


@bp.page("/admin/uang/sengketa/<uuid:dispute_id>/beban", policy=MANAGE, methods=("POST",))
def bear_dispute(dispute_id: UUID) -> Answer:
    """Say who bears a dispute that was lost."""
    one = _among(payments.disputes(), dispute_id)
    return _done(
        parse(BearIn, request),
        lambda data: orders.bear_dispute(one, data.who, data.why, by=actor()),
    )


@bp.page("/admin/uang/rekening/hubungan", policy=MANAGE, methods=("POST",))
def connect() -> Answer:
    """Keep the account that a shop has at a provider; another officer checks it."""

    def keep(data: ConnectIn) -> bool:
        shop = sellers.seller_by_code(data.shop)
        if shop is None:
            raise Invalid({"shop": _("There is no shop with this code.")})
        services.connect_account(str(shop.id), bank=data.bank, number=data.number, holder=shop.name, by=actor())
        return True

    return _done(parse(ConnectIn, request), keep)


def _among(waiting: Sequence[payments.Waiting], wanted: UUID) -> payments.Waiting:
    found = next((one for one in waiting if one.id == wanted), None)
    if found is None:
        raise NotFound
    return found


def _done(form: Form[Any], act: Any) -> Answer:  # noqa: ANN401 - a service for the form's data
    told = form.submit(lambda data: (act(data),))
    return _checking(form) if told is None else redirect(url_for("finance.checking", sudah=1), 303)


def _checking(form: Form[Any]) -> Answer:
    page = render_template(
        "finance/checking.html",
        seen=queries.checks(),
        causes=queries.CAUSES,
        form=form,
        banks=list(payments.desk_banks().items()),
        done="sudah" in request.args,
    )
    return page, form.status
