"""Reports that are sealed over the ledger, and the trigger that keeps them as they were sealed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "p3dn_reports",
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("unit_codes", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("cut_off", sa.BigInteger(), nullable=True),
        sa.Column("progress", sa.SmallInteger(), nullable=False),
        sa.Column("figures", JSONB(), nullable=True),
        sa.Column("labels", JSONB(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("sealed_at", INSTANT, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(digest IS NULL) = (state <> 'sealed')", name="ck_p3dn_reports_sealed_has_its_digest"),
        sa.CheckConstraint("first <= last", name="ck_p3dn_reports_period"),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name="ck_p3dn_reports_progress_range"),
        sa.PrimaryKeyConstraint("id", name="pk_p3dn_reports"),
    )
    op.create_index("ix_p3dn_reports_newest", "p3dn_reports", ["id"])
    op.create_index("ix_p3dn_reports_state", "p3dn_reports", ["state"])
    op.execute(
        "CREATE FUNCTION p3dn_stays_sealed() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION 'a sealed report stays as it was sealed'; END $$"
    )
    op.execute(
        "CREATE TRIGGER p3dn_reports_as_sealed BEFORE UPDATE OR DELETE ON p3dn_reports FOR EACH ROW"
        " WHEN (OLD.state IN ('sealed')) EXECUTE FUNCTION p3dn_stays_sealed()"
    )


def downgrade() -> None:
    op.drop_table("p3dn_reports")
    op.execute("DROP FUNCTION p3dn_stays_sealed()")
