"""What somebody keeps for later, and whom we tell when something sold out is back.

Its words: *wish* (a product that an owner keeps), *owner* (``person:<id>`` or ``guest:<hash>``), *alert* (a request
to be told once).
"""
