"""Pages of e-order."""
