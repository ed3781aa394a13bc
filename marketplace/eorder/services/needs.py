"""What an office needs: written down, changed, dropped, and asked for again."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from marketplace.accounts import queries as accounts
from marketplace.eorder import queries
from marketplace.eorder.events import NeedDropped
from marketplace.eorder.forms_needs import DropIn, NeedIn
from marketplace.eorder.models import Need, NeedItem, NeedPlace, NeedState, Request, RequestState
from marketplace.eorder.policies import PREPARE, READ
from marketplace.eorder.queries import Means, Template
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.ids import short_code, uuid7
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import Words, _
from marketplace.rules import queries as rules
from marketplace.web.formats import date_long

FIXED = _("An order or a request names this need as it is. Make another one from it instead.")
Faults = dict[str, list[Words]]


@transactional
def make_need(data: NeedIn, *, by: Actor) -> str:
    """Write a need down; return its code.

    Raises Invalid beside the fields: a day that is over, on which offices are closed and nobody said that it is meant, or of
    a year without this package and line; nobody to eat; a package or line of another unit; an unknown kelurahan.
    """
    template, means = _checked(data, by)
    made = Need(
        id=uuid7(),
        code=short_code(),
        prepared_by=by.id,
        prepared_at=clock.now(),
        state=NeedState.OPEN,
        **_columns(data, template, means),
    )
    session.add(made)
    session.flush()
    _write_things(made.id, data, template)
    audit(f"eorder:{made.unit_code}", "eorder.need", made.code, by=by, after=_told(made))
    return made.code


@transactional
def change_need(code: str, data: NeedIn, *, by: Actor) -> None:
    """Change a need that no order and no request names yet. Raises as ``make_need`` does, NotFound, and Conflict ``fixed``."""
    need = locked_need(code, by)
    template, means = _checked(data, by)
    _open(need)
    if queries.bound(need.id):
        raise Conflict("fixed", FIXED)
    was = _told(need)
    for name, value in _columns(data, template, means).items():
        setattr(need, name, value)
    session.execute(delete(NeedItem).where(NeedItem.need_id == need.id))
    session.execute(delete(NeedPlace).where(NeedPlace.need_id == need.id))
    session.flush()
    _write_things(need.id, data, template)
    audit(f"eorder:{need.unit_code}", "eorder.need_changed", need.code, by=by, before=was, after=_told(need))


@transactional
def drop_need(code: str, data: DropIn, *, by: Actor) -> None:
    """Drop a need; shops that were asked and have not answered are told so by their page.

    Raises NotFound, and Conflict ``has_order`` while an order of it is under way.
    """
    need = locked_need(code, by)
    if going := queries.going_orders(need.id):
        raise Conflict("has_order", _("Order %(code)s of this need is under way. Cancel it first.", code=going[0].code))
    _open(need)
    need.move(NeedState.DROPPED, by=by, why=data.alasan)
    for request in session.scalars(
        select(Request).where(Request.need_id == need.id, Request.state.in_((RequestState.OPEN, RequestState.ANSWERED)))
    ):
        request.move(RequestState.WITHDRAWN, by=by, why=data.alasan)
    emit(NeedDropped(need_id=f"{need.id}", unit_code=need.unit_code))
    audit(f"eorder:{need.unit_code}", "eorder.need_dropped", need.code, by=by, after={"why": data.alasan})


@transactional
def repeat_need(code: str, *, by: Actor) -> str:
    """Need the same again, whole weeks later, on the first such day to come on which offices are open; return the new code.

    Raises NotFound, and Conflict ``other_year`` when that day is in another fiscal year: package and line are of this one.
    """
    need = locked_need(code, by)
    today = clock.today()
    day = queries.week_after(need.day, today, rules.calendar(min(need.day, today)))
    if day.year != need.year:
        said = _(
            "The next such day is %(day)s, in another fiscal year. Make a new need with a package and line of that year.",
            day=date_long(day),
        )
        raise Conflict("other_year", said, day=day.isoformat())
    copied = {
        column.name: getattr(need, column.name)
        for column in Need.__table__.columns
        if column.name not in ("id", "code", "state", "day", "prepared_by", "prepared_at", "over_ceiling")
    }
    made = Need(
        id=uuid7(),
        code=short_code(),
        day=day,
        prepared_by=by.id,
        prepared_at=clock.now(),
        state=NeedState.OPEN,
        **copied,
    )
    session.add(made)
    session.flush()
    for item in session.query(NeedItem).filter_by(need_id=need.id):
        session.add(
            NeedItem(
                id=uuid7(), need_id=made.id, position=item.position, words=item.words, qty=item.qty, note=item.note
            )
        )
    for place in session.query(NeedPlace).filter_by(need_id=need.id):
        session.add(
            NeedPlace(
                id=uuid7(), need_id=made.id, position=place.position, place=place.place, floor=place.floor,
                kelurahan_code=place.kelurahan_code, qty=place.qty,
            )
        )  # fmt: skip
    audit(f"eorder:{made.unit_code}", "eorder.need", made.code, by=by, after={**_told(made), "again": need.code})
    return made.code


def locked_need(code: str, by: Actor) -> Need:
    """Return a need for writing to who prepares for its unit. Raises NotFound for others' and NotAllowed to who only reads."""
    wanted = select(Need).where(Need.code == code).with_for_update().execution_options(populate_existing=True)
    need: Need | None = session.execute(wanted).scalar_one_or_none()
    if need is None:
        raise NotFound
    unit = queries.scope_of(by, need.unit_code)
    if not READ.allows(by, unit):
        raise NotFound
    by.require(PREPARE, unit)
    return need


