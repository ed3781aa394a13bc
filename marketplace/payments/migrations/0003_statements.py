"""Bank statements: what came to and went from the account, and which charge it paid."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "payments_statements",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("imported_by", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payments_statements"),
        sa.UniqueConstraint("sha256", name="uq_payments_statements_sha256"),
    )
    op.create_table(
        "payments_statement_rows",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("statement_id", sa.Uuid, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("row_hash", sa.Text, nullable=False),
        sa.Column("booked_on", sa.Date, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("amount_idr", sa.BigInteger, nullable=False),
        sa.Column("charge_id", sa.Uuid),
        sa.Column("why", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payments_statement_rows"),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["payments_statements.id"], name="fk_payments_statement_rows_statement_id"
        ),
        sa.ForeignKeyConstraint(["charge_id"], ["payments_charges.id"], name="fk_payments_statement_rows_charge_id"),
        sa.UniqueConstraint("row_hash", name="uq_payments_statement_rows_row_hash"),
        sa.UniqueConstraint("charge_id", name="uq_payments_statement_rows_charge_id"),
        sa.CheckConstraint("amount_idr >= 1", name="ck_payments_statement_rows_amount_idr_range"),
        sa.CheckConstraint("direction IN ('in', 'out')", name="ck_payments_statement_rows_direction_known"),
        sa.CheckConstraint(
            "(state = 'matched') = (charge_id IS NOT NULL)", name="ck_payments_statement_rows_matched_with"
        ),
    )
    op.create_index("ix_payments_statement_rows_state", "payments_statement_rows", ["state"])
    op.create_index("ix_payments_statement_rows_statement_id", "payments_statement_rows", ["statement_id"])
    op.create_index(
        "ix_payments_charges_sums",
        "payments_charges",
        ["asked_idr", "gateway"],
        postgresql_where=sa.text("asked_idr IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_payments_charges_sums", "payments_charges")
    op.drop_table("payments_statement_rows")
    op.drop_table("payments_statements")
