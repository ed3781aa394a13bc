"""What shops were told of their turnover."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "finance_warned",
        sa.Column("seller_id", sa.Uuid, nullable=False),
        sa.Column("year", sa.SmallInteger, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("percent", sa.SmallInteger, nullable=False),
        sa.Column("turnover_idr", sa.BigInteger, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seller_id", "year", "code", "percent", name="pk_finance_warned"),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers_sellers.id"], name="fk_finance_warned_seller_id"),
        sa.CheckConstraint("percent >= 1", name="ck_finance_warned_percent_range"),
        sa.CheckConstraint("turnover_idr >= 0", name="ck_finance_warned_turnover_idr_range"),
    )


def downgrade() -> None:
    op.drop_table("finance_warned")
