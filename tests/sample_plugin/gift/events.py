"""What gift wrapping tells."""

from dataclasses import dataclass

from marketplace.kernel.events import Event


@dataclass(frozen=True)
class WrapOffered(Event):
    """A shop wraps a product from now on."""

    product_id: str
