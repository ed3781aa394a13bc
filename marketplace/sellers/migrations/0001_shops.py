"""Make the table of shops."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "sellers_sellers",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), sa.ForeignKey("accounts_people.id", name="fk_sellers_sellers_owner_id")),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column(
            "kelurahan_code",
            sa.Text(),
            sa.ForeignKey("accounts_areas.code", name="fk_sellers_sellers_kelurahan_code"),
            nullable=False,
        ),
        sa.Column("opening_days", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True)),
        sa.Column("verified_by", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("code", name="uq_sellers_sellers_code"),
        sa.UniqueConstraint("slug", name="uq_sellers_sellers_slug"),
    )
    op.create_index("ix_sellers_sellers_state", "sellers_sellers", ["state"])
    op.create_index("ix_sellers_sellers_owner_id", "sellers_sellers", ["owner_id"])
    op.create_index("ix_sellers_sellers_kelurahan_code", "sellers_sellers", ["kelurahan_code"])


def downgrade() -> None:
    op.drop_table("sellers_sellers")
