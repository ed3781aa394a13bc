"""From an address to a question and back: query keys, chips and facet groups of the lists of products."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, ClassVar, NamedTuple
from urllib.parse import urlencode

from flask import Request
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints
from werkzeug.datastructures import MultiDict

from marketplace.accounts.queries import areas
from marketplace.catalog import slots
from marketplace.catalog.forms import DEAREST, FlagIn
from marketplace.catalog.queries.categories import Tree
from marketplace.catalog.queries.finding import BANDS, NOTHING, RELEVANCE, SORTS, Answer, Question
from marketplace.catalog.queries.limits import limits_in
from marketplace.kernel.forms import Form, Input, RupiahIn, WholeIn, fault, from_html
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Words, _, language
from marketplace.web.formats import rupiah

KEYS = slots.KEYS
FURTHEST = 10_000

SORT_LABELS: Mapping[str, Words] = {
    RELEVANCE: _("Best match"),
    "terbaru": _("Newest"),
    "termurah": _("Cheapest"),
    "termahal": _("Most expensive"),
}


def _findable(value: Rupiah) -> Rupiah:
    if value > DEAREST:
        raise fault(_("Nothing here costs more than Rp 1,000,000,000. Enter a smaller amount."))
    return value


Limit = Annotated[RupiahIn, AfterValidator(_findable)]


def _page(value: object) -> object:
    """Take any number of a page, however large: what is past the end is a page past the end, no mistake."""
    bare = value.strip().lstrip("0") if isinstance(value, str) else ""
    return FURTHEST if len(bare) > len(str(FURTHEST)) and bare.isascii() and bare.isdigit() else value


class SearchIn(Input):
    """The query keys of a list. Keys that we do not know, such as those of mailings, change nothing."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, arbitrary_types_allowed=True)
    labels: ClassVar[Mapping[str, Words]] = {
        "q": _("Search products"),
        "harga_min": _("Lowest price"),
        "harga_maks": _("Highest price"),
        "hal": _("Page"),
    }

    q: Annotated[str, StringConstraints(max_length=200)] = ""
    kategori: tuple[str, ...] = ()
    kecamatan: tuple[str, ...] = ()
    kota: tuple[str, ...] = ()
    harga_min: Limit | None = None
    harga_maks: Limit | None = None
    halal: FlagIn = False
    pdn: FlagIn = False
    urut: str = ""
    hal: Annotated[WholeIn, BeforeValidator(_page), Field(ge=1), AfterValidator(partial(min, FURTHEST))] = 1
    saja: FlagIn = False


@dataclass(frozen=True)
class Pairs:
    """Query keys with repeats, for hidden fields."""

    pairs: tuple[tuple[str, str], ...]

    def items(self) -> Iterator[tuple[str, str]]:
        """Give each pair."""
        return iter(self.pairs)


def asked(request: Request, tree: Tree) -> tuple[Question, Form[SearchIn]]:
    """Read the question; values that cannot be are left out of it and named in the form's errors.

    Prices among the words become limits where none are chosen, so that they show and can be taken off like those.
    """
    form = from_html(SearchIn, request.args)
    data = form.data
    if data is None:
        kept = MultiDict((key, text) for key, text in request.args.items(multi=True) if key not in form.errors)
        data = from_html(SearchIn, kept).data or SearchIn()
    known = _area_names() if data.kecamatan or data.kota else {}
    added = tuple(
        (one.name, values)
        for one in slots.product_fields
        if one.facet and (values := _read(one, request.args.getlist(one.query_key)))
    )
    told = limits_in(data.q)
    chosen = data.harga_min, data.harga_maks
    low, high = (
        (told.low, told.high) if chosen == (None, None) else (one.amount if one is not None else None for one in chosen)
    )
    question = Question(
        text=told.text,
        categories=tuple(dict.fromkeys(one for one in data.kategori if one in tree.by_slug)),
        kecamatan=tuple(dict.fromkeys(one for one in data.kecamatan if one in known)),
        kota=tuple(dict.fromkeys(one for one in data.kota if one in known)),
        low=low or None,
        high=high,
        halal=data.halal,
        domestic=data.pdn,
        sort=data.urut if data.urut in SORTS else RELEVANCE,
        page=data.hal,
        alone=data.saja,
        more=added,
    )
    return question, form


