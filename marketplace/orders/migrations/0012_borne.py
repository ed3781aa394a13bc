"""What a shop bears of a lost dispute, or of a refund found at its provider, counts as money of its part that went back."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

TABLE = "orders_refunds"
CHECKS = {
    "beyond_idr_range": "beyond_idr >= 0",
    "borne_of_something": "(borne_of IS NULL) = (borne_as IS NULL)",
    "beyond_is_borne": "beyond_idr = 0 OR borne_of IS NOT NULL",
}
# What officers decided before gave no fee back and no paper: it is kept as borne beyond the part, as it was.
BEFORE = """
INSERT INTO orders_refunds (refund_id, suborder_id, goods_idr, shipping_idr, tax_idr, from_payable, borne_of, borne_as,
 beyond_idr)
SELECT gen_random_uuid(), split_part(id, ':', 3)::uuid, 0, 0, 0, true, split_part(id, ':', 2)::uuid, split_part(id, ':', 1),
 amount_idr
FROM payments_entries WHERE kind IN ('dispute_lost', 'assigned') AND debit LIKE 'payable:%'
"""


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("borne_of", sa.Uuid))
    op.add_column(TABLE, sa.Column("borne_as", sa.Text))
    op.add_column(TABLE, sa.Column("beyond_idr", sa.BigInteger, nullable=False, server_default="0"))
    op.create_unique_constraint("uq_orders_refunds_borne_of_suborder_id", TABLE, ["borne_of", "suborder_id"])
    op.drop_constraint("ck_orders_refunds_is_something", TABLE)
    op.create_check_constraint(
        "ck_orders_refunds_is_something", TABLE, "goods_idr + shipping_idr + tax_idr + beyond_idr > 0"
    )
    for name, holds in CHECKS.items():
        op.create_check_constraint(f"ck_{TABLE}_{name}", TABLE, holds)
    op.execute(BEFORE)


def downgrade() -> None:
    # The version before counts what shops bore nowhere but in the ledger; what it gave back of fees stays given.
    op.execute(
        "DELETE FROM orders_refund_lines WHERE refund_id IN (SELECT refund_id FROM orders_refunds WHERE borne_of IS NOT NULL)"
    )
    op.execute("DELETE FROM orders_refunds WHERE borne_of IS NOT NULL")
    for name in CHECKS:
        op.drop_constraint(f"ck_{TABLE}_{name}", TABLE)
    op.drop_constraint("ck_orders_refunds_is_something", TABLE)
    op.create_check_constraint("ck_orders_refunds_is_something", TABLE, "goods_idr + shipping_idr + tax_idr > 0")
    op.drop_constraint("uq_orders_refunds_borne_of_suborder_id", TABLE)
    for column in ("beyond_idr", "borne_as", "borne_of"):
        op.drop_column(TABLE, column)
