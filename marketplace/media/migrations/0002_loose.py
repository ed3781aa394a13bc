"""Since when nobody need use a picture: when it was stored, or taken off the last thing that showed it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("media_pictures", sa.Column("loose_since", sa.DateTime(timezone=True)))
    op.execute("UPDATE media_pictures SET loose_since = made_at")
    op.alter_column("media_pictures", "loose_since", nullable=False)
    op.create_index("ix_media_pictures_loose_since", "media_pictures", ["loose_since"])


def downgrade() -> None:
    op.drop_index("ix_media_pictures_loose_since", "media_pictures")
    op.drop_column("media_pictures", "loose_since")
