"""What local content tells."""

from dataclasses import dataclass

from marketplace.kernel.events import Event


@dataclass(frozen=True)
class CertificateDecided(Event):
    """An officer checked a certificate, refused or revoked it: ``state`` is how it stands now."""

    certificate_id: str
    seller_id: str
    state: str


@dataclass(frozen=True)
class CertificateEnds(Event):
    """A certificate counts for so many days more."""

    certificate_id: str
    seller_id: str
    days: int


@dataclass(frozen=True)
class ReportAsked(Event):
    """Somebody asked for a report to be counted and sealed."""

    report_id: str


@dataclass(frozen=True)
class RungMoved(Event):
    """The certificates or the statement of a product are others now, or one ran out."""

    product_id: str
