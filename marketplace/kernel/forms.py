"""What may come in, from HTML or JSON alike: one pydantic model, typed values out, or sentences beside the fields."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Generic, TypeVar, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError, field_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_core.core_schema import ValidationInfo
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.wrappers import Request

from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Number, Words, _, gettext, language

# Control characters and halves of characters: PostgreSQL cannot store some, and nobody can read any.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# Signs that show nothing, or turn the writing round: with them one name looks like another. Copied texts are full of them.
UNSEEN = re.compile(r"[\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]")
# Emoji and some scripts are joined by these, so that longer texts keep them.
JOINERS = re.compile(r"[\u200c\u200d\U000e0000-\U000e007f]")
LINE_ENDS = re.compile(r"[\x85\u2028\u2029]")
GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:(\.[0-9]{3})+|(,[0-9]{3})+)")
SHORT_SUM = re.compile(r"([0-9]+)(?:[.,]([0-9]))? ?(rb|ribu|k|jt|juta)")
ONE_TIME_KEY = "kunci"
LONGEST_NUMBER = 15
DEEPEST = 32
MOST_FIELDS = 300
"""How many values one form may send: the longest is a product with thirty variants, and nothing reads more."""


class Input(BaseModel):
    """What one form or API operation takes. ``labels`` names the fields for people, by their last name.

    Texts come without signs that nobody sees, except the fields in ``exact``, which are taken as they are typed.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, arbitrary_types_allowed=True)
    labels: ClassVar[Mapping[str, Words]] = {}
    ignored: ClassVar[frozenset[str]] = frozenset({ONE_TIME_KEY, "lanjut", "aksi"})
    exact: ClassVar[frozenset[str]] = frozenset({"password", "old_password"})

    @field_validator("*", mode="before")
    @classmethod
    def readable(cls, value: object, info: ValidationInfo) -> object:
        """Refuse texts that cannot be stored, and take out of others what nobody sees."""
        texts = value if isinstance(value, (list, tuple, set, frozenset)) else (value,)
        if any(isinstance(one, str) and UNPRINTABLE.search(one) for one in texts):
            raise fault(_("The text has characters that cannot be stored. Type it again."))
        return UNSEEN.sub("", value) if isinstance(value, str) and info.field_name not in cls.exact else value


M = TypeVar("M", bound=Input)
R = TypeVar("R")


def fault(said: Words) -> PydanticCustomError:
    """Return an error for a validator to raise, with the sentence that people will see."""
    return PydanticCustomError("words", "{said}", {"said": said})


