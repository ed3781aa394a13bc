"""Gateways and payers: each a module of its own, behind its slot."""

from marketplace.payments.adapters.bank import Bank
from marketplace.payments.adapters.cod import CashOnDelivery
from marketplace.payments.adapters.midtrans import BANKS, Qris, VirtualAccount
from marketplace.payments.adapters.ready import ready
from marketplace.payments.adapters.sandbox import Sandbox
from marketplace.payments.adapters.stripe import Stripe
from marketplace.payments.adapters.stripe_transfers import Transfers
from marketplace.payments.adapters.transfer import Transfer
from marketplace.payments.queries import account

__all__ = [
    "BANKS",
    "Bank",
    "CashOnDelivery",
    "Qris",
    "Sandbox",
    "Stripe",
    "Transfer",
    "Transfers",
    "VirtualAccount",
    "account",
    "ready",
]
