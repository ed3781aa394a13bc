"""Numbers of payments and slips are shown as they were written."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("eorder_payments", sa.Column("shown", sa.Text(), nullable=False, server_default=""))
    op.add_column("eorder_withholdings", sa.Column("slip_shown", sa.Text()))
    op.execute("UPDATE eorder_payments SET shown = reference")
    op.execute("UPDATE eorder_withholdings SET slip_shown = slip_number")


def downgrade() -> None:
    op.drop_column("eorder_withholdings", "slip_shown")
    op.drop_column("eorder_payments", "shown")
