"""Words as people write them become the words that the engine keeps."""

import random
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as some

from search.speller import FRESH, Speller, distance
from search.text import asked_words, half, stored_words
from search.thesaurus import indonesian


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Keripik PISANG, 200 g!", ["keripik", "pisang", "200", "g"]),
        ("Café Jum'at", ["cafe", "jumat"]),
        ("ｅｎａａａｋ ﬁx", ["enak", "fix"]),
        ("XXXL iii", ["xxxl", "iii"]),
        ("oleh-oleh oleh oleh oleh2 OLEH‑OLEH", ["oleholeh"] * 4),
        ("sayur-mayur t-shirt", ["sayur", "mayur", "t", "shirt"]),
        ("10 10 a-a", ["10", "10", "a", "a"]),
        ("🎉 -- _ ", []),
        ("", []),
    ],
)
def test_a_query_becomes_words(written: str, words: list[str]) -> None:
    assert asked_words(written) == words


def test_a_text_is_found_by_more_words_than_it_has() -> None:
    stops = indonesian().stop_words
    assert stored_words("Baju anak-anak", stops) == ["baju", "anakanak", "anak"]
    assert stored_words("Oleh-oleh Betawi", stops) == ["oleholeh", "betawi"], "the word 'oleh' alone says nothing"
    assert stored_words("T-shirt", stops) == ["tshirt", "t", "shirt"]


@given(some.text(max_size=60))
def test_whatever_is_written_can_be_asked_for_as_it_was_stored(text: str) -> None:
    assert set(asked_words(text)) <= set(stored_words(text))


def test_a_half_is_that_of_a_doubling() -> None:
    assert half("anakanak") == "anak"
    assert half("papa") is None, "too short to be one"
    assert half("keripik") is None


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("rajutan", "rajut"),
        ("membatik", "batik"),
        ("kemeja", "kemeja"),
        ("rambutan", "rambutan"),
        ("durian", "durian"),
        ("keranjang", "keranjang"),
        ("terasi", "terasi"),
        ("keripik", "keripik"),
        ("gulai", "gulai"),
        ("kepala", "kepala"),
        ("teralis", "teralis"),
        ("anakanak", "anak"),
        ("a4", "a4"),
    ],
)
def test_stems_join_what_belongs_together_and_leave_the_rest(word: str, stem: str) -> None:
    assert indonesian().stems(word) == stem


def test_the_word_list_is_equal_both_ways_and_says_nothing_of_itself() -> None:
    equal = indonesian().equal
    for term, others in equal.items():
        assert term not in others
        assert all(term in equal[other] for other in others), term
    assert ("cabe",) in equal[("cabai",)]
    assert ("cumi",) in equal[("cumicumi",)]
    assert not {"tanpa", "isi", "murah"} & indonesian().stop_words


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [("batu", "btu", 1), ("batu", "batuk", 1), ("batu", "bato", 1), ("batu", "abtu", 1), ("batu", "batu", 0)],
)
def test_one_slip_of_the_finger_is_one_edit(one: str, other: str, edits: int) -> None:
    assert distance(one, other, 2) == edits


def test_far_words_are_only_said_to_be_too_far() -> None:
    assert distance("batu", "kemeja", 1) == 2
    assert distance("keripik", "kemeja", 2) == 3


def slipped(word: str, dice: random.Random) -> str:
    """Return the word with one slip: a letter lost, doubled by another, replaced, or swapped with its neighbour."""
    at = dice.randrange(len(word))
    other = dice.choice(ascii_lowercase)
    return dice.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + other + word[at:],
            word[:at] + other + word[at + 1 :],
            word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
        )
    )


def test_every_word_is_found_from_one_slip_away() -> None:
    dice = random.Random(7)
    words = sorted(word for word in indonesian().words if word.isalpha() and len(word) > 3)
    speller = Speller.of(words)
    for word in words:
        wrong = slipped(word, dice)
        if wrong != word and wrong not in words:
            assert (word, 1) in speller.near(wrong), wrong


def test_long_words_may_have_two_slips_and_short_ones_not() -> None:
    speller = Speller.of({"kerajinan", "handicraft", "batik", "mi"})
    assert speller.near("kerajinnann") == [("kerajinan", 2)]
    assert speller.near("hndicarft") == [("handicraft", 2)]
    assert speller.near("btk") == []
    assert speller.near("mii") == [], "two-letter words are nobody's correction"


def test_a_speller_learns_words_without_forgetting() -> None:
    young = Speller.of({"keripik"})
    assert young.grown({"keripik"}) is young
    grown = young.grown({"kerupuk", "keripik"})
    assert grown.near("kerupk") == [("kerupuk", 1)]
    assert grown.near("kripik") == [("keripik", 1)]
    dice = random.Random(1)
    many = {"".join(dice.choices(ascii_lowercase, k=8)) for _ in range(FRESH + 10)}
    filed = grown.grown(many)
    assert not filed.fresh
    assert filed.near("kerupk") == [("kerupuk", 1)]
