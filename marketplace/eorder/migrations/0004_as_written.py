"""Goods are described on the letter as their shop did that day; numbers of payments and slips are shown as written."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    # Orders of before have no description.
    op.add_column("eorder_lines", sa.Column("spec", sa.Text(), nullable=False, server_default=""))
    op.add_column("eorder_payments", sa.Column("shown", sa.Text(), nullable=False, server_default=""))
    op.add_column("eorder_withholdings", sa.Column("slip_shown", sa.Text()))
    op.execute("UPDATE eorder_payments SET shown = reference")
    op.execute("UPDATE eorder_withholdings SET slip_shown = slip_number")


def downgrade() -> None:
    op.drop_column("eorder_withholdings", "slip_shown")
    op.drop_column("eorder_payments", "shown")
    op.drop_column("eorder_lines", "spec")
