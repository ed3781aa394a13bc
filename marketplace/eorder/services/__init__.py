"""What can be done in e-order; the only functions that write it."""
