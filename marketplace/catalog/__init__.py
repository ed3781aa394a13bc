"""What is sold: categories, products, variants, prices, stock and reservations. Words: docs/plugins/catalog.md."""
