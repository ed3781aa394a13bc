"""Claims: something is wrong with what came, and how buyer, shop and programme end it (C9)."""
