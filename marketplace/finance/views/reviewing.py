"""What an officer decides about a payment in review, with its order and a reason that stays."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from marketplace.finance import queries
from marketplace.finance.forms import ReviewIn
from marketplace.finance.views.blueprint import bp
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.kernel.words import _
from marketplace.orders import services as orders
from marketplace.payments import services
from marketplace.payments.policies import MANAGE

Answer = str | tuple[str, int] | AnyResponse


@bp.page("/admin/uang/tinjauan", policy=MANAGE)
def reviews() -> str:
    """List the payments in review, oldest first."""
    seen = queries.reviews(behind("setelah"))
    return render_template("finance/reviews.html", seen=seen, causes=queries.CAUSES, done="sudah" in request.args)


@bp.page("/admin/uang/tinjauan/<uuid:charge_id>", policy=MANAGE)
def review(charge_id: UUID) -> Answer:
    """Show a payment in review with all that is known of it."""
    return _review(charge_id, Form.blank(ReviewIn))


@bp.page("/admin/uang/tinjauan/<uuid:charge_id>", policy=MANAGE, methods=("POST",))
def decide(charge_id: UUID) -> Answer:
    """Take the money as it came, note that it went back, or cancel the order whose money went back."""
    seen = queries.review(charge_id)
    form = parse(ReviewIn, request)
    done = form.submit(lambda data: _decide(seen, data))
    return _review(charge_id, form) if done is None else redirect(url_for("finance.reviews", sudah=1), 303)


def _decide(seen: queries.Review, data: ReviewIn) -> bool:
    """Do what was decided, and tell so."""
    if not seen.decisions:
        raise Conflict("state", _("Somebody has decided about this payment already."), state=seen.charge.state)
    if data.keputusan not in seen.decisions:
        raise Invalid({"keputusan": _("This cannot be decided about this payment.")})
    if data.keputusan == queries.RETURNED or seen.order is None:
        services.note_returned(seen.charge.id, data.why, by=actor())
    elif data.keputusan == queries.SETTLE:
        orders.settle_reviewed(seen.order.code, data.why, by=actor())
    else:
        orders.cancel_reviewed(seen.order.code, data.why, by=actor())
    return True


def _review(charge_id: UUID, form: Form[ReviewIn]) -> Answer:
    return render_template("finance/review.html", seen=queries.review(charge_id), form=form), form.status


def behind(name: str) -> UUID | None:
    """Return behind which thing a page of a list begins; what is no id begins it anew."""
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None
