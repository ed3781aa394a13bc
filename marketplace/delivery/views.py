"""The seller's page about deliveries: which ways, when, how many a day, and what a buyer sees of it now."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from flask import redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.wrappers import Response

from marketplace.accounts import queries as accounts
from marketplace.delivery import queries, services
from marketplace.delivery.forms import NEVER, SLOT, OptionIn, OptionsIn
from marketplace.delivery.queries import Method, OptionView, ShopDelivery
from marketplace.kernel import clock
from marketplace.kernel.errors import NotFound
from marketplace.kernel.forms import Form, from_html, parse
from marketplace.kernel.money import Rupiah
from marketplace.kernel.routes import Pages, actor
from marketplace.kernel.words import Words, _
from marketplace.sellers.policies import MANAGE
from marketplace.sellers.queries import SellerCard, sellers_of
from marketplace.web import formats

bp = Pages("delivery", __name__)
Answer = str | tuple[str, int] | Response
HOURS = ("06-09", "09-12", "12-15", "15-18", "18-21")
"""What is there to be ticked; a shop may write others."""
MENTENG = "31.71.06"
BASKET, WEIGHT_G = Rupiah(50_000), 1_000
"""What the buyer of the example orders."""
OFFERED = "ada"
LIMITS = ("daily_orders", "daily_units", "slot_orders")
WAYS: Mapping[Method, Words] = {
    Method.PICKUP: _("Buyers fetch it from the shop"),
    Method.OWN: _("We bring it ourselves"),
}
PLACE = re.compile(r"-[0-9]+$")


@bp.page("/lapak/pengantaran", policy=MANAGE)
def settings() -> Answer:
    """Show how a shop delivers, and what a buyer sees of it."""
    shop = _chosen()
    told = queries.options(shop.id, actor())
    if told is None:
        raise NotFound
    return _page(Form(OptionsIn, _typed(told)), shop, told)


@bp.page("/lapak/pengantaran", policy=MANAGE, methods=("POST",))
def save() -> Answer:
    """Keep what a shop says about its deliveries."""
    shop = _chosen()
    form, ticked = _sent()
    form.submit(lambda data: services.set_options(shop.id, data, by=actor()))
    errors: dict[str, list[Words]] = {}
    for name, said in form.errors.items():
        errors.setdefault(_shown(name, ticked), []).extend(said)
    form.errors = errors
    if not form.errors:
        return redirect(url_for("delivery.settings", toko=request.args.get("toko"), tersimpan=1), 303)
    told = queries.options(shop.id, actor())
    if told is None:
        raise NotFound
    differing = _differing(form.data, told) if form.conflict is not None and form.data is not None else []
    if form.conflict is not None and not differing:
        # The same form twice: what stands there is what was wanted.
        return redirect(url_for("delivery.settings", toko=request.args.get("toko"), tersimpan=1), 303)
    if form.conflict is not None:
        # From here on the form has seen what stands there, so that the next press decides.
        form.typed = {**form.typed, "seen": _typed(told)["seen"]}
    return _page(form, shop, told, differing)


def _chosen() -> SellerCard:
    """Return the shop named by its code in the address, or the actor's first one."""
    code = request.args.get("toko")
    found = next((shop for shop in sellers_of(actor()) if code in (None, shop.code)), None)
    if found is None:
        raise NotFound
    return found


def _sent() -> tuple[Form[OptionsIn], list[str]]:
    """Read the form, in which only the ways count that are ticked; return their numbers on the page with it."""
    if request.mimetype == "application/json":
        return parse(OptionsIn, request), []
    if request.mimetype not in ("application/x-www-form-urlencoded", "multipart/form-data", ""):
        raise UnsupportedMediaType
    given = request.form
    ticked = [number for number in _numbers(given) if given.get(f"options-{number}-{OFFERED}")]
    kept: MultiDict[str, str] = MultiDict()
    for name in given:
        if not name.startswith("options-"):
            kept.setlist(name, given.getlist(name))
    for place, number in enumerate(ticked):
        head = f"options-{number}-"
        for name in given:
            if name.startswith(head) and name != head + OFFERED:
                kept.setlist(name.replace(head, f"options-{place}-", 1), given.getlist(name))
    form = from_html(OptionsIn, kept)
    form.typed = {name: given.getlist(name) for name in given}
    return form, ticked


def _numbers(given: Mapping[str, str]) -> list[str]:
    found = {name.split("-")[1] for name in given if name.startswith("options-") and name.count("-") > 1}
    return sorted(found, key=lambda one: (len(one), one))


def _shown(name: str, ticked: list[str]) -> str:
    """Return the field of the page that an error belongs to: of a list it is the whole of it."""
    head, _dash, rest = name.partition("-")
    if head != "options" or not rest:
        return PLACE.sub("", name)
    place, _dash, field = rest.partition("-")
    number = ticked[int(place)] if place.isdecimal() and int(place) < len(ticked) else place
    return PLACE.sub("", f"options-{number}-{field}") if field else f"options-{number}"


def _ways() -> Iterator[tuple[Method, str, str]]:
    """Yield what every shop may offer, in the order of the page: method, courier and its name."""
    yield Method.PICKUP, "", ""
    yield Method.OWN, "", ""
    for code, label in queries.couriers().items():
        yield Method.COURIER, code, label


