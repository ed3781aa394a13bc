"""Series and the papers of them; triggers keep both as they were written."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import PERSONAL, Base, Identified, at_least


class Series(Base):
    """The last number given in a series; moved on by one with each paper, in its transaction."""

    __tablename__ = "documents_series"
    __table_args__ = (at_least("last"),)

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    owner: Mapped[str] = mapped_column(Text, primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    last: Mapped[int]


class Paper(Identified, Base):
    """A paper. Only the key and sum of its file come later, once."""

    __tablename__ = "documents_papers"
    __table_args__ = (
        at_least("number", 1),
        UniqueConstraint("kind", "owner", "year", "number"),
        UniqueConstraint("kind", "subject"),
        CheckConstraint("(file_key IS NULL) = (file_sha256 IS NULL)", name="file_with_its_sum"),
    )

    kind: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text)
    year: Mapped[int] = mapped_column(SmallInteger)
    number: Mapped[int]
    shown: Mapped[str] = mapped_column(Text, unique=True)
    subject: Mapped[str] = mapped_column(Text, index=True)
    corrects: Mapped[UUID | None] = mapped_column(ForeignKey("documents_papers.id"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, info=PERSONAL)
    digest: Mapped[str] = mapped_column(Text)
    stamp_duty: Mapped[bool]
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    file_key: Mapped[str | None] = mapped_column(Text)
    file_sha256: Mapped[str | None] = mapped_column(Text)
    issued_at: Mapped[datetime]
