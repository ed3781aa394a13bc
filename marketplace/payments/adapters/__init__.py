"""Gateways and payers: each a module of its own, behind its slot."""

from marketplace.payments.adapters.bank import Bank
from marketplace.payments.adapters.sandbox import Sandbox

__all__ = ["Bank", "Sandbox"]
