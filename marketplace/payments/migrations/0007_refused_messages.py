"""How many messages with a wrong signature came, by webhook and hour."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "payments_refused_messages",
        sa.Column("gateway", sa.Text, nullable=False),
        sa.Column("hour", INSTANT, nullable=False),
        sa.Column("slot", sa.SmallInteger, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("gateway", "hour", "slot", name="pk_payments_refused_messages"),
        sa.CheckConstraint("refused >= 1", name="ck_payments_refused_messages_refused_range"),
        sa.CheckConstraint("slot >= 0", name="ck_payments_refused_messages_slot_range"),
    )


def downgrade() -> None:
    op.drop_table("payments_refused_messages")
