"""The kernel's tables, and the trigger that keeps the audit log append-only."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "kernel_events",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("payload", postgresql.JSONB, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kernel_events"),
    )
    op.create_table(
        "kernel_deliveries",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("handler", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("done_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_kernel_deliveries"),
        sa.ForeignKeyConstraint(["event_id"], ["kernel_events.id"], name="fk_kernel_deliveries_event_id"),
    )
    op.create_index("ix_kernel_deliveries_event_id", "kernel_deliveries", ["event_id"])
    op.create_index(
        "ix_kernel_deliveries_due", "kernel_deliveries", ["due_at"], postgresql_where=sa.text("state = 'waiting'")
    )
    op.create_index(
        "ix_kernel_deliveries_aside", "kernel_deliveries", ["id"], postgresql_where=sa.text("state = 'aside'")
    )
    op.create_table(
        "kernel_keys",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("operation", sa.Text, nullable=False),
        sa.Column("key_hash", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("answer", postgresql.JSONB, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kernel_keys"),
        sa.UniqueConstraint("scope", "operation", "key_hash", name="uq_kernel_keys_scope_operation_key_hash"),
    )
    op.create_index("ix_kernel_keys_created_at", "kernel_keys", ["created_at"])
    op.create_table(
        "kernel_moves",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("thing_id", sa.Uuid, nullable=False),
        sa.Column("was", sa.Text, nullable=False),
        sa.Column("now", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kernel_moves"),
    )
    op.create_index("ix_kernel_moves_thing", "kernel_moves", ["kind", "thing_id", "id"])
    op.create_table(
        "kernel_audit_heads",
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("stream", name="pk_kernel_audit_heads"),
    )
    op.create_table(
        "kernel_audit",
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("content", postgresql.JSONB, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("stream", "seq", name="pk_kernel_audit"),
    )
    op.execute(
        "CREATE FUNCTION kernel_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER kernel_audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON kernel_audit"
        " FOR EACH STATEMENT EXECUTE FUNCTION kernel_audit_is_append_only()"
    )
    op.create_table(
        "kernel_tries",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("window_end", INSTANT, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("name", "who", name="pk_kernel_tries"),
    )
    op.create_table(
        "kernel_due",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_kernel_due"),
    )


def downgrade() -> None:
    for table in (
        "kernel_due", "kernel_tries", "kernel_audit", "kernel_audit_heads", "kernel_moves", "kernel_keys",
        "kernel_deliveries", "kernel_events",
    ):  # fmt: skip
        op.drop_table(table)
    op.execute("DROP FUNCTION kernel_audit_is_append_only()")
