"""The one table of gift wrapping."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Identified


class Wrap(Identified, Base):
    """The promise of a shop to wrap a product."""

    __tablename__ = "gift_wraps"

    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalog_products.id"), unique=True)
    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers_sellers.id"), index=True)
    offered_at: Mapped[datetime]
