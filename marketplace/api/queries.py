"""The OpenAPI document of everything that plugins put under /api/v1, made from the routes' own models."""

from collections.abc import Iterator, Mapping
from typing import Any

from apispec import APISpec
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from marketplace.api.slots import Operation, resources
from marketplace.kernel.money import Rupiah

BASE = "/api/v1"
REFERENCE = "#/components/schemas/{model}"
PROBLEM = {
    "type": "object",
    "description": "What went wrong, as RFC 9457 has it.",
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
    "required": ["title", "status"],
}
ERRORS: Mapping[int, str] = {
    400: "The request could not be read.",
    401: "A valid token is needed.",
    403: "This actor may not do that.",
    404: "There is no such thing.",
    405: "This path has no such method.",
    409: "The world moved meanwhile.",
    415: "The body must be application/json.",
    422: "Some values are not right.",
    429: "Too many requests.",
}
ALWAYS = (404,)


class HouseSchema(GenerateJsonSchema):
    """JSON Schema with our own types: an amount of money is a whole number of rupiah."""

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> JsonSchemaValue:
        """Describe Rupiah as it is written, and any other dataclass as before."""
        if schema["cls"] is Rupiah:
            return {"type": "integer", "description": "Whole rupiah"}
        return super().dataclass_schema(schema)


def document(address: str, version: str = "1") -> dict[str, Any]:
    """Return the OpenAPI 3.1 document; ``address`` is where the site is reached."""
    spec = APISpec(
        title="Jakpreneur marketplace",
        version=version,
        openapi_version="3.1.0",
        info={"description": "Products of Jakarta's micro-enterprises, and what can be done with them."},
        servers=[{"url": f"{address}{BASE}"}],
    )
    spec.components.schema("Problem", PROBLEM)
    for name, schema in _schemas().items():
        spec.components.schema(name, schema)
    for resource in resources:
        spec.tag({"name": resource.name, "description": resource.label.text})
        for operation in resource.operations:
            spec.path(operation.path, operations={operation.method: _described(resource.name, operation)})
    whole: dict[str, Any] = spec.to_dict()
    return whole


def _models() -> Iterator[tuple[type[BaseModel], JsonSchemaMode]]:
    for resource in resources:
        for operation in resource.operations:
            yield operation.answer, "serialization"
            if operation.body is not None:
                yield operation.body, "validation"


def _schemas() -> dict[str, JsonSchemaValue]:
    models = list(dict.fromkeys(_models()))
    _names, whole = models_json_schema(models, schema_generator=HouseSchema, ref_template=REFERENCE)
    held: dict[str, JsonSchemaValue] = whole.get("$defs", {})
    return held


def _described(tag: str, operation: Operation) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": f"{operation.method}{_camel(operation.path)}",
        "summary": operation.summary,
        "tags": [tag],
        "parameters": [*_parts(operation), *_query(operation)],
        "responses": {
            str(operation.status): {"description": operation.summary, "content": _content(operation.answer)},
            **{str(status): _problem(status) for status in sorted(_errors(operation))},
        },
    }
    if operation.body is not None:
        said["requestBody"] = {"required": True, "content": _content(operation.body)}
    return said


def _errors(operation: Operation) -> set[int]:
    taken = {400, 415, 422} if operation.body else {422} if operation.query else set()
    return {*operation.errors, *taken, *(ALWAYS if operation.parts else ())}


def _camel(path: str) -> str:
    return "".join(part.strip("{}").title() for part in path.replace("-", "/").split("/"))


def _parts(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "description": text, "schema": {"type": "string"}}
        for name, text in operation.parts.items()
    ]


def _query(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    schema = operation.query.model_json_schema(schema_generator=HouseSchema)
    needed = set(schema.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in needed, "schema": _inlined(one, schema.get("$defs", {}))}
        for name, one in schema.get("properties", {}).items()
    ]


def _inlined(schema: Any, held: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """Put definitions where they are named: a query's enumerations are no schemas of their own."""
    if isinstance(schema, list):
        return [_inlined(one, held) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(held[schema["$ref"].rpartition("/")[2]], held)
    return {name: _inlined(one, held) for name, one in schema.items()}


def _content(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": REFERENCE.format(model=model.__name__)}}}


def _problem(status: int) -> dict[str, Any]:
    schema = {"$ref": REFERENCE.format(model="Problem")}
    return {
        "description": ERRORS.get(status, "It did not work."),
        "content": {"application/problem+json": {"schema": schema}},
    }
