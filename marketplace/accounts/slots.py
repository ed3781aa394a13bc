"""Where plugins above come in when a person does."""

from collections.abc import Callable
from uuid import UUID

from marketplace.kernel.plugin import Slot

arrivals: Slot[Callable[[str, UUID], None]] = Slot("accounts.arrivals")
"""Called inside the transaction of a sign-in with the guest key of this browser and the person it turned out to be, so that
what the guest gathered is theirs on the very next page. An error stops the sign-in."""
