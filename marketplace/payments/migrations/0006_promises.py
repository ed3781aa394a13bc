"""Cash on delivery: a charge may be promised, and counts as the one payment of its reference then."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

NAME, TABLE = "uq_payments_charges_settled", "payments_charges"


def upgrade() -> None:
    _index("state IN ('settled', 'promised')")


def downgrade() -> None:
    # The version before knows no promises: its goods are out, and its money is asked for by the shop as before.
    op.execute("UPDATE payments_charges SET state = 'closed', cause = 'cancelled' WHERE state = 'promised'")
    _index("state = 'settled'")


def _index(of: str) -> None:
    op.drop_index(NAME, TABLE)
    op.create_index(NAME, TABLE, ["reference"], unique=True, postgresql_where=sa.text(of))
