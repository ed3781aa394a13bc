"""The tables of the catalogue: what is sold, at what price, and how much of it is there."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Identified, at_least
from marketplace.kernel.machine import Machine, Stateful
from marketplace.kernel.money import Rupiah


class ProductState(StrEnum):
    """Where a listing stands; on screen Draf, Ditinjau, Tayang, Berhenti, Ditolak."""

    DRAFT = "draft"
    WAITING = "waiting"
    PUBLISHED = "published"
    STOPPED = "stopped"
    REJECTED = "rejected"


class Halal(StrEnum):
    """What a seller says of a product under the halal duty (domain 5.2)."""

    UNKNOWN = "unknown"
    CERTIFIED = "certified"
    IN_PROCESS = "in_process"
    NON_HALAL_DECLARED = "non_halal_declared"
    NOT_SUBJECT = "not_subject"


class ReservationState(StrEnum):
    """Held until paid or let go; the two ends are final."""

    HELD = "held"
    CONSUMED = "consumed"
    RELEASED = "released"


class TaxKind(StrEnum):
    """How what is sold stands to the taxes on it (domain 3.1): as goods, as a meal, or as basic food that is free of PPN."""

    GOODS = "goods"
    MEAL = "meal"
    BASIC = "basic"


class Category(Identified, Base):
    """A place in the shop's order of things; ``parent_id`` is empty on the upper of the two levels."""

    __tablename__ = "catalog_categories"
    __table_args__ = (
        at_least("position"),
        CheckConstraint("tax_kind IN ('goods', 'meal', 'basic')", name="tax_kind_known"),
    )

    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalog_categories.id"), index=True)
    icon: Mapped[str] = mapped_column(Text, default="")
    food: Mapped[bool] = mapped_column(default=False)
    """The halal gate stands before it."""
    tax_kind: Mapped[str] = mapped_column(Text, default=TaxKind.GOODS, server_default=TaxKind.GOODS)
    position: Mapped[int] = mapped_column(default=0)


class Product(Stateful, Base):
    """What a seller shows. ``price_idr`` is the lowest price of its variants, ``cover_id`` its first picture."""

    __tablename__ = "catalog_products"
    __table_args__ = (
        at_least("price_idr"),
        at_least("min_order", 1),
        at_least("lead_days"),
        at_least("daily_units", 1),
        CheckConstraint("halal_number IS NULL OR halal = 'certified'", name="halal_number"),
        Index(
            "ix_catalog_products_newest", "published_at", "id", postgresql_where=text("state = 'published' AND open")
        ),
        Index(
            "ix_catalog_products_category",
            "category_id",
            "published_at",
            "id",
            postgresql_where=text("state = 'published' AND open"),
        ),
        Index("ix_catalog_products_seller", "seller_id", "name_normal"),
        Index(
            "ix_catalog_products_kecamatan",
            "kecamatan_code",
            "published_at",
            "id",
            postgresql_where=text("state = 'published' AND open"),
        ),
    )

    machine = Machine(
        ProductState.DRAFT,
        {
            ProductState.DRAFT: (ProductState.WAITING, ProductState.PUBLISHED),
            ProductState.WAITING: (ProductState.PUBLISHED, ProductState.REJECTED, ProductState.DRAFT),
            ProductState.PUBLISHED: (ProductState.WAITING, ProductState.STOPPED),
            ProductState.STOPPED: (ProductState.WAITING, ProductState.PUBLISHED),
            ProductState.REJECTED: (ProductState.WAITING, ProductState.PUBLISHED),
        },
    )

    code: Mapped[str] = mapped_column(Text, unique=True)
    slug: Mapped[str] = mapped_column(Text)
    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers_sellers.id"))
    category_id: Mapped[UUID] = mapped_column(ForeignKey("catalog_categories.id"))
    name: Mapped[str] = mapped_column(Text)
    name_normal: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, default="")
    unit: Mapped[str] = mapped_column(Text)
    min_order: Mapped[int] = mapped_column(default=1)
    made_to_order: Mapped[bool] = mapped_column(default=False)
    lead_days: Mapped[int] = mapped_column(default=0)
    daily_units: Mapped[int | None]
    """How many pieces the shop can make for one day, of all variants; counts for what is made to order, None is no limit."""
    halal: Mapped[str] = mapped_column(Text, default=Halal.UNKNOWN)
    halal_number: Mapped[str | None] = mapped_column(Text)
    pirt: Mapped[str | None] = mapped_column(Text)
    domestic: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was rejected, in the reviewer's words."""
    price_idr: Mapped[Rupiah]
    cover_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    # Copies of the seller's facts, to filter by in one index; they follow SellerChanged, the seller's row is the truth.
    open: Mapped[bool] = mapped_column(default=True)
    kelurahan_code: Mapped[str] = mapped_column(Text, default="")
    kecamatan_code: Mapped[str] = mapped_column(Text, default="")


