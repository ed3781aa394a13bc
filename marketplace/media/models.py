"""The pictures we keep; their bytes lie in the storage under keys made from ``stem`` and a width."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Identified, at_least


class Picture(Identified, Base):
    """A picture in several widths. A row exists only when all its files do."""

    __tablename__ = "media_pictures"
    __table_args__ = (
        at_least("width", 1),
        at_least("height", 1),
        at_least("bytes", 1),
        CheckConstraint("cardinality(widths) > 0", name="widths"),
    )

    owner: Mapped[str] = mapped_column(Text, index=True)
    """Whose it is, such as ``seller/<id>``; the keys of its files begin with it (R17.3)."""
    alt: Mapped[str] = mapped_column(Text)
    stem: Mapped[str] = mapped_column(Text, unique=True)
    private: Mapped[bool] = mapped_column(default=False)
    width: Mapped[int]
    height: Mapped[int]
    """Pixels of the widest file."""
    widths: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    bytes: Mapped[int]
    """Of all its files together."""
    made_at: Mapped[datetime]
    loose_since: Mapped[datetime] = mapped_column(index=True)
    """When it was stored, or when a use of it last ended: what nobody uses a day later is swept."""
