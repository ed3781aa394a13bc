"""The promises."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "gift_wraps",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("seller_id", sa.Uuid, nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gift_wraps"),
        sa.ForeignKeyConstraint(["product_id"], ["catalog_products.id"], name="fk_gift_wraps_product_id"),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers_sellers.id"], name="fk_gift_wraps_seller_id"),
        sa.UniqueConstraint("product_id", name="uq_gift_wraps_product_id"),
    )
    op.create_index("ix_gift_wraps_seller_id", "gift_wraps", ["seller_id"])


def downgrade() -> None:
    op.drop_table("gift_wraps")
