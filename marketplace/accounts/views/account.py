"""One's own account: what we know, the password, the data to take along, and the way out for good."""

import json

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from marketplace.accounts import queries, services
from marketplace.accounts.forms import ChangePasswordForm, DeleteForm, TokenForm
from marketplace.accounts.models import Purpose
from marketplace.accounts.policies import ROLES
from marketplace.accounts.slots import glances
from marketplace.accounts.views.browser import address, arrive, bp, leave, withheld
from marketplace.accounts.views.desks import desks
from marketplace.kernel.access import PUBLIC, SIGNED_IN, Actor
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.kernel.slots import nav


@bp.page("/akun", policy=SIGNED_IN)
def own() -> str:
    """Show the reader's own account, with the ways from it: see ``_ways``."""
    who = actor()
    person = queries.profile(by=who)
    return render_template(
        "accounts/account.html",
        person=person,
        phone_shown=queries.phone_shown(person.phone or ""),
        roles=[ROLES[role] for role in dict.fromkeys(grant.role for grant in who.grants) if role in ROLES],
        ways=_ways(who),
        glances=_glances(who),
        news=request.args.get("kabar", ""),
        second=queries.second_factor(person.id),
        waiting=bool(withheld()),
        providers=queries.providers(),
    )


def _ways(who: Actor) -> list[dict[str, object]]:
    """Return where the reader's things are: each desk that lets them in, then what plugins put into the shell ``akun``."""
    ways = [{"label": desk.label, "url": url_for(desk.endpoint), "icon": desk.icon} for desk in desks(who)]
    open_to = [item for item in nav if item.needs is None or item.needs.admits(who)]
    own = sorted((item for item in open_to if item.shell == "akun"), key=lambda item: item.order)
    return ways + [{"label": item.label, "url": url_for(item.endpoint), "icon": item.icon} for item in own]


def _glances(who: Actor) -> list[dict[str, object]]:
    """Return what plugins show of the reader's own things, each with links to them and to all of its kind."""
    found = []
    for glance in sorted(glances, key=lambda one: one.order):
        rows = [
            {"label": row.label, "detail": row.detail, "url": url_for(row.endpoint, **row.values), "icon": glance.icon}
            for row in glance.rows(who)
        ]
        if rows:
            found.append({"label": glance.label, "rows": rows, "url": url_for(glance.endpoint)})
    return found


@bp.page("/akun/sandi", policy=SIGNED_IN)
def password() -> str:
    """Show the form to change the password."""
    return render_template("accounts/password.html", form=Form.blank(ChangePasswordForm))


@bp.page("/akun/sandi", policy=SIGNED_IN, methods=("POST",), rate="sign_in")
def change_password() -> ResponseReturnValue:
    """Change the password; every other browser is signed out, this one gets a new token."""
    form = parse(ChangePasswordForm, request)
    opened = form.submit(
        lambda data: services.change_password(data.old_password, data.password, address=address(), by=actor())
    )
    if opened is None:
        return render_template("accounts/password.html", form=form), form.status
    return arrive(opened, url_for("accounts.own", kabar="sandi"))


@bp.page("/akun/bukti", policy=SIGNED_IN, methods=("POST",), rate="reset")
def ask_proof() -> Response:
    """Have the link mailed that proves the reader's address."""
    services.ask_proof(by=actor(), address=address())
    return redirect(url_for("accounts.own", kabar="bukti"), 303)


@bp.page("/akun/bukti-email", policy=PUBLIC)
def proof() -> tuple[str, int]:
    """Show the button of a mailed link: opening a link changes nothing, pressing a button does (R15.5)."""
    token = request.args.get("token", "")
    is_open = queries.link_is_open(token, Purpose.PROOF)
    page = render_template("accounts/proof.html", form=Form.blank(TokenForm, token=token), is_open=is_open)
    return page, 200 if is_open else 410


@bp.page("/akun/bukti-email", policy=PUBLIC, methods=("POST",), rate="reset")
def prove_email() -> ResponseReturnValue:
    """Note that the address is proved."""
    form = parse(TokenForm, request)
    form.submit(lambda data: services.prove_email(data.token))
    if form.errors:
        return render_template("accounts/proof.html", form=form, is_open=False), form.status
    where = (
        url_for("accounts.own", kabar="terbukti")
        if actor().signed_in
        else url_for("accounts.sign_in", kabar="terbukti")
    )
    return redirect(where, 303)


@bp.page("/akun/data", policy=SIGNED_IN)
def data() -> str:
    """Say what the reader can take along, and how to leave for good."""
    return render_template("accounts/data.html")


@bp.page("/akun/data", policy=SIGNED_IN, methods=("POST",))
def take_data() -> Response:
    """Give the reader everything that is kept of them, as a JSON file."""
    held = json.dumps(services.export_own(by=actor()), ensure_ascii=False, indent=1, default=str)
    answer = Response(held, mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="data-saya.json"'
    return answer


@bp.page("/akun/hapus", policy=SIGNED_IN)
def farewell() -> str:
    """Say what deleting an account means, and ask for the password."""
    return render_template("accounts/delete.html", form=Form.blank(DeleteForm))


@bp.page("/akun/hapus", policy=SIGNED_IN, methods=("POST",), rate="sign_in")
def delete() -> ResponseReturnValue:
    """Delete the account."""
    form: Form[DeleteForm] = parse(DeleteForm, request)
    form.submit(lambda data: services.delete_account(data.password, by=actor(), address=address()))
    if form.errors:
        return render_template("accounts/delete.html", form=form), form.status
    return leave(redirect(url_for("accounts.sign_in", kabar="hapus"), 303))