def _read(one: slots.ProductField, texts: list[str]) -> tuple[str | int, ...]:
    """Return what is asked of a field that another plugin added; what it cannot hold is left out."""
    return tuple(dict.fromkeys(value for text in texts if (value := one.read(text)) is not None))


def pairs(question: Question, *, page: int = 1) -> tuple[tuple[str, str], ...]:
    """Return the query keys that ask this question again, in one order, so that an address has one form."""
    keys = {one.name: one.query_key for one in slots.product_fields}
    found: list[tuple[str, str]] = []
    if question.text:
        found.append(("q", question.text))
    found += [("kategori", one) for one in question.categories]
    found += [("kota", one) for one in question.kota]
    found += [("kecamatan", one) for one in question.kecamatan]
    found += [("harga_min", str(question.low))] if question.low is not None else []
    found += [("harga_maks", str(question.high))] if question.high is not None else []
    found += [("halal", "1")] if question.halal else []
    found += [("pdn", "1")] if question.domestic else []
    found += [(keys[name], str(one)) for name, values in question.more for one in values]
    found += [("urut", question.sort)] if question.sort != RELEVANCE else []
    found += [("hal", str(page))] if page > 1 else []
    return tuple(found)


def address(path: str, question: Question, *, page: int = 1) -> str:
    """Return the address of a question's answer."""
    query = urlencode(pairs(question, page=page))
    return f"{path}?{query}" if query else path


@dataclass(frozen=True)
class Chip:
    """An applied filter and the address without it."""

    label: str
    url: str


def chips(path: str, question: Question, tree: Tree) -> list[Chip]:
    """Return one chip for each applied filter."""
    names = _area_names() if question.kecamatan or question.kota else {}
    flags = {one.name: str(one.label) for one in slots.product_fields if one.kind == "flag"}
    found: list[tuple[str, Question]] = []
    for slug in question.categories:
        rest = tuple(one for one in question.categories if one != slug)
        found.append((tree.by_slug[slug].said(language()), replace(question, categories=rest)))
    for code in question.kota:
        rest = tuple(one for one in question.kota if one != code)
        found.append((names[code], replace(question, kota=rest)))
    for code in question.kecamatan:
        rest = tuple(one for one in question.kecamatan if one != code)
        found.append((names[code], replace(question, kecamatan=rest)))
    if question.low is not None or question.high is not None:
        found.append((said_range(question.low, question.high), replace(question, low=None, high=None)))
    if question.halal:
        found.append(("Halal", replace(question, halal=False)))
    if question.domestic:
        found.append((str(_("Domestic product")), replace(question, domestic=False)))
    for name, values in question.more:
        rest_of = tuple(pair for pair in question.more if pair[0] != name)
        shown = (flags[name],) if name in flags else values
        found += [(str(value), replace(question, more=rest_of)) for value in shown]
    return [Chip(label, address(path, without)) for label, without in found]


def _area_names() -> dict[str, str]:
    return {area.code: area.short_name for level in ("kecamatan", "kota") for area in areas(level)}


def said_range(low: int | None, high: int | None) -> str:
    """Return a range of prices in words."""
    if low is None:
        return str(_("Up to %(price)s", price=rupiah(high or 0)))
    if high is None:
        return str(_("From %(price)s", price=rupiah(low)))
    return f"{rupiah(low)} – {rupiah(high)}"


class Option(NamedTuple):
    """A choice of a facet group, with how many products it would give; ``url`` where it is a link.

    A page has some eighty of them, and a template takes a tuple apart quicker than it asks for attributes.
    """

    value: str
    label: str
    gives: int | None
    selected: bool = False
    url: str = ""


