"""A line keeps what it was of local content on the day of the letter."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("eorder_lines", sa.Column("local", JSONB, nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("eorder_lines", "local")
