"""L19 and G12: the reviews of a shop, and those that the programme decides about."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for

from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.reviews import queries, services
from marketplace.reviews.forms import REASONS, AnswerIn, DecisionIn, KeepIn
from marketplace.reviews.policies import MODERATE
from marketplace.reviews.queries.desks import DESK_TABS, TEAM_TABS
from marketplace.reviews.views.blueprint import bp
from marketplace.sellers.policies import MANAGE


@bp.page("/lapak/ulasan", policy=MANAGE)
def team() -> str:
    """Show a shop its reviews."""
    return _team(None, Form.blank(AnswerIn))


@bp.page("/lapak/ulasan/<uuid:review_id>/balasan", policy=MANAGE, methods=("POST",))
def answer(review_id: UUID) -> Any:  # noqa: ANN401 - a redirect or the page with its status
    """Write the shop's answer."""
    if queries.team_review(review_id, actor()) is None:
        raise NotFound
    form = parse(AnswerIn, request)
    form.submit(lambda data: services.answer(review_id, data, by=actor()))
    if form.errors:
        return _team(review_id, form), form.status
    return redirect(url_for("reviews.team", tab=_tab(TEAM_TABS), terkirim=1), 303)


def _team(about: UUID | None, form: Form[AnswerIn]) -> str:
    tab = _tab(TEAM_TABS)
    page = queries.of_team(actor(), tab, request.args.get("hal"))
    items = list(page.items)
    if about is not None and about not in {one.id for one in items}:
        # What was typed stands beside its review, wherever that is in the list by now.
        items = [one for one in (queries.team_review(about, actor()),) if one is not None] + items
    return render_template(
        "reviews/team.html",
        tab=tab,
        items=items,
        next=page.next,
        about=about,
        form=form,
        sent="terkirim" in request.args,
    )


@bp.page("/program/moderasi", policy=MODERATE)
def moderation() -> str:
    """Show what people object to, or what is hidden."""
    return _moderation(None, None)


@bp.page("/program/moderasi/<uuid:review_id>/pertahankan", policy=MODERATE, methods=("POST",))
def keep(review_id: UUID) -> Any:  # noqa: ANN401 - as above
    """Decide that a review stays."""
    form = parse(KeepIn, request)
    form.submit(lambda _data: services.keep(review_id, by=actor()))
    return _done(review_id, form, "laporan")


@bp.page("/program/moderasi/<uuid:review_id>/penyembunyian", policy=MODERATE, methods=("POST",))
def hide(review_id: UUID) -> Any:  # noqa: ANN401 - as above
    """Hide a review."""
    return _reasoned(review_id, services.hide, "laporan")


@bp.page("/program/moderasi/<uuid:review_id>/pemulihan", policy=MODERATE, methods=("POST",))
def restore(review_id: UUID) -> Any:  # noqa: ANN401 - as above
    """Show a hidden review again."""
    return _reasoned(review_id, services.restore, "disembunyikan")


def _reasoned(review_id: UUID, act: Callable[..., None], tab: str) -> Any:  # noqa: ANN401 - as above
    form = parse(DecisionIn, request)
    form.submit(lambda data: act(review_id, data, by=actor()))
    return _done(review_id, form, tab)


def _done(review_id: UUID, form: Form[Any], tab: str) -> Any:  # noqa: ANN401 - as above
    if form.errors:
        return _moderation(review_id, form, tab), form.status
    return redirect(url_for("reviews.moderation", tab=tab, terkirim=1), 303)


def _moderation(about: UUID | None, form: Form[Any] | None, tab: str = "") -> str:
    tab = tab or _tab(DESK_TABS)
    return render_template(
        "reviews/moderation.html",
        tab=tab,
        items=queries.to_moderate(actor(), tab),
        reasons=REASONS,
        about=about,
        form=form,
        sent="terkirim" in request.args,
    )


def _tab(tabs: Mapping[str, object]) -> str:
    asked = request.args.get("tab", "")
    return asked if asked in tabs else next(iter(tabs))
