"""How many pieces of a product are promised for a day, and which booking promised them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "delivery_product_days",
        sa.Column("product_id", sa.Uuid(), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("units_taken", sa.Integer(), nullable=False),
        sa.Column("units_most", sa.Integer()),
        sa.CheckConstraint("units_taken >= 0", name="ck_delivery_product_days_units_taken_range"),
        sa.CheckConstraint("units_taken <= units_most", name="ck_delivery_product_days_units_fit"),
    )
    op.create_table(
        "delivery_booked_products",
        sa.Column("booking_id", sa.Uuid(), sa.ForeignKey("delivery_bookings.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("product_id", sa.Uuid(), primary_key=True),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.CheckConstraint("units >= 1", name="ck_delivery_booked_products_units_range"),
    )


def downgrade() -> None:
    op.drop_table("delivery_booked_products")
    op.drop_table("delivery_product_days")
