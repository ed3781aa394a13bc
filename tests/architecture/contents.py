"""The part of the matrix's town that is about local content: certificates of two shops."""

from typing import TYPE_CHECKING

from marketplace.catalog.queries import category_tree
from marketplace.kernel.access import SYSTEM
from marketplace.p3dn import services
from marketplace.p3dn.forms import ReportIn
from marketplace.sellers.queries import SellerCard
from marketplace.transparency.queries import newer, years
from marketplace.transparency.services import publish_earlier
from tests.architecture.opinions import UNKNOWN
from tests.factories import p3dn

if TYPE_CHECKING:
    from tests.architecture.matrix import Town

OFFICE = "DEMO-SD-PST"


def certified(town: "Town", shops: dict[str, SellerCard]) -> None:
    """Let two shops show a certificate of their own product, and an officer check the first of them."""
    listed = town.parts["/lapak product_id"]
    shown = {
        name: services.show_certificate(
            shop.id, p3dn.certificate(listed[name]["product_id"], nomor=f"{place}/UJI/MATRIKS"), by=SYSTEM
        )
        for place, (name, shop) in enumerate(shops.items(), start=1)
    }
    services.check(shown["penjual"], p3dn.CheckIn(sumber="tkdn.kemenperin.go.id"), by=SYSTEM)
    known = {name: {"certificate_id": one} for name, one in shown.items()}
    unknown = {"unknown": {"certificate_id": UNKNOWN}}
    town.parts |= {
        "/lapak certificate_id": {**known, **unknown},
        "/p3dn certificate_id": {"checked": known["penjual"], "waiting": known["penjual2"], **unknown},
        "/sertifikat-tkdn certificate_id": {"without a file": known["penjual"], **unknown},
    }
    asked = services.ask_report(ReportIn(tahun=2025), by=SYSTEM)
    town.parts |= {
        "/p3dn report_id": {"asked": {"report_id": asked}, "unknown": {"report_id": UNKNOWN}},
        "/p3dn code": {"known": {"code": OFFICE}, "unknown": {"code": "TIDAK-ADA"}},
        "/p3dn slug": {"known": {"slug": category_tree().tops[0].slug}, "unknown": {"slug": "tidak-ada"}},
    }
    town.queries |= {"p3dn.answer": {"first": {"langkah": "1"}, "none": {}}}
    town.bodies |= {
        "p3dn.answer": {"asal": "indonesia", "tempat": "Jakarta Pusat"},
        "p3dn.cover": {"produk": str(listed["penjual"]["product_id"])},
        "p3dn.check": {"sumber": "tkdn.kemenperin.go.id"},
        "p3dn.refuse": {"alasan": "Nomornya tidak ada di daftar."},
        "p3dn.ask_report": {"tahun": "2025"},
        "p3dn.set_policy": {"valid_from": "2030-01-01", "high": "40", "least": "25", "basis": "Perpres uji"},
        "p3dn.set_target": {"key": "umk", "valid_from": "2030-01-01", "share": "40", "basis": "Inpres uji"},
        "p3dn.compute": {"pekerja": "100", "pabrik": "50", "kbli": "13912", "edisi": "2025", "modal": "50000000"},
        "p3dn.evaluated": {"paket": "1300000000"},
        "p3dn.revoke": {"mulai": "2030-01-01", "alasan": "Dicabut oleh penerbitnya."},
    }


def published(town: "Town") -> None:
    """Publish what the offices bought."""
    publish_earlier()
    town.parts |= {
        "/transparansi table": {"known": {"table": "bulan"}, "unknown": {"table": "rahasia"}},
        "/transparansi year": {"published": {"year": years()[0]}, "before all": {"year": 2019}},
        "/api ocid": {"published": {"ocid": newer(0, 1)[0].ocid}, "unknown": {"ocid": "ocds-213czf-TIADA"}},
    }
