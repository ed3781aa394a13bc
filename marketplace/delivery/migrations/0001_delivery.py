"""Make the tables of delivery."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0001"
down_revision = None

SELLER = "sellers_sellers.id"


def upgrade() -> None:
    op.create_table(
        "delivery_zones",
        sa.Column("kecamatan_code", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kecamatan_code", name="pk_delivery_zones"),
        sa.ForeignKeyConstraint(["kecamatan_code"], ["accounts_areas.code"], name="fk_delivery_zones_kecamatan_code"),
    )
    op.create_table(
        "delivery_couriers",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("divisor", sa.Integer(), nullable=False),
        sa.Column("valid", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_delivery_couriers"),
        sa.CheckConstraint("divisor >= 1", name="ck_delivery_couriers_divisor_range"),
    )
    op.create_table(
        "delivery_tariffs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("courier_code", sa.Text(), nullable=False),
        sa.Column("from_zone", sa.Text(), nullable=False),
        sa.Column("to_zone", sa.Text(), nullable=False),
        sa.Column("first_idr", sa.BigInteger(), nullable=False),
        sa.Column("next_idr", sa.BigInteger(), nullable=False),
        sa.Column("days_least", sa.SmallInteger(), nullable=False),
        sa.Column("days_most", sa.SmallInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_tariffs"),
        sa.UniqueConstraint(
            "courier_code",
            "from_zone",
            "to_zone",
            "valid_from",
            name="uq_delivery_tariffs_courier_code_from_zone_to_zone_valid_from",
        ),
        sa.ForeignKeyConstraint(["courier_code"], ["delivery_couriers.code"], name="fk_delivery_tariffs_courier_code"),
        sa.CheckConstraint("first_idr >= 0", name="ck_delivery_tariffs_first_idr_range"),
        sa.CheckConstraint("next_idr >= 0", name="ck_delivery_tariffs_next_idr_range"),
        sa.CheckConstraint("days_least >= 0", name="ck_delivery_tariffs_days_least_range"),
        sa.CheckConstraint("days_most >= days_least", name="ck_delivery_tariffs_days_range"),
    )
    op.create_table(
        "delivery_shops",
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("daily_orders", sa.Integer()),
        sa.Column("daily_units", sa.Integer()),
        sa.Column("slot_orders", sa.Integer()),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seller_id", name="pk_delivery_shops"),
        sa.ForeignKeyConstraint(["seller_id"], [SELLER], name="fk_delivery_shops_seller_id"),
        sa.CheckConstraint("daily_orders >= 0", name="ck_delivery_shops_daily_orders_range"),
        sa.CheckConstraint("daily_units >= 0", name="ck_delivery_shops_daily_units_range"),
        sa.CheckConstraint("slot_orders >= 0", name="ck_delivery_shops_slot_orders_range"),
    )
    op.create_table(
        "delivery_days_off",
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("seller_id", "day", name="pk_delivery_days_off"),
        sa.ForeignKeyConstraint(["seller_id"], [SELLER], name="fk_delivery_days_off_seller_id"),
    )
    _options()
    _places()


def _options() -> None:
    op.create_table(
        "delivery_options",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("courier_code", sa.Text()),
        sa.Column("flat_idr", sa.BigInteger(), nullable=False),
        sa.Column("free_from_idr", sa.BigInteger()),
        sa.Column("kecamatan", ARRAY(sa.Text()), nullable=False),
        sa.Column("cutoff", sa.Time()),
        sa.Column("lead_days", sa.SmallInteger(), nullable=False),
        sa.Column("slots", ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_options"),
        sa.UniqueConstraint(
            "seller_id",
            "method",
            "courier_code",
            name="uq_delivery_options_seller_id_method_courier_code",
            postgresql_nulls_not_distinct=True,
        ),
        sa.ForeignKeyConstraint(["seller_id"], [SELLER], name="fk_delivery_options_seller_id"),
        sa.ForeignKeyConstraint(["courier_code"], ["delivery_couriers.code"], name="fk_delivery_options_courier_code"),
        sa.CheckConstraint("method IN ('pickup', 'own', 'courier')", name="ck_delivery_options_method_known"),
        sa.CheckConstraint(
            "(method = 'courier') = (courier_code IS NOT NULL)", name="ck_delivery_options_courier_named"
        ),
        sa.CheckConstraint("flat_idr >= 0", name="ck_delivery_options_flat_idr_range"),
        sa.CheckConstraint("free_from_idr > 0", name="ck_delivery_options_free_from_idr_range"),
        sa.CheckConstraint("lead_days >= 0", name="ck_delivery_options_lead_days_range"),
    )


def _places() -> None:
    op.create_table(
        "delivery_days",
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("orders_taken", sa.Integer(), nullable=False),
        sa.Column("orders_most", sa.Integer()),
        sa.Column("units_taken", sa.Integer(), nullable=False),
        sa.Column("units_most", sa.Integer()),
        sa.PrimaryKeyConstraint("seller_id", "day", "slot", name="pk_delivery_days"),
        sa.ForeignKeyConstraint(["seller_id"], [SELLER], name="fk_delivery_days_seller_id"),
        sa.CheckConstraint("orders_taken >= 0", name="ck_delivery_days_orders_taken_range"),
        sa.CheckConstraint("units_taken >= 0", name="ck_delivery_days_units_taken_range"),
        sa.CheckConstraint("orders_taken <= orders_most", name="ck_delivery_days_orders_fit"),
        sa.CheckConstraint("units_taken <= units_most", name="ck_delivery_days_units_fit"),
    )
    op.create_table(
        "delivery_bookings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_bookings"),
        sa.UniqueConstraint("reference", "seller_id", name="uq_delivery_bookings_reference_seller_id"),
        sa.ForeignKeyConstraint(["seller_id"], [SELLER], name="fk_delivery_bookings_seller_id"),
        sa.CheckConstraint("units >= 0", name="ck_delivery_bookings_units_range"),
        sa.CheckConstraint("state IN ('held', 'kept', 'given_back')", name="ck_delivery_bookings_state_known"),
        sa.CheckConstraint("(state = 'given_back') = (closed_at IS NOT NULL)", name="ck_delivery_bookings_closed_once"),
    )
    op.create_index(
        "ix_delivery_bookings_day",
        "delivery_bookings",
        ["seller_id", "day"],
        postgresql_where=sa.text("state <> 'given_back'"),
    )


def downgrade() -> None:
    for table in ("bookings", "days", "options", "days_off", "shops", "tariffs", "couriers", "zones"):
        op.drop_table(f"delivery_{table}")
