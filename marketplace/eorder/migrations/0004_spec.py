"""What is ordered is described on the letter as its shop described it that day; orders of before have no description."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("eorder_lines", sa.Column("spec", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("eorder_lines", "spec")
