"""What is recorded elsewhere of e-orders (SPSE, SIPD): accepted minutes with package, supplier and payment, one row each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import text

from marketplace.documents import queries as documents
from marketplace.documents.slots import Paper
from marketplace.eorder.queries.paper_data import MINUTES
from marketplace.eorder.queries.reports import Asked
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import rows
from marketplace.offices import queries as offices
from marketplace.sellers import queries as sellers

COLUMNS = (
    "tahun", "kode_unit", "nama_unit", "kode_rup", "nama_paket", "kode_kegiatan", "kode_rekening", "kode_pesanan",
    "nomor_bast", "tanggal_bast", "nama_penyedia", "npwp_penyedia", "uraian", "nilai_bast_idr", "nilai_pdn_idr", "pdn", "umk",
    "kode_metode", "cara_bayar", "nomor_bayar", "tanggal_bayar", "nilai_bayar_idr", "pajak_dipotong_idr",
)  # fmt: skip
"""Names of columns stay as they are: others read files by them. New ones come at the end."""
# Payments are of an order, not of minutes: they stand with the first minutes of it, so that both columns add up.
WRITTEN = text("""
SELECT m.id AS minutes_id, m.number, m.office_number,
 o.year, o.unit_code, o.package_id, o.line_id, o.code, o.seller_id, o.seller_name, o.purpose,
 (m.shop_signed_at AT TIME ZONE 'Asia/Jakarta')::date AS day, m.value_idr, me.code AS method,
 coalesce((SELECT sum(ml.value_idr) FROM eorder_minutes_lines ml JOIN eorder_lines l ON l.id = ml.line_id
  WHERE ml.minutes_id = m.id AND l.origin = ANY(CAST(:domestic AS text[]))), 0)::bigint AS domestic_idr,
 first_of.id = m.id AS first, paid.way, paid.reference, paid.paid_on, paid.gross_idr, paid.kept_idr
FROM eorder_minutes m JOIN eorder_orders o ON o.id = m.order_id LEFT JOIN eorder_methods me ON me.id = o.method_id
LEFT JOIN LATERAL (
 SELECT f.id FROM eorder_minutes f WHERE f.order_id = o.id AND f.state IN ('signed') ORDER BY f.number LIMIT 1
) first_of ON true
LEFT JOIN LATERAL (
 SELECT string_agg(DISTINCT p.way, '+') AS way, string_agg(p.shown, ' ' ORDER BY p.number) AS reference,
  max(p.paid_on) AS paid_on, sum(p.gross_idr)::bigint AS gross_idr, sum(p.kept_idr)::bigint AS kept_idr
 FROM eorder_payments p WHERE p.order_id = o.id
) paid ON true
WHERE m.unit_code = ANY(CAST(:units AS text[])) AND m.state IN ('signed')
 AND m.shop_signed_at >= :since AND m.shop_signed_at < :until
ORDER BY o.unit_code, m.shop_signed_at, m.id
""")


def recorded(asked: Asked) -> Iterator[tuple[object, ...]]:
    """Yield the rows under ``COLUMNS`` for units and days; rupiah whole, days as ISO 8601. An empty period has none."""
    found = rows(WRITTEN, asked.told) if asked.units else ()
    issued = documents.papers([str(row.minutes_id) for row in found])
    names = offices.unit_names(asked.units)
    numbers = sellers.npwps({row.seller_id for row in found})
    plans: dict[tuple[str, int], tuple[dict[Any, Any], dict[Any, Any]]] = {}
    for row in found:
        key = (row.unit_code, row.year)
        if key not in plans:
            plans[key] = (
                {one.id: one for one in offices.packages(*key, SYSTEM)},
                {one.id: one for one in offices.lines(*key, SYSTEM)},
            )
        package, line = plans[key][0][row.package_id], plans[key][1][row.line_id]
        paid = row.first and row.gross_idr is not None
        yield (
            row.year, row.unit_code, names.get(row.unit_code, row.unit_code), package.rup_id, package.name,
            line.activity_code, line.account_code, row.code, row.office_number or _number(issued, row), row.day.isoformat(),
            row.seller_name, numbers.get(row.seller_id, ""), row.purpose, int(row.value_idr), row.domestic_idr,
            "ya" if row.domestic_idr else "tidak", "ya", row.method or "", row.way if paid else "",
            row.reference if paid else "", row.paid_on.isoformat() if paid else "", row.gross_idr if paid else "",
            row.kept_idr if paid else "",
        )  # fmt: skip


def _number(issued: Mapping[str, Sequence[Paper]], row: Any) -> str:  # noqa: ANN401 - a row of ``WRITTEN``
    """Return our number of handover minutes, for those to which the office gave none of its own."""
    papers = issued.get(str(row.minutes_id), ())
    return next((one.shown for one in papers if one.kind == MINUTES), str(row.number))
