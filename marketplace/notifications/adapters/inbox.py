"""The inbox as a channel: a list of our own, so that it is written with the delivery itself."""

from dataclasses import replace
from uuid import UUID, uuid5

from marketplace.kernel.words import Words, _
from marketplace.notifications import services
from marketplace.notifications.adapters.writing import closed
from marketplace.notifications.slots import INBOX, Message, Recipient


class Inbox:
    """What a person finds on ``/notifikasi``."""

    key: str = INBOX
    label: Words = _("On this site")
    inside: bool = True

    def available(self) -> bool:
        """Tell that there is always one."""
        return True

    def address(self, recipient: Recipient) -> str | None:
        """Return the person; guests have no inbox."""
        return str(recipient.person_id) if recipient.person_id else None

    def key_of(self, delivery: UUID, address: str) -> str:
        """Return the key under which a message lies in an inbox once."""
        return str(uuid5(delivery, f"{self.key}:{address}"))

    def send(self, message: Message, key: str) -> None:
        """Put it there, without what opens the thing for others: its reader is signed in."""
        services.put(replace(message, link=closed(message.link)), key)
