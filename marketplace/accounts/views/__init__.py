"""The pages of accounts: the door, one's own account, and one's own settings."""

from marketplace.accounts.views import account, addresses, door, identity, preferences, second
from marketplace.accounts.views.browser import bp, person_of

__all__ = ("account", "addresses", "bp", "door", "identity", "person_of", "preferences", "second")
