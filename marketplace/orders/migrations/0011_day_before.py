"""Which day a part had been promised for before it had to move."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("orders_suborders", sa.Column("day_before", sa.Date))


def downgrade() -> None:
    op.drop_column("orders_suborders", "day_before")
