"""The seller's pages about the shop itself, and the officer's list of shops to check."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.accounts import queries as accounts
from marketplace.kernel import clock
from marketplace.kernel.access import SIGNED_IN
from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.sellers import policies, queries, services
from marketplace.sellers.forms import LeaveIn, SellerIn
from marketplace.sellers.views.blueprint import bp

BACK = "buka"
Answer = str | tuple[str, int] | Response


def chosen(code: str | None) -> queries.Profile:
    """Return the shop named in the address by its code, or the actor's first one."""
    found = next((card for card in queries.sellers_of(actor()) if code in (None, card.code)), None)
    profile = queries.profile(found.id, actor()) if found else None
    if profile is None:
        raise NotFound
    return profile


def _places() -> list[tuple[str, str]]:
    """Return every kelurahan as the list offers it."""
    found = accounts.places(area.code for area in accounts.areas("kelurahan"))
    return [(place.label, place.label) for place in found.values()]


@bp.page("/lapak/toko", policy=policies.MANAGE)
def edit() -> Answer:
    """Show the shop's profile to its team."""
    profile = chosen(request.args.get("toko"))
    return _page(_form(profile), _leave_form(profile), profile)


def _form(profile: queries.Profile) -> Form[SellerIn]:
    typed = {
        "name": [profile.name],
        "owner_name": [profile.owner_name],
        "phone": [accounts.phone_shown(profile.phone)],
        "kelurahan": [profile.kelurahan],
        "story": [profile.story],
        "opening_days": [str(day) for day in profile.opening_days],
        "taxes": [name for name in ("vat_registered", "pbjt_payer") if getattr(profile, name)],
        "npwp": [queries.npwp_shown(profile.npwp)],
        "cod": ["1"] if profile.cod else [],
    }
    return Form(SellerIn, typed)


def _leave_form(profile: queries.Profile) -> Form[LeaveIn]:
    leave = profile.leave
    if leave is None:
        return Form.blank(LeaveIn)
    return Form.blank(LeaveIn, away_from=leave.first, away_until=leave.last, away_note=leave.note)


@bp.page("/lapak/toko", policy=policies.MANAGE, methods=("POST",))
def save() -> Answer:
    """Keep what the team wrote of its shop."""
    profile = chosen(request.args.get("toko"))
    form = parse(SellerIn, request)
    form.submit(lambda data: services.update(profile.id, data, by=actor()))
    if form.errors:
        return _page(form, _leave_form(profile), profile)
    return redirect(url_for("sellers.edit", toko=request.args.get("toko"), tersimpan=1), 303)


@bp.page("/lapak/toko/libur", policy=policies.MANAGE, methods=("POST",))
def save_leave() -> Answer:
    """Let the shop go away from one day to another, or with ``aksi=buka`` be there again."""
    profile = chosen(request.args.get("toko"))
    if request.form.get("aksi") == BACK:
        services.come_back(profile.id, by=actor())
        return redirect(url_for("sellers.edit", toko=request.args.get("toko"), tersimpan=1), 303)
    leave = parse(LeaveIn, request)
    leave.submit(lambda data: services.go_away(profile.id, data, by=actor()))
    if leave.errors:
        return _page(_form(profile), leave, profile)
    return redirect(url_for("sellers.edit", toko=request.args.get("toko"), tersimpan=1, _anchor="libur"), 303)


def _page(form: Form[SellerIn], leave: Form[LeaveIn], profile: queries.Profile) -> Answer:
    saved = "tersimpan" in request.args
    page = render_template(
        "sellers/edit.html",
        form=form,
        leave=leave,
        profile=profile,
        places=_places(),
        saved=saved,
        today=clock.today(),
    )
    return page, leave.status if leave.errors else form.status


@bp.page("/lapak/mulai", policy=SIGNED_IN)
def start() -> str:
    """Ask for the little that a shop needs (L01)."""
    return render_template("sellers/start.html", form=Form.blank(SellerIn), places=_places())


@bp.page("/lapak/mulai", policy=SIGNED_IN, methods=("POST",))
def open_shop() -> Answer:
    """Open the shop of the person who asks."""
    form = parse(SellerIn, request)
    form.submit(lambda data: services.register(data, by=actor()))
    if form.errors:
        return render_template("sellers/start.html", form=form, places=_places()), form.status
    return redirect(url_for("dashboard.lapak"), 303)


@bp.page("/admin/toko", policy=policies.CHECK)
def waiting() -> str:
    """List the shops that wait for a check, the oldest first."""
    return render_template("sellers/waiting.html", shops=queries.waiting(actor()))


@bp.page("/admin/toko/<uuid:seller_id>/verifikasi", policy=policies.CHECK, methods=("POST",))
def verify(seller_id: UUID) -> Response:
    """Say that a shop was checked."""
    services.verify(seller_id, by=actor())
    return redirect(url_for("sellers.waiting"), 303)
