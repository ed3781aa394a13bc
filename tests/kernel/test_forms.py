"""One model for forms and JSON: typed values, or sentences beside the fields with what was typed."""

import json
import time
from collections.abc import Iterator
from typing import Annotated, ClassVar

import pytest
from pydantic import Field, StringConstraints
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.forms import Form, Input, Line, RupiahIn, WholeIn, from_html, parse
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Words, _, speaking


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with speaking("en"):
        yield


class Row(Input):
    """One line of an offer."""

    qty: Annotated[WholeIn, Field(ge=1, le=99)]


class Offer(Input):
    """A form with one of each kind."""

    labels: ClassVar[dict[str, Words]] = {"name": _("Product name"), "qty": _("Quantity")}
    name: Line
    price: RupiahIn
    note: str | None = None
    halal: bool = False
    tags: list[str] = Field(default_factory=list)
    baris: list[Row] = Field(default_factory=list)


class Secret(Input):
    password: Annotated[str, StringConstraints(strip_whitespace=False)]


def typed(**values: str | list[str]) -> Form[Offer]:
    pairs = [(key, one) for key, value in values.items() for one in (value if isinstance(value, list) else [value])]
    return from_html(Offer, MultiDict([(key.replace("__", "-"), one) for key, one in pairs]))


class Shelf(Input):
    """Fields whose limits need a thousands mark."""

    labels: ClassVar[dict[str, Words]] = {"stock": _("Stock"), "note": _("Note"), "tags": _("Tags")}
    stock: Annotated[WholeIn, Field(ge=1_000, le=1_000_000)] = 1_000
    note: Annotated[str, StringConstraints(max_length=5_000)] = ""


@pytest.mark.parametrize(
    ("typed", "english", "indonesian"),
    [
        ({"stock": "1000001"}, "at most 1,000,000.", "1.000.000"),
        ({"stock": "999"}, "at least 1,000.", "1.000"),
        ({"note": "a" * 5_001}, "at most 5,000 characters.", "5.000"),
    ],
)
def test_a_limit_is_written_as_its_reader_writes_numbers(typed: dict[str, str], english: str, indonesian: str) -> None:
    said = next(iter(from_html(Shelf, MultiDict(typed)).errors.values()))[0]
    assert str(said).endswith(english)
    with speaking("id"):
        assert f" {indonesian}" in str(said)


def test_what_people_type_becomes_typed_values() -> None:
    form = typed(
        name=" Keripik ", price="Rp 15.000", note="", tags=["pedas", ""], baris__0__qty="2", baris__10__qty="3"
    )
    assert form.errors == {}
    assert form.data == Offer(name="Keripik", price=Rupiah(15000), tags=["pedas"], baris=[Row(qty=2), Row(qty=3)])
    assert form.data is not None
    assert form.data.halal is False
    assert typed(name="K", price="1", halal="on").data.halal is True  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("1", True),
        ("true", True),
        ("on", True),
        ("0", False),
        ("false", False),
        ("", False),
    ],
)
def test_a_flag_means_what_it_says(given: str, meant: bool) -> None:
    form = typed(name="K", price="1", halal=given)
    assert form.data is not None
    assert form.data.halal is meant


@pytest.mark.parametrize("given", ["2", "tidak"])
def test_a_flag_that_is_neither_is_refused_beside_its_field(given: str) -> None:
    form = typed(name="", price="1", halal=given)
    assert set(form.errors) == {"name", "halal"}


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("15000", 15000),
        ("15.000", 15000),
        ("Rp\u00a015.000", 15000),
        ("rp 25.000,-", 25000),
        ("15rb", 15000),
        ("1,5jt", 1500000),
    ],
)
def test_the_ways_people_write_rupiah(text: str, amount: int) -> None:
    form = typed(name="K", price=text)
    assert form.data is not None
    assert form.data.price == Rupiah(amount)


@pytest.mark.parametrize(("text", "amount"), [("25,000", 25_000), ("Rp 1,250,000", 1_250_000), ("25.000", 25_000)])
def test_who_reads_english_may_write_rupiah_as_english_pages_do(text: str, amount: int) -> None:
    form = typed(name="K", price=text)
    assert form.data is not None
    assert form.data.price == Rupiah(amount)


@pytest.mark.parametrize("text", ["25,5", "1,5", "25.5", "25,00", "1,250.000", "0,500"])
def test_what_is_no_whole_amount_in_english_either_is_refused_with_an_example(text: str) -> None:
    assert "15000" in str(typed(name="K", price=text).errors["price"][0])


@pytest.mark.parametrize("text", ["15,000", "1.5", "1,5", "15.00", "0.500", "-5", "١٥", "lima", "1e3", "15.000,50"])
def test_an_amount_that_could_mean_two_things_is_refused_and_kept(text: str) -> None:
    with speaking("id"):
        form = typed(name="K", price=text)
    assert form.data is None
    assert form.status == 422
    assert form.values["price"] == text
    assert "whole rupiah" in form.errors["price"][0].text


def test_each_wrong_field_has_its_own_sentence_with_its_name_for_people() -> None:
    form = typed(price="1000", baris__0__qty="0")
    assert str(form.errors["name"][0]) == "Enter product name"
    assert str(form.errors["baris-0-qty"][0]) == "Quantity must be at least 1."


