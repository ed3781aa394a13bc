"""Takes money for a reference: *charges* at *gateways*, told by *webhook events*, settled once (docs/plugins/payments.md)."""
