"""What an order is made of, frozen: taxes inside and on top, discounts, the fee with its rate, and how each part comes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

# The version before writes none of these; what stands there then is what it means. Its orders had neither discount nor
# tax, so that nothing has to be counted again.
AMOUNTS = {
    "orders_orders": ("discount_idr", "tax_idr", "included_tax_idr"),
    "orders_suborders": ("included_tax_idr", "fee_idr", "fee_tax_idr"),
    "orders_lines": ("included_tax_idr", "fee_idr"),
}
TEXTS = {
    "orders_cart_lines": ("slot",),
    "orders_suborders": ("delivery_code", "delivery_label", "slot"),
    "orders_lines": ("tax_code", "tax_basis"),
}
CHECKS = {
    "orders_orders": {
        "total_adds_up": "total_idr = goods_idr - discount_idr + shipping_idr + tax_idr",
        "tax_is_inside": "included_tax_idr <= goods_idr - discount_idr",
    },
    "orders_suborders": {
        "tax_is_inside": "included_tax_idr <= goods_idr - discount_idr",
        "fee_is_of_the_goods": "fee_idr <= goods_idr - discount_idr - included_tax_idr",
        "fee_has_its_rate": "fee_idr = 0 OR (fee_rule IS NOT NULL AND fee_num >= 0 AND fee_den > 0)",
        "weight_g_range": "weight_g >= 0",
    },
    "orders_lines": {
        "tax_is_inside": "included_tax_idr <= unit_price_idr * qty - discount_idr",
        "fee_is_of_the_goods": "fee_idr <= unit_price_idr * qty - discount_idr - included_tax_idr",
        "tax_has_its_rule": "(tax_idr = 0 AND included_tax_idr = 0) OR (tax_rule IS NOT NULL AND tax_num >= 0 AND tax_den > 0)",
    },
}


def upgrade() -> None:
    op.add_column("orders_cart_lines", sa.Column("later", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("orders_cart_lines", sa.Column("way", sa.Text))
    op.add_column("orders_cart_lines", sa.Column("day", sa.Date))
    for table, columns in TEXTS.items():
        for column in columns:
            op.add_column(table, sa.Column(column, sa.Text, nullable=False, server_default=""))
    op.add_column("orders_suborders", sa.Column("promised_on", sa.Date))
    op.add_column("orders_suborders", sa.Column("arrives_by", sa.Date))
    op.add_column("orders_suborders", sa.Column("weight_g", sa.Integer, nullable=False, server_default="0"))
    for column in ("fee_num", "fee_den"):
        op.add_column("orders_suborders", sa.Column(column, sa.Integer))
    op.add_column("orders_suborders", sa.Column("fee_rule", sa.Uuid))
    op.add_column("orders_lines", sa.Column("tax_kind", sa.Text, nullable=False, server_default="goods"))
    op.add_column("orders_lines", sa.Column("food", sa.Boolean, nullable=False, server_default=sa.false()))
    for column in ("tax_num", "tax_den"):
        op.add_column("orders_lines", sa.Column(column, sa.Integer))
    op.add_column("orders_lines", sa.Column("tax_rule", sa.Uuid))
    op.drop_constraint("ck_orders_orders_total_adds_up", "orders_orders")
    for table, amounts in AMOUNTS.items():
        for column in amounts:
            op.add_column(table, sa.Column(column, sa.BigInteger, nullable=False, server_default="0"))
            op.create_check_constraint(f"ck_{table}_{column}_range", table, f"{column} >= 0")
    for table, checks in CHECKS.items():
        for name, condition in checks.items():
            op.create_check_constraint(f"ck_{table}_{name}", table, condition)
    # What an old line was is known by its product alone; only what differs is written, so that a second try finds nothing.
    op.execute(
        "UPDATE orders_lines l SET food = c.food, tax_kind = c.tax_kind"
        " FROM catalog_products p JOIN catalog_categories c ON c.id = p.category_id"
        " WHERE p.id = l.product_id AND (l.food, l.tax_kind) IS DISTINCT FROM (c.food, c.tax_kind)"
    )


def downgrade() -> None:
    # A column takes its conditions with it.
    added = {
        "orders_cart_lines": ("later", "way", "day"),
        "orders_suborders": ("promised_on", "arrives_by", "weight_g", "fee_num", "fee_den", "fee_rule"),
        "orders_lines": ("tax_kind", "food", "tax_num", "tax_den", "tax_rule"),
    }
    for columns in (AMOUNTS, TEXTS, added):
        for table, names in columns.items():
            for column in names:
                op.drop_column(table, column)
    op.create_check_constraint(
        "ck_orders_orders_total_adds_up", "orders_orders", "total_idr = goods_idr + shipping_idr"
    )
