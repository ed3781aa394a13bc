"""Gateways: each a module of its own, behind the one slot."""

from marketplace.payments.adapters.sandbox import Sandbox

__all__ = ["Sandbox"]
