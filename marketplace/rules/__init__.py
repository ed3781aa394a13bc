"""Dated parameters with their legal source: taxes, fees, limits."""
