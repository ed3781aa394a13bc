"""Make series and papers, and the triggers that keep both as they were written."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "documents_series",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "owner", "year", name="pk_documents_series"),
        sa.CheckConstraint("last >= 0", name="ck_documents_series_last_range"),
    )
    op.create_table(
        "documents_papers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("corrects", sa.Uuid()),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("stamp_duty", sa.Boolean(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("file_key", sa.Text()),
        sa.Column("file_sha256", sa.Text()),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_documents_papers"),
        sa.ForeignKeyConstraint(["corrects"], ["documents_papers.id"], name="fk_documents_papers_corrects"),
        sa.UniqueConstraint("kind", "owner", "year", "number", name="uq_documents_papers_kind_owner_year_number"),
        sa.UniqueConstraint("kind", "subject", name="uq_documents_papers_kind_subject"),
        sa.UniqueConstraint("shown", name="uq_documents_papers_shown"),
        sa.UniqueConstraint("token_hash", name="uq_documents_papers_token_hash"),
        sa.CheckConstraint("number >= 1", name="ck_documents_papers_number_range"),
        sa.CheckConstraint("(file_key IS NULL) = (file_sha256 IS NULL)", name="ck_documents_papers_file_with_its_sum"),
    )
    op.create_index("ix_documents_papers_subject", "documents_papers", ["subject"])
    op.create_index("ix_documents_papers_corrects", "documents_papers", ["corrects"])
    op.execute(
        "CREATE FUNCTION documents_stay_as_issued() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION 'a paper stays as it was issued; correct it by another'; END $$"
    )
    for table in ("documents_papers", "documents_series"):
        op.execute(
            f"CREATE TRIGGER {table}_never_gone BEFORE DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION documents_stay_as_issued()"
        )
    op.execute(
        "CREATE TRIGGER documents_papers_as_issued BEFORE UPDATE ON documents_papers FOR EACH ROW"
        " WHEN (OLD.file_key IS NOT NULL OR to_jsonb(OLD) - 'file_key' - 'file_sha256'"
        " IS DISTINCT FROM to_jsonb(NEW) - 'file_key' - 'file_sha256')"
        " EXECUTE FUNCTION documents_stay_as_issued()"
    )
    op.execute(
        "CREATE TRIGGER documents_series_by_one BEFORE UPDATE ON documents_series FOR EACH ROW"
        " WHEN (NEW.last <> OLD.last + 1 OR to_jsonb(OLD) - 'last' IS DISTINCT FROM to_jsonb(NEW) - 'last')"
        " EXECUTE FUNCTION documents_stay_as_issued()"
    )


def downgrade() -> None:
    op.drop_table("documents_papers")
    op.drop_table("documents_series")
    op.execute("DROP FUNCTION documents_stay_as_issued()")
