"""The public shop: front page, categories, search, and a seller's page."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from babel.dates import get_day_names
from flask import render_template, request

from marketplace.accounts.queries import areas, kecamatan_name
from marketplace.catalog import slots
from marketplace.catalog.queries.addresses import shop_address
from marketplace.catalog.queries.cards import EAGER, PAGE, Choice, as_cards, count, latest, newest
from marketplace.catalog.queries.categories import CategoryView, Tree, category_tree
from marketplace.catalog.queries.finding import Question, find, together
from marketplace.catalog.views.asking import (
    KEYS,
    SORT_LABELS,
    Pairs,
    address,
    asked,
    bands,
    chips,
    groups,
    pairs,
    ways_out,
)
from marketplace.catalog.views.blueprint import bp
from marketplace.kernel.access import PUBLIC
from marketplace.kernel.errors import NotFound
from marketplace.kernel.routes import Cache
from marketplace.kernel.words import language
from marketplace.sellers.queries import seller_by_slug

NEAR = 6
DIGITS = 4
"""Of a page's number in an address."""
TWO_DAYS = 2


@bp.page("/", policy=PUBLIC, cache=Cache.PUBLIC, keys=("kecamatan",))
def home() -> str:
    """P01: the front page."""
    tree = category_tree()
    here = request.args.get("kecamatan", "")
    here_name = kecamatan_name(here)
    near = newest(Choice(kecamatan=(here,)), size=NEAR) if here_name else ()
    return render_template(
        "catalog/home.html",
        tree=tree,
        cards=as_cards(latest(), eager=EAGER),
        near=as_cards(near),
        here=here,
        here_name=here_name,
        kecamatan=areas("kecamatan"),
        sections=[(one.template, facts) for one in slots.home_sections if (facts := one.facts()) is not None],
    )


@bp.page("/kategori", policy=PUBLIC, cache=Cache.PUBLIC)
def categories() -> str:
    """P02: all categories."""
    return render_template("catalog/categories.html", tree=category_tree())


@bp.page("/kategori/<top>", policy=PUBLIC, cache=Cache.PUBLIC, keys=KEYS)
def category(top: str) -> Any:  # noqa: ANN401 - a page or a page with its status
    """P02: a category of the upper level."""
    tree = category_tree()
    return _category(tree, tree.by_slug.get(top), upper=None)


@bp.page("/kategori/<top>/<below>", policy=PUBLIC, cache=Cache.PUBLIC, keys=KEYS)
def subcategory(top: str, below: str) -> Any:  # noqa: ANN401 - a page or a page with its status
    """P02: a category of the lower level."""
    tree = category_tree()
    return _category(tree, tree.by_slug.get(below), upper=top)


def _category(tree: Tree, found: CategoryView | None, *, upper: str | None) -> Any:  # noqa: ANN401 - as its callers
    if found is None or found.parent != upper:
        raise NotFound
    return _list("catalog/category.html", tree, path=found.url, scope=found, upper=tree.by_slug.get(upper or ""))


@bp.page("/cari", policy=PUBLIC, cache=Cache.PUBLIC, keys=KEYS)
def search() -> Any:  # noqa: ANN401 - a page or a page with its status
    """P03: find products."""
    return _list("catalog/search.html", category_tree(), path="/cari", scope=None)


def _list(template: str, tree: Tree, *, path: str, scope: CategoryView | None, **more: Any) -> Any:  # noqa: ANN401 - as its callers
    question, form = asked(request, tree)
    slug = scope.slug if scope else None
    answer = find(question, tree, scope=slug)
    swapped = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    fragment = question.alone or swapped
    applied = chips(path, question, tree)
    page = render_template(
        "catalog/_results.html" if fragment else template,
        tree=tree,
        scope=scope,
        path=path,
        q=question.text,
        form=form,
        question=question,
        answer=answer,
        cards=as_cards(answer.rows, eager=0 if question.alone else EAGER),
        near=as_cards(answer.near),
        chips=applied,
        clear_url=address(path, Question(text=question.text, sort=question.sort)),
        groups=[] if fragment else groups(question, answer, tree, slug),
        bands=() if fragment else bands(path, question, answer),
        sorts=[(key, said) for key, said in SORT_LABELS.items() if question.text or key != "relevansi"],
        kept=Pairs(tuple(pair for pair in pairs(question) if pair[0] != "urut")),
        lasting={"q": question.text, "urut": question.sort if question.sort != "relevansi" else ""},
        next_url=address(path, question, page=question.page + 1) if question.page < answer.pages else "",
        earlier_url=address(path, question, page=question.page - 1) if together(question.page)[1] else "",
        last_url=address(path, question, page=answer.pages),
        coming=min(PAGE, answer.total - question.page * PAGE),
        shown=min(question.page * PAGE, answer.total),
        ways_out=ways_out(path, question, answer, tree),
        nameless_url=address(path, replace(question, text=answer.nameless, page=1)),
        suggestion_url=address(path, Question(text=answer.suggestion or "")),
        **more,
    )
    return page, 422 if form.errors else 200


@bp.page("/toko/<slug>", policy=PUBLIC, cache=Cache.PUBLIC, keys=("hal", "saja"))
def shop(slug: str) -> str:
    """P05: a shop and what it sells."""
    seller = seller_by_slug(slug) if slug.isprintable() else None
    if seller is None or not seller.sells:
        raise NotFound
    text = request.args.get("hal", "1")
    page = max(int(text), 1) if text.isascii() and text.isdigit() and len(text) <= DIGITS else 1
    choice = Choice(seller_id=seller.id)
    alone = request.args.get("saja") == "1"
    size, skip = together(page, alone=alone)
    rows = newest(choice, size=size, skip=skip)
    total = count(choice)
    shown = min(skip + len(rows), total)
    url, last = shop_address(slug), -(-total // PAGE)
    return render_template(
        "catalog/shop.html",
        seller=seller,
        days=_spans(seller.opening_days),
        cards=as_cards(rows, eager=0 if alone else EAGER),
        total=total,
        shown=shown,
        earlier_url=f"{url}?hal={page - 1}" if skip else "",
        next_url=f"{url}?hal={page + 1}" if rows and shown < total else "",
        last_url=f"{url}?hal={last}" if last > 1 else url,
        coming=min(PAGE, total - shown),
        links=tuple(slots.shop_links),
    )


def _spans(days: Sequence[int]) -> str:
    """Say days of the week, Monday being 1; three or more in a row as from and to."""
    names = get_day_names("wide", locale=language())
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    said = [
        f"{names[run[0] - 1]}–{names[run[-1] - 1]}" if len(run) > TWO_DAYS else ", ".join(names[day - 1] for day in run)
        for run in runs
    ]
    return ", ".join(said)
