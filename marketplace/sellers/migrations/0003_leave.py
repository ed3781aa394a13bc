"""When a shop is away, and what it tells its buyers about it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # The version before writes none of these, and a shop that says nothing is not away.
    op.add_column("sellers_sellers", sa.Column("away_from", sa.Date))
    op.add_column("sellers_sellers", sa.Column("away_until", sa.Date))
    op.add_column("sellers_sellers", sa.Column("away_note", sa.Text, nullable=False, server_default=""))
    op.create_check_constraint(
        "ck_sellers_sellers_away_whole", "sellers_sellers", "(away_from IS NULL) = (away_until IS NULL)"
    )
    op.create_check_constraint("ck_sellers_sellers_away_range", "sellers_sellers", "away_until >= away_from")


def downgrade() -> None:
    for column in ("away_note", "away_until", "away_from"):
        op.drop_column("sellers_sellers", column)
