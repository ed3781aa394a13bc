"""How goods come to their buyer: methods, prices, days, and the places of a day."""
