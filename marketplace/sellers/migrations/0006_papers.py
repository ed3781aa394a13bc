"""What shops have shown of themselves, each with its days and whether an officer checked it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "sellers_papers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_until", sa.Date()),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True)),
        sa.Column("verified_by", sa.Text()),
        sa.Column("refused", sa.Text(), nullable=False),
        sa.Column("file_key", sa.Text()),
        sa.Column("file_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_sellers_papers"),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers_sellers.id"], name="fk_sellers_papers_seller_id"),
        sa.UniqueConstraint("seller_id", "kind", "number", name="uq_sellers_papers_seller_id_kind_number"),
        sa.CheckConstraint("valid_until >= valid_from", name="ck_sellers_papers_days_in_order"),
        sa.CheckConstraint(
            "(verified_at IS NULL) = (verified_by IS NULL)", name="ck_sellers_papers_verified_by_somebody"
        ),
        sa.CheckConstraint("verified_at IS NULL OR refused = ''", name="ck_sellers_papers_verified_or_refused"),
        sa.CheckConstraint(
            "kind IN ('nib', 'identity', 'deed', 'final_tax', 'exempt', 'statement', 'no_vat', 'halal', 'pirt')",
            name="ck_sellers_papers_kind_known",
        ),
        sa.CheckConstraint("(file_key IS NULL) = (file_sha256 IS NULL)", name="ck_sellers_papers_file_with_its_digest"),
    )
    op.create_index(
        "ix_sellers_papers_waiting",
        "sellers_papers",
        ["added_at"],
        postgresql_where=sa.text("verified_at IS NULL AND refused = ''"),
    )


def downgrade() -> None:
    op.drop_table("sellers_papers")
