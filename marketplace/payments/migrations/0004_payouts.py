"""Bank accounts of payees, payouts, files for the bank and its confirmations."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "payments_bank_accounts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("payee", sa.Text, nullable=False),
        sa.Column("person_id", sa.Uuid),
        sa.Column("bank_code", sa.Text, nullable=False),
        sa.Column("number_sealed", sa.LargeBinary, nullable=False),
        sa.Column("last4", sa.String(4), nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("rests_until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payments_bank_accounts"),
        sa.CheckConstraint("rests_until >= given_at", name="ck_payments_bank_accounts_rests"),
    )
    op.create_index("ix_payments_bank_accounts_state", "payments_bank_accounts", ["state"])
    op.create_index("ix_payments_bank_accounts_payee", "payments_bank_accounts", ["payee", "id"])
    op.create_index("ix_payments_bank_accounts_person_id", "payments_bank_accounts", ["person_id"])
    for state in ("verified", "given"):
        op.create_index(
            f"uq_payments_bank_accounts_{state}",
            "payments_bank_accounts",
            ["payee"],
            unique=True,
            postgresql_where=sa.text(f"state = '{state}'"),
        )

    op.create_table(
        "payments_batches",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("payouts", sa.Integer, nullable=False),
        sa.Column("total_idr", sa.BigInteger, nullable=False),
        sa.Column("file_sealed", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payments_batches"),
        sa.UniqueConstraint("number", name="uq_payments_batches_number"),
        sa.CheckConstraint("payouts >= 1", name="ck_payments_batches_payouts_range"),
        sa.CheckConstraint("total_idr >= 1", name="ck_payments_batches_total_idr_range"),
    )

    op.create_table(
        "payments_payouts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("payee", sa.Text, nullable=False),
        sa.Column("amount_idr", sa.BigInteger, nullable=False),
        sa.Column("periodic", sa.Boolean, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("approved_by", sa.Text),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("batch_id", sa.Uuid),
        sa.Column("provider_ref", sa.String(255)),
        sa.Column("attempt", sa.SmallInteger, nullable=False),
        sa.Column("tried_at", INSTANT),
        sa.Column("requested_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("cause", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payments_payouts"),
        sa.UniqueConstraint("code", name="uq_payments_payouts_code"),
        sa.ForeignKeyConstraint(["account_id"], ["payments_bank_accounts.id"], name="fk_payments_payouts_account_id"),
        sa.ForeignKeyConstraint(["batch_id"], ["payments_batches.id"], name="fk_payments_payouts_batch_id"),
        sa.CheckConstraint("amount_idr >= 1", name="ck_payments_payouts_amount_idr_range"),
        sa.CheckConstraint("attempt >= 1", name="ck_payments_payouts_attempt_range"),
        sa.CheckConstraint(
            "approved_by <> requested_by OR approved_by = 'system'", name="ck_payments_payouts_two_people"
        ),
    )
    op.create_index("ix_payments_payouts_state", "payments_payouts", ["state"])
    op.create_index("ix_payments_payouts_payee", "payments_payouts", ["payee", "requested_at", "id"])
    op.create_index("ix_payments_payouts_batch_id", "payments_payouts", ["batch_id"])
    op.create_index(
        "ix_payments_payouts_open",
        "payments_payouts",
        ["requested_at", "id"],
        postgresql_where=sa.text("state IN ('requested', 'approved', 'sent')"),
    )
    op.create_index(
        "uq_payments_payouts_periodic",
        "payments_payouts",
        ["payee", "day"],
        unique=True,
        postgresql_where=sa.text("periodic"),
    )

    op.create_table(
        "payments_confirmations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("told", sa.Integer, nullable=False),
        sa.Column("imported_by", sa.Text, nullable=False),
        sa.Column("imported_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payments_confirmations"),
        sa.UniqueConstraint("sha256", name="uq_payments_confirmations_sha256"),
        sa.CheckConstraint("told >= 1", name="ck_payments_confirmations_told_range"),
    )


def downgrade() -> None:
    for table in ("confirmations", "payouts", "batches", "bank_accounts"):
        op.drop_table(f"payments_{table}")
