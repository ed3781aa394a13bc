"""Orders, their lines, offers and changes, who did what, findings and attachments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

INSTANT = sa.DateTime(timezone=True)
TABLES = (
    "eorder_orders",
    "eorder_lines",
    "eorder_offers",
    "eorder_changes",
    "eorder_acts",
    "eorder_findings",
    "eorder_attachments",
)


def upgrade() -> None:
    op.create_table(
        "eorder_orders",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("comparison_id", sa.Uuid(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("package_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=False),
        sa.Column("seller_name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("goods_idr", sa.BigInteger(), nullable=False),
        sa.Column("shipping_idr", sa.BigInteger(), nullable=False),
        sa.Column("tax_idr", sa.BigInteger(), nullable=False),
        sa.Column("included_tax_idr", sa.BigInteger(), nullable=False),
        sa.Column("total_idr", sa.BigInteger(), nullable=False),
        sa.Column("accepted_idr", sa.BigInteger(), nullable=False),
        sa.Column("paid_idr", sa.BigInteger(), nullable=False),
        sa.Column("method_id", sa.Uuid()),
        sa.Column("approvals", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("approved", sa.SmallInteger(), nullable=False),
        sa.Column("agreed_id", sa.Uuid()),
        sa.Column("hold", sa.SmallInteger(), nullable=False),
        sa.Column("moved", sa.SmallInteger(), nullable=False),
        sa.Column("held_by", sa.Text()),
        sa.Column("held_until", sa.Date()),
        sa.Column("held_why", sa.Text(), nullable=False),
        sa.Column("waits_for", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("waiting_since", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("nudged", sa.SmallInteger(), nullable=False),
        sa.Column("nudge_at", INSTANT),
        sa.Column("dunned", sa.SmallInteger(), nullable=False),
        sa.Column("asked_on", sa.Date()),
        sa.Column("prepared_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT),
        sa.Column("shown_at", INSTANT),
        sa.Column("training", sa.Boolean(), nullable=False),
        sa.Column("issued_at", INSTANT),
        sa.Column("accepted_at", INSTANT),
        sa.Column("arrived_at", INSTANT),
        sa.Column("minutes_at", INSTANT),
        sa.Column("paid_at", INSTANT),
        sa.Column("closed_at", INSTANT),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("accepted_idr >= 0", name="ck_eorder_orders_accepted_idr_range"),
        sa.CheckConstraint("accepted_idr <= total_idr", name="ck_eorder_orders_accepted_was_ordered"),
        sa.CheckConstraint("approved <= cardinality(approvals)", name="ck_eorder_orders_approved_by_whom_it_needs"),
        sa.CheckConstraint("approved >= 0", name="ck_eorder_orders_approved_range"),
        sa.CheckConstraint("goods_idr >= 0", name="ck_eorder_orders_goods_idr_range"),
        sa.CheckConstraint("(held_by IS NULL) = (held_until IS NULL)", name="ck_eorder_orders_hold_has_its_end"),
        sa.CheckConstraint("hold >= 1", name="ck_eorder_orders_hold_range"),
        sa.CheckConstraint("moved >= 0", name="ck_eorder_orders_moved_range"),
        sa.CheckConstraint("nudged >= 0", name="ck_eorder_orders_nudged_range"),
        sa.CheckConstraint("dunned >= 0", name="ck_eorder_orders_dunned_range"),
        sa.CheckConstraint("included_tax_idr >= 0", name="ck_eorder_orders_included_tax_idr_range"),
        sa.CheckConstraint("paid_idr >= 0", name="ck_eorder_orders_paid_idr_range"),
        sa.CheckConstraint("paid_idr <= accepted_idr", name="ck_eorder_orders_paid_was_accepted"),
        sa.CheckConstraint("shipping_idr >= 0", name="ck_eorder_orders_shipping_idr_range"),
        sa.CheckConstraint("tax_idr >= 0", name="ck_eorder_orders_tax_idr_range"),
        sa.CheckConstraint("included_tax_idr <= goods_idr", name="ck_eorder_orders_tax_is_inside"),
        sa.CheckConstraint("total_idr = goods_idr + shipping_idr + tax_idr", name="ck_eorder_orders_total_adds_up"),
        sa.CheckConstraint("total_idr >= 0", name="ck_eorder_orders_total_idr_range"),
        sa.ForeignKeyConstraint(["comparison_id"], ["eorder_comparisons.id"], name="fk_eorder_orders_comparison_id"),
        sa.ForeignKeyConstraint(["line_id"], ["offices_lines.id"], name="fk_eorder_orders_line_id"),
        sa.ForeignKeyConstraint(["method_id"], ["eorder_methods.id"], name="fk_eorder_orders_method_id"),
        sa.ForeignKeyConstraint(["need_id"], ["eorder_needs.id"], name="fk_eorder_orders_need_id"),
        sa.ForeignKeyConstraint(["package_id"], ["offices_packages.id"], name="fk_eorder_orders_package_id"),
        sa.ForeignKeyConstraint(["prepared_by"], ["accounts_people.id"], name="fk_eorder_orders_prepared_by"),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers_sellers.id"], name="fk_eorder_orders_seller_id"),
        sa.ForeignKeyConstraint(["unit_code"], ["accounts_organisations.code"], name="fk_eorder_orders_unit_code"),
        sa.PrimaryKeyConstraint("id", name="pk_eorder_orders"),
        sa.UniqueConstraint("code", name="uq_eorder_orders_code"),
    )
    op.create_index(
        "ix_eorder_orders_holder",
        "eorder_orders",
        ["unit_code", "id"],
        postgresql_where=sa.text("waits_for @> ARRAY['budget_holder']"),
    )
    op.create_index(
        "ix_eorder_orders_inbox",
        "eorder_orders",
        ["unit_code", "due_at", "id"],
        postgresql_where=sa.text("state NOT IN ('cancelled', 'closed', 'declined', 'expired')"),
    )
    op.create_index(
        "ix_eorder_orders_held",
        "eorder_orders",
        ["held_until", "id"],
        postgresql_where=sa.text("held_by IS NOT NULL"),
    )
    op.create_index("ix_eorder_orders_made_at", "eorder_orders", ["made_at"])
    op.create_index("ix_eorder_orders_minutes_at", "eorder_orders", ["minutes_at"])
    op.create_index("ix_eorder_orders_need", "eorder_orders", ["need_id"])
    op.create_index(
        "ix_eorder_orders_nudge",
        "eorder_orders",
        ["nudge_at", "id"],
        postgresql_where=sa.text("nudge_at IS NOT NULL"),
    )
    owed = sa.text("accepted_idr > paid_idr AND minutes_at IS NOT NULL")
    op.create_index("ix_eorder_orders_unpaid", "eorder_orders", ["minutes_at", "id"], postgresql_where=owed)
    op.create_index("ix_eorder_orders_owed", "eorder_orders", ["seller_id"], postgresql_where=owed)
    op.create_index(
        "ix_eorder_orders_paid",
        "eorder_orders",
        ["unit_code", "paid_at"],
        postgresql_where=sa.text("paid_at IS NOT NULL"),
    )
    op.create_index("ix_eorder_orders_prepared_by", "eorder_orders", ["prepared_by"])
    op.create_index("ix_eorder_orders_seller", "eorder_orders", ["seller_id", "id"])
    op.create_index("ix_eorder_orders_seller_name", "eorder_orders", ["seller_name", "id"])
    op.create_index(
        "ix_eorder_orders_shop_inbox",
        "eorder_orders",
        ["seller_id", "due_at", "id"],
        postgresql_where=sa.text("state NOT IN ('cancelled', 'closed', 'declined', 'expired')"),
    )
    op.create_index("ix_eorder_orders_state", "eorder_orders", ["state"])
    op.create_index("ix_eorder_orders_unit", "eorder_orders", ["unit_code", "id"])
    op.create_table(
        "eorder_lines",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("qty", sa.Integer(), nullable=False),
        sa.Column("unit_idr", sa.BigInteger(), nullable=False),
        sa.Column("public_idr", sa.BigInteger(), nullable=False),
        sa.Column("goods_idr", sa.BigInteger(), nullable=False),
        sa.Column("included_tax_idr", sa.BigInteger(), nullable=False),
        sa.Column("tax_idr", sa.BigInteger(), nullable=False),
        sa.Column("tax_kind", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("came", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("accepted <= came AND came <= qty", name="ck_eorder_lines_accepted_came_and_was_ordered"),
        sa.CheckConstraint("accepted >= 0", name="ck_eorder_lines_accepted_range"),
        sa.CheckConstraint("came >= 0", name="ck_eorder_lines_came_range"),
        sa.CheckConstraint("goods_idr = unit_idr * qty", name="ck_eorder_lines_goods_add_up"),
        sa.CheckConstraint("goods_idr >= 0", name="ck_eorder_lines_goods_idr_range"),
        sa.CheckConstraint("included_tax_idr >= 0", name="ck_eorder_lines_included_tax_idr_range"),
        sa.CheckConstraint("position >= 1", name="ck_eorder_lines_position_range"),
        sa.CheckConstraint("public_idr >= 1", name="ck_eorder_lines_public_idr_range"),
        sa.CheckConstraint("qty >= 0", name="ck_eorder_lines_qty_range"),
        sa.CheckConstraint("tax_idr >= 0", name="ck_eorder_lines_tax_idr_range"),
        sa.CheckConstraint("unit_idr >= 1", name="ck_eorder_lines_unit_idr_range"),
        sa.ForeignKeyConstraint(["item_id"], ["eorder_need_items.id"], name="fk_eorder_lines_item_id"),
        sa.ForeignKeyConstraint(["order_id"], ["eorder_orders.id"], name="fk_eorder_lines_order_id"),
        sa.ForeignKeyConstraint(["product_id"], ["catalog_products.id"], name="fk_eorder_lines_product_id"),
        sa.ForeignKeyConstraint(["variant_id"], ["catalog_variants.id"], name="fk_eorder_lines_variant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_eorder_lines"),
        sa.UniqueConstraint("order_id", "position", name="uq_eorder_lines_order_id_position"),
    )
    op.create_index("ix_eorder_lines_product_id", "eorder_lines", ["product_id"])
    op.create_table(
        "eorder_offers",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("turn", sa.SmallInteger(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("prices", postgresql.JSONB(), nullable=False),
        sa.Column("shipping_idr", sa.BigInteger(), nullable=False),
        sa.Column("total_idr", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("answer_by", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("shipping_idr >= 0", name="ck_eorder_offers_shipping_idr_range"),
        sa.CheckConstraint("side IN ('office', 'shop')", name="ck_eorder_offers_side_known"),
        sa.CheckConstraint("total_idr >= 1", name="ck_eorder_offers_total_idr_range"),
        sa.CheckConstraint("turn >= 1", name="ck_eorder_offers_turn_range"),
        sa.ForeignKeyConstraint(["by"], ["accounts_people.id"], name="fk_eorder_offers_by"),
        sa.ForeignKeyConstraint(["order_id"], ["eorder_orders.id"], name="fk_eorder_offers_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_eorder_offers"),
        sa.UniqueConstraint("order_id", "turn", name="uq_eorder_offers_order_id_turn"),
    )
    op.create_index("ix_eorder_offers_by", "eorder_offers", ["by"])
    op.create_table(
        "eorder_changes",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("was", postgresql.JSONB(), nullable=False),
        sa.Column("wanted", postgresql.JSONB(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("answered_by", sa.Uuid()),
        sa.Column("answered_at", INSTANT),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('change', 'cancel')", name="ck_eorder_changes_kind_known"),
        sa.CheckConstraint("number >= 1", name="ck_eorder_changes_number_range"),
        sa.CheckConstraint("side IN ('office', 'shop')", name="ck_eorder_changes_side_known"),
        sa.ForeignKeyConstraint(["answered_by"], ["accounts_people.id"], name="fk_eorder_changes_answered_by"),
        sa.ForeignKeyConstraint(["by"], ["accounts_people.id"], name="fk_eorder_changes_by"),
        sa.ForeignKeyConstraint(["order_id"], ["eorder_orders.id"], name="fk_eorder_changes_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_eorder_changes"),
        sa.UniqueConstraint("order_id", "number", name="uq_eorder_changes_order_id_number"),
    )
    op.create_index("ix_eorder_changes_answered_by", "eorder_changes", ["answered_by"])
    op.create_index("ix_eorder_changes_by", "eorder_changes", ["by"])
    op.create_index("ix_eorder_changes_state", "eorder_changes", ["state"])
    op.create_index(
        "uq_eorder_changes_open",
        "eorder_changes",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "eorder_acts",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("mandate_id", sa.Uuid()),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["eorder_orders.id"], name="fk_eorder_acts_order_id"),
        sa.ForeignKeyConstraint(["person_id"], ["accounts_people.id"], name="fk_eorder_acts_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_eorder_acts"),
    )
    op.create_index("ix_eorder_acts_order", "eorder_acts", ["order_id", "id"])
    op.create_index("ix_eorder_acts_person_id", "eorder_acts", ["person_id"])
    op.create_table(
        "eorder_findings",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("flag", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid()),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("reasoned_at", INSTANT),
        sa.Column("checked_by", sa.Uuid()),
        sa.Column("checked_at", INSTANT),
        sa.Column("checked_note", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(checked_by IS NULL) = (checked_at IS NULL)", name="ck_eorder_findings_checked_by_somebody"
        ),
        sa.ForeignKeyConstraint(["by"], ["accounts_people.id"], name="fk_eorder_findings_by"),
        sa.ForeignKeyConstraint(["checked_by"], ["accounts_people.id"], name="fk_eorder_findings_checked_by"),
        sa.ForeignKeyConstraint(["order_id"], ["eorder_orders.id"], name="fk_eorder_findings_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_eorder_findings"),
        sa.UniqueConstraint("order_id", "flag", name="uq_eorder_findings_order_id_flag"),
    )
    op.create_index("ix_eorder_findings_by", "eorder_findings", ["by"])
    op.create_index("ix_eorder_findings_checked_by", "eorder_findings", ["checked_by"])
    op.create_index("ix_eorder_findings_flag", "eorder_findings", ["flag", "id"])
    op.create_table(
        "eorder_attachments",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["accounts_people.id"], name="fk_eorder_attachments_by"),
        sa.ForeignKeyConstraint(["order_id"], ["eorder_orders.id"], name="fk_eorder_attachments_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_eorder_attachments"),
    )
    op.create_index("ix_eorder_attachments_by", "eorder_attachments", ["by"])
    op.create_index("ix_eorder_attachments_order", "eorder_attachments", ["order_id", "id"])
    op.execute(
        "CREATE FUNCTION eorder_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION 'what was done and offered stays as it was written'; END $$"
    )
    for table in ("eorder_acts", "eorder_offers"):
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION eorder_only_grows()"
        )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION eorder_only_grows()")
