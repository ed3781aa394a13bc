"""What the bench measures of local content: 2 million lines of accepted value over three years; told as JSON.

Lines are drawn by PostgreSQL from shops, products, offices and days with a seed of its own, so that one office in a hundred has
much of it and most shops little; the sums are made from them by the statement that `jkp verify` recounts with.
"""

import json
import sys
import time

import psycopg

from marketplace import create_app
from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM, Grant
from marketplace.p3dn import services
from marketplace.p3dn.forms import ReportIn
from marketplace.p3dn.queries.sealed import report
from tests.factories import accounts
from tests.factories.offices import appointed, means, office

SHOPS, UNITS, YEARS = 20_000, 800, 3
SHOPS_SOWN = """
INSERT INTO sellers_sellers
SELECT (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'code', 'B' || lpad(n::text, 7, '0'),
 'slug', 'bench-' || n, 'name', 'Dapur Bench ' || n, 'kelurahan_code', k.codes[1 + n %% array_length(k.codes, 1)]))).*
FROM sellers_sellers AS s
CROSS JOIN (SELECT array_agg(code ORDER BY code) AS codes FROM accounts_areas WHERE level = 'kelurahan') AS k
CROSS JOIN generate_series(1, %(shops)s) AS n
WHERE s.id = (SELECT id FROM sellers_sellers WHERE state = 'active' ORDER BY id LIMIT 1)
"""
LINES = """
INSERT INTO p3dn_entries (source, reference, line, day, channel, code, unit_code, programme, package, seller_id,
 kecamatan_code, mentor, product_id, category_id, name, qty, value_idr, local_class, rung, tkdn, bmp, certificate, kind,
 policy_id, umk, jakpreneur, takes_back, at)
SELECT 'bench', n::text, 1, day, CASE WHEN public THEN 'public' ELSE 'eorder' END, 'B' || n,
 CASE WHEN public THEN '' ELSE u.codes[unit_at] END, CASE WHEN public THEN '' ELSE '5.01.01.2.' || n %% 20 END, '',
 s.ids[shop_at], s.places[shop_at], '', NULL, c.ids[1 + (shop_at * 7 + n %% 2) %% array_length(c.ids, 1)],
 'Nasi kotak', 1 + n %% 40, value,
 (ARRAY['PDN_NO_TKDN', 'PDN_NO_TKDN', 'PDN_TKDN', 'IMPORT'])[1 + n %% 4],
 (ARRAY['domestic', 'domestic', 'certified', 'import'])[1 + n %% 4],
 CASE WHEN n %% 4 = 2 THEN 2500 + n %% 5000 ELSE 0 END, 0, CASE WHEN n %% 4 = 2 THEN 'BENCH/' || n %% 500 ELSE '' END,
 CASE WHEN n %% 4 = 2 THEN 'ik' ELSE '' END, NULL, true, true, NULL, now()
FROM (SELECT array_agg(id ORDER BY slug) AS ids, array_agg(substr(kelurahan_code, 1, 8) ORDER BY slug) AS places
 FROM sellers_sellers WHERE slug LIKE 'bench-%%') AS s
CROSS JOIN (SELECT CAST(%(units)s AS text[]) AS codes) AS u
CROSS JOIN (SELECT array_agg(id ORDER BY slug) AS ids FROM catalog_categories WHERE parent_id IS NOT NULL) AS c
CROSS JOIN LATERAL (
 SELECT n, random() < 0.3 AS public, CAST(%(last)s AS date) - (random() * %(days)s)::int AS day,
  1 + floor(power(random(), 2) * array_length(s.ids, 1))::int AS shop_at,
  1 + floor(power(random(), 3) * array_length(u.codes, 1))::int AS unit_at,
  20000 + (random() * 2000000)::int AS value
 FROM generate_series(1, %(many)s) AS n
) AS drawn
"""
FIGURES = (
    """sum(value_idr), count(*), coalesce(sum(value_idr) FILTER (WHERE certificate <> ''), 0), sum(value_idr * tkdn)"""
)
ADDED_UP = (
    f"""
INSERT INTO p3dn_by_key (month, part, key, channel, local_class, umk, shard, value_idr, entries, certified_idr, weighted)
SELECT date_trunc('month', day)::date, part, key, channel, local_class, umk,
 CASE WHEN key = '' OR part = 'category' THEN seq % 8 ELSE 0 END, {FIGURES}
FROM p3dn_entries, LATERAL (VALUES ('unit', unit_code), ('category', category_id::text)) AS k (part, key)
GROUP BY 1, 2, 3, 4, 5, 6, 7
""",  # noqa: S608 - our own words
    f"""
INSERT INTO p3dn_by_unit (month, unit_code, category_id, channel, local_class, umk, shard, value_idr, entries, certified_idr,
 weighted)
SELECT date_trunc('month', day)::date, unit_code, category_id, channel, local_class, umk,
 CASE WHEN unit_code = '' THEN seq % 8 ELSE 0 END, {FIGURES}
FROM p3dn_entries GROUP BY 1, 2, 3, 4, 5, 6, 7
""",  # noqa: S608 - our own words
    """
INSERT INTO p3dn_by_shop (span, since, seller_id, category_id, channel, kecamatan_code, mentor, value_idr, domestic_idr,
 entries)
SELECT span, date_trunc(span, day)::date, seller_id, category_id, channel, kecamatan_code, mentor, sum(value_idr),
 coalesce(sum(value_idr) FILTER (WHERE local_class LIKE 'PDN%'), 0), count(*)
FROM p3dn_entries, LATERAL (VALUES ('month'), ('year')) AS k (span) GROUP BY 1, 2, 3, 4, 5, 6, 7
""",
)
SUMS = b"""
SELECT (SELECT count(*) FROM p3dn_by_key), (SELECT count(*) FROM p3dn_by_unit), (SELECT count(*) FROM p3dn_by_shop)
"""
BUSY = b"""
SELECT (SELECT unit_code FROM p3dn_by_unit WHERE unit_code <> '' GROUP BY 1 ORDER BY sum(entries) DESC LIMIT 1),
 (SELECT seller_id::text FROM p3dn_by_shop WHERE span = 'year' GROUP BY 1 ORDER BY sum(entries) DESC LIMIT 1),
 (SELECT slug FROM catalog_categories WHERE parent_id IS NULL ORDER BY position LIMIT 1)
"""


