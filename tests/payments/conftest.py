"""Gateways with the stand-ins of their providers."""

from tests.payments.gateways import (
    bench,
    number_bench,
    outside,
    qris_bench,
    sandbox_bench,
    stripe_bench,
    through,
)

__all__ = ["bench", "number_bench", "outside", "qris_bench", "sandbox_bench", "stripe_bench", "through"]
