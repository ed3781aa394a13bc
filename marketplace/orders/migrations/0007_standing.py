"""Standing orders: what is wanted again and again, on which days. And a word of the buyer to each shop."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0005"


def upgrade() -> None:
    for table in ("orders_cart_lines", "orders_suborders"):
        op.add_column(table, sa.Column("note", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "orders_standing",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("weekdays", postgresql.ARRAY(sa.SmallInteger), nullable=False),
        sa.Column("every_weeks", sa.SmallInteger, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("next_on", sa.Date),
        sa.Column("prepared_on", sa.Date),
        sa.Column("last_order_id", sa.Uuid),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_orders_standing"),
        sa.ForeignKeyConstraint(["person_id"], ["accounts_people.id"], name="fk_orders_standing_person_id"),
        sa.ForeignKeyConstraint(["last_order_id"], ["orders_orders.id"], name="fk_orders_standing_last_order_id"),
        sa.CheckConstraint("every_weeks BETWEEN 1 AND 12", name="ck_orders_standing_every_weeks_range"),
        sa.CheckConstraint(
            "cardinality(weekdays) > 0 AND weekdays <@ ARRAY[1,2,3,4,5,6,7]::smallint[]",
            name="ck_orders_standing_weekdays_are",
        ),
        sa.CheckConstraint("(state = 'running') = (next_on IS NOT NULL)", name="ck_orders_standing_running_has_a_day"),
        sa.CheckConstraint(
            "state <> 'ended' OR prepared_on IS NULL", name="ck_orders_standing_ended_waits_for_nothing"
        ),
        sa.CheckConstraint("prepared_on < next_on", name="ck_orders_standing_prepared_comes_first"),
    )
    op.create_index("ix_orders_standing_state", "orders_standing", ["state"])
    op.create_index("ix_orders_standing_person", "orders_standing", ["person_id", "id"])
    op.create_index(
        "ix_orders_standing_due", "orders_standing", ["next_on"], postgresql_where=sa.text("state = 'running'")
    )
    op.create_table(
        "orders_standing_lines",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("standing_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.SmallInteger, nullable=False),
        sa.Column("variant_id", sa.Uuid, nullable=False),
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("seller_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("qty", sa.Integer, nullable=False),
        sa.Column("seen_idr", sa.BigInteger, nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_orders_standing_lines"),
        sa.ForeignKeyConstraint(["standing_id"], ["orders_standing.id"], name="fk_orders_standing_lines_standing_id"),
        sa.ForeignKeyConstraint(["variant_id"], ["catalog_variants.id"], name="fk_orders_standing_lines_variant_id"),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers_sellers.id"], name="fk_orders_standing_lines_seller_id"),
        sa.UniqueConstraint("standing_id", "variant_id", name="uq_orders_standing_lines_standing_id_variant_id"),
        sa.UniqueConstraint("standing_id", "number", name="uq_orders_standing_lines_standing_id_number"),
        sa.CheckConstraint("number >= 1", name="ck_orders_standing_lines_number_range"),
        sa.CheckConstraint("qty >= 1", name="ck_orders_standing_lines_qty_range"),
        sa.CheckConstraint("seen_idr >= 0", name="ck_orders_standing_lines_seen_idr_range"),
    )
    op.create_index("ix_orders_standing_lines_variant_id", "orders_standing_lines", ["variant_id"])


def downgrade() -> None:
    op.drop_table("orders_standing_lines")
    op.drop_table("orders_standing")
    for table in ("orders_suborders", "orders_cart_lines"):
        op.drop_column(table, "note")