def _typed(told: ShopDelivery) -> dict[str, list[str]]:
    """Return what a shop set as its form would have been typed."""
    limits = {name: getattr(told, name) for name in LIMITS}
    typed = {name: ["" if most is None else str(most)] for name, most in limits.items()}
    typed["days_off"] = [day.isoformat() for day in told.days_off]
    typed["seen"] = [(told.changed_at or NEVER).isoformat()]
    by_way = {(one.method, one.courier or ""): one for one in told.options}
    for number, (method, courier, _label) in enumerate(_ways()):
        one = by_way.get((method, courier))
        for field, texts in _row(one).items() if one is not None else ():
            typed[f"options-{number}-{field}"] = texts
    return typed


def _row(one: OptionView) -> dict[str, list[str]]:
    return {
        OFFERED: ["1"],
        "flat": [str(one.flat.amount)],
        "free_from": [str(one.free_from.amount) if one.free_from else ""],
        "kecamatan": list(one.kecamatan),
        "cutoff": [one.cutoff.isoformat("minutes") if one.cutoff else ""],
        "lead_days": [str(one.lead_days)],
        "slots": list(one.slots),
    }


def _page(
    form: Form[OptionsIn], shop: SellerCard, told: ShopDelivery, differing: Sequence[tuple[Words | str, str, str]] = ()
) -> Answer:
    seen_from = request.args.get("lihat", MENTENG)
    by_city = [(city, accounts.areas_below(city.code)) for city in accounts.areas("kota")]
    names = {area.code: area.name for _city, areas in by_city for area in areas}
    if seen_from not in names:
        seen_from = MENTENG
    page = render_template(
        "delivery/settings.html",
        form=form,
        shop=shop,
        shops=sellers_of(actor()) if "toko" in request.args else None,
        told=told,
        ways=list(enumerate(_ways())),
        hours=HOURS,
        hours_said={slot: _hours_said(slot) for slot in (*HOURS, *_own_hours(form))},
        own_hours=_own_hours(form),
        by_city=by_city,
        seen_from=seen_from,
        place=names[seen_from],
        seen=_seen(shop, seen_from),
        basket=BASKET,
        promised=queries.promised(shop.id, actor()),
        today=clock.today(),
        differing=differing,
        saved="tersimpan" in request.args and not form.errors,
    )
    return page, form.status


def _differing(data: OptionsIn, told: ShopDelivery) -> list[tuple[Words | str, str, str]]:
    """Return what differs between a form and what stands: label, what the form says, what stands there."""
    ours = {(one.method, one.courier or ""): one for one in data.options}
    theirs = {(one.method, one.courier or ""): one for one in told.options}
    found: list[tuple[Words | str, str, str]] = []
    for method, courier, label in _ways():
        said = _said(ours.get((method, courier))), _said(theirs.get((method, courier)))
        found.append((WAYS.get(method, label), *said))
    for name, words in OptionsIn.labels.items():
        if name in LIMITS:
            found.append((words, _limit_said(getattr(data, name)), _limit_said(getattr(told, name))))
    days = [day for day in data.days_off if day >= clock.today()]
    found.append((OptionsIn.labels["days_off"], _days_said(days), _days_said(told.days_off)))
    return [row for row in found if row[1] != row[2]]


def _said(one: OptionIn | OptionView | None) -> str:
    """Return in a few words how goods come one way."""
    if one is None:
        return str(_("not offered"))
    own = one.method is Method.OWN
    names = {area.code: area.short_name for area in accounts.areas("kecamatan")} if one.kecamatan else {}
    said: tuple[Words | str | None, ...] = (
        formats.rupiah(one.flat) if own else _("offered"),
        _("free from %(amount)s", amount=formats.rupiah(one.free_from)) if one.free_from else None,
        ", ".join(sorted(names.get(code, code) for code in set(one.kecamatan))) or None,
        _("until %(hour)s", hour=one.cutoff.isoformat("minutes")) if one.cutoff else None,
        _("work: %(days)s days", days=one.lead_days) if one.lead_days else None,
        ", ".join(sorted(set(one.slots))) or None,
    )
    return "; ".join(str(part) for part in said if part is not None)


def _limit_said(most: int | None) -> str:
    return str(_("no limit")) if most is None else formats.number(most)


def _days_said(days: Sequence[date]) -> str:
    return ", ".join(formats.date_short(day) for day in sorted(set(days))) or str(_("none"))


def _own_hours(form: Form[OptionsIn]) -> tuple[str, ...]:
    """Return the hours that a shop wrote itself, as far as they can be ticked."""
    told = {slot for name, texts in form.typed.items() if name.endswith("-slots") for slot in texts}
    return tuple(sorted(slot for slot in told if slot not in HOURS and SLOT.fullmatch(slot)))


def _hours_said(slot: str) -> str:
    first, _dash, last = slot.partition("-")
    return f"{first}.00–{last}.00"


def _seen(shop: SellerCard, kecamatan: str) -> tuple[queries.Choice, ...]:
    """Return what a buyer of that kecamatan sees now, of one piece of a kilogram."""
    group = queries.Group(
        seller_id=shop.id,
        kecamatan_code=shop.kecamatan_code,
        opening_days=shop.opening_days,
        goods=BASKET,
        weight_g=WEIGHT_G,
        units=1,
        away=shop.leave.days if shop.leave else None,
    )
    return queries.choices([group], kecamatan, clock.now())[shop.id]
