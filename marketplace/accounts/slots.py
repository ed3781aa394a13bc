"""Where plugins above come in when a person does."""

from collections.abc import Callable
from uuid import UUID

from marketplace.kernel.plugin import Slot

arrivals: Slot[Callable[[str, UUID], None]] = Slot("accounts.arrivals")
"""Called inside the transaction of a sign-in with the guest key of this browser and the person it turned out to be, so that
what the guest gathered is theirs on the very next page. An error stops the sign-in. Coming in proves a password and not an
address: what belongs to an address waits for ``EmailProved``, or asks ``queries.proved_email``."""
departures: Slot[Callable[[], str]] = Slot("accounts.departures")
"""Each names a cookie in which a browser keeps a right for somebody; it is dropped when they sign out."""
