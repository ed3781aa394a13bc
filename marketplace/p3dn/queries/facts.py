"""What is known of products, for their shop and for officers: statements, certificates, and what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from marketplace.catalog.queries import GOODS
from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session
from marketplace.kernel.errors import NotFound
from marketplace.media import queries as media
from marketplace.p3dn import policies
from marketplace.p3dn.models import Certificate, CertificateState, Covering, Draft, Material, Statement
from marketplace.p3dn.queries.rungs import Local, classify

MOST_PRODUCTS = 200
MOST_WAITING = 100
SOON = timedelta(days=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """A product of a certificate; ``since`` is None until an officer agreed."""

    product_id: UUID
    name: str
    code: str
    slug: str
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateView:
    """A certificate with the products that it covers; shares in hundredths of a percent."""

    id: UUID
    seller_id: UUID
    state: str
    number: str
    kind: str
    tkdn: int
    bmp: int
    scope: str
    brand: str
    issuer: str
    issued_on: date
    expires_on: date
    filed: bool
    added_at: datetime
    checked_at: datetime | None
    source: str
    refused: str
    revoked_on: date | None
    products: tuple[Covered, ...]

    @property
    def standing(self) -> str:
        """Return how it stands today: ``shown``, ``checked``, ``expired``, ``refused`` or ``revoked`` (F3)."""
        if self.state == CertificateState.CHECKED and self.expires_on < clock.today():
            return "expired"
        return self.state

    @property
    def waits(self) -> bool:
        """Tell whether an officer has something to look at."""
        return self.state == CertificateState.SHOWN or (
            self.state == CertificateState.CHECKED and any(one.since is None for one in self.products)
        )

    @property
    def days_left(self) -> int:
        """Return for how many days more it counts, today not among them."""
        return (self.expires_on - clock.today()).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A statement as it was made; shares in hundredths of a percent."""

    made_in: str
    place: str
    workers: str
    local_share: int | None
    full: bool
    from_day: date
    materials: tuple[tuple[str, str, int], ...] = ()
    """Name, origin and share of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A product of a shop with what it is today, and the newest statement of it."""

    id: UUID
    name: str
    code: str
    slug: str
    local: Local
    stated: Stated | None
    begun: bool
    """Some questions are answered, and no statement was made of it."""


def own_products(seller_id: UUID) -> list[Own]:
    """Return the products of a shop by name, at most so many, with what they are today; four statements."""
    goods = rows(
        select(GOODS.c.id, GOODS.c.name, GOODS.c.code, GOODS.c.slug)
        .where(GOODS.c.seller_id == seller_id)
        .order_by(GOODS.c.name, GOODS.c.id)
        .limit(MOST_PRODUCTS)
    )
    known = [row.id for row in goods]
    local, said = classify(known), stated(known)
    begun = {row.product_id for row in rows(select(Draft.product_id).where(Draft.product_id.in_(known)))}
    return [
        Own(id=row.id, name=row.name, code=row.code, slug=row.slug, local=local[row.id], stated=said.get(row.id),
            begun=row.id in begun)
        for row in goods
    ]  # fmt: skip


def stated(product_ids: Sequence[UUID]) -> dict[UUID, Stated]:
    """Return the newest statement of each product, without its materials."""
    wanted = (
        select(Statement)
        .ext(distinct_on(Statement.product_id))
        .where(Statement.product_id.in_(product_ids), Statement.from_day <= clock.today())
        .order_by(Statement.product_id, Statement.from_day.desc(), Statement.seq.desc())
    )
    return {one.product_id: _stated(one) for one in session.scalars(wanted)} if product_ids else {}


def statement(product_id: UUID) -> Stated | None:
    """Return the newest statement of a product with its materials."""
    wanted = (
        select(Statement)
        .where(Statement.product_id == product_id, Statement.from_day <= clock.today())
        .order_by(Statement.from_day.desc(), Statement.seq.desc())
        .limit(1)
    )
    found = session.scalars(wanted).first()
    if found is None:
        return None
    materials = rows(
        select(Material.name, Material.origin, Material.share)
        .where(Material.statement_id == found.id)
        .order_by(Material.position)
    )
    return _stated(found, tuple((row.name, row.origin, row.share) for row in materials))


def draft(product_id: UUID) -> dict[str, Any]:
    """Return what a shop has answered so far of a statement."""
    found = rows(select(Draft.answers).where(Draft.product_id == product_id))
    return dict(found[0].answers) if found else {}


def product_of(product_id: UUID, actor: Actor) -> Any:  # noqa: ANN401 - a row of GOODS
    """Return a product of one of the actor's shops. Raises NotFound for everything else."""
    found = rows(select(GOODS).where(GOODS.c.id == product_id))
    if not found or not policies.STATE.allows(actor, found[0].seller_id):
        raise NotFound
    return found[0]


