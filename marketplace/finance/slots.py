"""Where other channels tell what they owe a shop and what it sold there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from marketplace.kernel.money import Rupiah
from marketplace.kernel.plugin import Slot
from marketplace.kernel.words import Words


@dataclass(frozen=True, kw_only=True)
class Receivable:
    """Money that somebody owes a shop: for what, until when, and who has it in hand."""

    label: str
    amount: Rupiah
    due_on: date
    why: Words
    overdue: bool


receivables: Slot[Callable[[Sequence[UUID]], Sequence[Receivable]]] = Slot("finance.receivables")
turnover: Slot[Callable[[UUID, int], Rupiah]] = Slot("finance.turnover")
"""Each returns what a seller sold in a calendar year through its channel, beside the public one."""
