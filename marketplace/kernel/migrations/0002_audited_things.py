"""What a chain of the audit log says of one thing is found without reading the chain."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_index("ix_kernel_audit_thing", "kernel_audit", ["stream", sa.text("(content ->> 'thing')")])


def downgrade() -> None:
    op.drop_index("ix_kernel_audit_thing", "kernel_audit")