@dataclass(frozen=True)
class Group:
    """A facet group, named by its query key."""

    name: str
    label: str
    options: tuple[Option, ...]


def groups(question: Question, answer: Answer, tree: Tree, scope: str | None = None) -> list[Group]:
    """Return the facet groups; a choice that would give nothing is not offered unless it is made (UX-D4)."""
    made = [
        Group("kategori", str(_("Category")), _categories(question, answer, tree, scope)),
        Group("kota", str(_("City")), _areas("kota", question.kota, answer)),
        Group("kecamatan", str(_("Kecamatan (district)")), _areas("kecamatan", question.kecamatan, answer)),
        Group("halal", "Halal", _flag(str(_("With a halal certificate")), question.halal, answer, "halal")),
        Group("pdn", str(_("Local content")), _flag(str(_("Domestic product")), question.domestic, answer, "domestic")),
    ]
    made += [
        Group(one.query_key, str(one.label), _added(one, question, answer)) for one in slots.product_fields if one.facet
    ]
    return [group for group in made if group.options]


def _added(one: slots.ProductField, question: Question, answer: Answer) -> tuple[Option, ...]:
    """Return the choices of a field that another plugin added: one box for a flag, else one for each value."""
    chosen = dict(question.more).get(one.name, ())
    if one.kind == "flag":
        return _flag(str(one.label), bool(chosen), answer, one.name)
    counted = answer.facets.get(one.name, ())
    return tuple(Option(str(value), str(value), count, value in chosen) for value, count in counted)


def _counts(answer: Answer, name: str) -> dict[Any, int]:
    return dict(answer.facets.get(name, ()))


def _categories(question: Question, answer: Answer, tree: Tree, scope: str | None) -> tuple[Option, ...]:
    counts = _counts(answer, "category")
    offered = tree.tops if scope is None else tree.by_slug[scope].below
    return tuple(
        Option(one.slug, one.said(language()), counts.get(one.slug), one.slug in question.categories)
        for one in _with_chosen(offered, question, tree)
        if counts.get(one.slug) or one.slug in question.categories or not answer.by_index
    )


def _with_chosen(offered: Any, question: Question, tree: Tree) -> list[Any]:  # noqa: ANN401 - category views
    known = {one.slug for one in offered}
    return [*offered, *(tree.by_slug[slug] for slug in question.categories if slug not in known)]


def _areas(level: str, chosen: tuple[str, ...], answer: Answer) -> tuple[Option, ...]:
    counts = _counts(answer, level)
    return tuple(
        Option(area.code, area.short_name, counts.get(area.code), area.code in chosen)
        for area in areas(level)
        if counts.get(area.code) or area.code in chosen or (not answer.by_index and level == "kota")
    )


def _flag(label: str, chosen: bool, answer: Answer, name: str) -> tuple[Option, ...]:  # noqa: FBT001 - what was chosen
    count = _counts(answer, name).get(True)
    return (Option("1", label, count, chosen),) if count or chosen or not answer.by_index else ()


def bands(path: str, question: Question, answer: Answer) -> tuple[Option, ...]:
    """Return the ranges of prices that have products, as links."""
    counts = _counts(answer, "price")
    return tuple(
        Option(
            value="",
            label=said_range(band.low, band.high),
            gives=counts[band],
            selected=(question.low, question.high) == (band.low, band.high),
            url=address(path, replace(question, low=band.low, high=band.high)),
        )
        for band in BANDS
        if counts.get(band)
    )


def ways_out(path: str, question: Question, answer: Answer, tree: Tree) -> list[Option]:
    """Return, for a page where nothing was found, each filter to take off and what there would be then."""
    found = []
    for name, count in answer.without:
        wider = replace(question, **NOTHING[name])
        taken = [chip.label for chip in chips(path, question, tree)]
        kept = {chip.label for chip in chips(path, wider, tree)}
        off = ", ".join(label for label in taken if label not in kept)
        label = str(_("Without the filter %(filter)s", filter=off))
        found.append(Option(name, label, count, url=address(path, wider)))
    return found
