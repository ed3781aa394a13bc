"""What the sellers' parts of paid orders got before there was a ledger."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute(
        "CREATE TEMPORARY TABLE shares ON COMMIT DROP AS"
        " SELECT concat_ws(':', 'pay', o.id, p.seller_id, share.kind) AS id, 'ref:' || o.id AS debit,"
        " 'held:' || p.id AS credit, share.amount, share.kind, o.id::text AS ref, o.code AS label, o.paid_at AS at"
        " FROM orders_orders o JOIN orders_suborders p ON p.order_id = o.id,"
        " LATERAL (VALUES ('goods', p.goods_idr - p.discount_idr), ('shipping', p.shipping_idr), ('tax', p.tax_idr))"
        " AS share (kind, amount)"
        " WHERE o.state IN ('paid') AND share.amount > 0"
        " AND NOT EXISTS (SELECT FROM payments_entries e WHERE e.ref = o.id::text AND e.kind = share.kind)"
    )
    op.execute(
        "INSERT INTO payments_accounts (key, kind, debited_idr, credited_idr)"
        " SELECT credit, 'held', 0, sum(amount) FROM shares GROUP BY credit"
    )
    op.execute(
        "UPDATE payments_accounts a SET debited_idr = a.debited_idr + given.amount"
        " FROM (SELECT debit, sum(amount) AS amount FROM shares GROUP BY debit) AS given WHERE a.key = given.debit"
    )
    op.execute(
        "INSERT INTO payments_entries (id, debit, credit, amount_idr, kind, ref, label, at)"
        " SELECT id, debit, credit, amount, kind, ref, label, at FROM shares"
    )


def downgrade() -> None:
    """Nothing: the entries go with their tables."""
