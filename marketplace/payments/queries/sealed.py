"""What the bank needs and nobody else reads, sealed as accounts seals secrets, under BANK_KEYS."""

from marketplace.accounts.queries import SealBrokenError, Sealing

__all__ = ("SealBrokenError", "seal", "unseal")

_SEALING = Sealing("BANK_KEYS", "payments.bank")
seal = _SEALING.seal
unseal = _SEALING.unseal
