"""Filters, facets, bands and sorting: what is counted is what a further choice gives."""

import random

import pytest

from search.question import Band, Between, Filter, Found, Is, OneOf, Query
from search.shape import Field, shape_of
from tests.search.conftest import FIELDS, Market, good

BANDS = (Band(None, 14_999), Band(15_000, 49_999), Band(50_000, 99_999), Band(100_000, None))


@pytest.fixture
def bazaar(empty_market: Market) -> Market:
    """Give 300 goods of drawn categories, places, prices and halal states."""
    dice = random.Random(3)
    empty_market.open_with(
        good(
            f"{dice.choice(('keripik', 'kopi', 'batik'))} {dice.choice(('tempe', 'hitam', 'tulis'))} nomor{number}",
            category=dice.choice(("Kuliner", "Fesyen", "Kriya")),
            kecamatan=dice.sample(("Tebet", "Cilincing", "Pasar Rebo"), dice.randint(1, 2)),
            price=dice.choice((5_000, 14_999, 15_000, 49_999, 50_000, 100_000, 2_500_000)),
            halal=dice.random() < 0.5,
        )
        for number in range(300)
    )
    return empty_market


def everything(market: Market, text: str, *filters: Filter) -> Found:
    return market.ask(
        text, filters=filters, facets=("category", "kecamatan", "price", "halal"), bands={"price": BANDS}, size=200
    )


def choice(field: str, value: object) -> Filter:
    if isinstance(value, Band):
        return Between(field, value.low, value.high)
    return Is(field, value) if isinstance(value, bool) else OneOf(field, (value,))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "keripik", "kopi tempe", "kripk", "batik kopi"])
@pytest.mark.parametrize(
    "held", [(), (OneOf("category", ("Kuliner", "Kriya")),), (Is("halal"), Between("price", 15_000, None))]
)
def test_every_facet_value_counts_what_choosing_it_gives(bazaar: Market, text: str, held: tuple[Filter, ...]) -> None:
    found = everything(bazaar, text, *held)
    assert found.facets.keys() == {"category", "kecamatan", "price", "halal"}
    for name, values in found.facets.items():
        others = [condition for condition in held if condition.field != name]
        for value, count in values:
            assert everything(bazaar, text, *others, choice(name, value)).total == count, (name, value)


def test_a_group_keeps_its_other_choices_while_one_of_them_is_taken(bazaar: Market) -> None:
    open_choice = dict(everything(bazaar, "keripik").facets["category"])
    taken = everything(bazaar, "keripik", OneOf("category", ("Fesyen",)))
    assert dict(taken.facets["category"]) == open_choice
    assert taken.total == open_choice["Fesyen"]
    assert dict(taken.facets["halal"]) != dict(everything(bazaar, "keripik").facets["halal"])


def test_facet_values_come_with_the_most_frequent_first(bazaar: Market) -> None:
    counts = [count for _value, count in everything(bazaar, "").facets["category"]]
    assert counts == sorted(counts, reverse=True)
    assert [band for band, _count in everything(bazaar, "").facets["price"]] == list(BANDS)


def test_a_thing_in_two_places_counts_for_both(bazaar: Market) -> None:
    found = everything(bazaar, "")
    assert sum(count for _value, count in found.facets["kecamatan"]) > found.total == 300
    both = [OneOf("kecamatan", (place,)) for place in ("Tebet", "Cilincing")]
    assert 0 < everything(bazaar, "", *both).total < everything(bazaar, "", both[0]).total


