"""The letters."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "notifications_mails",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("to_hash", sa.Text, nullable=False),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("doubtful", sa.Integer, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_notifications_mails"),
        sa.UniqueConstraint("message_id", name="uq_notifications_mails_message_id"),
        sa.CheckConstraint("doubtful >= 0", name="ck_notifications_mails_doubtful_range"),
    )


def downgrade() -> None:
    op.drop_table("notifications_mails")
