"""Where flags plug in: what an auditor would ask about an order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.kernel.plugin import Slot
from marketplace.kernel.words import Words

Facts = Mapping[str, Any]
"""What a flag found, in plain JSON types, enough to explain it later as it was then."""


@dataclass(frozen=True, kw_only=True)
class Flag:
    """A rule that looks at an order and may find something to ask about; it asks for a reason and never blocks.

    ``owner`` is who answers for the rule, ``basis`` its source, ``look(order_id)`` returns what was found or None, and
    ``explain(facts)`` says it to people. ``before`` tells whether it can be known before the order is sent.
    """

    key: str
    label: Words
    owner: str
    basis: str
    look: Callable[[UUID], Facts | None]
    explain: Callable[[Facts], Words]
    before: bool = True


flags: Slot[Flag] = Slot("eorder.flags")
