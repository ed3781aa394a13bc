"""One counter for each name and who, so that two first tries at once cannot open two windows."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # Counters are thrown away every hour anyway; who has two of them keeps the one that lasts longer.
    op.execute(
        "DELETE FROM kernel_tries a USING kernel_tries b"
        " WHERE a.name = b.name AND a.who = b.who AND a.window_end < b.window_end"
    )
    op.drop_constraint("pk_kernel_tries", "kernel_tries")
    op.create_primary_key("pk_kernel_tries", "kernel_tries", ["name", "who"])


def downgrade() -> None:
    op.drop_constraint("pk_kernel_tries", "kernel_tries")
    op.create_primary_key("pk_kernel_tries", "kernel_tries", ["name", "who", "window_end"])
