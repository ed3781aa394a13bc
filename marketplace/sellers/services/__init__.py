"""What can be done with a shop: register it, keep its profile, check it and its papers, trust it, stop it."""

from marketplace.sellers.services.papers import accept_paper, refuse_paper, show_paper
from marketplace.sellers.services.shops import (
    MOST_SHOPS,
    come_back,
    forget_owner,
    go_away,
    register,
    resume,
    suspend,
    trust,
    update,
    verify,
)

__all__ = [
    "MOST_SHOPS",
    "accept_paper",
    "come_back",
    "forget_owner",
    "go_away",
    "refuse_paper",
    "register",
    "resume",
    "show_paper",
    "suspend",
    "trust",
    "update",
    "verify",
]
