"""The second factor: the step after the password, setting it up, renewing it, and taking it away."""

from uuid import UUID, uuid4

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from marketplace.accounts import demo, policies, queries, services
from marketplace.accounts.forms import ProveBothForm, ResetFactorForm, SecondForm, SetUpForm
from marketplace.accounts.queries import totp
from marketplace.accounts.services import Asked, Opened
from marketplace.accounts.views.browser import (
    address,
    arrive,
    bp,
    browser,
    keep_session,
    session_token,
    target,
    withheld,
)
from marketplace.accounts.views.desks import landing
from marketplace.kernel.access import PUBLIC, SIGNED_IN
from marketplace.kernel.errors import Invalid
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.kernel.words import _


def let_in(opened: Opened | Asked, wanted: str | None = None) -> Response:
    """Go on after what proved who it is: to where the reader was going, ``lanjut`` if not told, or to the second step."""
    services.sign_out(session_token())
    if isinstance(opened, Opened):
        return arrive(opened, landing(opened, wanted))
    return make_response(_step(Form.blank(SecondForm, jalan=opened.token), opened.token, wanted))


def _step(form: Form[SecondForm], token: str, wanted: str | None = None) -> str:
    person_id = queries.asked_person(token)
    shown = demo.code_of(person_id) if person_id else None
    return render_template("accounts/second.html", form=form, target=wanted or target(), demo_code=shown)


@bp.page("/masuk/dua-langkah", policy=PUBLIC, methods=("POST",), rate="sign_in")
def open_session_by_second() -> ResponseReturnValue:
    """Sign in with the code of the app, or a recovery code."""
    form = parse(SecondForm, request)
    opened = form.submit(
        lambda data: services.open_by_second(data.jalan, data.code, address=address(), by=actor(), browser=browser())
    )
    if opened is None:
        return _step(form, form.values.get("jalan", "")), form.status
    services.sign_out(session_token())
    return arrive(opened, landing(opened))


@bp.page("/akun/dua-langkah", policy=SIGNED_IN)
def second_factor() -> str:
    """Show how the reader's second factor stands, or the form that sets it up."""
    who = actor()
    standing = queries.second_factor(who.id) if who.id else None
    if standing is None:
        return _set_up_page(Form.blank(SetUpForm, kunci_baru=uuid4()), renewing=False)
    return render_template("accounts/second_factor.html", standing=standing)


@bp.page("/akun/dua-langkah/ganti", policy=SIGNED_IN)
def renew_second_factor() -> ResponseReturnValue:
    """Show the form that puts another app in the place of the present one."""
    who = actor()
    if who.id is None or queries.second_factor(who.id) is None:
        return redirect(url_for("accounts.second_factor"), 303)
    return _set_up_page(Form.blank(SetUpForm, kunci_baru=uuid4()), renewing=True)


@bp.page("/akun/dua-langkah", policy=SIGNED_IN, methods=("POST",), rate="sign_in")
def set_up_second_factor() -> ResponseReturnValue:
    """Take the key of the page for the reader's own, and show ten recovery codes once."""
    form = parse(SetUpForm, request)
    done = form.submit(
        lambda data: services.set_up(
            data.kunci_baru,
            data.code,
            password=data.password,
            present=data.present or "",
            by=actor(),
            address=address(),
        )
    )
    if done is None:
        who = actor()
        renewing = who.id is not None and queries.second_factor(who.id) is not None
        return _set_up_page(form, renewing=renewing), form.status
    opened, codes = done
    answer = make_response(render_template("accounts/recovery_codes.html", codes=codes, onwards=landing(opened)))
    keep_session(answer, opened)
    return answer


def _set_up_page(form: Form[SetUpForm], *, renewing: bool) -> str:
    who = actor()
    try:
        setup = UUID(form.values.get("kunci_baru", ""))
    except ValueError:
        setup = uuid4()
        form.values["kunci_baru"] = str(setup)
    secret = queries.secret_to_be(setup, who.id or setup)
    person = queries.profile(by=who)
    return render_template(
        "accounts/second_set_up.html",
        form=form,
        renewing=renewing,
        waiting=bool(withheld()),
        target=target(),
        key_shown=totp.key_shown(secret),
        link=totp.address_of(
            secret, site="Jakpreneur", account=person.email or queries.phone_shown(person.phone or "")
        ),
    )


@bp.page("/akun/dua-langkah/kode", policy=SIGNED_IN)
def recovery_codes() -> str:
    """Ask for password and code before there are ten new recovery codes."""
    return render_template("accounts/second_prove.html", form=Form.blank(ProveBothForm), what="codes")


@bp.page("/akun/dua-langkah/kode", policy=SIGNED_IN, methods=("POST",), rate="sign_in")
def renew_recovery_codes() -> ResponseReturnValue:
    """Show ten new recovery codes once; the old ones open nothing any more."""
    form = parse(ProveBothForm, request)
    codes = form.submit(lambda data: services.renew_codes(data.password, data.code, by=actor(), address=address()))
    if codes is None:
        return render_template("accounts/second_prove.html", form=form, what="codes"), form.status
    return render_template("accounts/recovery_codes.html", codes=codes, onwards=url_for("accounts.second_factor"))


@bp.page("/akun/dua-langkah/penghapusan", policy=SIGNED_IN)
def leaving_second_factor() -> str:
    """Ask for password and code before the second factor is taken away."""
    return render_template("accounts/second_prove.html", form=Form.blank(ProveBothForm), what="leave")


@bp.page("/akun/dua-langkah/penghapusan", policy=SIGNED_IN, methods=("POST",), rate="sign_in")
def leave_second_factor() -> ResponseReturnValue:
    """Take the reader's second factor away."""
    form = parse(ProveBothForm, request)
    form.submit(lambda data: services.take_away(data.password, data.code, by=actor(), address=address()))
    if form.errors:
        return render_template("accounts/second_prove.html", form=form, what="leave"), form.status
    return redirect(url_for("accounts.own", kabar="dua-lepas"), 303)


@bp.page("/admin/dua-langkah", policy=policies.RESET_FACTOR)
def lost_factor() -> str:
    """Show the form that resets the second factor of somebody who lost it."""
    said = request.args.get("kabar", "")
    return render_template("accounts/second_reset.html", form=Form.blank(ResetFactorForm), news=said)


@bp.page("/admin/dua-langkah", policy=policies.RESET_FACTOR, methods=("POST",), rate="sign_in")
def reset_lost_factor() -> ResponseReturnValue:
    """Reset somebody's second factor; they are told by mail."""
    form = parse(ResetFactorForm, request)
    form.submit(_reset)
    if form.errors:
        return render_template("accounts/second_reset.html", form=form, news=""), form.status
    return redirect(url_for("accounts.lost_factor", kabar="sudah"), 303)


def _reset(data: ResetFactorForm) -> None:
    person_id = queries.person_by(data.reachable)
    if person_id is None or queries.second_factor(person_id) is None:
        raise Invalid({"reachable": _("Nobody with a second factor has this address or number.")})
    services.confirm(actor(), data.password, address=address())
    services.reset_factor(person_id, data.alasan, by=actor())
