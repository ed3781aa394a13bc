"""Methods and ceilings, needs, requests and comparisons."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)
TABLES = (
    "eorder_methods",
    "eorder_ceilings",
    "eorder_needs",
    "eorder_need_items",
    "eorder_need_places",
    "eorder_requests",
    "eorder_request_lines",
    "eorder_comparisons",
)


def upgrade() -> None:
    op.create_table(
        "eorder_methods",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("buyer_kind", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("above_idr", sa.BigInteger(), nullable=False),
        sa.Column("up_to_idr", sa.BigInteger(), nullable=False),
        sa.Column("approvals", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("offers_wanted", sa.SmallInteger(), nullable=False),
        sa.Column("negotiate", sa.Boolean(), nullable=False),
        sa.Column("papers", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("answer_days", sa.SmallInteger(), nullable=False),
        sa.Column("decide_days", sa.SmallInteger(), nullable=False),
        sa.Column("talk_days", sa.SmallInteger(), nullable=False),
        sa.Column("pay_days", sa.SmallInteger(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("confirmed_on", sa.Date()),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("above_idr >= 0", name="ck_eorder_methods_above_idr_range"),
        sa.CheckConstraint("answer_days >= 1", name="ck_eorder_methods_answer_days_range"),
        sa.CheckConstraint("up_to_idr > above_idr", name="ck_eorder_methods_band_is_one"),
        sa.CheckConstraint("valid_to >= valid_from", name="ck_eorder_methods_days_in_order"),
        sa.CheckConstraint("decide_days >= 1", name="ck_eorder_methods_decide_days_range"),
        sa.CheckConstraint("offers_wanted >= 1", name="ck_eorder_methods_offers_wanted_range"),
        sa.CheckConstraint("pay_days >= 1", name="ck_eorder_methods_pay_days_range"),
        sa.CheckConstraint("cardinality(approvals) > 0", name="ck_eorder_methods_somebody_approves"),
        sa.CheckConstraint("talk_days >= 1", name="ck_eorder_methods_talk_days_range"),
        sa.PrimaryKeyConstraint("id", name="pk_eorder_methods"),
        sa.UniqueConstraint("code", "valid_from", name="uq_eorder_methods_code_valid_from"),
    )
    op.create_index("ix_eorder_methods_band", "eorder_methods", ["buyer_kind", "what", "above_idr"])
    op.create_table(
        "eorder_ceilings",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("most_idr", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("confirmed_on", sa.Date()),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("valid_to >= valid_from", name="ck_eorder_ceilings_days_in_order"),
        sa.CheckConstraint("most_idr >= 1", name="ck_eorder_ceilings_most_idr_range"),
        sa.PrimaryKeyConstraint("id", name="pk_eorder_ceilings"),
        sa.UniqueConstraint("code", "valid_from", name="uq_eorder_ceilings_code_valid_from"),
    )
    op.create_table(
        "eorder_needs",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("package_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.Text(), nullable=False),
        sa.Column("hour_from", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer()),
        sa.Column("menu", sa.Text(), nullable=False),
        sa.Column("diet", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("contact_phone", sa.Text(), nullable=False),
        sa.Column("ceiling_code", sa.Text(), nullable=False),
        sa.Column("over_ceiling", sa.Text(), nullable=False),
        sa.Column("prepared_by", sa.Uuid(), nullable=False),
        sa.Column("prepared_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("people >= 1", name="ck_eorder_needs_people_range"),
        sa.ForeignKeyConstraint(["line_id"], ["offices_lines.id"], name="fk_eorder_needs_line_id"),
        sa.ForeignKeyConstraint(["package_id"], ["offices_packages.id"], name="fk_eorder_needs_package_id"),
        sa.ForeignKeyConstraint(["prepared_by"], ["accounts_people.id"], name="fk_eorder_needs_prepared_by"),
        sa.ForeignKeyConstraint(["unit_code"], ["accounts_organisations.code"], name="fk_eorder_needs_unit_code"),
        sa.PrimaryKeyConstraint("id", name="pk_eorder_needs"),
        sa.UniqueConstraint("code", name="uq_eorder_needs_code"),
    )
    op.create_index("ix_eorder_needs_prepared_by", "eorder_needs", ["prepared_by"])
    op.create_index("ix_eorder_needs_state", "eorder_needs", ["state"])
    op.create_index("ix_eorder_needs_unit", "eorder_needs", ["unit_code", "year", "id"])
    op.create_table(
        "eorder_need_items",
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("qty", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("position >= 1", name="ck_eorder_need_items_position_range"),
        sa.CheckConstraint("qty >= 1", name="ck_eorder_need_items_qty_range"),
        sa.ForeignKeyConstraint(["need_id"], ["eorder_needs.id"], name="fk_eorder_need_items_need_id"),
        sa.PrimaryKeyConstraint("id", name="pk_eorder_need_items"),
        sa.UniqueConstraint("need_id", "position", name="uq_eorder_need_items_need_id_position"),
    )
    op.create_table(
        "eorder_need_places",
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("floor", sa.Text(), nullable=False),
        sa.Column("kelurahan_code", sa.Text(), nullable=False),
        sa.Column("qty", sa.Integer()),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("position >= 1", name="ck_eorder_need_places_position_range"),
        sa.CheckConstraint("qty >= 1", name="ck_eorder_need_places_qty_range"),
        sa.ForeignKeyConstraint(
            ["kelurahan_code"], ["accounts_areas.code"], name="fk_eorder_need_places_kelurahan_code"
        ),
        sa.ForeignKeyConstraint(["need_id"], ["eorder_needs.id"], name="fk_eorder_need_places_need_id"),
        sa.PrimaryKeyConstraint("id", name="pk_eorder_need_places"),
        sa.UniqueConstraint("need_id", "position", name="uq_eorder_need_places_need_id_position"),
    )
    op.create_table(
        "eorder_requests",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("answer_by", INSTANT, nullable=False),
        sa.Column("reminded_at", INSTANT),
        sa.Column("answered_at", INSTANT),
        sa.Column("delivery_idr", sa.BigInteger()),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("delivery_idr >= 0", name="ck_eorder_requests_delivery_idr_range"),
        sa.ForeignKeyConstraint(["need_id"], ["eorder_needs.id"], name="fk_eorder_requests_need_id"),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers_sellers.id"], name="fk_eorder_requests_seller_id"),
        sa.PrimaryKeyConstraint("id", name="pk_eorder_requests"),
        sa.UniqueConstraint("code", name="uq_eorder_requests_code"),
        sa.UniqueConstraint("need_id", "seller_id", name="uq_eorder_requests_need_id_seller_id"),
    )
    op.create_index(
        "ix_eorder_requests_due", "eorder_requests", ["answer_by"], postgresql_where=sa.text("state = 'open'")
    )
    op.create_index("ix_eorder_requests_seller", "eorder_requests", ["seller_id", "id"])
    op.create_index("ix_eorder_requests_state", "eorder_requests", ["state"])
    op.create_table(
        "eorder_request_lines",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("qty", sa.Integer(), nullable=False),
        sa.Column("unit_idr", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("qty >= 1", name="ck_eorder_request_lines_qty_range"),
        sa.CheckConstraint("unit_idr >= 1", name="ck_eorder_request_lines_unit_idr_range"),
        sa.ForeignKeyConstraint(["item_id"], ["eorder_need_items.id"], name="fk_eorder_request_lines_item_id"),
        sa.ForeignKeyConstraint(["request_id"], ["eorder_requests.id"], name="fk_eorder_request_lines_request_id"),
        sa.ForeignKeyConstraint(["variant_id"], ["catalog_variants.id"], name="fk_eorder_request_lines_variant_id"),
        sa.PrimaryKeyConstraint("request_id", "item_id", name="pk_eorder_request_lines"),
    )
    op.create_table(
        "eorder_comparisons",
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("seen", postgresql.JSONB(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("few", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name="ck_eorder_comparisons_digest_is_sha256"),
        sa.ForeignKeyConstraint(["by"], ["accounts_people.id"], name="fk_eorder_comparisons_by"),
        sa.ForeignKeyConstraint(["need_id"], ["eorder_needs.id"], name="fk_eorder_comparisons_need_id"),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers_sellers.id"], name="fk_eorder_comparisons_seller_id"),
        sa.PrimaryKeyConstraint("id", name="pk_eorder_comparisons"),
    )
    op.create_index("ix_eorder_comparisons_by", "eorder_comparisons", ["by"])
    op.create_index("ix_eorder_comparisons_need", "eorder_comparisons", ["need_id", "id"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
