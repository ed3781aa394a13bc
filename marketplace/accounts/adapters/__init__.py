"""The line to identity providers."""

from marketplace.accounts.adapters.oidc import arrival, departure, state_of

__all__ = ("arrival", "departure", "state_of")
