"""What may come in: what somebody has read, what they chose, and why something is told again."""

from collections.abc import Mapping
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, StringConstraints

from marketplace.kernel.forms import Input, Line
from marketplace.kernel.words import Words, _


class ReadIn(Input):
    """One message, ``pesan``, or all up to the newest that was shown, ``sampai``."""

    labels: ClassVar[Mapping[str, Words]] = {"pesan": _("Message"), "sampai": _("Newest message")}

    pesan: UUID | None = None
    sampai: UUID | None = None


class ChoicesIn(Input):
    """The boxes that are ticked, each as ``kind:channel``."""

    labels: ClassVar[Mapping[str, Words]] = {"pilihan": _("Choices")}

    pilihan: list[Annotated[str, StringConstraints(max_length=100)]] = Field(default=[], max_length=200)


class AgainIn(Input):
    """Why something is told again."""

    labels: ClassVar[Mapping[str, Words]] = {"alasan": _("Reason")}

    alasan: Annotated[Line, StringConstraints(min_length=5, max_length=200)]
