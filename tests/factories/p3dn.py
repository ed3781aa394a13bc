"""Certificates and accepted value, the least that is valid."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from marketplace.kernel import clock
from marketplace.kernel.access import SYSTEM
from marketplace.kernel.db import transactional
from marketplace.kernel.money import Rupiah
from marketplace.p3dn import queries, services
from marketplace.p3dn.forms import CertificateIn, CheckIn, StatementIn
from marketplace.p3dn.services import Back, Fact
from marketplace.sellers.queries import SellerCard

NUMBER = "1234/SJ-IND.8/TKDN/6/2026"


def certificate(*products: UUID, **changes: object) -> CertificateIn:
    """Return a certificate of 42.35 % as a shop's form gives it, for these products."""
    told = {
        "nomor": NUMBER,
        "jenis": "ik",
        "tkdn": "42,35",
        "bmp": "0",
        "lingkup": "Keranjang anyaman pandan",
        "penerbit": "Pusat P3DN Kementerian Perindustrian",
        "terbit": "2026-06-01",
        "berlaku": "2031-05-31",
        "produk": list(products),
        **changes,
    }
    return CertificateIn.model_validate(told)


def certified(shop: SellerCard, *products: UUID, **changes: object) -> UUID:
    """Let a shop show a certificate of products, and an officer find it where it is listed."""
    shown = services.show_certificate(shop.id, certificate(*products, **changes), by=SYSTEM)
    services.check(shown, CheckIn(sumber="tkdn.kemenperin.go.id"), by=SYSTEM)
    return shown


def stated(product: UUID, made_in: str = "indonesia", **changes: object) -> UUID:
    """Let a shop state where a product is made."""
    told = {"asal": made_in, "tempat": "Jakarta Pusat", "pekerja": "all", **changes}
    return services.state(product, StatementIn.model_validate(told), by=SYSTEM)


def fact(seller: UUID, product: UUID | None = None, **changes: object) -> Fact:
    """Return a line of an office's accepted value: Rp 1,000,000, what its product is on its day."""
    day = changes.get("day") or clock.today()
    assert isinstance(day, date)
    found = {
        "source": "uji",
        "reference": "1",
        "line": 1,
        "day": day,
        "channel": "eorder",
        "code": "UJI00001",
        "seller_id": seller,
        "product_id": product,
        "name": "Keranjang Anyaman Pandan",
        "qty": 10,
        "value": Rupiah(1_000_000),
        "local": queries.rung(product, day) if product else services.DELIVERY,
        "unit_code": "",
        **changes,
    }
    return Fact(**found)  # type: ignore[arg-type]


@transactional
def recorded(*facts: Fact) -> int:
    """Write down accepted value as whoever accepts it does."""
    return services.record(facts)


@transactional
def came_back(backs: Sequence[Back], source: str = "uji") -> int:
    """Write down what came back."""
    return services.take_back(source, backs)
