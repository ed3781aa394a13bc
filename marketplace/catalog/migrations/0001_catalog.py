"""The catalogue's tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)
ON_SHOW = sa.text("state = 'published' AND open")
HELD = sa.text("state = 'held'")


def upgrade() -> None:
    op.create_table(
        "catalog_categories",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("parent_id", sa.Uuid),
        sa.Column("icon", sa.Text, nullable=False),
        sa.Column("food", sa.Boolean, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalog_categories"),
        sa.UniqueConstraint("slug", name="uq_catalog_categories_slug"),
        sa.ForeignKeyConstraint(["parent_id"], ["catalog_categories.id"], name="fk_catalog_categories_parent_id"),
        sa.CheckConstraint("position >= 0", name="ck_catalog_categories_position_range"),
    )
    op.create_index("ix_catalog_categories_parent_id", "catalog_categories", ["parent_id"])
    op.create_table(
        "catalog_products",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("seller_id", sa.Uuid, nullable=False),
        sa.Column("category_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_normal", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("min_order", sa.Integer, nullable=False),
        sa.Column("made_to_order", sa.Boolean, nullable=False),
        sa.Column("lead_days", sa.Integer, nullable=False),
        sa.Column("halal", sa.Text, nullable=False),
        sa.Column("halal_number", sa.Text),
        sa.Column("pirt", sa.Text),
        sa.Column("domestic", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("price_idr", sa.BigInteger, nullable=False),
        sa.Column("cover_id", sa.Uuid),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("published_at", INSTANT),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("kelurahan_code", sa.Text, nullable=False),
        sa.Column("kecamatan_code", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalog_products"),
        sa.UniqueConstraint("code", name="uq_catalog_products_code"),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers_sellers.id"], name="fk_catalog_products_seller_id"),
        sa.ForeignKeyConstraint(["category_id"], ["catalog_categories.id"], name="fk_catalog_products_category_id"),
        sa.CheckConstraint("price_idr >= 0", name="ck_catalog_products_price_idr_range"),
        sa.CheckConstraint("min_order >= 1", name="ck_catalog_products_min_order_range"),
        sa.CheckConstraint("lead_days >= 0", name="ck_catalog_products_lead_days_range"),
        sa.CheckConstraint("halal_number IS NULL OR halal = 'certified'", name="ck_catalog_products_halal_number"),
    )
    op.create_index("ix_catalog_products_state", "catalog_products", ["state"])
    op.create_index("ix_catalog_products_newest", "catalog_products", ["published_at", "id"], postgresql_where=ON_SHOW)
    op.create_index(
        "ix_catalog_products_category",
        "catalog_products",
        ["category_id", "published_at", "id"],
        postgresql_where=ON_SHOW,
    )
    op.create_index("ix_catalog_products_seller", "catalog_products", ["seller_id", "name_normal"])
    op.create_index(
        "ix_catalog_products_kecamatan",
        "catalog_products",
        ["kecamatan_code", "published_at", "id"],
        postgresql_where=ON_SHOW,
    )
    op.create_table(
        "catalog_variants",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("seller_id", sa.Uuid, nullable=False),
        sa.Column("sku", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("price_idr", sa.BigInteger, nullable=False),
        sa.Column("weight_g", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalog_variants"),
        sa.UniqueConstraint("seller_id", "sku", name="uq_catalog_variants_seller_id_sku"),
        sa.ForeignKeyConstraint(["product_id"], ["catalog_products.id"], name="fk_catalog_variants_product_id"),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers_sellers.id"], name="fk_catalog_variants_seller_id"),
        sa.CheckConstraint("price_idr >= 0", name="ck_catalog_variants_price_idr_range"),
        sa.CheckConstraint("weight_g >= 0", name="ck_catalog_variants_weight_g_range"),
        sa.CheckConstraint("position >= 0", name="ck_catalog_variants_position_range"),
    )
    op.create_index("ix_catalog_variants_product_id", "catalog_variants", ["product_id"])
    op.create_table(
        "catalog_stock",
        sa.Column("variant_id", sa.Uuid, nullable=False),
        sa.Column("on_hand", sa.Integer, nullable=False),
        sa.Column("reserved", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("variant_id", name="pk_catalog_stock"),
        sa.ForeignKeyConstraint(["variant_id"], ["catalog_variants.id"], name="fk_catalog_stock_variant_id"),
        sa.CheckConstraint("on_hand >= 0", name="ck_catalog_stock_on_hand_range"),
        sa.CheckConstraint("reserved >= 0", name="ck_catalog_stock_reserved_range"),
        sa.CheckConstraint("reserved <= on_hand", name="ck_catalog_stock_reserved_is_there"),
    )
    op.create_table(
        "catalog_stock_moves",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("variant_id", sa.Uuid, nullable=False),
        sa.Column("delta", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalog_stock_moves"),
        sa.ForeignKeyConstraint(["variant_id"], ["catalog_variants.id"], name="fk_catalog_stock_moves_variant_id"),
        sa.CheckConstraint("delta <> 0", name="ck_catalog_stock_moves_delta_range"),
    )
    op.create_index("ix_catalog_stock_moves_variant_id", "catalog_stock_moves", ["variant_id"])
    op.create_table(
        "catalog_reservations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("variant_id", sa.Uuid, nullable=False),
        sa.Column("pool", sa.Text, nullable=False),
        sa.Column("qty", sa.Integer, nullable=False),
        sa.Column("counted", sa.Boolean, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalog_reservations"),
        sa.UniqueConstraint(
            "reference", "variant_id", "pool", name="uq_catalog_reservations_reference_variant_id_pool"
        ),
        sa.ForeignKeyConstraint(["variant_id"], ["catalog_variants.id"], name="fk_catalog_reservations_variant_id"),
        sa.CheckConstraint("qty >= 1", name="ck_catalog_reservations_qty_range"),
        sa.CheckConstraint("(state = 'held') = (closed_at IS NULL)", name="ck_catalog_reservations_closed_once"),
    )
    op.create_index(
        "ix_catalog_reservations_due", "catalog_reservations", ["expires_at", "reference"], postgresql_where=HELD
    )
    op.create_index("ix_catalog_reservations_variant_id", "catalog_reservations", ["variant_id"])
    op.create_table(
        "catalog_prices",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("variant_id", sa.Uuid, nullable=False),
        sa.Column("price_idr", sa.BigInteger, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalog_prices"),
        sa.ForeignKeyConstraint(["variant_id"], ["catalog_variants.id"], name="fk_catalog_prices_variant_id"),
        sa.CheckConstraint("price_idr >= 0", name="ck_catalog_prices_price_idr_range"),
    )
    op.create_index("ix_catalog_prices_variant", "catalog_prices", ["variant_id", "since"])
    op.create_table(
        "catalog_images",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("media_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalog_images"),
        sa.UniqueConstraint("product_id", "media_id", name="uq_catalog_images_product_id_media_id"),
        sa.ForeignKeyConstraint(["product_id"], ["catalog_products.id"], name="fk_catalog_images_product_id"),
        sa.CheckConstraint("position >= 0", name="ck_catalog_images_position_range"),
    )


def downgrade() -> None:
    for table in (
        "catalog_images",
        "catalog_prices",
        "catalog_reservations",
        "catalog_stock_moves",
        "catalog_stock",
        "catalog_variants",
        "catalog_products",
        "catalog_categories",
    ):
        op.drop_table(table)
