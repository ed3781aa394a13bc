"""What a person was told (P15), and what they want to be told by which way."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.kernel.access import SIGNED_IN
from marketplace.kernel.errors import Invalid
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.kernel.words import _
from marketplace.notifications import queries, services
from marketplace.notifications.forms import ChoicesIn, ReadIn
from marketplace.notifications.views.blueprint import bp


@bp.page("/notifikasi", policy=SIGNED_IN)
def inbox() -> str:
    """Show what the reader was told, newest first, by what it is about."""
    return _inbox(Form.blank(ReadIn))


def _inbox(form: Form[ReadIn]) -> str:
    held = queries.inbox(actor(), request.args.get("hal"))
    return render_template("notifications/inbox.html", inbox=held, form=form, news=request.args.get("kabar", ""))


@bp.page("/notifikasi/bacaan", policy=SIGNED_IN, methods=("POST",))
def read() -> ResponseReturnValue:
    """Note what the reader has read: one message, and go to what it is about, or all that were shown."""
    form = parse(ReadIn, request)
    to = form.submit(_read)
    return (_inbox(form), form.status) if to is None else redirect(to, 303)


def _read(data: ReadIn) -> str:
    if data.pesan is not None:
        return services.read_one(data.pesan, by=actor()) or url_for("notifications.inbox")
    if data.sampai is None:
        raise Invalid({"": _("Choose a message, or mark all as read.")})
    services.read_all(data.sampai, by=actor())
    return url_for("notifications.inbox", kabar="dibaca")


@bp.page("/pengaturan/pemberitahuan", policy=SIGNED_IN)
def choices() -> str:
    """Show by which ways the reader is told of what."""
    return _choices(Form.blank(ChoicesIn))


@bp.page("/pengaturan/pemberitahuan", policy=SIGNED_IN, methods=("POST",))
def choose() -> ResponseReturnValue:
    """Keep what the reader ticked."""
    form = parse(ChoicesIn, request)
    form.submit(lambda data: services.choose(data.pilihan, by=actor()))
    if form.errors:
        return _choices(form), form.status
    return redirect(url_for("notifications.choices", kabar="tersimpan"), 303)


def _choices(form: Form[ChoicesIn]) -> str:
    return render_template(
        "notifications/choices.html",
        choices=queries.choices(actor()),
        ticked=form.typed.get("pilihan", ()) if form.errors else None,
        form=form,
        news=request.args.get("kabar", ""),
    )
