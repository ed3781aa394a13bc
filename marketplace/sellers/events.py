"""What sellers tells."""

from dataclasses import dataclass

from marketplace.kernel.events import Event


@dataclass(frozen=True)
class SellerChanged(Event):
    """Something that the public sees of a shop changed: its profile, its state, its verification."""

    seller_id: str
