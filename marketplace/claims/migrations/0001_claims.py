"""Claims, their lines, what was said and shown."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)
UNDER_WAY = sa.text("state NOT IN ('resolved', 'rejected', 'withdrawn')")


def upgrade() -> None:
    op.create_table(
        "claims_claims",
        sa.Column("order_id", sa.Uuid, nullable=False),
        sa.Column("suborder_id", sa.Uuid, nullable=False),
        sa.Column("seller_id", sa.Uuid, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("part_number", sa.SmallInteger, nullable=False),
        sa.Column("number", sa.SmallInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("wish", sa.Text, nullable=False),
        sa.Column("wished_idr", sa.BigInteger),
        sa.Column("whole", sa.Boolean, nullable=False),
        sa.Column("worth_idr", sa.BigInteger, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("offer", sa.Text, nullable=False),
        sa.Column("offered_idr", sa.BigInteger),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("sent_back", sa.Text, nullable=False),
        sa.Column("returned_at", INSTANT),
        sa.Column("replacement", sa.Text, nullable=False),
        sa.Column("replaced_at", INSTANT),
        sa.Column("refund_id", sa.Uuid),
        sa.Column("refunded_idr", sa.BigInteger, nullable=False),
        sa.Column("unpaid_at", INSTANT),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.CheckConstraint("number >= 1", name="ck_claims_claims_number_range"),
        sa.CheckConstraint("worth_idr >= 0", name="ck_claims_claims_worth_idr_range"),
        sa.CheckConstraint("refunded_idr >= 0", name="ck_claims_claims_refunded_idr_range"),
        sa.CheckConstraint("refunded_idr <= worth_idr", name="ck_claims_claims_refunded_is_worth"),
        sa.CheckConstraint("wished_idr > 0 AND wished_idr <= worth_idr", name="ck_claims_claims_wished_is_worth"),
        sa.CheckConstraint("offered_idr > 0 AND offered_idr <= worth_idr", name="ck_claims_claims_offered_is_worth"),
        sa.CheckConstraint("(refund_id IS NULL) = (refunded_idr = 0)", name="ck_claims_claims_refund_has_its_sum"),
        sa.CheckConstraint(
            "(due_at IS NULL) = (state IN ('resolved', 'rejected', 'withdrawn'))",
            name="ck_claims_claims_due_while_under_way",
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders_orders.id"], name="fk_claims_claims_order_id"),
        sa.ForeignKeyConstraint(["suborder_id"], ["orders_suborders.id"], name="fk_claims_claims_suborder_id"),
        sa.ForeignKeyConstraint(["refund_id"], ["orders_refunds.refund_id"], name="fk_claims_claims_refund_id"),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers_sellers.id"], name="fk_claims_claims_seller_id"),
        sa.PrimaryKeyConstraint("id", name="pk_claims_claims"),
        sa.UniqueConstraint("order_id", "number", name="uq_claims_claims_order_id_number"),
    )
    op.create_index("uq_claims_claims_open", "claims_claims", ["suborder_id"], unique=True, postgresql_where=UNDER_WAY)
    op.create_index("ix_claims_claims_seller", "claims_claims", ["seller_id", "id"])
    op.create_index(
        "ix_claims_claims_due", "claims_claims", ["due_at", "id"], postgresql_where=sa.text("due_at IS NOT NULL")
    )
    for column in ("suborder_id", "refund_id", "state"):
        op.create_index(f"ix_claims_claims_{column}", "claims_claims", [column])
    op.create_table(
        "claims_lines",
        sa.Column("claim_id", sa.Uuid, nullable=False),
        sa.Column("line_id", sa.Uuid, nullable=False),
        sa.Column("qty", sa.Integer, nullable=False),
        sa.CheckConstraint("qty >= 1", name="ck_claims_lines_qty_range"),
        sa.ForeignKeyConstraint(["claim_id"], ["claims_claims.id"], name="fk_claims_lines_claim_id"),
        sa.ForeignKeyConstraint(["line_id"], ["orders_lines.id"], name="fk_claims_lines_line_id"),
        sa.PrimaryKeyConstraint("claim_id", "line_id", name="pk_claims_lines"),
    )
    op.create_index("ix_claims_lines_line_id", "claims_lines", ["line_id"])
    op.create_table(
        "claims_messages",
        sa.Column("claim_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims_claims.id"], name="fk_claims_messages_claim_id"),
        sa.PrimaryKeyConstraint("id", name="pk_claims_messages"),
    )
    op.create_index("ix_claims_messages_claim", "claims_messages", ["claim_id", "id"])
    op.create_index("ix_claims_messages_author", "claims_messages", ["author"])
    op.create_table(
        "claims_photos",
        sa.Column("picture_id", sa.Uuid, nullable=False),
        sa.Column("message_id", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["claims_messages.id"], name="fk_claims_photos_message_id"),
        sa.PrimaryKeyConstraint("picture_id", name="pk_claims_photos"),
    )
    op.create_index("ix_claims_photos_message_id", "claims_photos", ["message_id"])


def downgrade() -> None:
    for table in ("photos", "messages", "lines", "claims"):
        op.drop_table(f"claims_{table}")
