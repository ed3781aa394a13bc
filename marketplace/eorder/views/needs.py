"""E02: what a unit needs, written down, changed, dropped, and needed again."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from markupsafe import Markup

from marketplace.accounts import queries as accounts
from marketplace.eorder import queries, services
from marketplace.eorder.forms import NothingIn
from marketplace.eorder.forms_needs import MOST_ITEMS, MOST_PLACES, DropIn, NeedIn
from marketplace.eorder.models import NeedState
from marketplace.eorder.policies import OFFICE, PREPARE, READ, duties_in
from marketplace.eorder.queries import NeedView, Template
from marketplace.eorder.views.blueprint import bp
from marketplace.eorder.views.orders import WORDS, Answer
from marketplace.kernel import clock
from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import Form, parse
from marketplace.kernel.routes import actor
from marketplace.offices import queries as offices

OPTION = Markup('<option value="{}">')
FIRST_ROWS, MORE_ROWS, MORE_PLACES = 3, 2, 2


@bp.page("/pengadaan/kebutuhan", policy=READ)
def needs() -> str:
    """List what the reader's units need, the newest first."""
    asked = request.args.get("keadaan", "")
    state = asked if asked in tuple(NeedState) else ""
    found, more = queries.needs(actor(), state=state, before=_before())
    return render_template(
        "eorder/needs.html",
        found=found,
        more=more,
        state=state,
        states=tuple(NeedState),
        templates=queries.templates(),
        units=offices.unit_names({one.unit_code for one in found}),
        may_prepare=PREPARE.admits(actor()),
        **_words(),
    )


@bp.page("/pengadaan/kebutuhan/baru", policy=PREPARE)
def new_need() -> str:
    """Show the form of a new need; without a kind, the kinds to choose from."""
    template = queries.templates().get(request.args.get("templat", ""))
    if template is None:
        return render_template("eorder/need_kinds.html", templates=queries.templates(), **_words())
    purse = queries.purse(actor(), clock.today().year, template.key)
    here = queries.last_place(purse.units)
    told: dict[str, object] = {"templat": template.key, "cari": template.words}
    if (usual := purse.usual(template.what)) is not None:
        told["sumber"] = usual.key
    if here is not None:
        told |= {"tempat": here[0], "kelurahan": accounts.places([here[1]])[here[1]].label}
    return _form_page(Form.blank(NeedIn, **told), template)


@bp.page("/pengadaan/kebutuhan/baru", policy=PREPARE, methods=("POST",))
def make_need() -> Answer:
    """Write a need down and lead to the shops for it."""
    form = parse(NeedIn, request)
    if request.form.get("aksi") == "baris":
        form.errors = {}
        return _form_page(form, _template(form), more=True)
    code = form.submit(lambda data: services.make_need(data, by=actor()))
    if code is None:
        return _form_page(form, _template(form)), form.status
    return redirect(url_for("eorder.compare", kebutuhan=code), 303)


@bp.page("/pengadaan/kebutuhan/<code>", policy=READ)
def need(code: str) -> str:
    """Show a need with its orders and the shops that were asked."""
    return _need_page(code, Form.blank(DropIn))


@bp.page("/pengadaan/kebutuhan/<code>/ubah", policy=PREPARE)
def need_form(code: str) -> str:
    """Show the form of a need to change it."""
    found = queries.need(code, actor())
    return _form_page(_filled(found), queries.templates()[found.template], found)


@bp.page("/pengadaan/kebutuhan/<code>/ubah", policy=PREPARE, methods=("POST",))
def change_need(code: str) -> Answer:
    """Change a need."""
    found = queries.need(code, actor())
    form = parse(NeedIn, request)
    if request.form.get("aksi") == "baris":
        form.errors = {}
        return _form_page(form, queries.templates()[found.template], found, more=True)
    form.submit(lambda data: services.change_need(code, data, by=actor()))
    if form.errors:
        return _form_page(form, queries.templates()[found.template], found), form.status
    return redirect(url_for("eorder.need", code=code, sudah="ubah"), 303)


@bp.page("/pengadaan/kebutuhan/<code>/ulang", policy=PREPARE, methods=("POST",))
def repeat_need(code: str) -> Answer:
    """Need the same again, a week later."""
    form = parse(NothingIn, request)
    made = form.submit(lambda _data: services.repeat_need(code, by=actor()))
    if made is None:
        return _need_page(code, form), form.status
    return redirect(url_for("eorder.need", code=made, sudah="ulang"), 303)


