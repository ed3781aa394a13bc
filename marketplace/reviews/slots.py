"""Where the proof of a purchase comes from: plugins that hand goods over say who received what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from marketplace.kernel.access import Actor
from marketplace.kernel.plugin import Slot
from marketplace.notifications.slots import Recipient


@dataclass(frozen=True, kw_only=True)
class ReceivedLine:
    """A line of an order whose goods its buyer has. ``receipt`` is ``<key of the source>:<id of the line>``."""

    receipt: str
    line_id: UUID
    product_id: UUID
    seller_id: UUID
    seller_name: str
    name: str
    variant: str
    image_id: UUID | None
    pattern_url: str
    url: str

    @property
    def goods(self) -> str:
        """Return what it is called, with the variant."""
        return f"{self.name}, {self.variant}" if self.variant else self.name


@dataclass(frozen=True, kw_only=True)
class Handed:
    """An order as its buyer may review it: the lines that came; ``buyer`` is their name."""

    code: str
    shown_code: str
    buyer: str
    lines: tuple[ReceivedLine, ...]


@dataclass(frozen=True, kw_only=True)
class Receipts:
    """A source of receipts.

    ``open(code, actor, token)`` gives an order to its buyer, or to who shows the token of its mailed link; None to everyone
    else and for codes of others. ``token(code)`` is what this browser keeps of such a token. ``genuine(receipts)`` returns
    those whose goods came, ``of_person`` all receipts of a person's orders, ``reach`` whom to write about one.
    """

    key: str
    open: Callable[[str, Actor, str], Handed | None]
    token: Callable[[str], str]
    genuine: Callable[[Sequence[str]], frozenset[str]]
    of_person: Callable[[UUID], Sequence[str]]
    reach: Callable[[str], tuple[Recipient, ...]]


receipts: Slot[Receipts] = Slot("reviews.receipts")