def certificates_of(seller_id: UUID) -> list[CertificateView]:
    """Return the certificates of a shop, the newest first."""
    return _certificates(select(Certificate).where(Certificate.seller_id == seller_id).order_by(Certificate.id.desc()))


def to_check() -> list[CertificateView]:
    """Return what waits for an officer, the oldest first."""
    new = exists().where(Covering.certificate_id == Certificate.id, Covering.since.is_(None))
    waiting = select(Certificate).where(
        or_(Certificate.state == CertificateState.SHOWN, (Certificate.state == CertificateState.CHECKED) & new)
    )
    return _certificates(waiting.order_by(Certificate.id).limit(MOST_WAITING))


def waiting_count(_actor: Actor) -> int:
    """Return how many certificates wait for an officer."""
    return int(rows(select(func.count()).where(Certificate.state == CertificateState.SHOWN))[0][0])


def by_number(number: str) -> list[CertificateView]:
    """Return the certificates with a number, whatever became of them."""
    kept = " ".join(number.split()).upper()
    return _certificates(select(Certificate).where(Certificate.number == kept).order_by(Certificate.id.desc()))


def ending() -> list[CertificateView]:
    """Return the certificates that count today and end within a month, the first to end first (F7)."""
    today = clock.today()
    near = select(Certificate).where(
        Certificate.state == CertificateState.CHECKED, Certificate.expires_on.between(today, today + SOON)
    )
    return _certificates(near.order_by(Certificate.expires_on, Certificate.id).limit(MOST_WAITING))


def certificate(certificate_id: UUID, actor: Actor) -> CertificateView:
    """Return a certificate to its shop's team and to officers. Raises NotFound for everybody else."""
    found = _certificates(select(Certificate).where(Certificate.id == certificate_id))
    if not found or not _sees(actor, found[0].seller_id):
        raise NotFound
    return found[0]


def certificate_file(certificate_id: UUID, actor: Actor) -> tuple[bytes, str]:
    """Return the file of a certificate and its media type, to its shop's team and to officers.

    Raises NotFound for everybody else, and when there is none; StorageAway.
    """
    found = rows(select(Certificate.seller_id, Certificate.file_key).where(Certificate.id == certificate_id))
    if not found or found[0].file_key is None or not _sees(actor, found[0].seller_id):
        raise NotFound
    kept = media.kept_file(found[0].file_key)
    if kept is None:
        raise NotFound
    return kept


def _sees(actor: Actor, seller_id: UUID) -> bool:
    return policies.STATE.allows(actor, seller_id) or policies.CHECK.allows(actor, None)


def certified_now(products: Sequence[UUID]) -> Mapping[UUID, bool]:
    """Tell which products have a certificate that counts today, for the search."""
    return {one: bool(local.certificate) for one, local in classify(products).items()}


def _certificates(wanted: Any) -> list[CertificateView]:  # noqa: ANN401 - a select of Certificate
    found = list(session.scalars(wanted))
    over: dict[UUID, list[Covered]] = {one.id: [] for one in found}
    if found:
        covered = (
            select(Covering.certificate_id, Covering.product_id, Covering.since, Covering.until, GOODS.c.name,
                   GOODS.c.code, GOODS.c.slug)
            .join(GOODS, GOODS.c.id == Covering.product_id)
            .where(Covering.certificate_id.in_(over))
            .order_by(GOODS.c.name, GOODS.c.id)
        )  # fmt: skip
        for row in rows(covered):
            over[row.certificate_id].append(
                Covered(product_id=row.product_id, name=row.name, code=row.code, slug=row.slug, since=row.since,
                        until=row.until)
            )  # fmt: skip
    return [
        CertificateView(
            id=one.id, seller_id=one.seller_id, state=str(one.state), number=one.number, kind=one.kind, tkdn=one.tkdn,
            bmp=one.bmp, scope=one.scope, brand=one.brand, issuer=one.issuer, issued_on=one.issued_on,
            expires_on=one.expires_on, filed=one.file_key is not None, added_at=one.added_at, checked_at=one.checked_at,
            source=one.source, refused=one.refused, revoked_on=one.revoked_on, products=tuple(over[one.id]),
        )
        for one in found
    ]  # fmt: skip


def _stated(one: Statement, materials: tuple[tuple[str, str, int], ...] = ()) -> Stated:
    return Stated(
        made_in=one.made_in, place=one.place, workers=one.workers, local_share=one.local_share, full=one.full,
        from_day=one.from_day, materials=materials,
    )  # fmt: skip
