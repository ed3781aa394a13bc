"""Names of places among the words: what is sold there comes first, and never nothing where it is sold elsewhere."""

from pathlib import Path

import pytest

from search.naming import Name, Names
from search.question import Found, Is, OneOf, Query
from search.slots import Field
from tests.search.conftest import FIELDS, Market, good

PLACES = Names.of(
    (
        Name("", OneOf("kecamatan", ("tebet", "menteng", "kramatjati")), spellings=("Jakarta",)),
        Name("Tebet", OneOf("kecamatan", ("tebet",))),
        Name("Menteng", OneOf("kecamatan", ("menteng",))),
        Name("Kramatjati", OneOf("kecamatan", ("kramatjati",))),
        Name("Johar Baru", OneOf("kecamatan", ("johar",)), spellings=("johar",)),
        Name("Jati", OneOf("kecamatan", ("kramatjati",)), sure=False),
        Name("Cikini", OneOf("kecamatan", ("menteng",)), sure=False),
        Name("Tanah Tinggi", OneOf("kecamatan", ("tebet",)), sure=False),
        Name("Bambu Apus", OneOf("kecamatan", ("tebet",)), sure=False),
    )
)


@pytest.fixture
def city(empty_market: Market) -> Market:
    empty_market.open_with(
        [
            good("Nasi Uduk Menteng", kecamatan="tebet"),
            good("Nasi Uduk Komplet", kecamatan="menteng"),
            good("Nasi Uduk Ayam", kecamatan="tebet"),
            good("Keripik Tempe", kecamatan="tebet", halal=True),
            good("Keripik Singkong", kecamatan="kramatjati"),
            good("Talenan Jati", kecamatan="tebet"),
            good("Tanah Liat", kecamatan="menteng", about="Menteng dalam prosa"),
            good("Kopi Tubruk", kecamatan="kramatjati"),
        ]
    )
    return empty_market


def asked(city: Market, text: str, **more: object) -> Found:
    return city.ask(text, names=PLACES, **more)


def test_what_comes_from_a_named_place_or_is_called_after_it_is_found_and_the_rest_follows(city: Market) -> None:
    found = asked(city, "nasi uduk menteng")
    assert found.ids == ("Nasi Uduk Menteng", "Nasi Uduk Komplet")
    assert found.others == ("Nasi Uduk Ayam",), "not whatever else comes from there"
    assert (found.named, found.elsewhere, found.nameless) == (("Menteng",), (), "nasi uduk")
    assert asked(city, "menteng nasi uduk").ids == found.ids
    assert asked(city, "tebet").total == 4


@pytest.mark.parametrize(
    "written", ["keripik kramat jati", "keripik kramatjati", "kramat-jati keripik", "keripik di KRAMAT JATI"]
)
def test_a_name_is_found_however_its_spaces_are_written(city: Market, written: str) -> None:
    assert asked(city, written).ids == ("Keripik Singkong",)


def test_where_nothing_like_it_comes_from_there_it_is_shown_from_elsewhere_and_said(city: Market) -> None:
    for text in ("keripik johar baru", "keripik johar"):
        found = asked(city, text)
        assert set(found.ids) == {"Keripik Tempe", "Keripik Singkong"}
        assert (found.named, found.elsewhere, found.nameless) == ((), ("Johar Baru",), "keripik")
        assert found.all_words
    assert asked(city, "keripik johar baru", filters=(Is("halal"),)).ids == ("Keripik Tempe",)


def test_a_name_does_not_count_among_most_words_but_lifts(city: Market) -> None:
    found = asked(city, "nasi keripik kramatjati")
    assert not found.all_words
    assert found.elsewhere == ("Kramatjati",)
    assert found.ids[0] == "Keripik Singkong"
    assert "Kopi Tubruk" not in found.ids


def test_nothing_is_shown_only_because_it_comes_from_there(city: Market) -> None:
    assert asked(city, "dodol menteng").total == 0
    assert asked(city, "dodol jakarta").total == 0


def test_the_name_of_everything_narrows_nothing_and_is_not_said(city: Market) -> None:
    found = asked(city, "keripik jakarta")
    assert (found.total, found.named, found.elsewhere) == (2, (), ())
    city.bring(good("Dodol dari Kampung"))
    assert asked(city, "dodol jakarta").ids == ("Dodol dari Kampung",), "it lies nowhere that we know"


def test_a_name_that_is_not_sure_gives_way_to_what_things_are_called(city: Market) -> None:
    wood = asked(city, "talenan jati")
    assert (wood.ids, wood.named) == (("Talenan Jati",), ())
    assert asked(city, "nasi cikini").named == ("Cikini",)
    city.bring(good("Roti Cikini", kecamatan="tebet"))
    called = asked(city, "roti cikini")
    assert (called.ids, called.named) == (("Roti Cikini",), ())
    assert asked(city, "keripik bambu apus").named == ("Bambu Apus",), "the thesaurus knows one of two words"
    assert asked(city, "keripik tanah tinggi").named == ("Tanah Tinggi",)
    city.bring("Meja Tinggi")
    assert asked(city, "keripik tanah tinggi").named == (), "things are called tanah, and things are called tinggi"


def test_a_place_where_nobody_sells_is_read_as_words(city: Market) -> None:
    names = Names.of((Name("Pondok Kopi", OneOf("kecamatan", ("pondok",))),))
    found = city.ask("pondok kopi", names=names)
    assert (found.ids, found.missing, found.named) == (("Kopi Tubruk",), ("pondok",), ())


def test_prose_that_speaks_of_a_place_brings_nothing_from_there(tmp_path: Path) -> None:
    market = Market(tmp_path / "search", (*FIELDS, Field("prose", "text", weight=0.6)))
    market.open_with(
        [
            good("Keripik Tempe", kecamatan="tebet", prose="Dikirim juga ke Menteng."),
            good("Keripik Singkong", kecamatan="menteng"),
        ]
    )
    assert market.ask("keripik menteng", names=PLACES).ids == ("Keripik Singkong",)


def test_a_slip_beside_a_place_is_mended_and_the_place_bears_out_no_guess(city: Market) -> None:
    found = asked(city, "tanan tebet")
    assert (found.suggestion, found.elsewhere) == ("tanah tebet", ("Tebet",)), "beside a place a word stands alone"
    assert asked(city, "kripik tmpe tebet").ids == ("Keripik Tempe",)
    found = asked(city, "kopi tanan menteng")
    assert (found.ids, found.missing) == (("Kopi Tubruk",), ("tanan",)), "tanah is sold in Menteng, but not with kopi"


def test_names_of_fields_that_the_index_has_not_are_a_mistake_of_the_program(city: Market) -> None:
    names = Names.of((Name("Tebet", OneOf("kota", ("x",))),))
    with pytest.raises(ValueError, match="kota"):
        city.engine.search("goods", city.shape, Query(text="keripik", names=names))