def split_off(need: Need, item_ids: list[UUID], *, by: Actor) -> str:
    """Make what is left of a locked need, whose other things one shop brings, a need of its own; return its code."""
    copied = {
        column.name: getattr(need, column.name)
        for column in Need.__table__.columns
        if column.name not in ("id", "code", "state", "prepared_by", "prepared_at")
    }
    rest = Need(
        id=uuid7(), code=short_code(), prepared_by=by.id, prepared_at=clock.now(), state=NeedState.OPEN, **copied
    )
    session.add(rest)
    session.flush()
    for place in session.query(NeedPlace).filter_by(need_id=need.id):
        session.add(
            NeedPlace(
                id=uuid7(), need_id=rest.id, position=place.position, place=place.place, floor=place.floor,
                kelurahan_code=place.kelurahan_code, qty=place.qty,
            )
        )  # fmt: skip
    session.execute(update(NeedItem).where(NeedItem.id.in_(item_ids)).values(need_id=rest.id))
    audit(f"eorder:{rest.unit_code}", "eorder.need", rest.code, by=by, after={**_told(rest), "rest_of": need.code})
    return rest.code


def _open(need: Need) -> None:
    if need.state != NeedState.OPEN:
        raise Conflict("state", _("This need is ordered or dropped, and does not change any more."), state=need.state)


def _checked(data: NeedIn, by: Actor) -> tuple[Template, Means]:
    template = queries.templates().get(data.templat)
    if template is None:
        raise Invalid({"templat": _("Choose one of the kinds shown.")})
    faults: Faults = {}
    for field, said in (*_day_faults(data, template), *_thing_faults(data, template), *_place_faults(data, template)):
        faults.setdefault(field, []).append(said)
    means = None
    if "tanggal" not in faults:
        try:
            means = _means(data, template, by)
        except Invalid as invalid:
            faults |= {name: list(said) for name, said in invalid.fields.items()}
    if faults or means is None:
        raise Invalid({name: said[0] for name, said in faults.items()})
    return template, means


def _day_faults(data: NeedIn, template: Template) -> Iterator[tuple[str, Words]]:
    today, now = clock.today(), clock.now()
    if data.tanggal < today:
        yield "tanggal", _("%(day)s is over. Choose today or a later day.", day=date_long(data.tanggal))
    elif not data.libur and not rules.calendar(data.tanggal).works(data.tanggal):
        yield "tanggal", queries.closed_on(data.tanggal)
    if template.hour and not data.jam:
        yield "jam", _("Enter the hour at which it must be there.")
    elif data.jam and data.tanggal == today and _at(data.tanggal, data.jam) <= now:
        yield "jam", _("That hour is over today.")
    if data.dari and data.jam and data.dari >= data.jam:
        yield "dari", _("The window begins before it ends: write an earlier hour.")


def _thing_faults(data: NeedIn, template: Template) -> Iterator[tuple[str, Words]]:
    if template.meal:
        if data.orang is None:
            yield "orang", _("Enter how many people will be there, one at least.")
        return
    if not data.wanted:
        yield "barang-0-nama", _("Write at least one thing that is needed.")
    for number, one in enumerate(data.barang):
        if one.nama and one.jumlah is None:
            yield f"barang-{number}-jumlah", _("Enter how many of it.")


