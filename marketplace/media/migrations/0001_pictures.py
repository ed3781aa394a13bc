"""Make the table of pictures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "media_pictures",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("widths", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loose_since", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("stem", name="uq_media_pictures_stem"),
        sa.CheckConstraint("width >= 1", name="ck_media_pictures_width_range"),
        sa.CheckConstraint("height >= 1", name="ck_media_pictures_height_range"),
        sa.CheckConstraint("bytes >= 1", name="ck_media_pictures_bytes_range"),
        sa.CheckConstraint("cardinality(widths) > 0", name="ck_media_pictures_widths"),
    )
    op.create_index("ix_media_pictures_owner", "media_pictures", ["owner"])
    op.create_index("ix_media_pictures_loose_since", "media_pictures", ["loose_since"])


def downgrade() -> None:
    op.drop_table("media_pictures")
