"""Government offices buy from micro-enterprises: goods first, money after the handover minutes."""
