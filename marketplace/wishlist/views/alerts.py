"""Being told: asking for it, and the page behind the link in the letters."""

from typing import Any

from flask import redirect, render_template, request, url_for

from marketplace.accounts import queries as accounts
from marketplace.catalog import queries as catalog
from marketplace.kernel.access import PUBLIC
from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.wishlist import queries, services
from marketplace.wishlist.forms import AskIn, TokenIn
from marketplace.wishlist.models import AlertState
from marketplace.wishlist.views.blueprint import bp

NEWS = {AlertState.WAITING: "menunggu", AlertState.ASKED: "surat"}


@bp.page("/kabari", policy=PUBLIC)
def asking() -> str:
    """Ask whom to tell of a product, or say what happens now."""
    return _asking(request.args.get("produk", ""), Form.blank(AskIn))


@bp.page("/kabari", policy=PUBLIC, methods=("POST",), rate="reset")
def ask() -> Any:  # noqa: ANN401 - a redirect or the page with its status
    """Take the wish to be told in."""
    form = parse(AskIn, request)
    state = form.submit(lambda data: services.ask(data, by=actor(), address=request.remote_addr or ""))
    if state is None:
        return _asking(form.values.get("produk", ""), form), form.status
    code = form.values["produk"].upper()
    return redirect(url_for("wishlist.asking", produk=code, kabar=NEWS[state]), 303)


@bp.page("/kabar", policy=PUBLIC)
def answering() -> tuple[str, int]:
    """Show the buttons of a mailed link: opening a link changes nothing, pressing a button does (R15.5)."""
    return _answering(request.args.get("token", ""), Form.blank(TokenIn))


@bp.page("/kabar", policy=PUBLIC, methods=("POST",), rate="reset")
def answer() -> Any:  # noqa: ANN401 - a redirect or the page with its status
    """Confirm an address, or end its alert."""
    form = parse(TokenIn, request)
    wanted = form.data is not None and form.data.aksi == "ya"
    form.submit(lambda data: services.confirm(data.token) if wanted else services.end(data.token))
    if form.errors:
        page, status = _answering(form.values.get("token", ""), form)
        return page, form.status if status == 200 else status  # noqa: PLR2004 - OK
    return redirect(url_for("wishlist.answering", kabar="ya" if wanted else "tidak"), 303)


def _asking(code: str, form: Form[AskIn]) -> str:
    card = catalog.card_of(code.upper())
    if card is None:
        raise NotFound
    who = actor()
    own = accounts.profile(by=who) if who.signed_in else None
    return render_template(
        "wishlist/ask.html",
        card=card,
        there=queries.available(card.id),
        own=own.email if own else None,
        form=form,
        news=request.args.get("kabar", "") if request.method == "GET" else "",
    )


def _answering(token: str, form: Form[TokenIn]) -> tuple[str, int]:
    news = request.args.get("kabar", "")
    told = queries.by_token(token) if token else None
    page = render_template("wishlist/answer.html", told=told, token=token, form=form, news=news)
    return page, 200 if told or news in ("ya", "tidak") else 410