@bp.page("/pengadaan/kebutuhan/<code>/hapus", policy=PREPARE, methods=("POST",))
def drop_need(code: str) -> Answer:
    """Drop a need, with the reason."""
    form = parse(DropIn, request)
    form.submit(lambda data: services.drop_need(code, data, by=actor()))
    if form.errors:
        return _need_page(code, form), form.status
    return redirect(url_for("eorder.need", code=code, sudah="hapus"), 303)


def seen_need(code: str) -> NeedView:
    """Return a need for the reader; that somebody who only reads saw it is written down (R11.10)."""
    who = actor()
    found = queries.need(code, who)
    if not set(duties_in(who, queries.scope_of(who, found.unit_code))) & set(OFFICE):
        services.note_view(found.code, found.unit_code, by=who)
    return found


def _need_page(code: str, form: Form[Any]) -> str:
    found = seen_need(code)
    return render_template(
        "eorder/need.html",
        found=found,
        form=form,
        template=queries.templates()[found.template],
        places=accounts.places([one.kelurahan_code for one in found.places]),
        package=offices.package_by_id(found.package_id),
        line=offices.line_by_id(found.line_id),
        orders=queries.orders_of_need(found.id),
        bound=queries.bound(found.id),
        ceiling=queries.ceiling_for(found.template, clock.today()),
        unit=offices.unit_names([found.unit_code]).get(found.unit_code, found.unit_code),
        may_prepare=PREPARE.allows(actor(), queries.scope_of(actor(), found.unit_code)),
        told=request.args.get("sudah", ""),
        **_words(),
    )


def _form_page(form: Form[NeedIn], template: Template, found: NeedView | None = None, *, more: bool = False) -> str:
    year = clock.today().year
    day = form.values.get("tanggal", "")
    if day[:4].isdecimal() and year <= int(day[:4]) <= year + 1:
        year = int(day[:4])
    purse = queries.purse(actor(), year, template.key)
    usual = purse.usual(template.what)
    if not form.errors and not form.values.get("sumber") and usual is not None:
        form = Form(form.model, {**form.typed, "sumber": [usual.key]}, form.data, form.errors, form.conflict)
    return render_template(
        "eorder/need_form.html",
        form=form,
        template=template,
        found=found,
        purse=purse,
        fitting=[one for one in purse.packages if one.what in template.what],
        rows=min(_shown(form, "barang", FIRST_ROWS) + MORE_ROWS * more, MOST_ITEMS),
        place_rows=min(
            _shown(form, "lain", 0) + MORE_PLACES * (more or not form.typed.get("lain-0-tempat")), MOST_PLACES
        ),
        units=offices.unit_names(purse.units),
        places=Markup().join(OPTION.format(label) for label in accounts.kelurahan_labels()),
        ceiling=queries.ceiling_for(template.key, clock.today()),
        today=clock.today(),
        **_words(),
    )


def _shown(form: Form[NeedIn], name: str, least: int) -> int:
    numbers = [
        int(key.split("-")[1]) + 1 for key in form.typed if key.startswith(f"{name}-") and key.split("-")[1].isdecimal()
    ]
    return max([least, *numbers])


def _filled(found: NeedView) -> Form[NeedIn]:
    labels = accounts.places([one.kelurahan_code for one in found.places])
    first, *others = found.places
    told: dict[str, object] = {
        "templat": found.template, "acara": found.purpose, "tanggal": found.day.isoformat(), "jam": found.hour,
        "dari": found.hour_from, "tempat": first.place, "lantai": first.floor, "kelurahan": labels[first.kelurahan_code].label,
        "orang": found.people, "sumber": f"{found.package_id}:{found.line_id}", "menu": found.menu, "diet": found.diet,
        "kontak": found.contact, "telepon": found.contact_phone, "alasan_batas": found.over_ceiling,
    }  # fmt: skip
    if queries.templates()[found.template].meal:
        told["cari"] = found.items[0][1]
    else:
        for number, (_id, name, qty, note) in enumerate(found.items):
            told |= {f"barang-{number}-nama": name, f"barang-{number}-jumlah": qty, f"barang-{number}-catatan": note}
    for number, one in enumerate(others):
        told |= {
            f"lain-{number}-tempat": one.place,
            f"lain-{number}-lantai": one.floor,
            f"lain-{number}-jumlah": one.qty,
        }
        told[f"lain-{number}-kelurahan"] = labels[one.kelurahan_code].label
    return Form.blank(NeedIn, **told)


def _template(form: Form[NeedIn]) -> Template:
    found = queries.templates().get(form.values.get("templat", ""))
    if found is None:
        raise NotFound
    return found


def _words() -> dict[str, Any]:
    return {**WORDS, "need_state": queries.need_state}


def _before() -> UUID | None:
    try:
        return UUID(request.args.get("sebelum", ""))
    except ValueError:
        return None
