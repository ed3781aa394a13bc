"""Wishes and alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)
IS_OPEN = "state IN ('asked', 'waiting')"


def upgrade() -> None:
    op.create_table(
        "wishlist_wishes",
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("seen_idr", sa.BigInteger, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.CheckConstraint("seen_idr >= 0", name="ck_wishlist_wishes_seen_idr_range"),
        sa.ForeignKeyConstraint(["product_id"], ["catalog_products.id"], name="fk_wishlist_wishes_product_id"),
        sa.PrimaryKeyConstraint("id", name="pk_wishlist_wishes"),
        sa.UniqueConstraint("owner", "product_id", name="uq_wishlist_wishes_owner_product_id"),
    )
    op.create_index("ix_wishlist_wishes_owner", "wishlist_wishes", ["owner", "at", "id"])
    op.create_index("ix_wishlist_wishes_product_id", "wishlist_wishes", ["product_id"])
    op.create_table(
        "wishlist_alerts",
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("reach", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("letter_at", INSTANT),
        sa.Column("told_at", INSTANT),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.CheckConstraint("(state = 'told') = (told_at IS NOT NULL)", name="ck_wishlist_alerts_told_once"),
        sa.CheckConstraint(
            f"NOT ({IS_OPEN}) OR email IS NOT NULL OR reach LIKE 'person:%'", name="ck_wishlist_alerts_reachable"
        ),
        sa.ForeignKeyConstraint(["product_id"], ["catalog_products.id"], name="fk_wishlist_alerts_product_id"),
        sa.PrimaryKeyConstraint("id", name="pk_wishlist_alerts"),
        sa.UniqueConstraint("token_hash", name="uq_wishlist_alerts_token_hash"),
    )
    op.create_index(
        "uq_wishlist_alerts_open",
        "wishlist_alerts",
        ["product_id", "reach"],
        unique=True,
        postgresql_where=sa.text(IS_OPEN),
    )
    op.create_index("ix_wishlist_alerts_owner", "wishlist_alerts", ["owner", "product_id"])
    op.create_index("ix_wishlist_alerts_asked_at", "wishlist_alerts", ["asked_at"])
    op.create_index("ix_wishlist_alerts_state", "wishlist_alerts", ["state"])


def downgrade() -> None:
    op.drop_table("wishlist_alerts")
    op.drop_table("wishlist_wishes")
