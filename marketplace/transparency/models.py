"""Processes that are public, and the releases that were published of each; releases only grow."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Identified, at_least


class OpenProcess(Identified, Base):
    """A need of an office that is public, under its name for all time."""

    __tablename__ = "transparency_processes"
    __table_args__ = (
        UniqueConstraint("need_id"),
        UniqueConstraint("ocid"),
        at_least("releases"),
        Index("ix_transparency_processes_year", "year", "id"),
    )

    need_id: Mapped[UUID] = mapped_column(ForeignKey("eorder_needs.id"))
    ocid: Mapped[str] = mapped_column(Text)
    year: Mapped[int] = mapped_column(SmallInteger)
    """The fiscal year of its need."""
    releases: Mapped[int] = mapped_column(default=0)
    """How many were published."""


class Release(Base):
    """What was known of a process at one time: the whole of it, without its name, time and tags; never changed."""

    __tablename__ = "transparency_releases"
    __table_args__ = (
        UniqueConstraint("process_id", "number"),
        at_least("number", 1),
        CheckConstraint("cardinality(tags) > 0", name="says_what_is_new"),
    )

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    """Its place in the feed."""
    process_id: Mapped[UUID] = mapped_column(ForeignKey("transparency_processes.id"))
    number: Mapped[int]
    at: Mapped[datetime]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """What is new in it, in the words of the standard's list of release tags."""
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
