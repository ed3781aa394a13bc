"""Charges, the webhook inbox, and the sandbox's sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "payments_charges",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("gateway", sa.Text, nullable=False),
        sa.Column("provider_ref", sa.String(255)),
        sa.Column("pay_path", sa.Text),
        sa.Column("amount_idr", sa.BigInteger, nullable=False),
        sa.Column("refunded_idr", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("return_path", sa.Text, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT),
        sa.Column("closed_at", INSTANT),
        sa.Column("cause", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payments_charges"),
        sa.UniqueConstraint("gateway", "provider_ref", name="uq_payments_charges_gateway_provider_ref"),
        sa.CheckConstraint("amount_idr >= 0", name="ck_payments_charges_amount_idr_range"),
        sa.CheckConstraint("refunded_idr >= 0", name="ck_payments_charges_refunded_idr_range"),
    )
    op.create_index("ix_payments_charges_state", "payments_charges", ["state"])
    op.create_index("ix_payments_charges_reference", "payments_charges", ["reference"])
    for state in ("opened", "settled"):
        op.create_index(
            f"uq_payments_charges_{state}",
            "payments_charges",
            ["reference"],
            unique=True,
            postgresql_where=sa.text(f"state = '{state}'"),
        )
    op.create_index(
        "ix_payments_charges_due",
        "payments_charges",
        ["expires_at"],
        postgresql_where=sa.text("state = 'opened'"),
    )
    op.create_table(
        "payments_webhook_events",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("gateway", sa.Text, nullable=False),
        sa.Column("event_id", sa.String(255), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("provider_ref", sa.String(255), nullable=False),
        sa.Column("live", sa.Boolean, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payments_webhook_events"),
        sa.UniqueConstraint("gateway", "event_id", name="uq_payments_webhook_events_gateway_event_id"),
    )
    op.create_index("ix_payments_webhook_events_state", "payments_webhook_events", ["state"])
    op.create_table(
        "payments_sandbox_sessions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("amount_idr", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("return_path", sa.Text, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payments_sandbox_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_payments_sandbox_sessions_token_hash"),
        sa.CheckConstraint("amount_idr >= 0", name="ck_payments_sandbox_sessions_amount_idr_range"),
    )
    op.create_index("ix_payments_sandbox_sessions_state", "payments_sandbox_sessions", ["state"])


def downgrade() -> None:
    for table in ("payments_sandbox_sessions", "payments_webhook_events", "payments_charges"):
        op.drop_table(table)
