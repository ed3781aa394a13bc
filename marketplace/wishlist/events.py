"""What the wishlist tells."""

from dataclasses import dataclass

from marketplace.kernel.events import Event


@dataclass(frozen=True)
class AlertAsked(Event):
    """Somebody gave an address that is to be confirmed."""

    alert_id: str


@dataclass(frozen=True)
class AlertWaits(Event):
    """An alert waits from now on; its product may have come back meanwhile."""

    alert_id: str
    product_id: str


@dataclass(frozen=True)
class BackInStock(Event):
    """A product can be bought again, and this alert is to be told."""

    alert_id: str
    product_id: str


@dataclass(frozen=True)
class ManyAreBack(Event):
    """More alerts wait for a product than are told at once; the rest follows."""

    product_id: str
