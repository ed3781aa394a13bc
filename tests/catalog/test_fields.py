"""Fields that other plugins add to the product: right ones work in every list, wrong ones stop at the door."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.catalog import slots
from marketplace.catalog.events import ProductChanged
from marketplace.catalog.index import follows, products
from marketplace.catalog.queries import documents as documents_module
from marketplace.kernel.events import Event
from marketplace.kernel.plugin import PluginError
from marketplace.kernel.words import _
from search import services as searching
from tests.factories import catalog, sellers


@dataclass(frozen=True)
class Graded(Event):
    product_id: str


def field(**changes: Any) -> slots.ProductField:
    told = {"name": "grade", "kind": "keyword", "label": _("Local content"), "facet": True, "query_key": "mutu"}
    return slots.ProductField(**{**told, "values": lambda _ids: {}, **changes})


@pytest.fixture
def baskets(app: Flask) -> list[UUID]:
    shop = sellers.shop(trusted=True)
    return [catalog.product(catalog.listing(name=f"Besek {at}"), of=shop) for at in range(2)]


def shown(client: FlaskClient, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200
    return sorted(re.findall(r'class="kartu-tautan" href="[^"]*">([^<]*)<', answer.text))


def offered(monkeypatch: pytest.MonkeyPatch, *fields: slots.ProductField) -> None:
    monkeypatch.setattr(slots, "product_fields", list(fields))


def values(given: Mapping[UUID, Any]) -> Any:
    return lambda ids: {one: given[one] for one in ids if one in given}


def test_a_number_is_asked_for_as_a_number(
    client: FlaskClient, baskets: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = baskets
    offered(monkeypatch, field(kind="number", values=values({first: 40, second: -2})))
    searching.rebuild(products)
    assert shown(client, "/cari?mutu=40") == ["Besek 0"]
    assert shown(client, "/cari?mutu=-2&mutu=x") == ["Besek 1"]
    page = client.get("/cari?mutu=40").text
    assert 'name="mutu" value="40" checked' in page
    assert 'class="keping keping-pilih"' in page
    for nothing in ("x", "", "4" * 40, "4.0", "--4", "\u0664"):
        assert shown(client, f"/cari?mutu={nothing}") == ["Besek 0", "Besek 1"]


def test_a_flag_is_asked_for_with_yes(
    client: FlaskClient, baskets: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    offered(monkeypatch, field(kind="flag", values=values({baskets[0]: True})))
    searching.rebuild(products)
    assert shown(client, "/cari?mutu=1") == shown(client, "/cari?mutu=true") == ["Besek 0"]
    assert shown(client, "/cari?mutu=0") == shown(client, "/cari?mutu=false") == ["Besek 0", "Besek 1"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (field(name="price"), "'price' is declared twice"),
        (field(name="Grade"), "'Grade' needs a name of small letters"),
        (field(name="id"), "'id' needs a name"),
        (field(kind="texts"), "'grade' has no kind"),
        (field(kind="text"), "cannot be a facet"),
        (field(query_key="q"), "not 'q'"),
        (field(query_key=""), "not ''"),
        (field(query_key="Mutu"), "not 'Mutu'"),
    ],
)
def test_a_field_that_cannot_be_stops_the_start(
    app: Flask, monkeypatch: pytest.MonkeyPatch, wrong: slots.ProductField, said: str
) -> None:
    offered(monkeypatch, wrong)
    with pytest.raises(PluginError, match=said):
        follows()


def test_two_fields_share_neither_name_nor_key(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    offered(monkeypatch, field(), field(query_key="lain"))
    with pytest.raises(PluginError, match="declared twice"):
        follows()
    offered(monkeypatch, field(), field(name="other"))
    with pytest.raises(PluginError, match="'other' is a facet"):
        follows()


def test_fields_that_follow_one_event_are_all_brought_up(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    offered(
        monkeypatch,
        field(follows={Graded: lambda _event: ["one", "both"]}),
        field(name="other", query_key="lain", follows={Graded: lambda _event: ["two", "both"]}),
        field(name="third", facet=False, follows={ProductChanged: lambda _event: ["kin"]}),
    )
    touched = follows()
    assert touched[Graded](Graded("x")) == ["one", "both", "two"]
    assert touched[ProductChanged](ProductChanged("x", "y")) == ["x", "kin"]


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("number", "40"),
        ("number", True),
        ("number", 2**70),
        ("number", [1, "2"]),
        ("keyword", 40),
        ("keyword", b"x"),
        ("flag", "yes"),
        ("flag", 1),
        ("text", 40),
    ],
)
def test_a_value_of_another_kind_costs_that_product_that_field_alone(
    client: FlaskClient,
    baskets: list[UUID],
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    wrong: object,
) -> None:
    right = {"number": 40, "keyword": ["A", "B"], "flag": True, "text": "halus"}[kind]
    given = {baskets[0]: wrong, baskets[1]: right}
    offered(monkeypatch, field(kind=kind, facet=kind != "text", values=values(given)))
    told: list[dict[str, object]] = []
    monkeypatch.setattr(documents_module.log, "warning", lambda _said, **facts: told.append(facts))
    assert searching.rebuild(products) == 2
    assert [(one["field"], one["products"]) for one in told] == [("grade", 1)]
    documents = {one["id"]: one for one in products.documents([str(one) for one in baskets])}
    assert "grade" not in documents[str(baskets[0])]
    assert documents[str(baskets[1])]["grade"] == right
    assert shown(client, "/cari") == ["Besek 0", "Besek 1"]
