"""Identities at providers, linked to people."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "accounts_identities",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts_identities"),
        sa.ForeignKeyConstraint(["person_id"], ["accounts_people.id"], name="fk_accounts_identities_person_id"),
        sa.UniqueConstraint("issuer", "subject", name="uq_accounts_identities_issuer_subject"),
        sa.UniqueConstraint("person_id", "issuer", name="uq_accounts_identities_person_id_issuer"),
    )


def downgrade() -> None:
    op.drop_table("accounts_identities")