def test_one_value_sent_twice_an_unknown_field_and_nul_are_refused() -> None:
    assert "more than once" in str(typed(name=["a", "b"], price="1").errors["name"][0])
    assert "not a field" in str(typed(name="a", price="1", is_admin="1").errors["is_admin"][0])
    assert "cannot be stored" in str(typed(name="a\0b", price="1").errors["name"][0])
    assert "cannot be stored" in str(typed(name="a", price="1", tags=["b", "\x07"]).errors["tags"][0])
    assert "not a field" in str(typed(name="a", price="1", **{"": "x"}).errors[""][0])


def test_of_many_unknown_fields_one_is_named() -> None:
    assert len(typed(name="a", price="1", x="1", y="2", z="3").errors) == 1
    many = parse(Offer, sent(json.dumps({"name": "K", "price": 1, **{f"x{number}": 1 for number in range(9)}})))
    assert len(many.errors) == 1


@pytest.mark.parametrize(
    "flood",
    [
        "&".join(f"a{number}=" for number in range(60_000)),
        "&".join(f"baris-{number}-qty=1" for number in range(4_000)),
        "tags=1&" * 4_000,
    ],
)
def test_a_flood_of_values_is_413_at_once(flood: str) -> None:
    began = time.monotonic()
    with pytest.raises(RequestEntityTooLarge):
        parse(Offer, sent(flood, "application/x-www-form-urlencoded"))
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("end", ["\x85", "\u2028", "\u2029"])
def test_what_ends_a_line_in_unicode_becomes_a_blank(end: str) -> None:
    form = typed(name=f"Warung{end}Bu Siti{end}", price="1", note=f"one{end}two")
    assert form.data is not None
    assert form.data.name == "Warung Bu Siti"
    assert form.data.note == f"one{end}two", "a text of several lines may have them"


@pytest.mark.parametrize("unseen", ["\u202e", "\u200f", "\u2066", "\u200b", "\ufeff", "\xad", "\u2060", "\u3164"])
def test_signs_that_show_nothing_or_turn_the_writing_round_are_taken_out(unseen: str) -> None:
    form = typed(name=f"{unseen}Toko{unseen} Bu Siti", price=f"{unseen}15.000", note=f"satu{unseen}dua")
    assert form.data is not None
    assert (form.data.name, form.data.note, form.data.price.amount) == ("Toko Bu Siti", "satudua", 15_000)
    assert "name" in typed(name=unseen, price="1").errors, "a name of nothing is no name"
    assert parse(Offer, sent(json.dumps({"name": f"a{unseen}b", "price": 1}))).data == Offer(name="ab", price=Rupiah(1))


def test_joined_emoji_stay_in_longer_texts_and_names_have_no_joiners() -> None:
    family = "👩\u200d👩\u200d👧"
    form = typed(name=f"Toko {family}\u200c", price="1", note=family)
    assert form.data is not None
    assert (form.data.name, form.data.note) == ("Toko 👩👩👧", family)


def test_a_password_is_taken_as_it_is_typed() -> None:
    form = from_html(Secret, MultiDict([("password", " a\u200bb\xad")]))
    assert form.data is not None
    assert form.data.password == " a\u200bb\xad"


def sent(content: str, kind: str = "application/json") -> Request:
    return Request(EnvironBuilder(method="POST", data=content, content_type=kind).get_environ())


def test_json_takes_whole_numbers_and_no_unknown_fields() -> None:
    assert parse(Offer, sent('{"name": "K", "price": 15000}')).data == Offer(name="K", price=Rupiah(15000))
    assert "price" in parse(Offer, sent('{"name": "K", "price": 15000.0}')).errors
    assert "admin" in parse(Offer, sent('{"name": "K", "price": 1, "admin": true}')).errors


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (r'{"name": "a\u0000b", "price": 1}', "name"),
        (r'{"name": "a\ud800b", "price": 1}', "name"),
        (r'{"name": "a", "price": 1, "tags": ["b", "\u0007"]}', "tags"),
        (r'{"name": "a", "price": "\u0000", "tags": []}', "price"),
    ],
)
def test_json_texts_that_cannot_be_stored_are_refused_too(content: str, field: str) -> None:
    assert "cannot be stored" in str(parse(Offer, sent(content)).errors[field][0])


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"a":' * 40 + "1" + "}" * 40, '{"a":' + "[" * 3000 + "]" * 3000 + "}", "[" * 100_000]
)
def test_broken_or_bottomless_json_is_400(content: str) -> None:
    with pytest.raises(BadRequest):
        parse(Offer, sent(content))


def test_other_content_is_415() -> None:
    with pytest.raises(UnsupportedMediaType):
        parse(Offer, sent("name=K", "text/plain"))


def test_a_service_that_says_no_leaves_the_form_as_it_was_typed() -> None:
    form = typed(name="K", price="1000")

    def refuse(_data: Offer) -> str:
        raise Invalid({"name": _("There is one of that name.")})

    assert form.submit(refuse) is None
    assert form.status == 422
    assert form.values["price"] == "1000"

    def lose(_data: Offer) -> str:
        raise Conflict("stale", _("Somebody was quicker."))

    form = typed(name="K", price="1000")
    assert form.submit(lose) is None
    assert form.status == 409
    assert typed(name="K", price="1000").submit(lambda data: data.name) == "K"
