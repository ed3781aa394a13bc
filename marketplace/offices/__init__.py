"""Offices of government that buy: what they planned, and what money they have for it.

Words used here: *unit* (an office), *package* (a planned purchase, RUP), *line* (money for one account code in one year),
*ceiling*, *committed*, *realised* (pagu, terikat, realisasi), *commitment* (what is held of both for a reference).
"""
