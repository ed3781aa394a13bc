"""What was told to whom by which way, for the programme's people; nobody's name and no words."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.notifications import policies, queries, services
from marketplace.notifications.forms import AgainIn
from marketplace.notifications.views.blueprint import bp

FAILED = "gagal"


@bp.page("/program/pemberitahuan", policy=policies.LOG)
def log() -> str:
    """Show the delivery log, newest first."""
    failed = request.args.get("hasil") == FAILED
    page = queries.log(actor(), request.args.get("hal"), failed=failed)
    return render_template(
        "notifications/log.html",
        page=page,
        failed=failed,
        channels=queries.channel_names(),
        news=request.args.get("kabar"),
    )


@bp.page("/program/pemberitahuan/<uuid:mail_id>", policy=policies.LOG)
def entry(mail_id: UUID) -> str:
    """Show one thing told, and the form that has it told again."""
    return _entry(mail_id, Form.blank(AgainIn))


@bp.page("/program/pemberitahuan/<uuid:mail_id>/ulang", policy=policies.LOG, methods=("POST",))
def tell_again(mail_id: UUID) -> ResponseReturnValue:
    """Have it told again, with a reason."""
    form = parse(AgainIn, request)
    form.submit(lambda data: services.tell_again(mail_id, data.alasan, by=actor()))
    if form.errors:
        return _entry(mail_id, form), form.status
    return redirect(url_for("notifications.log", kabar="ulang"), 303)


def _entry(mail_id: UUID, form: Form[AgainIn]) -> str:
    found = queries.entry(mail_id, actor())
    return render_template("notifications/entry.html", entry=found, channels=queries.channel_names(), form=form)
