"""What was typed at the checkout by who went back to the cart."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "orders_drafts",
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("typed", postgresql.JSONB(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", name="pk_orders_drafts"),
    )
    op.create_index("ix_orders_drafts_changed", "orders_drafts", ["changed_at"])


def downgrade() -> None:
    op.drop_table("orders_drafts")
