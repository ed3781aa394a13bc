"""Certificates: shown by shops with the products they cover, checked, refused or revoked by officers."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError

from marketplace.kernel import clock
from marketplace.kernel.access import Actor
from marketplace.kernel.audit import audit
from marketplace.kernel.db import rows, savepoint, session, transactional
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.ids import uuid7
from marketplace.kernel.outbox import emit
from marketplace.kernel.words import _
from marketplace.media.services import KeptFile
from marketplace.p3dn import policies
from marketplace.p3dn.events import CertificateDecided, RungMoved
from marketplace.p3dn.forms import CertificateIn, CheckIn, CoverIn, RefuseIn, RevokeIn
from marketplace.p3dn.models import Certificate, CertificateState, Covering, MadeIn
from marketplace.p3dn.services.stating import own_products
from marketplace.web.formats import date_short

TAKEN = _(
    "Another shop has shown a certificate with this number, and a number is one firm's. Check it; if it is right, tell us."
)
AGAIN = _("You have shown this certificate already. Change which products it covers there.")


@transactional
def show_certificate(seller_id: UUID, data: CertificateIn, *, by: Actor, file: KeptFile | None = None) -> UUID:
    """Write down a certificate of a shop, to be checked by an officer; return its id.

    Guard (R26.3): one number is one firm's. Raises NotFound, also for the shop or products of others; Invalid on ``nomor`` for
    a number that is known, on ``produk`` for none, on ``berlaku`` for one that has ended, ``terbit`` for one of a day to come.
    """
    if not policies.STATE.allows(by, seller_id):
        raise NotFound
    if data.berlaku < clock.today():
        raise Invalid(
            {
                "berlaku": _(
                    "It ended on %(day)s, so it counts nowhere. Show one that still holds.",
                    day=date_short(data.berlaku),
                )
            }
        )
    if data.terbit > clock.today():
        raise Invalid({"terbit": _("That day is still to come. Check the day of issue on the paper.")})
    if not data.produk:
        raise Invalid({"produk": _("Tick at least one product that the certificate covers.")})
    known = rows(
        select(Certificate.seller_id).where(
            Certificate.number == data.nomor, Certificate.state != CertificateState.REFUSED
        )
    )
    if known:
        raise Invalid({"nomor": AGAIN if known[0].seller_id == seller_id else TAKEN})
    made = Certificate(
        id=uuid7(), state=CertificateState.SHOWN, seller_id=seller_id, number=data.nomor, kind=data.jenis, tkdn=data.tkdn,
        bmp=data.bmp, scope=data.lingkup, brand=data.merek, issuer=data.penerbit, issued_on=data.terbit,
        expires_on=data.berlaku, file_key=file.key if file else None, file_sha256=file.sha256 if file else None,
        added_by=by.reference, added_at=clock.now(),
    )  # fmt: skip
    try:
        # Of two firms that show one number at once, the index lets one through.
        with savepoint():
            session.add(made)
            session.flush()
    except IntegrityError as failure:
        raise Invalid({"nomor": TAKEN}) from failure
    _cover(made, data.produk, by=by)
    told = {"number": data.nomor, "tkdn": data.tkdn, "bmp": data.bmp, "until": data.berlaku.isoformat()}
    audit(f"p3dn:{seller_id}", "p3dn.show_certificate", str(made.id), by=by, after=told)
    return made.id


@transactional
def cover(certificate_id: UUID, data: CoverIn, *, by: Actor) -> None:
    """Say which products a certificate covers; what is new waits for an officer, what is left out counts from today no more.

    Raises NotFound for the certificate or products of others; Conflict ``ended`` for one that is refused or revoked.
    """
    found = _locked(certificate_id)
    if not policies.STATE.allows(by, found.seller_id):
        raise NotFound
    if found.state in (CertificateState.REFUSED, CertificateState.REVOKED):
        raise Conflict("ended", _("This certificate does not count any more. Show another one."))
    _cover(found, data.produk, by=by)
    told = {"products": [str(one) for one in data.produk]}
    audit(f"p3dn:{found.seller_id}", "p3dn.cover", str(found.id), by=by, after=told)


@transactional
def check(certificate_id: UUID, data: CheckIn, *, by: Actor) -> None:
    """Say that an officer found a certificate where its issuer lists it: it counts from today, for all products it names.

    Guard (R26.3): nobody checks the certificate of a shop that they run. Raises NotFound, NotAllowed, Conflict ``own_shop``,
    ``ended`` for one that is refused or revoked, ``import`` for a product that its shop says is made abroad.
    """
    found = _to_decide(certificate_id, by)
    if found.state in (CertificateState.REFUSED, CertificateState.REVOKED):
        raise Conflict("ended", _("This certificate does not count any more. Show another one."))
    waiting = list(
        session.scalars(select(Covering).where(Covering.certificate_id == found.id, Covering.since.is_(None)))
    )
    _not_foreign([one.product_id for one in waiting])
    if found.state == CertificateState.SHOWN:
        found.move(CertificateState.CHECKED, by=by, checked_by=by.reference, checked_at=clock.now(), source=data.sumber)
        _told(found)
    for one in waiting:
        one.since = clock.today()
        emit(RungMoved(product_id=str(one.product_id)))
    audit(f"p3dn:{found.seller_id}", "p3dn.check", str(found.id), by=by, after={"source": data.sumber})


@transactional
def refuse(certificate_id: UUID, data: RefuseIn, *, by: Actor) -> None:
    """Say why a certificate does not count; the shop reads it, and may show another one with that number.

    Raises NotFound, NotAllowed, Conflict ``own_shop``, and ``state`` for one that was decided before.
    """
    found = _to_decide(certificate_id, by)
    if found.state != CertificateState.SHOWN:
        raise Conflict("state", _("Somebody decided about this certificate meanwhile. Load the page again."))
    found.move(CertificateState.REFUSED, by=by, refused=data.alasan)
    _told(found)
    audit(f"p3dn:{found.seller_id}", "p3dn.refuse", str(found.id), by=by, after={"why": data.alasan})


@transactional
def revoke(certificate_id: UUID, data: RevokeIn, *, by: Actor) -> None:
    """Let a certificate count no more from a day on; what was bought before keeps it.

    Raises NotFound, NotAllowed, Conflict ``own_shop`` and ``state``; Invalid on ``mulai`` for a day that is over.
    """
    found = _to_decide(certificate_id, by)
    if found.state != CertificateState.CHECKED:
        raise Conflict("state", _("Somebody decided about this certificate meanwhile. Load the page again."))
    if data.mulai < clock.today():
        raise Invalid(
            {"mulai": _("That day is over, and what was bought on it keeps the certificate. Choose today or later.")}
        )
    found.move(CertificateState.REVOKED, by=by, revoked_on=data.mulai, refused=data.alasan)
    _told(found)
    told = {"from": data.mulai.isoformat(), "why": data.alasan}
    audit(f"p3dn:{found.seller_id}", "p3dn.revoke", str(found.id), by=by, after=told)


def _cover(found: Certificate, product_ids: Sequence[UUID], *, by: Actor) -> None:
    goods = own_products(product_ids, by)
    if any(one.seller_id != found.seller_id for one in goods.values()):
        raise NotFound
    _not_foreign(list(goods))
    wanted, today = set(goods), clock.today()
    for one in session.scalars(select(Covering).where(Covering.certificate_id == found.id).with_for_update()):
        ended = one.until is not None and one.until < today
        if one.product_id in wanted and not ended:
            wanted.discard(one.product_id)
        elif one.since is None or one.since == today or (ended and one.product_id in wanted):
            # Nothing was bought under it yet, or it is asked for anew: an officer looks at it again.
            session.execute(
                delete(Covering).where(Covering.certificate_id == found.id, Covering.product_id == one.product_id)
            )
            emit(RungMoved(product_id=str(one.product_id)))
        elif not ended:
            one.until = clock.today()
            emit(RungMoved(product_id=str(one.product_id)))
    session.add_all(
        Covering(certificate_id=found.id, product_id=one, category_id=goods[one].category_id, at=clock.now())
        for one in sorted(wanted)
    )
    session.flush()


# Of each product the newest statement, where it says that the product is made abroad.
FOREIGN = text("""
SELECT product_id FROM (
 SELECT DISTINCT ON (product_id) product_id, made_in FROM p3dn_statements WHERE product_id = ANY(CAST(:products AS uuid[]))
 ORDER BY product_id, from_day DESC, seq DESC
) AS newest WHERE made_in = :abroad
""")


def _not_foreign(product_ids: Sequence[UUID]) -> None:
    if rows(FOREIGN, {"products": list(product_ids), "abroad": str(MadeIn.ABROAD)}):
        said = _(
            "One of these products is stated to be made abroad, and only domestic goods have a certificate. Leave it out."
        )
        raise Invalid({"produk": said})


def _locked(certificate_id: UUID) -> Certificate:
    found = session.scalar(select(Certificate).where(Certificate.id == certificate_id).with_for_update())
    if found is None:
        raise NotFound
    return found


def _to_decide(certificate_id: UUID, by: Actor) -> Certificate:
    by.require(policies.CHECK, None)
    found = _locked(certificate_id)
    if by.kind == "person" and by.holds(policies.SELLER, policies.SELLER, str(found.seller_id)):
        raise Conflict("own_shop", _("You run this shop yourself. Another officer must check its certificates."))
    return found


def _told(found: Certificate) -> None:
    emit(CertificateDecided(certificate_id=str(found.id), seller_id=str(found.seller_id), state=str(found.state)))
