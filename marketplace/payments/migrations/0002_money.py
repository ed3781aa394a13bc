"""The ledger and refunds; charges that are surplus, and how they are asked for and paid."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("payments_charges", sa.Column("payment_ref", sa.String(255)))
    op.add_column("payments_charges", sa.Column("attempt", sa.SmallInteger, nullable=False, server_default="1"))
    op.add_column("payments_charges", sa.Column("method", postgresql.JSONB))
    op.add_column("payments_charges", sa.Column("asked_idr", sa.BigInteger))
    op.add_column("payments_charges", sa.Column("disputed_idr", sa.BigInteger, nullable=False, server_default="0"))
    for column in ("attempt", "disputed_idr"):
        op.alter_column("payments_charges", column, server_default=None)
    op.create_check_constraint("ck_payments_charges_disputed_idr_range", "payments_charges", "disputed_idr >= 0")
    op.create_check_constraint("ck_payments_charges_disputed_within", "payments_charges", "disputed_idr <= amount_idr")
    op.create_unique_constraint(
        "uq_payments_charges_gateway_payment_ref", "payments_charges", ["gateway", "payment_ref"]
    )
    op.create_check_constraint("ck_payments_charges_asked_idr_range", "payments_charges", "asked_idr >= 1")
    op.create_check_constraint("ck_payments_charges_attempt_range", "payments_charges", "attempt >= 1")
    op.create_check_constraint("ck_payments_charges_refunded_within", "payments_charges", "refunded_idr <= amount_idr")
    op.create_index(
        "uq_payments_charges_asked",
        "payments_charges",
        ["gateway", "asked_idr"],
        unique=True,
        postgresql_where=sa.text("state = 'opened' AND asked_idr IS NOT NULL"),
    )
    op.add_column("payments_webhook_events", sa.Column("subject", sa.Text, nullable=False, server_default="charge"))
    op.execute("UPDATE payments_webhook_events SET subject = 'none' WHERE provider_ref = ''")
    op.alter_column("payments_webhook_events", "subject", server_default=None)
    _refunds()
    _ledger()
    _so_far()
    op.add_column(
        "payments_sandbox_sessions", sa.Column("refunded_idr", sa.BigInteger, nullable=False, server_default="0")
    )
    op.alter_column("payments_sandbox_sessions", "refunded_idr", server_default=None)
    op.create_check_constraint(
        "ck_payments_sandbox_sessions_refunded_idr_range", "payments_sandbox_sessions", "refunded_idr >= 0"
    )
    op.create_check_constraint(
        "ck_payments_sandbox_sessions_refunded_within", "payments_sandbox_sessions", "refunded_idr <= amount_idr"
    )
    op.create_table(
        "payments_sandbox_refunds",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("refund_key", sa.Text, nullable=False),
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("amount_idr", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payments_sandbox_refunds"),
        sa.UniqueConstraint("key", name="uq_payments_sandbox_refunds_key"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["payments_sandbox_sessions.id"], name="fk_payments_sandbox_refunds_session_id"
        ),
        sa.CheckConstraint("amount_idr >= 1", name="ck_payments_sandbox_refunds_amount_idr_range"),
    )
    op.create_index("ix_payments_sandbox_refunds_refund_key", "payments_sandbox_refunds", ["refund_key"])


def _refunds() -> None:
    op.create_table(
        "payments_refunds",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("charge_id", sa.Uuid, nullable=False),
        sa.Column("amount_idr", sa.BigInteger, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("ours", sa.Boolean, nullable=False),
        sa.Column("provider_ref", sa.String(255)),
        sa.Column("attempt", sa.SmallInteger, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("tried_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_payments_refunds"),
        sa.ForeignKeyConstraint(["charge_id"], ["payments_charges.id"], name="fk_payments_refunds_charge_id"),
        sa.UniqueConstraint("charge_id", "provider_ref", name="uq_payments_refunds_charge_id_provider_ref"),
        sa.CheckConstraint("amount_idr >= 1", name="ck_payments_refunds_amount_idr_range"),
        sa.CheckConstraint("attempt >= 1", name="ck_payments_refunds_attempt_range"),
    )
    op.create_index("ix_payments_refunds_state", "payments_refunds", ["state"])
    op.create_index("ix_payments_refunds_charge_id", "payments_refunds", ["charge_id"])
    op.create_index(
        "ix_payments_refunds_unanswered",
        "payments_refunds",
        ["asked_at"],
        postgresql_where=sa.text("state IN ('taken', 'sent')"),
    )

    op.create_table(
        "payments_disputes",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("charge_id", sa.Uuid, nullable=False),
        sa.Column("provider_ref", sa.String(255), nullable=False),
        sa.Column("amount_idr", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payments_disputes"),
        sa.ForeignKeyConstraint(["charge_id"], ["payments_charges.id"], name="fk_payments_disputes_charge_id"),
        sa.UniqueConstraint("charge_id", "provider_ref", name="uq_payments_disputes_charge_id_provider_ref"),
        sa.CheckConstraint("amount_idr >= 1", name="ck_payments_disputes_amount_idr_range"),
    )
    op.create_index("ix_payments_disputes_state", "payments_disputes", ["state"])


def _ledger() -> None:
    op.create_table(
        "payments_accounts",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("debited_idr", sa.BigInteger, nullable=False),
        sa.Column("credited_idr", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_payments_accounts"),
        sa.CheckConstraint("debited_idr >= 0", name="ck_payments_accounts_debited_idr_range"),
        sa.CheckConstraint("credited_idr >= 0", name="ck_payments_accounts_credited_idr_range"),
        sa.CheckConstraint(
            "kind NOT IN ('ref', 'held', 'refund', 'payout') OR credited_idr >= debited_idr",
            name="ck_payments_accounts_not_overdrawn",
        ),
    )
    op.create_table(
        "payments_entries",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("debit", sa.Text, nullable=False),
        sa.Column("credit", sa.Text, nullable=False),
        sa.Column("amount_idr", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("ref", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("corrects", sa.Text),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payments_entries"),
        sa.ForeignKeyConstraint(["debit"], ["payments_accounts.key"], name="fk_payments_entries_debit"),
        sa.ForeignKeyConstraint(["credit"], ["payments_accounts.key"], name="fk_payments_entries_credit"),
        sa.ForeignKeyConstraint(["corrects"], ["payments_entries.id"], name="fk_payments_entries_corrects"),
        sa.CheckConstraint("amount_idr >= 1", name="ck_payments_entries_amount_idr_range"),
        sa.CheckConstraint("debit <> credit", name="ck_payments_entries_two_accounts"),
    )
    op.create_index("ix_payments_entries_ref", "payments_entries", ["ref"])
    op.create_index("ix_payments_entries_debit", "payments_entries", ["debit", "at", "id"])
    op.create_index("ix_payments_entries_credit", "payments_entries", ["credit", "at", "id"])
    op.execute(
        "CREATE FUNCTION payments_entries_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION 'entries of the ledger are never changed or deleted'; END $$"
    )
    op.execute(
        "CREATE TRIGGER payments_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payments_entries"
        " FOR EACH STATEMENT EXECUTE FUNCTION payments_entries_are_append_only()"
    )


def _so_far() -> None:
    """Write down the payments of before, each at the gateway where it lies, and what a person paid back of them."""
    op.execute(
        "INSERT INTO payments_refunds (id, state, charge_id, amount_idr, cause, why, requested_by, ours, attempt, asked_at)"
        " SELECT gen_random_uuid(), 'succeeded', id, refunded_idr, 'by_hand', '', 'system', false, 1, now()"
        " FROM payments_charges WHERE state = 'settled' AND refunded_idr > 0"
    )
    op.execute(
        "CREATE TEMPORARY TABLE so_far ON COMMIT DROP AS"
        " SELECT 'pay:' || id AS id, 'at:' || gateway AS debit, 'ref:' || reference AS credit, amount_idr AS amount,"
        " 'charge' AS kind, reference AS ref, settled_at AS at"
        " FROM payments_charges WHERE state = 'settled' AND amount_idr > 0"
        " UNION ALL SELECT 'refunded:' || r.id, 'ref:' || c.reference, 'at:' || c.gateway, r.amount_idr, 'refunded',"
        " c.reference, r.asked_at FROM payments_refunds r JOIN payments_charges c ON c.id = r.charge_id"
    )
    op.execute(
        "INSERT INTO payments_accounts (key, kind, debited_idr, credited_idr)"
        " SELECT key, split_part(key, ':', 1), sum(debited), sum(credited) FROM ("
        "SELECT debit AS key, amount AS debited, 0 AS credited FROM so_far"
        " UNION ALL SELECT credit, 0, amount FROM so_far) AS both_sides GROUP BY key"
    )
    op.execute(
        "INSERT INTO payments_entries (id, debit, credit, amount_idr, kind, ref, label, at)"
        " SELECT id, debit, credit, amount, kind, ref, '', at FROM so_far"
    )


def downgrade() -> None:
    for table in ("sandbox_refunds", "entries", "accounts", "refunds", "disputes"):
        op.drop_table(f"payments_{table}")
    op.execute("DROP FUNCTION payments_entries_are_append_only()")
    op.drop_constraint("ck_payments_sandbox_sessions_refunded_within", "payments_sandbox_sessions")
    op.drop_column("payments_sandbox_sessions", "refunded_idr")
    op.drop_index("uq_payments_charges_asked", "payments_charges")
    op.drop_constraint("ck_payments_charges_refunded_within", "payments_charges")
    op.drop_constraint("ck_payments_charges_disputed_within", "payments_charges")
    op.drop_constraint("uq_payments_charges_gateway_payment_ref", "payments_charges")
    op.drop_column("payments_webhook_events", "subject")
    for column in ("disputed_idr", "asked_idr", "method", "attempt", "payment_ref"):
        op.drop_column("payments_charges", column)