def _place_faults(data: NeedIn, template: Template) -> Iterator[tuple[str, Words]]:
    if accounts.kelurahan_meant(data.kelurahan) is None:
        yield "kelurahan", _("Choose a kelurahan from the list.")
    if not data.elsewhere:
        return
    if not template.meal and len(data.wanted) > 1:
        yield "lain-0-tempat", _("Several places go with one thing only. Make a need for each place instead.")
        return
    taken = 0
    for number, one in enumerate(data.lain):
        if not one.tempat:
            continue
        if accounts.kelurahan_meant(one.kelurahan or data.kelurahan) is None:
            yield f"lain-{number}-kelurahan", _("Choose a kelurahan from the list.")
        if one.jumlah is None:
            yield f"lain-{number}-jumlah", _("Enter how many come to this place.")
        taken += one.jumlah or 0
    total = _quantity(data, template)
    if total is not None and taken >= total:
        yield (
            "lain-0-jumlah",
            _("More is brought to the other places than is needed: nothing is left for the first one."),
        )


def _means(data: NeedIn, template: Template, by: Actor) -> Means:
    named = data.means
    if named is None:
        raise Invalid({"sumber": _("Choose a package and a budget line.")})
    purse = queries.purse(by, data.tanggal.year)
    means = purse.means(*named)
    if means is None:
        said = _(
            "Package and line must be of one of your own units, and of fiscal year %(year)s, the year of the day.",
            year=str(data.tanggal.year),
        )
        raise Invalid({"sumber": said})
    if means.package.what not in template.what:
        said = _(
            "Package %(rup)s is for another kind of purchase. Choose one for this kind of need.",
            rup=means.package.rup_id,
        )
        raise Invalid({"sumber": said})
    by.require(PREPARE, queries.scope_of(by, means.unit_code))
    return means


def _quantity(data: NeedIn, template: Template) -> int | None:
    if template.meal:
        return data.orang
    return data.wanted[0].jumlah if data.wanted else None


def _columns(data: NeedIn, template: Template, means: Means) -> dict[str, Any]:
    ceiling = queries.ceiling_for(template.key, clock.today())
    return {
        "unit_code": means.unit_code, "year": data.tanggal.year, "package_id": means.package.id, "line_id": means.line.id,
        "template": template.key, "purpose": data.acara, "day": data.tanggal, "hour": data.jam, "hour_from": data.dari,
        "people": data.orang, "menu": data.menu, "diet": data.diet, "contact": data.kontak, "contact_phone": data.telepon,
        "ceiling_code": ceiling.code if ceiling else "", "over_ceiling": data.alasan_batas,
    }  # fmt: skip


def _write_things(need_id: UUID, data: NeedIn, template: Template) -> None:
    if template.meal:
        things = [(data.cari or template.words, data.orang or 0, "")]
    else:
        things = [(one.nama, one.jumlah or 0, one.catatan) for one in data.wanted]
    for position, (words, qty, note) in enumerate(things, start=1):
        session.add(NeedItem(id=uuid7(), need_id=need_id, position=position, words=words, qty=qty, note=note))
    others = data.elsewhere
    first = things[0][1] - sum(one.jumlah or 0 for one in others) if others else None
    told: list[tuple[str, str, str, int | None]] = [(data.tempat, data.lantai, data.kelurahan, first)]
    told += [(one.tempat, one.lantai, one.kelurahan or data.kelurahan, one.jumlah) for one in others]
    for position, (place, floor, kelurahan, share) in enumerate(told, start=1):
        area = accounts.kelurahan_meant(kelurahan)
        if area is None:
            raise Invalid({"kelurahan": _("Choose a kelurahan from the list.")})
        session.add(
            NeedPlace(
                id=uuid7(), need_id=need_id, position=position, place=place, floor=floor,
                kelurahan_code=area.kelurahan_code, qty=share,
            )
        )  # fmt: skip
    session.flush()


def _at(day: date, hour: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(hour), clock.JAKARTA)


def _told(need: Need) -> dict[str, Any]:
    """Return what the audit log tells of a need; no names of people."""
    named = ("template", "purpose", "hour", "people", "menu", "diet", "over_ceiling")
    told: dict[str, Any] = {name: getattr(need, name) for name in named}
    return {**told, "day": need.day.isoformat(), "package": str(need.package_id), "line": str(need.line_id)}
