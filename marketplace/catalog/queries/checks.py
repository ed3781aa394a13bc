"""The catalogue recounted: what must hold in the database, and the facts that trials read (R0.4, R26)."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select, text

from marketplace.catalog.models import Product, Reservation, Stock, StockMove, Variant
from marketplace.kernel.db import rows

RESERVED = text("""
SELECT s.variant_id, s.reserved, coalesce(h.qty, 0) AS held
FROM catalog_stock s
LEFT JOIN (
    SELECT variant_id, sum(qty) AS qty FROM catalog_reservations WHERE state = 'held' AND counted GROUP BY variant_id
) h ON h.variant_id = s.variant_id
WHERE s.reserved <> coalesce(h.qty, 0)
""")
ON_HAND = text("""
SELECT s.variant_id, s.on_hand, coalesce(m.delta, 0) AS moved
FROM catalog_stock s
LEFT JOIN (SELECT variant_id, sum(delta) AS delta FROM catalog_stock_moves GROUP BY variant_id) m
       ON m.variant_id = s.variant_id
WHERE s.on_hand <> coalesce(m.delta, 0)
""")
SOLD = text("""
SELECT r.reference, r.variant_id, r.qty, coalesce(m.delta, 0) AS moved
FROM catalog_reservations r
LEFT JOIN (
    SELECT reference, variant_id, -sum(delta) AS delta FROM catalog_stock_moves WHERE reason = 'sold'
    GROUP BY reference, variant_id
) m ON m.reference = r.reference AND m.variant_id = r.variant_id
WHERE r.counted AND 'consumed' = r.state AND r.pool = 'normal' AND r.qty <> coalesce(m.delta, 0)
""")
NO_STOCK = text("""
SELECT v.id FROM catalog_variants v LEFT JOIN catalog_stock s ON s.variant_id = v.id WHERE s.variant_id IS NULL
""")
LOWEST = text("""
SELECT p.id, p.price_idr, min(v.price_idr) AS lowest
FROM catalog_products p LEFT JOIN catalog_variants v ON v.product_id = p.id AND v.active
GROUP BY p.id, p.price_idr
HAVING min(v.price_idr) IS DISTINCT FROM p.price_idr
""")
NOW_PRICED = text("""
SELECT v.id, v.price_idr, l.price_idr AS last
FROM catalog_variants v
LEFT JOIN LATERAL (
    SELECT price_idr FROM catalog_prices WHERE variant_id = v.id ORDER BY since DESC, id DESC LIMIT 1
) l ON true
WHERE l.price_idr IS DISTINCT FROM v.price_idr
""")
UNFIT = text("""
SELECT p.id, p.halal FROM catalog_products p JOIN catalog_categories c ON c.id = p.category_id
WHERE 'published' = p.state AND c.food AND p.halal NOT IN ('certified', 'non_halal_declared', 'in_process')
""")


def broken() -> Iterator[str]:
    """Yield a sentence for each thing of the catalogue that does not add up."""
    for row in rows(RESERVED):
        yield f"catalog stock {row.variant_id}: {row.reserved} reserved, but {row.held} are held"
    for row in rows(ON_HAND):
        yield f"catalog stock {row.variant_id}: {row.on_hand} on hand, but its moves add up to {row.moved}"
    for row in rows(SOLD):
        yield f"catalog reservation {row.reference} {row.variant_id}: {row.qty} consumed, but {row.moved} left the shelf"
    for row in rows(NO_STOCK):
        yield f"catalog variant {row.id}: has no stock row"
    for row in rows(LOWEST):
        yield f"catalog product {row.id}: shows {row.price_idr}, but its lowest price is {row.lowest}"
    for row in rows(NOW_PRICED):
        yield f"catalog variant {row.id}: costs {row.price_idr}, but its last price is {row.last}"
    for row in rows(UNFIT):
        yield f"catalog product {row.id}: is food on show as {row.halal}"


def stock_facts() -> Iterator[Mapping[str, Any]]:
    """Give the stock of each variant."""
    for row in rows(
        select(Variant.sku, Variant.id, Variant.seller_id, Stock.on_hand, Stock.reserved)
        .join(Stock, Stock.variant_id == Variant.id)
        .order_by(Variant.id)
    ):
        yield {
            "sku": row.sku,
            "variant_id": str(row.id),
            "seller_id": str(row.seller_id),
            "on_hand": row.on_hand,
            "reserved": row.reserved,
        }


def move_facts() -> Iterator[Mapping[str, Any]]:
    """Give every stock move."""
    moves = select(StockMove.__table__, Variant.sku).join(Variant, Variant.id == StockMove.variant_id)
    for row in rows(moves.order_by(StockMove.id)):
        yield {
            "id": str(row.id),
            "sku": row.sku,
            "variant_id": str(row.variant_id),
            "delta": row.delta,
            "reason": row.reason,
            "ref": row.reference,
            "at": row.at,
        }


def reservation_facts() -> Iterator[Mapping[str, Any]]:
    """Give every reservation; ``order_id`` is the reference it is held for."""
    held = select(Reservation.__table__, Variant.sku).join(Variant, Variant.id == Reservation.variant_id)
    for row in rows(held.order_by(Reservation.id)):
        yield {
            "id": str(row.id),
            "order_id": row.reference,
            "sku": row.sku,
            "variant_id": str(row.variant_id),
            "qty": row.qty,
            "pool": row.pool,
            "counted": row.counted,
            "state": row.state,
            "expires_at": row.expires_at,
            "closed_at": row.closed_at,
            "cause": row.cause,
        }


def product_facts() -> Iterator[Mapping[str, Any]]:
    """Give every variant that can be bought, with its product's state; local content joins with its own plugin."""
    sold = select(
        Variant.sku, Variant.id, Variant.seller_id, Variant.price_idr, Variant.active, Product.code, Product.state
    ).join(Product, Product.id == Variant.product_id)
    for row in rows(sold.order_by(Variant.id)):
        yield {
            "sku": row.sku,
            "variant_id": str(row.id),
            "product": row.code,
            "seller_id": str(row.seller_id),
            "state": row.state if row.active else "removed",
            "price_idr": row.price_idr.amount,
        }
