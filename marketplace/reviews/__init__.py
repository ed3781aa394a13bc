"""What buyers say of goods that came to them, what shops answer, and what the programme decides about it.

Its words: *receipt* (a line of an order whose goods came), *review*, *answer*, *report*, *rating* (a product's stars together).
"""
