"""What the catalogue does behind the request: its products follow their shop."""

from uuid import UUID

from marketplace.catalog import services
from marketplace.kernel.events import inside
from marketplace.sellers.events import SellerChanged


@inside
def follow_seller(event: SellerChanged) -> None:
    """Copy where the shop is and whether it sells to its products."""
    services.follow_seller(UUID(event.seller_id))
