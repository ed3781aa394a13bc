"""Make the table of rules, and the trigger that lets only their end be written later."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "rules_rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("numerator", sa.Integer(), nullable=False),
        sa.Column("denominator", sa.Integer(), nullable=False),
        sa.Column("fixed_idr", sa.BigInteger(), nullable=False),
        sa.Column("threshold_idr", sa.BigInteger()),
        sa.Column("rounding", sa.Text(), nullable=False),
        sa.Column("inside", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rules_rules"),
        sa.CheckConstraint("numerator >= 0", name="ck_rules_rules_numerator_range"),
        sa.CheckConstraint("denominator >= 1", name="ck_rules_rules_denominator_range"),
        sa.CheckConstraint("fixed_idr >= 0", name="ck_rules_rules_fixed_idr_range"),
        sa.CheckConstraint("threshold_idr >= 0", name="ck_rules_rules_threshold_idr_range"),
        sa.CheckConstraint("rounding IN ('half_up', 'down', 'up')", name="ck_rules_rules_rounding_known"),
        sa.CheckConstraint("valid_to >= valid_from", name="ck_rules_rules_period"),
    )
    op.create_index(
        "uq_rules_rules_code_valid_from",
        "rules_rules",
        ["code", "valid_from"],
        unique=True,
        postgresql_where=sa.text("valid_to IS NULL OR valid_to > valid_from"),
    )
    op.execute(
        "CREATE FUNCTION rules_stay_as_made() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION 'a rule stays as it was made; end it and make another'; END $$"
    )
    op.execute(
        "CREATE TRIGGER rules_rules_never_gone BEFORE DELETE OR TRUNCATE ON rules_rules"
        " FOR EACH STATEMENT EXECUTE FUNCTION rules_stay_as_made()"
    )
    op.execute(
        "CREATE TRIGGER rules_rules_as_made BEFORE UPDATE ON rules_rules FOR EACH ROW"
        " WHEN (to_jsonb(OLD) - 'valid_to' - 'ended' IS DISTINCT FROM to_jsonb(NEW) - 'valid_to' - 'ended')"
        " EXECUTE FUNCTION rules_stay_as_made()"
    )


def downgrade() -> None:
    op.drop_table("rules_rules")
    op.execute("DROP FUNCTION rules_stay_as_made()")
