"""How the site looks and speaks to this reader: theme and language, kept in the browser."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.accounts import services
from marketplace.accounts.forms import LanguageForm, ThemeForm
from marketplace.accounts.views.browser import bp, keep, page_before
from marketplace.kernel.access import PUBLIC
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.plugin import current
from marketplace.kernel.routes import actor
from marketplace.kernel.words import language


@bp.page("/pengaturan", policy=PUBLIC)
def settings() -> str:
    """Show what can be set."""
    return _page(Form.blank(ThemeForm))


@bp.page("/pengaturan/tema", policy=PUBLIC, methods=("POST",))
def set_theme() -> ResponseReturnValue:
    """Keep the theme, and go back to where the reader chose it."""
    form = parse(ThemeForm, request)
    if form.data is None:
        return _page(form), form.status
    answer = redirect(page_before(), 303)
    if form.data.tema is None:
        answer.delete_cookie("tema", path="/", secure=current().settings.secure, httponly=True, samesite="Lax")
    else:
        keep(answer, "tema", form.data.tema)
    return answer


@bp.page("/pengaturan/bahasa", policy=PUBLIC, methods=("POST",))
def set_language() -> ResponseReturnValue:
    """Keep the language, for pages in the browser and for letters with the person."""
    form = parse(LanguageForm, request)
    if form.data is None:
        return _page(form), form.status
    if actor().signed_in:
        services.speak(form.data.bahasa, by=actor())
    answer = redirect(page_before(without="bahasa"), 303)
    keep(answer, "bahasa", form.data.bahasa)
    return answer


def _page(form: Form[ThemeForm] | Form[LanguageForm]) -> str:
    theme = request.cookies.get("tema", "")
    return render_template(
        "accounts/settings.html",
        form=form,
        chosen_theme=theme if theme in ("terang", "gelap") else "",
        chosen_language=language(),
        signed_in=actor().signed_in,
    )
