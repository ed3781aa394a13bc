"""The life of a seller's part after its payment: deadlines, hand-over, refunds of parts, and what lists are read by."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

INSTANT = sa.DateTime(timezone=True)
PARTS = "orders_suborders"
LINES = "orders_lines"
TAKEN = ("fee_taken_idr", "fee_tax_taken_idr", "gateway_fee_taken_idr")
NEW_COLUMNS = ("paid_at", "due_at", "due_what", "handed_to", "handover_id", "completed_at", "refunded_idr", *TAKEN)
CHECKS = {
    "refunded_idr_range": "refunded_idr >= 0",
    "gateway_fee_taken_idr_range": "gateway_fee_taken_idr >= 0",
    "refunded_is_paid": "refunded_idr <= total_idr",
    "fee_taken_is_agreed": "fee_taken_idr BETWEEN 0 AND fee_idr",
    "fee_tax_taken_is_agreed": "fee_tax_taken_idr BETWEEN 0 AND fee_tax_idr",
    "due_is_whole": "(due_at IS NULL) = (due_what IS NULL)",
    "completed_has_its_time": "(state = 'completed') = (completed_at IS NOT NULL)",
}
LINE_CHECKS = {
    "refunded_was_bought": "refunded_qty BETWEEN 0 AND qty",
    "refunded_was_paid": "refunded_idr BETWEEN 0 AND total_idr",
}


def upgrade() -> None:
    op.add_column(PARTS, sa.Column("paid_at", INSTANT))
    op.add_column(PARTS, sa.Column("due_at", INSTANT))
    op.add_column(PARTS, sa.Column("due_what", sa.Text))
    op.add_column(PARTS, sa.Column("handed_to", sa.Text))
    op.add_column(PARTS, sa.Column("handover_id", sa.Uuid))
    op.add_column(PARTS, sa.Column("completed_at", INSTANT))
    for name in ("refunded_idr", *TAKEN):
        op.add_column(PARTS, sa.Column(name, sa.BigInteger, nullable=False, server_default="0"))
    op.add_column(LINES, sa.Column("refunded_qty", sa.Integer, nullable=False, server_default="0"))
    op.add_column(LINES, sa.Column("refunded_idr", sa.BigInteger, nullable=False, server_default="0"))
    op.execute(
        "UPDATE orders_suborders s SET paid_at = o.paid_at FROM orders_orders o"
        " WHERE o.id = s.order_id AND o.paid_at IS NOT NULL"
    )
    # What is under way gets its time from now on: nobody had been told of a deadline before.
    op.execute(
        "UPDATE orders_suborders SET due_what = due.what, due_at = now() + due.within FROM (VALUES"
        " ('new', 'answer', interval '24 hours'), ('accepted', 'send', interval '2 days'),"
        " ('shipped', 'arrive', interval '7 days'), ('received', 'settle', interval '48 hours')"
        ") AS due (was, what, within) WHERE due.was = orders_suborders.state AND paid_at IS NOT NULL"
    )
    op.execute(
        "UPDATE orders_suborders SET due_what = CASE WHEN delivery IN ('pickup', 'joint') THEN 'fetch' ELSE 'send' END,"
        " due_at = now() + interval '2 days' WHERE state = 'ready' AND paid_at IS NOT NULL"
    )
    for name, holds in CHECKS.items():
        op.create_check_constraint(f"ck_{PARTS}_{name}", PARTS, holds)
    for name, holds in LINE_CHECKS.items():
        op.create_check_constraint(f"ck_{LINES}_{name}", LINES, holds)
    _index("due", ["due_at", "id"], "due_what IN ('answer', 'arrive', 'settle')")
    _index("open", ["seller_id", "due_at", "id"], "state IN ('new', 'accepted', 'ready', 'shipped', 'undelivered')")
    _index("done", ["seller_id", "id"], "state IN ('received', 'completed')")
    _index("called_off", ["seller_id", "id"], "state = 'cancelled' AND paid_at IS NOT NULL")
    op.create_table(
        "orders_refunds",
        sa.Column("refund_id", sa.Uuid, nullable=False),
        sa.Column("suborder_id", sa.Uuid, nullable=False),
        sa.Column("goods_idr", sa.BigInteger, nullable=False),
        sa.Column("shipping_idr", sa.BigInteger, nullable=False),
        sa.Column("tax_idr", sa.BigInteger, nullable=False),
        sa.Column("from_payable", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("fee_idr", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("fee_tax_idr", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("undone_at", INSTANT),
        sa.Column("into_payable", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("refund_id", name="pk_orders_refunds"),
        sa.ForeignKeyConstraint(["suborder_id"], ["orders_suborders.id"], name="fk_orders_refunds_suborder_id"),
        sa.CheckConstraint("goods_idr >= 0", name="ck_orders_refunds_goods_idr_range"),
        sa.CheckConstraint("shipping_idr >= 0", name="ck_orders_refunds_shipping_idr_range"),
        sa.CheckConstraint("tax_idr >= 0", name="ck_orders_refunds_tax_idr_range"),
        sa.CheckConstraint("fee_idr >= 0", name="ck_orders_refunds_fee_idr_range"),
        sa.CheckConstraint("fee_tax_idr >= 0", name="ck_orders_refunds_fee_tax_idr_range"),
        sa.CheckConstraint("goods_idr + shipping_idr + tax_idr > 0", name="ck_orders_refunds_is_something"),
    )
    op.create_index("ix_orders_refunds_suborder_id", "orders_refunds", ["suborder_id"])
    op.create_table(
        "orders_refund_lines",
        sa.Column("refund_id", sa.Uuid, nullable=False),
        sa.Column("line_id", sa.Uuid, nullable=False),
        sa.Column("qty", sa.Integer, nullable=False),
        sa.Column("goods_idr", sa.BigInteger, nullable=False),
        sa.Column("tax_idr", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("refund_id", "line_id", name="pk_orders_refund_lines"),
        sa.ForeignKeyConstraint(["refund_id"], ["orders_refunds.refund_id"], name="fk_orders_refund_lines_refund_id"),
        sa.ForeignKeyConstraint(["line_id"], ["orders_lines.id"], name="fk_orders_refund_lines_line_id"),
        sa.CheckConstraint("qty >= 0", name="ck_orders_refund_lines_qty_range"),
        sa.CheckConstraint("goods_idr >= 0", name="ck_orders_refund_lines_goods_idr_range"),
        sa.CheckConstraint("tax_idr >= 0", name="ck_orders_refund_lines_tax_idr_range"),
    )
    op.create_index("ix_orders_refund_lines_line_id", "orders_refund_lines", ["line_id"])


def _index(name: str, columns: list[str], of: str) -> None:
    op.create_index(f"ix_{PARTS}_{name}", PARTS, columns, postgresql_where=sa.text(of))


def downgrade() -> None:
    op.drop_table("orders_refund_lines")
    op.drop_table("orders_refunds")
    for name in ("due", "open", "done", "called_off"):
        op.drop_index(f"ix_{PARTS}_{name}", PARTS)
    for name in CHECKS:
        op.drop_constraint(f"ck_{PARTS}_{name}", PARTS)
    for name in LINE_CHECKS:
        op.drop_constraint(f"ck_{LINES}_{name}", LINES)
    for column in ("refunded_qty", "refunded_idr"):
        op.drop_column(LINES, column)
    for column in NEW_COLUMNS:
        op.drop_column(PARTS, column)
