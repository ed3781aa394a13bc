"""Carts and orders."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "orders_cart_lines",
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("variant_id", sa.Uuid, nullable=False),
        sa.Column("seller_id", sa.Uuid, nullable=False),
        sa.Column("qty", sa.Integer, nullable=False),
        sa.Column("seen_idr", sa.BigInteger, nullable=False),
        sa.Column("delivery", sa.Text, nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.CheckConstraint("qty >= 1", name="ck_orders_cart_lines_qty_range"),
        sa.CheckConstraint("seen_idr >= 0", name="ck_orders_cart_lines_seen_idr_range"),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers_sellers.id"], name="fk_orders_cart_lines_seller_id"),
        sa.ForeignKeyConstraint(["variant_id"], ["catalog_variants.id"], name="fk_orders_cart_lines_variant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_orders_cart_lines"),
        sa.UniqueConstraint("owner", "variant_id", name="uq_orders_cart_lines_owner_variant_id"),
    )
    op.create_index("ix_orders_cart_lines_changed", "orders_cart_lines", ["changed_at"])
    op.create_index("ix_orders_cart_lines_variant_id", "orders_cart_lines", ["variant_id"])
    op.create_table(
        "orders_orders",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("person_id", sa.Uuid),
        sa.Column("guest_key", sa.Text),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("kelurahan_code", sa.Text, nullable=False),
        sa.Column("kelurahan", sa.Text, nullable=False),
        sa.Column("kecamatan", sa.Text, nullable=False),
        sa.Column("kota", sa.Text, nullable=False),
        sa.Column("goods_idr", sa.BigInteger, nullable=False),
        sa.Column("shipping_idr", sa.BigInteger, nullable=False),
        sa.Column("total_idr", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("gateway", sa.Text, nullable=False),
        sa.Column("hold", sa.SmallInteger, nullable=False),
        sa.Column("placed_at", INSTANT, nullable=False),
        sa.Column("paid_at", INSTANT),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.CheckConstraint("goods_idr >= 0", name="ck_orders_orders_goods_idr_range"),
        sa.CheckConstraint("hold >= 1", name="ck_orders_orders_hold_range"),
        sa.CheckConstraint("shipping_idr >= 0", name="ck_orders_orders_shipping_idr_range"),
        sa.CheckConstraint("person_id IS NOT NULL OR guest_key IS NOT NULL", name="ck_orders_orders_somebodys"),
        sa.CheckConstraint("total_idr = goods_idr + shipping_idr", name="ck_orders_orders_total_adds_up"),
        sa.CheckConstraint("total_idr >= 0", name="ck_orders_orders_total_idr_range"),
        sa.ForeignKeyConstraint(["person_id"], ["accounts_people.id"], name="fk_orders_orders_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_orders_orders"),
        sa.UniqueConstraint("code", name="uq_orders_orders_code"),
    )
    op.create_index("ix_orders_orders_guest", "orders_orders", ["guest_key", "id"])
    op.create_index(
        "ix_orders_orders_guest_email", "orders_orders", ["email"], postgresql_where=sa.text("person_id IS NULL")
    )
    op.create_index("ix_orders_orders_person", "orders_orders", ["person_id", "id"])
    op.create_index("ix_orders_orders_state", "orders_orders", ["state"])
    op.create_index(
        "ix_orders_orders_unpaid", "orders_orders", ["placed_at"], postgresql_where=sa.text("state = 'placed'")
    )
    op.create_table(
        "orders_suborders",
        sa.Column("order_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.SmallInteger, nullable=False),
        sa.Column("seller_id", sa.Uuid, nullable=False),
        sa.Column("seller_name", sa.Text, nullable=False),
        sa.Column("seller_slug", sa.Text, nullable=False),
        sa.Column("delivery", sa.Text, nullable=False),
        sa.Column("goods_idr", sa.BigInteger, nullable=False),
        sa.Column("discount_idr", sa.BigInteger, nullable=False),
        sa.Column("shipping_idr", sa.BigInteger, nullable=False),
        sa.Column("tax_idr", sa.BigInteger, nullable=False),
        sa.Column("total_idr", sa.BigInteger, nullable=False),
        sa.Column("receipt_number", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.CheckConstraint("discount_idr >= 0", name="ck_orders_suborders_discount_idr_range"),
        sa.CheckConstraint("goods_idr >= 0", name="ck_orders_suborders_goods_idr_range"),
        sa.CheckConstraint("number >= 1", name="ck_orders_suborders_number_range"),
        sa.CheckConstraint("shipping_idr >= 0", name="ck_orders_suborders_shipping_idr_range"),
        sa.CheckConstraint("tax_idr >= 0", name="ck_orders_suborders_tax_idr_range"),
        sa.CheckConstraint(
            "total_idr = goods_idr - discount_idr + shipping_idr + tax_idr", name="ck_orders_suborders_total_adds_up"
        ),
        sa.CheckConstraint("total_idr >= 0", name="ck_orders_suborders_total_idr_range"),
        sa.ForeignKeyConstraint(["order_id"], ["orders_orders.id"], name="fk_orders_suborders_order_id"),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers_sellers.id"], name="fk_orders_suborders_seller_id"),
        sa.PrimaryKeyConstraint("id", name="pk_orders_suborders"),
        sa.UniqueConstraint("order_id", "number", name="uq_orders_suborders_order_id_number"),
        sa.UniqueConstraint("order_id", "seller_id", name="uq_orders_suborders_order_id_seller_id"),
    )
    op.create_index("ix_orders_suborders_seller", "orders_suborders", ["seller_id", "id"])
    op.create_index("ix_orders_suborders_state", "orders_suborders", ["state"])
    op.create_table(
        "orders_lines",
        sa.Column("suborder_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.SmallInteger, nullable=False),
        sa.Column("variant_id", sa.Uuid, nullable=False),
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("product_code", sa.Text, nullable=False),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("sku", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("variant", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("image_id", sa.Uuid),
        sa.Column("pattern", sa.Text, nullable=False),
        sa.Column("domestic", sa.Boolean, nullable=False),
        sa.Column("halal", sa.Text, nullable=False),
        sa.Column("lead_days", sa.Integer, nullable=False),
        sa.Column("qty", sa.Integer, nullable=False),
        sa.Column("unit_price_idr", sa.BigInteger, nullable=False),
        sa.Column("discount_idr", sa.BigInteger, nullable=False),
        sa.Column("tax_idr", sa.BigInteger, nullable=False),
        sa.Column("total_idr", sa.BigInteger, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.CheckConstraint("discount_idr >= 0", name="ck_orders_lines_discount_idr_range"),
        sa.CheckConstraint("lead_days >= 0", name="ck_orders_lines_lead_days_range"),
        sa.CheckConstraint("number >= 1", name="ck_orders_lines_number_range"),
        sa.CheckConstraint("qty >= 1", name="ck_orders_lines_qty_range"),
        sa.CheckConstraint("tax_idr >= 0", name="ck_orders_lines_tax_idr_range"),
        sa.CheckConstraint(
            "total_idr = unit_price_idr * qty - discount_idr + tax_idr", name="ck_orders_lines_total_adds_up"
        ),
        sa.CheckConstraint("total_idr >= 0", name="ck_orders_lines_total_idr_range"),
        sa.CheckConstraint("unit_price_idr >= 0", name="ck_orders_lines_unit_price_idr_range"),
        sa.ForeignKeyConstraint(["suborder_id"], ["orders_suborders.id"], name="fk_orders_lines_suborder_id"),
        sa.ForeignKeyConstraint(["variant_id"], ["catalog_variants.id"], name="fk_orders_lines_variant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_orders_lines"),
        sa.UniqueConstraint("suborder_id", "number", name="uq_orders_lines_suborder_id_number"),
    )
    op.create_index("ix_orders_lines_variant_id", "orders_lines", ["variant_id"])


def downgrade() -> None:
    for table in ("orders_lines", "orders_suborders", "orders_orders", "orders_cart_lines"):
        op.drop_table(table)
