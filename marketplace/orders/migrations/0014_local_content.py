"""A line keeps what it was of local content on the day it was bought."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("orders_lines", sa.Column("local", JSONB, nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("orders_lines", "local")
