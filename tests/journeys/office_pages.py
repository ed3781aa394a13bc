"""The pages of offices and of their orders, as they are looked at: who sees them, and at which address."""

from collections.abc import Callable, Mapping

from tests.architecture.buying import FIRST
from tests.journeys.conftest import Fair

Where = tuple[str, Callable[[Fair], str]]


def of_order(end: str, who: str = "ppk") -> Where:
    """Return a page of the order of the first office."""
    return who, lambda fair: f"/pengadaan/pesanan/{fair.part('eorder.order', FIRST, 'code')}{end}"


def of_need(end: str) -> Where:
    """Return a page of the need of the first office."""
    return "pp", lambda fair: f"/pengadaan/kebutuhan/{fair.part('eorder.need', FIRST, 'code')}{end}"


def of_shop(end: str) -> Where:
    """Return a page of that order for its shop."""
    return "penjual", lambda fair: f"/lapak/permintaan/{fair.part('eorder.shop_order', 'penjual', 'code')}{end}"


OFFICE_PAGES: Mapping[str, Where] = {
    "local content at a glance": ("dinas", lambda _: "/p3dn"),
    "lines of accepted value": ("dinas", lambda _: "/p3dn/transaksi"),
    "local content taken away": ("dinas", lambda _: "/p3dn/ekspor"),
    "sealed reports": ("dinas", lambda _: "/p3dn/laporan"),
    "sealed report": ("dinas", lambda fair: f"/p3dn/laporan/{fair.part('/p3dn report_id', 'asked', 'report_id')}"),
    "certificates": ("dinas", lambda _: "/p3dn/sertifikat"),
    "local content of a shop": ("penjual", lambda _: "/lapak/p3dn"),
    "a product's statement": (
        "penjual",
        lambda fair: f"/lapak/p3dn/{fair.part('/lapak product_id', 'penjual', 'product_id')}?langkah=3",
    ),
    "policy and targets": ("admin", lambda _: "/p3dn/kebijakan"),
    "worksheet of TKDN": ("penjual", lambda _: "/lapak/p3dn/hitung"),
    "evaluated prices": ("dinas", lambda _: "/p3dn/hea"),
    "new certificate": ("penjual", lambda _: "/lapak/p3dn/sertifikat"),
    "office's inbox": ("ppk", lambda _: "/pengadaan"),
    "orders of an office": ("ppk", lambda _: "/pengadaan/pesanan"),
    "office's order": of_order(""),
    "receiving": of_order("/penerimaan", "penerima"),
    "minutes": of_order("/bast"),
    "payment of an office": of_order("/pembayaran", "bendahara"),
    "papers of an order": of_order("/dokumen"),
    "trail of an order": of_order("/jejak"),
    "changes of an order": of_order("/perubahan"),
    "needs": ("pp", lambda _: "/pengadaan/kebutuhan"),
    "kinds of needs": ("pp", lambda _: "/pengadaan/kebutuhan/baru"),
    "new need": ("pp", lambda _: "/pengadaan/kebutuhan/baru?templat=meeting_food"),
    "need": of_need(""),
    "need again": of_need("/ubah"),
    "asking shops": of_need("/tanya"),
    "comparing": ("pp", lambda fair: f"/pengadaan/bandingkan?kebutuhan={fair.part('eorder.need', FIRST, 'code')}"),
    "rules of the day": ("ppk", lambda _: "/pengadaan/aturan"),
    "report of spending": ("ppk", lambda _: "/pengadaan/laporan"),
    "end of the year": ("ppk", lambda _: "/pengadaan/tutup-tahun"),
    "budget": ("ppk", lambda _: "/pengadaan/anggaran"),
    "plan": ("ppk", lambda _: "/pengadaan/paket"),
    "import": ("admin", lambda _: "/pengadaan/impor"),
    "units": ("pa", lambda _: "/pengadaan/unit"),
    "audit": ("auditor1", lambda _: "/audit"),
    "audited orders": ("auditor1", lambda _: "/audit/pesanan"),
    "audited order": ("auditor1", lambda fair: f"/audit/{fair.part('eorder.order', FIRST, 'code')}"),
    "offices of a shop": ("penjual", lambda _: "/lapak/permintaan"),
    "office's order of a shop": of_shop(""),
    "changes for a shop": of_shop("/perubahan"),
    "asked for a price": (
        "penjual",
        lambda fair: f"/lapak/permintaan/tanya/{fair.part('eorder.request_page', 'penjual', 'code')}",
    ),
    "shop's papers": ("penjual", lambda _: "/lapak/berkas"),
}