def main(many: int) -> None:
    """Set the stage for a site that the environment names, and print what stands on it."""
    app = create_app()
    url = app.extensions["jkp"].settings.database_url.replace("+psycopg", "")
    with app.app_context():
        root = office("Dinas Buku Bench")
        units = [root, *(office(parent_code=root) for _unit in range(UNITS - 1))]
        means(10**12, 10**12, units[1])
        today = clock.today()
        told = {"many": many, "last": today, "days": (today - today.replace(year=today.year - YEARS + 1, day=1)).days}
        with psycopg.connect(url) as connection:
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute("SET LOCAL statement_timeout = 0")
            connection.execute("SELECT setseed(0.5)")
            connection.execute(SHOPS_SOWN.encode(), {"shops": SHOPS})
            connection.execute(LINES.encode(), {**told, "units": units})
            connection.execute("TRUNCATE p3dn_by_key, p3dn_by_unit, p3dn_by_shop")
            for statement in ADDED_UP:
                connection.execute(statement.encode())
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
            sums = connection.execute(SUMS).fetchone()
            busy = connection.execute(BUSY).fetchone()
        officer = accounts.person(grants=(Grant("programme_officer"),))
        buyer = appointed(units[1], "commitment_officer")
        began = time.monotonic()
        asked = services.ask_report(ReportIn(tahun=today.year - 1), by=SYSTEM)
        services.seal(asked)
        sealed = time.monotonic() - began
        staged = {
            "sessions": {
                "officer": f"sesi={accounts.opened(officer).token}",
                "office": f"sesi={accounts.opened(buyer.id).token}",
            },
            "sums": sums,
            "unit": units[0],
            "busy": busy,
            "year": today.year,
            "sealed": sealed,
            "state": str(report(asked, SYSTEM).state),
            "report": str(asked),
        }
    sys.stdout.write(json.dumps(staged))


if __name__ == "__main__":
    main(int(sys.argv[1]))
