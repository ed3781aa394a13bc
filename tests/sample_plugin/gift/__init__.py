"""Gift wrapping: a shop says which of its products it wraps, and shoppers find those.

Its words: a *wrap* is the promise to wrap one product.
"""
