"""Whether a shop takes cash as it hands its goods over."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    # A shop that said nothing takes none.
    op.add_column("sellers_sellers", sa.Column("cod", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("sellers_sellers", "cod")
