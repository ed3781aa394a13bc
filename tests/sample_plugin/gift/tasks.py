"""What gift wrapping does when it hears something."""

from uuid import UUID

from gift import services
from marketplace.catalog.events import ProductChanged
from marketplace.catalog.queries import cards
from marketplace.kernel.events import inside


@inside
def forget_what_is_not_sold(event: ProductChanged) -> None:
    """Take back the promise for a product that is not on show any more."""
    product = UUID(event.product_id)
    if not cards([product]):
        services.forget(product)
