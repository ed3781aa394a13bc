"""Channels beside mail: the log of all of them, the inbox, choices and watches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

INSTANT = sa.DateTime(timezone=True)
MAILS = "notifications_mails"


def upgrade() -> None:
    # What was written down before went by mail, and was tried as often as it was in doubt and once when it was not.
    for name, before in (("channel", "'mail'"), ("kind", "''"), ("ref", "''"), ("result", "''")):
        op.add_column(MAILS, sa.Column(name, sa.Text, nullable=False, server_default=sa.text(before)))
        op.alter_column(MAILS, name, server_default=None)
    op.add_column(MAILS, sa.Column("person_id", sa.Uuid))
    op.add_column(MAILS, sa.Column("delivery_id", sa.Uuid))
    op.add_column(MAILS, sa.Column("tries", sa.Integer, nullable=False, server_default=sa.text("1")))
    op.alter_column(MAILS, "tries", server_default=None)
    op.add_column(MAILS, sa.Column("why", sa.Text))
    op.create_check_constraint("ck_notifications_mails_tries_range", MAILS, "tries >= 0")
    op.create_index("ix_notifications_mails_at_id", MAILS, ["at", "id"])
    known = sa.text("person_id IS NOT NULL")
    op.create_index("ix_notifications_mails_person_id", MAILS, ["person_id"], postgresql_where=known)

    op.create_table(
        "notifications_messages",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("message_key", sa.Text, nullable=False),
        sa.Column("delivery_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("group_ref", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("read_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_notifications_messages"),
        sa.UniqueConstraint("person_id", "message_key", name="uq_notifications_messages_person_id_message_key"),
    )
    op.create_index("ix_notifications_messages_person_id_at_id", "notifications_messages", ["person_id", "at", "id"])
    unread = sa.text("read_at IS NULL")
    op.create_index(
        "ix_notifications_messages_unread", "notifications_messages", ["person_id"], postgresql_where=unread
    )
    op.create_index("ix_notifications_messages_delivery_id", "notifications_messages", ["delivery_id"])
    op.create_index("ix_notifications_messages_at", "notifications_messages", ["at"])

    op.create_table(
        "notifications_preferences",
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("on", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "kind", "channel", name="pk_notifications_preferences"),
    )

    op.create_table(
        "notifications_watches",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("delivery_id", sa.Uuid, nullable=False),
        sa.Column("notice", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("payload", JSONB, nullable=False),
        sa.Column("step", sa.SmallInteger, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("called_at", INSTANT),
        sa.Column("done_at", INSTANT),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notifications_watches"),
        sa.UniqueConstraint("delivery_id", "step", name="uq_notifications_watches_delivery_id_step"),
        sa.CheckConstraint("step >= 0", name="ck_notifications_watches_step_range"),
    )
    waiting = sa.text("called_at IS NULL")
    op.create_index("ix_notifications_watches_due", "notifications_watches", ["due_at"], postgresql_where=waiting)


def downgrade() -> None:
    for table in ("notifications_watches", "notifications_preferences", "notifications_messages"):
        op.drop_table(table)
    # What went by other ways is not a letter, which is all that the table held before.
    op.execute("DELETE FROM notifications_mails WHERE channel <> 'mail'")
    op.drop_index("ix_notifications_mails_person_id", MAILS)
    op.drop_index("ix_notifications_mails_at_id", MAILS)
    for column in ("why", "tries", "delivery_id", "person_id", "result", "ref", "kind", "channel"):
        op.drop_column(MAILS, column)
