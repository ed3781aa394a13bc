"""Channels, each a module of its own behind the one slot, and the words that they carry."""

from marketplace.notifications.adapters.inbox import Inbox
from marketplace.notifications.adapters.mail import Mail
from marketplace.notifications.adapters.webhook import Webhook

__all__ = ("Inbox", "Mail", "Webhook")
