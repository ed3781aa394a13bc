"""Cart, checkout and orders: an *order* has a *part* for each seller, a part has frozen *lines* (docs/plugins/orders.md)."""
