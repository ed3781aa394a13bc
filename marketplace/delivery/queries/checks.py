"""What ``jkp verify`` asks of deliveries."""

from collections.abc import Iterator

from sqlalchemy import text

from marketplace.kernel.db import rows

RECOUNTED = text("""
WITH places AS (
    SELECT seller_id, day, '' AS slot, units FROM delivery_bookings WHERE state <> 'given_back'
    UNION ALL
    SELECT seller_id, day, slot, units FROM delivery_bookings WHERE state <> 'given_back' AND slot <> ''
), counted AS (
    SELECT seller_id, day, slot, count(*) AS orders, sum(units) AS units FROM places GROUP BY seller_id, day, slot
)
SELECT seller_id, day, slot, coalesce(d.orders_taken, 0) AS orders_taken, coalesce(d.units_taken, 0) AS units_taken,
       coalesce(c.orders, 0) AS orders, coalesce(c.units, 0) AS units
FROM delivery_days d FULL JOIN counted c USING (seller_id, day, slot)
WHERE (coalesce(d.orders_taken, 0), coalesce(d.units_taken, 0)) <> (coalesce(c.orders, 0), coalesce(c.units, 0))
""")
PRODUCTS = text("""
WITH counted AS (
    SELECT p.product_id, b.day, sum(p.units) AS units
    FROM delivery_booked_products p JOIN delivery_bookings b ON b.id = p.booking_id
    WHERE b.state <> 'given_back'
    GROUP BY p.product_id, b.day
)
SELECT product_id, day, coalesce(d.units_taken, 0) AS units_taken, coalesce(c.units, 0) AS units
FROM delivery_product_days d FULL JOIN counted c USING (product_id, day)
WHERE coalesce(d.units_taken, 0) <> coalesce(c.units, 0)
""")
NO_ZONE = text("""
SELECT a.code FROM accounts_areas a LEFT JOIN delivery_zones z ON z.kecamatan_code = a.code
WHERE a.level = 'kecamatan' AND a.valid_to IS NULL AND z.zone IS NULL
ORDER BY a.code
""")


def broken() -> Iterator[str]:
    """Yield a sentence for each day that is not the sum of its bookings, and each kecamatan without a zone (R26.1).

    Days are counted of shops and of products.
    """
    for row in rows(RECOUNTED):
        day = f"{row.day} {row.slot}".strip()
        yield (
            f"delivery: on {day} shop {row.seller_id} has {row.orders_taken} orders and {row.units_taken} units taken,"
            f" and its bookings are {row.orders} and {row.units}"
        )
    for row in rows(PRODUCTS):
        yield (
            f"delivery: on {row.day} {row.units_taken} units of product {row.product_id} are taken,"
            f" and its bookings are {row.units}"
        )
    for row in rows(NO_ZONE):
        yield f"delivery: kecamatan {row.code} lies in no zone"
