"""Keep when a part was sold beside its money, so that a year's turnover of a shop is read out of one index."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

SOLD = ("state", "goods_idr", "discount_idr", "included_tax_idr", "shipping_idr", "refunded_idr", "id")


def upgrade() -> None:
    op.add_column("orders_suborders", sa.Column("sold_at", sa.DateTime(timezone=True)))
    op.execute(
        "UPDATE orders_suborders s SET sold_at = o.paid_at FROM orders_orders o"
        " WHERE o.id = s.order_id AND o.paid_at IS NOT NULL AND s.paid_at IS NOT NULL"
    )
    op.create_check_constraint(
        "ck_orders_suborders_sold_has_begun", "orders_suborders", "sold_at IS NULL OR paid_at IS NOT NULL"
    )
    op.create_index(
        "ix_orders_suborders_sold",
        "orders_suborders",
        ["seller_id", "sold_at"],
        postgresql_include=SOLD,
        postgresql_where=sa.text("state NOT IN ('waiting_payment', 'cancelled') AND sold_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_orders_suborders_sold", "orders_suborders")
    op.drop_constraint("ck_orders_suborders_sold_has_begun", "orders_suborders")
    op.drop_column("orders_suborders", "sold_at")