def _rupiah(value: object) -> object:
    if isinstance(value, Rupiah):
        return value
    if type(value) is int:
        return Rupiah(value)
    if isinstance(value, str):
        bare = value.casefold().replace("\u00a0", " ").strip().removeprefix("rp").strip().removesuffix(",-").strip()
        whole = bare.isdigit() or (GROUPED.fullmatch(bare) and ("," not in bare or language() == "en"))
        if bare.isascii() and whole:
            return Rupiah(int(bare.replace(".", "").replace(",", "")))
        if short := SHORT_SUM.fullmatch(bare):
            thousand = 1_000 if short[3] in ("rb", "ribu", "k") else 1_000_000
            return Rupiah(int(short[1]) * thousand + int(short[2] or 0) * thousand // 10)
    raise fault(_("Write the amount in whole rupiah, for example 15000."))


def _whole(value: object) -> object:
    bare = value.strip() if isinstance(value, str) else ""
    if bare.isascii() and bare.isdigit() and len(bare) <= LONGEST_NUMBER:
        return int(bare)
    if type(value) is not int and value is not None:
        raise fault(_("Write a whole number, in digits only."))
    return value


RupiahIn = Annotated[Rupiah, BeforeValidator(_rupiah)]
"""Whole rupiah: from forms ``15.000``, ``Rp 15.000``, ``15rb``; from JSON integers. ``15,000`` is taken where
English is spoken, whose pages write it so; elsewhere it may mean fifteen, and is refused, not guessed."""
WholeIn = Annotated[int, BeforeValidator(_whole)]
"""A whole number of zero or more written in ASCII digits (R5.3); narrow it with ``Field(ge=, le=)``."""
UNJOINED = BeforeValidator(
    lambda value: JOINERS.sub("", LINE_ENDS.sub(" ", value)) if isinstance(value, str) else value
)
"""What ends a line in Unicode becomes a blank, what joins two characters goes."""
Line = Annotated[str, UNJOINED, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\r\n]*$")]
"""One line of text, 1 to 200 characters, UNJOINED."""


def parse(model: type[M], request: Request) -> "Form[M]":
    """Read a request, form or JSON, into a form of the model.

    Raises UnsupportedMediaType (415) for other content, BadRequest (400) for broken JSON and RequestEntityTooLarge (413)
    for too many values. Wrong values raise nothing: the form carries them with what was typed.
    """
    if request.mimetype == "application/json":
        try:
            given = request.get_json(silent=True)
            too_deep = depth(given) > DEEPEST
        except RecursionError as failure:
            raise BadRequest from failure
        if not isinstance(given, dict) or too_deep:
            raise BadRequest
        return _checked(model, given, {})
    if request.mimetype not in ("application/x-www-form-urlencoded", "multipart/form-data", ""):
        raise UnsupportedMediaType
    if request.mimetype == "application/x-www-form-urlencoded" and request.get_data().count(b"&") >= MOST_FIELDS:
        raise RequestEntityTooLarge  # Before it is taken apart, which is what would take long.
    return from_html(model, request.form)


def from_html(model: type[M], typed: MultiDict[str, str]) -> "Form[M]":
    """Read what an HTML form sent, or a query string with the same names: see ``tree`` for the rules."""
    kept: dict[str, list[str]] = {name: typed.getlist(name) for name in typed}
    if sum(len(texts) for texts in kept.values()) > MOST_FIELDS:
        raise RequestEntityTooLarge
    try:
        nested = tree(model, kept)
    except Invalid as invalid:
        return Form(model, kept, None, invalid.fields)
    return _checked(model, nested, kept)


def tree(model: type[Input], typed: Mapping[str, list[str]]) -> dict[str, Any]:
    """Turn flat names into the model's shape: empty is None, an absent checkbox is False, ``baris-0-qty`` nests.

    A flag that is there means what it says: ``1`` and ``true`` are yes, ``0`` and ``false`` are no. A name given
    twice is refused unless the field is a list. Raises Invalid.
    """
    nested: dict[str, Any] = {}
    for name, fields in model.model_fields.items():
        kind = _plain(fields.annotation)
        key = fields.alias or name
        if get_origin(kind) is list and _is_input(item := get_args(kind)[0]):
            nested[key] = _rows(item, key, typed)
        elif get_origin(kind) in (list, tuple, frozenset, set):
            nested[key] = [text for text in typed.get(key, []) if text.strip()]
        elif _is_input(kind):
            nested[key] = tree(kind, _below(key, typed))
        elif kind is bool and key not in typed:
            nested[key] = False
        elif key in typed:
            if len(typed[key]) > 1:
                raise Invalid({key: _("This was sent more than once. Send one value.")})
            nested[key] = typed[key][0] if typed[key][0].strip() else None
    for name in typed:
        if name not in model.ignored and name.split("-")[0] not in nested and name not in nested:
            nested[name] = typed[name][0]
    return {name: value for name, value in nested.items() if value is not None}


def _rows(item: type[Input], key: str, typed: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    numbers = {name.split("-")[1] for name in typed if name.startswith(f"{key}-") and name.count("-") > 1}
    return [tree(item, _below(f"{key}-{number}", typed)) for number in sorted(numbers, key=lambda one: (len(one), one))]


def _below(key: str, typed: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {name.removeprefix(f"{key}-"): texts for name, texts in typed.items() if name.startswith(f"{key}-")}


def _plain(annotation: Any) -> Any:  # noqa: ANN401 - any type may stand in a model
    arms = [arm for arm in get_args(annotation) if arm is not type(None)]
    if type(None) in get_args(annotation) and len(arms) == 1:
        return _plain(arms[0])
    return _plain(arms[0]) if get_origin(annotation) is Annotated else annotation


def _is_input(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Input)


def depth(value: object) -> int:
    """Return how deeply a JSON value is nested."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max((depth(one) for one in inner), default=0)


@dataclass
class Form(Generic[M]):
    """What was typed, what it means if it is right, and the sentences if it is not. Fields are named as in HTML."""

    model: type[M]
    typed: Mapping[str, list[str]] = field(default_factory=dict)
    data: M | None = None
    errors: dict[str, list[Words]] = field(default_factory=dict)
    conflict: Conflict | None = None

    @property
    def values(self) -> dict[str, str]:
        """Return the typed texts, the first of each name, to be shown again."""
        return {name: texts[0] if texts else "" for name, texts in self.typed.items()}

    @property
    def status(self) -> int:
        """Return the HTTP status of a page that shows this form: 200, 422, or the conflict's."""
        if self.conflict is not None:
            return self.conflict.status
        return 422 if self.errors else 200

    def submit(self, act: Callable[[M], R]) -> R | None:
        """Call a service with the data. None means that the form now says why not: show it again with its status."""
        if self.data is None:
            return None
        try:
            return act(self.data)
        except Invalid as invalid:
            self.errors = invalid.fields
        except Conflict as conflict:
            self.conflict = conflict
            self.errors = {"": [conflict.said]}
        return None

    @classmethod
    def blank(cls, model: type[M], **values: object) -> "Form[M]":
        """Return a form to be filled in, with some fields already typed."""
        typed = {name: [str(value)] for name, value in values.items() if value is not None and value is not False}
        return cls(model, typed)


def _checked(model: type[M], nested: dict[str, Any], typed: Mapping[str, list[str]]) -> Form[M]:
    try:
        return Form(model, typed, model.model_validate(nested))
    except ValidationError as failure:
        errors: dict[str, list[Words]] = {}
        # Of unknown fields the first is enough: whoever sends thousands is not helped by an answer as long.
        unknown = False
        for detail in failure.errors(include_url=False, include_input=False):
            if unknown and detail["type"] == "extra_forbidden":
                continue
            unknown |= detail["type"] == "extra_forbidden"
            name = "-".join(str(part) for part in detail["loc"] if not str(part).startswith("function-"))
            errors.setdefault(name, []).append(sentence(detail, model.labels))
        return Form(model, typed, None, errors)


MESSAGES: Mapping[str, Words] = {
    "missing": _("Enter %(field)s"),
    "string_too_short": _("%(field)s is too short: at least %(min_length)s characters."),
    "string_too_long": _("%(field)s is too long: at most %(max_length)s characters."),
    "string_pattern_mismatch": _("%(field)s has characters that do not belong there."),
    "string_type": _("%(field)s must be text."),
    "greater_than_equal": _("%(field)s must be at least %(ge)s."),
    "greater_than": _("%(field)s must be more than %(gt)s."),
    "less_than_equal": _("%(field)s must be at most %(le)s."),
    "less_than": _("%(field)s must be less than %(lt)s."),
    "too_short": _("Choose at least %(min_length)s for %(field)s."),
    "too_long": _("Choose at most %(max_length)s for %(field)s."),
    "enum": _("Choose one of the options for %(field)s."),
    "literal_error": _("Choose one of the options for %(field)s."),
    "uuid_parsing": _("%(field)s is not a valid identifier."),
    "date_from_datetime_parsing": _("%(field)s is not a date. Write it as 2026-11-27."),
    "extra_forbidden": _("%(field)s is not a field of this form."),
}
OTHERWISE = _("%(field)s is not right. Check it.")


def sentence(detail: ErrorDetails, labels: Mapping[str, Words]) -> Words:
    """Return what people see for one of pydantic's errors: our own sentence, by its type."""
    context = detail.get("ctx", {})
    if isinstance(said := context.get("said"), Words):
        return said
    last = next((str(part) for part in reversed(detail["loc"]) if isinstance(part, str)), "")
    kind = detail["type"]
    # Behind a function of ours pydantic does not know that the thing it measures is a text.
    measured = f"string_{kind}" if context.get("field_type") == "Value" else kind
    known = MESSAGES.get(measured) or MESSAGES.get(kind, OTHERWISE)
    label = labels.get(last, Words(last))
    if not known.text.startswith("%(field)s"):
        label = Within(label.text, label.parts)
    limits = {name: Number(limit) for name, limit in context.items() if type(limit) is int}
    return Words(known.text, {**context, **limits, "field": label})


class Within(Words):
    """A label inside a sentence: its first letter is small, unless the word is an abbreviation or a name."""

    def __str__(self) -> str:
        """Return the label in the language spoken now."""
        said = gettext(self.text, **self.parts)
        # SKU, P-IRT and WhatsApp have a capital further on, and keep the first.
        first = said.partition(" ")[0]
        return said if any(letter.isupper() for letter in first[1:]) else said[:1].lower() + said[1:]