def test_pages_together_give_everything_once(bazaar: Market) -> None:
    for sort in ("relevance", ("price", "desc")):
        pages = [bazaar.ask("keripik", page=page, size=7, sort=sort) for page in range(1, 30)]
        ids = [key for page in pages for key in page.ids]
        assert len(ids) == len(set(ids)) == pages[0].total
        assert pages[0].pages == -(-pages[0].total // 7)
    assert bazaar.ask("keripik", page=10**9).ids == ()
    assert bazaar.ask("keripik", page=10**9).total == pages[0].total
    assert bazaar.ask(size=0).total == 300


def test_numbers_sort_both_ways_and_goods_without_one_come_last(empty_market: Market) -> None:
    empty_market.open_with([good("dear", price=900), good("unpriced"), good("cheap", price=-1), good("fair", price=50)])
    assert empty_market.find(sort=("price", "asc")) == ["cheap", "fair", "dear", "unpriced"]
    assert empty_market.find(sort=("price", "desc")) == ["dear", "fair", "cheap", "unpriced"]


def test_sorting_by_price_brings_in_nothing_that_only_comes_near(market: Market) -> None:
    assert market.ask("keripik tempe", sort=("price", "asc")).others == ()


def test_a_flag_that_was_not_said_is_no(empty_market: Market) -> None:
    empty_market.open_with([good("a", halal=True), good("b", halal=False), good("c")])
    assert set(empty_market.find(filters=(Is("halal", value=False),))) == {"b", "c"}
    assert dict(empty_market.ask(facets=("halal",)).facets["halal"]) == {False: 2, True: 1}


def test_filters_hold_where_some_words_fill_the_page(bazaar: Market) -> None:
    found = bazaar.ask("keripik tulis nomor1", filters=(OneOf("category", ("Kriya",)),), size=200)
    allowed = set(bazaar.find(filters=(OneOf("category", ("Kriya",)),), size=200))
    assert {*found.ids, *found.others} <= allowed
    assert found.others


@pytest.mark.parametrize("value", ["Kuliner' OR '1'='1", 'x" OR category:*', "* TO *", "\x00", "Kuli", "kuliner", ""])
def test_a_filter_value_is_only_ever_that_value(bazaar: Market, value: str) -> None:
    assert bazaar.ask(filters=(OneOf("category", (value,)),)).total == 0


def test_a_value_with_strange_signs_is_found_as_itself(empty_market: Market) -> None:
    strange = 'Kue "basah" & (kering): 100% \\ enak\u200b'
    empty_market.open_with([good("a", category=strange), good("b", category="Kue")])
    assert empty_market.find(filters=(OneOf("category", (strange,)),)) == ["a"]
    assert dict(empty_market.ask(facets=("category",)).facets["category"]) == {strange: 1, "Kue": 1}


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [(None, None, 3), (None, 50, 2), (50, None, 2), (50, 50, 1), (-(2**63), 2**63 - 2, 3), (51, 50, 0), (900, -1, 0)],
)
def test_a_range_includes_its_ends_and_may_be_open_or_upside_down(
    empty_market: Market, low: int | None, high: int | None, found: int
) -> None:
    empty_market.open_with([good("dear", price=900), good("unpriced"), good("cheap", price=-1), good("fair", price=50)])
    assert empty_market.ask(filters=(Between("price", low, high),)).total == found
    counted = empty_market.ask(facets=("price",), bands={"price": (Band(low, high),)}).facets["price"]
    assert counted == ((Band(low, high), found),)


def test_no_values_ask_for_nothing_and_one_number_for_itself(bazaar: Market) -> None:
    assert bazaar.ask(filters=(OneOf("category", ()),)).total == 0
    assert (
        bazaar.ask(filters=(OneOf("price", (5_000,)),)).total
        == dict(bazaar.ask(facets=("price",)).facets["price"])[5_000]
    )


@pytest.mark.parametrize(
    "asked",
    [
        {"facets": ("name",)},
        {"facets": ("cost",)},
        {"filters": (OneOf("cost", ("1",)),)},
        {"filters": (OneOf("price", ("5000",)),)},
        {"filters": (OneOf("halal", ("1",)),)},
        {"filters": (OneOf("name", ("keripik",)),)},
        {"filters": (Is("category"),)},
        {"filters": (Between("category", 1, 2),)},
        {"sort": ("category", "asc")},
        {"bands": {"price": (Band(0, 10), Band(10, 20))}},
        {"bands": {"category": (Band(0, 10),)}},
    ],
)
def test_a_question_that_the_index_cannot_answer_is_the_programs_mistake(
    market: Market, asked: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match=r"field|bands"):
        market.ask(**asked)
    assert market.engine.state("goods", market.shape).ready, "nobody thinks the files are broken"


def test_questions_that_cannot_be_are_refused_at_once() -> None:
    for wrong in ({"page": 0}, {"size": -1}, {"size": 10**6}, {"sort": "price"}, {"sort": ("price", "up")}):
        with pytest.raises(ValueError, match=r"asked|sort"):
            Query(**wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="beyond"):
        Between("price", 0, 2**63)
    with pytest.raises(ValueError, match="beyond"):
        Band(-(2**64), 0)


@pytest.mark.parametrize(
    "wrong",
    [
        Field("Nama", "text"),
        Field("id", "keyword"),
        Field("_stems", "text"),
        Field("a b", "text"),
        Field("stock", "money"),
        Field("story", "text", facet=True),
        Field("story", "text", sort=True),
        Field("story", "text", weight=0),
        Field("name", "keyword"),
    ],
)
def test_fields_that_make_no_index_are_refused_by_name(wrong: Field) -> None:
    with pytest.raises(ValueError, match=wrong.name):
        shape_of((*FIELDS, wrong))


@pytest.mark.parametrize(
    "wrong", [{"price": "5000"}, {"price": 1.5}, {"price": True}, {"category": 5}, {"halal": 1}, {"name": 5}]
)
def test_a_value_of_another_kind_is_refused_with_its_field(empty_market: Market, wrong: dict[str, object]) -> None:
    with pytest.raises(TypeError, match=next(iter(wrong))):
        empty_market.open_with([{"name": "a", "id": "a", **wrong}])  # type: ignore[dict-item]
    assert not empty_market.engine.state("goods", empty_market.shape).ready