class Variant(Identified, Base):
    """What is bought. ``seller_id`` repeats the product's, so that the database keeps SKUs unique for a seller."""

    __tablename__ = "catalog_variants"
    __table_args__ = (
        UniqueConstraint("seller_id", "sku"),
        at_least("price_idr"),
        at_least("weight_g"),
        at_least("length_mm"),
        at_least("width_mm"),
        at_least("height_mm"),
        at_least("position"),
    )

    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalog_products.id"), index=True)
    seller_id: Mapped[UUID] = mapped_column(ForeignKey("sellers_sellers.id"))
    sku: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text, default="")
    """What tells it from its siblings, such as "250 g"; empty for the only one."""
    price_idr: Mapped[Rupiah]
    weight_g: Mapped[int] = mapped_column(default=0)
    # As it is packed; nought is not known.
    length_mm: Mapped[int] = mapped_column(default=0, server_default="0")
    width_mm: Mapped[int] = mapped_column(default=0, server_default="0")
    height_mm: Mapped[int] = mapped_column(default=0, server_default="0")
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class Stock(Base):
    """How much of a variant there is, and how much of it is promised (R4.1)."""

    __tablename__ = "catalog_stock"
    __table_args__ = (
        at_least("on_hand"),
        at_least("reserved"),
        at_least("low_at"),
        CheckConstraint("reserved <= on_hand", name="reserved_is_there"),
    )

    variant_id: Mapped[UUID] = mapped_column(ForeignKey("catalog_variants.id"), primary_key=True)
    on_hand: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)
    low_at: Mapped[int | None]
    """At so few free ones its seller wants to be warned; None never."""


class StockMove(Identified, Base):
    """A change of ``on_hand`` and its reason; appended, never changed."""

    __tablename__ = "catalog_stock_moves"
    __table_args__ = (
        CheckConstraint("delta <> 0", name="delta_range"),
        # What a sale brings back comes back once.
        Index(
            "uq_catalog_stock_moves_back",
            "reference",
            "variant_id",
            "reason",
            unique=True,
            postgresql_where=text("reason IN ('cancelled', 'returned')"),
        ),
    )

    variant_id: Mapped[UUID] = mapped_column(ForeignKey("catalog_variants.id"), index=True)
    delta: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Reservation(Identified, Base):
    """Goods held for a reference. ``counted`` is false for what is made to order: no stock stands behind it."""

    __tablename__ = "catalog_reservations"
    __table_args__ = (
        UniqueConstraint("reference", "variant_id", "pool"),
        at_least("qty", 1),
        CheckConstraint("(state = 'held') = (closed_at IS NULL)", name="closed_once"),
        Index("ix_catalog_reservations_due", "expires_at", "reference", postgresql_where=text("state = 'held'")),
    )

    reference: Mapped[str] = mapped_column(Text)
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("catalog_variants.id"), index=True)
    pool: Mapped[str] = mapped_column(Text)
    qty: Mapped[int]
    counted: Mapped[bool]
    state: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    cause: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]


class Price(Identified, Base):
    """A price of a variant and since when it holds."""

    __tablename__ = "catalog_prices"
    __table_args__ = (at_least("price_idr"), Index("ix_catalog_prices_variant", "variant_id", "since"))

    variant_id: Mapped[UUID] = mapped_column(ForeignKey("catalog_variants.id"))
    price_idr: Mapped[Rupiah]
    since: Mapped[datetime]
    by: Mapped[str] = mapped_column(Text)


class Image(Identified, Base):
    """A picture of a product, by its id in media, in the order shown; the first is the cover."""

    __tablename__ = "catalog_images"
    __table_args__ = (UniqueConstraint("product_id", "media_id"), at_least("position"))

    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalog_products.id"))
    media_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(default=0)
