"""The OpenAPI document is made from the models that the routes use."""

import re
from collections.abc import Iterator
from enum import StrEnum

import openapi_spec_validator
import pytest
from flask import Flask, jsonify
from flask.testing import FlaskClient
from pydantic import Field

from marketplace.api import queries
from marketplace.api.plugin import plugin as api
from marketplace.api.slots import Answer, Operation, Resource, RupiahOut, resources
from marketplace.kernel import plugin as plugins
from marketplace.kernel.access import PUBLIC
from marketplace.kernel.forms import Input, Line, RupiahIn, WholeIn
from marketplace.kernel.money import Rupiah
from marketplace.kernel.plugin import Plugin
from marketplace.kernel.routes import Pages
from marketplace.kernel.settings import read
from marketplace.kernel.words import Words


class Order(StrEnum):
    NEWEST = "newest"
    CHEAPEST = "cheapest"


class Wanted(Input):
    q: str | None = None
    order: Order = Order.NEWEST
    page: WholeIn = Field(default=1, ge=1)


class Basket(Input):
    name: Line
    price: RupiahIn


class Part(Answer):
    name: str


class Offered(Answer):
    name: str
    price: RupiahOut
    parts: tuple[Part, ...] = ()


bp = Pages("baskets", __name__, url_prefix="/api/v1/baskets")


@bp.page("", policy=PUBLIC)
def listing() -> object:
    return jsonify([])


GUEST = Plugin(
    name="baskets",
    label=Words("Baskets"),
    requires=("api",),
    blueprints=(bp,),
    fills=(
        resources(
            Resource(
                name="baskets",
                label=Words("Baskets"),
                blueprint=bp,
                operations=(
                    Operation(method="get", path="/baskets", summary="All baskets", query=Wanted, answer=Offered),
                    Operation(
                        method="get",
                        path="/baskets/{code}",
                        summary="One basket",
                        answer=Offered,
                        parts={"code": "Its code"},
                    ),
                    Operation(
                        method="post", path="/baskets", summary="Make one", body=Basket, answer=Offered, status=201
                    ),
                ),
            )
        ),
    ),
)


@pytest.fixture
def installed(tmp_path: object) -> Iterator[None]:
    before = plugins._current.get(None)
    settings = read(tmp_path, {}, {"DATABASE_URL": "postgresql://nobody@nowhere/nothing"})  # type: ignore[arg-type]
    plugins.install((api, GUEST), settings)
    yield
    if before is not None:
        plugins.enter(before)


def test_the_document_is_valid_openapi_3_1(installed: None) -> None:
    document = queries.document("http://127.0.0.1:8000")
    openapi_spec_validator.validate(document)
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == {"/baskets", "/baskets/{code}"}


def test_money_is_a_whole_number_in_both_directions(installed: None) -> None:
    schemas = queries.document("http://127.0.0.1:8000")["components"]["schemas"]
    assert schemas["Offered"]["properties"]["price"]["type"] == "integer"
    assert schemas["Basket"]["properties"]["price"] == {"$ref": "#/components/schemas/Rupiah"}
    assert schemas["Rupiah"]["type"] == "integer"
    assert Offered(name="Keripik", price=Rupiah(15_000)).model_dump(mode="json")["price"] == 15_000


def test_a_query_is_told_as_parameters_with_its_choices(installed: None) -> None:
    listing = queries.document("http://127.0.0.1:8000")["paths"]["/baskets"]["get"]
    named = {one["name"]: one for one in listing["parameters"]}
    assert set(named) == {"q", "order", "page"}
    assert named["order"]["schema"]["enum"] == ["newest", "cheapest"]
    assert "422" in listing["responses"]


def test_what_comes_in_refuses_unknown_fields_in_the_document_too(installed: None) -> None:
    schemas = queries.document("http://127.0.0.1:8000")["components"]["schemas"]
    assert schemas["Basket"]["additionalProperties"] is False


def test_an_api_without_guests_still_has_a_document(tmp_path: object) -> None:
    before = plugins._current.get(None)
    settings = read(tmp_path, {}, {"DATABASE_URL": "postgresql://nobody@nowhere/nothing"})  # type: ignore[arg-type]
    plugins.install((api,), settings)
    openapi_spec_validator.validate(queries.document("http://127.0.0.1:8000"))
    if before is not None:
        plugins.enter(before)


def test_the_entrance_lists_what_there_is(client: FlaskClient) -> None:
    entrance = client.get("/api/v1").json
    assert entrance["document"] == "/api/v1/openapi.json"
    assert "/api/v1/products" in [path for one in entrance["resources"] for path in one["paths"]]


def test_the_sites_own_document_is_valid_and_its_paths_are_routes(app: Flask, client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    openapi_spec_validator.validate(document)
    routes = {re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule.rule) for rule in app.url_map.iter_rules()}
    assert {queries.BASE + path for path in document["paths"]} <= routes


def test_two_readers_get_the_same_bytes(client: FlaskClient) -> None:
    plain = client.get("/api/v1/openapi.json").data
    client.set_cookie("sesi", "somebody")
    assert client.get("/api/v1/openapi.json").data == plain
