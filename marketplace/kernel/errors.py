"""The four errors that the domain raises; anything else is a bug and shows as one."""

from collections.abc import Mapping, Sequence

from marketplace.kernel.words import Words


class DomainError(Exception):
    """What a use case may answer instead of a result."""

    status = 400


class NotFound(DomainError):
    """There is no such thing, or this actor may not know of it: the same answer for both (R15.2)."""

    status = 404


class NotAllowed(DomainError):
    """The actor may see the thing but not do this; names the permission, so that the page can say who may."""

    status = 403

    def __init__(self, permission: str, label: Words | None = None) -> None:
        super().__init__(permission)
        self.permission = permission
        self.label = label


class Invalid(DomainError):
    """What came in cannot be accepted; each field has the sentences that say what to do. The field ``""`` is the whole."""

    status = 422

    def __init__(self, fields: Mapping[str, Words | Sequence[Words]]) -> None:
        self.fields: dict[str, list[Words]] = {
            name: [said] if isinstance(said, Words) else list(said) for name, said in fields.items()
        }
        super().__init__(", ".join(f"{name}: {said[0].text}" for name, said in self.fields.items()))


class Conflict(DomainError):
    """The world moved meanwhile. ``facts`` carries old and new values in plain JSON types for the page or the client."""

    status = 409

    def __init__(self, code: str, said: Words, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.said = said
        self.facts = facts


class TooMany(Conflict):
    """A limit of tries is used up until ``retry_at`` (an aware instant, in ``facts`` as ISO 8601)."""

    status = 429
