"""What other plugins may put under /api/v1, and the types their answers share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema

from marketplace.kernel.money import Rupiah
from marketplace.kernel.plugin import Slot
from marketplace.kernel.routes import Pages
from marketplace.kernel.words import Words

RupiahOut = Annotated[
    Rupiah,
    PlainSerializer(lambda amount: amount.amount, return_type=int),
    WithJsonSchema({"type": "integer", "description": "Whole rupiah"}),
]
"""Money in an answer: a whole number of rupiah."""


class Answer(BaseModel):
    """What an operation gives: only the fields that this reader may see; ``model_dump(mode="json")`` is the body."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True, from_attributes=True)


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One method on one path below /api/v1, ``{name}`` for parts that vary, with the models it takes and gives.

    ``errors`` are the statuses it may answer besides; 4xx bodies are problem documents. ``parts`` says what each
    part of the path is. The summary is English: the document has one language.
    """

    method: str
    path: str
    summary: str
    answer: type[BaseModel]
    status: int = 200
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    parts: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Resource:
    """Things of one kind: the blueprint that serves them (also listed in its plugin's manifest) and its operations."""

    name: str
    label: Words
    blueprint: Pages
    operations: tuple[Operation, ...]


resources: Slot[Resource] = Slot("api.resources")
