"""Coming in and going out: sign in, join, sign out, and a new password by mail."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from marketplace.accounts import queries, services
from marketplace.accounts.forms import AskCodeForm, AskResetForm, CodeForm, NewPasswordForm, RegisterForm, SignInForm
from marketplace.accounts.models import Purpose
from marketplace.accounts.views.browser import address, bp, browser, further, leave, session_token, target
from marketplace.accounts.views.second import let_in
from marketplace.kernel.access import PUBLIC
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.kernel.words import language


@bp.page("/masuk", policy=PUBLIC)
def sign_in() -> ResponseReturnValue:
    """Show the form to sign in; who is signed in goes on."""
    if actor().signed_in:
        return redirect(target() if "lanjut" in request.args else url_for("accounts.own"), 303)
    return render_template(
        "accounts/sign_in.html",
        form=Form.blank(SignInForm),
        target=target(),
        news=request.args.get("kabar", ""),
        providers=queries.providers(),
    )


@bp.page("/masuk", policy=PUBLIC, methods=("POST",), rate="sign_in")
def open_session() -> ResponseReturnValue:
    """Sign in, and go where the reader was going, else to their desk."""
    form = parse(SignInForm, request)
    opened = form.submit(
        lambda data: services.sign_in(data.reachable, data.password, address=address(), by=actor(), browser=browser())
    )
    if opened is None:
        return render_template(
            "accounts/sign_in.html", form=form, target=target(), news="", providers=queries.providers()
        ), form.status
    return let_in(opened)


@bp.page("/keluar", policy=PUBLIC, methods=("POST",))
def sign_out() -> Response:
    """End the session, on the server and in the browser."""
    services.sign_out(session_token())
    return leave(redirect(url_for("accounts.sign_in", kabar="keluar"), 303))


@bp.page("/daftar", policy=PUBLIC)
def join() -> ResponseReturnValue:
    """Show the form to join."""
    if actor().signed_in:
        return redirect(url_for("accounts.own"), 303)
    return render_template("accounts/join.html", form=Form.blank(RegisterForm), target=target())


@bp.page("/daftar", policy=PUBLIC, methods=("POST",), rate="register")
def register() -> ResponseReturnValue:
    """Let somebody join; the answer is the same for an address that is taken (R14.4)."""
    form = parse(RegisterForm, request)
    form.submit(
        lambda data: services.register(
            name=data.name,
            email=data.reachable if "@" in data.reachable else None,
            phone=None if "@" in data.reachable else data.reachable,
            password=data.password,
            language=language(),
            address=address(),
            by=actor(),
        )
    )
    if form.errors:
        if form.data is None and "password" not in form.errors:
            # The service did not come to look at it. Who corrects the rest need not hear of it only then.
            typed = form.values
            known = (typed.get("name"), typed.get("reachable"))
            form.errors |= services.password_faults(typed.get("password", ""), about=known)
        return render_template("accounts/join.html", form=form, target=target()), form.status
    return redirect(url_for("accounts.sign_in", kabar="daftar", lanjut=further()), 303)


@bp.page("/masuk/kode", policy=PUBLIC)
def code() -> str:
    """Show the form that asks for a code by mail."""
    return render_template("accounts/ask_code.html", form=Form.blank(AskCodeForm), target=target())


@bp.page("/masuk/kode", policy=PUBLIC, methods=("POST",), rate="reset")
def ask_code() -> ResponseReturnValue:
    """Have a code mailed if there is such an account, and show where to type it either way."""
    form = parse(AskCodeForm, request)
    letter = form.submit(lambda data: services.ask_code(data.reachable, address=address(), browser=browser()))
    if letter is None:
        return render_template("accounts/ask_code.html", form=form, target=target()), form.status
    return render_template("accounts/code.html", form=Form.blank(CodeForm, surat=letter), target=target())


@bp.page("/masuk/kode/surat", policy=PUBLIC, methods=("POST",), rate="sign_in")
def open_session_by_code() -> ResponseReturnValue:
    """Sign in with the code of a letter."""
    form = parse(CodeForm, request)
    opened = form.submit(lambda data: services.sign_in_by_code(data.surat, data.code, address=address(), by=actor()))
    if opened is None:
        return render_template("accounts/code.html", form=form, target=target()), form.status
    return let_in(opened)


@bp.page("/masuk/lupa", policy=PUBLIC)
def forgot() -> str:
    """Show the form that asks for a link to a new password."""
    return render_template("accounts/forgot.html", form=Form.blank(AskResetForm), asked=False)


@bp.page("/masuk/lupa", policy=PUBLIC, methods=("POST",), rate="reset")
def ask_reset() -> ResponseReturnValue:
    """Have a link mailed if there is such an account, and say the same if there is none."""
    form = parse(AskResetForm, request)
    form.submit(lambda data: services.ask_reset(data.reachable, address=address(), browser=browser()))
    if form.errors:
        return render_template("accounts/forgot.html", form=form, asked=False), form.status
    return render_template("accounts/forgot.html", form=form, asked=True)


@bp.page("/masuk/sandi-baru", policy=PUBLIC)
def new_password() -> tuple[str, int]:
    """Show the form of a mailed link; one that opens nothing says so."""
    token = request.args.get("token", "")
    is_open = queries.link_is_open(token, Purpose.RESET)
    form = Form.blank(NewPasswordForm, token=token)
    page = render_template("accounts/new_password.html", form=form, is_open=is_open)
    return page, 200 if is_open else 410


@bp.page("/masuk/sandi-baru", policy=PUBLIC, methods=("POST",), rate="reset")
def reset_password() -> ResponseReturnValue:
    """Set the new password; the person then signs in with it."""
    form = parse(NewPasswordForm, request)
    form.submit(lambda data: services.reset_password(data.token, data.password))
    if form.errors:
        return render_template("accounts/new_password.html", form=form, is_open=not form.conflict), form.status
    return leave(redirect(url_for("accounts.sign_in", kabar="sandi"), 303))
