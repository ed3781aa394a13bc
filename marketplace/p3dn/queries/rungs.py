"""On which rung of local content a product stands on a day, and why (Perpres 46/2025 article 66(2); domain 4.2).

Nothing is stored as the rung of a product: it is asked by day, so it falls by itself on the day after a certificate ended.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Date, Uuid, and_, any_, bindparam, case, exists, func, or_, select, true
from sqlalchemy.orm import aliased

from marketplace.catalog.queries import GOODS
from marketplace.kernel import clock
from marketplace.kernel.db import rows
from marketplace.kernel.words import Words, _
from marketplace.p3dn.models import (
    Certificate,
    CertificateState,
    Covering,
    LocalClass,
    MadeIn,
    Policy,
    Rung,
    Statement,
)

LADDER = tuple(Rung)
"""The best first; offices take the higher rung first, and the lower one where there is none."""
RANK: Mapping[str, int] = {
    Rung.PREFERRED: 0,
    Rung.CERTIFIED: 0,
    Rung.LOW: 1,
    Rung.DOMESTIC: 2,
    Rung.IMPORT: 3,
    Rung.UNKNOWN: 4,
}
"""How far down each stands: the first two have the same worth, and differ in what is asked of who buys lower."""
CLASSES: Mapping[Rung, LocalClass] = {
    Rung.PREFERRED: LocalClass.CERTIFIED,
    Rung.CERTIFIED: LocalClass.CERTIFIED,
    Rung.LOW: LocalClass.CERTIFIED,
    Rung.DOMESTIC: LocalClass.DOMESTIC,
    Rung.IMPORT: LocalClass.IMPORT,
    Rung.UNKNOWN: LocalClass.UNKNOWN,
}
NAMES: Mapping[str, Words] = {
    Rung.PREFERRED: _("TKDN certificate, preferred"),
    Rung.CERTIFIED: _("TKDN certificate"),
    Rung.LOW: _("TKDN certificate, low value"),
    Rung.DOMESTIC: _("Domestic product (PDN)"),
    Rung.IMPORT: _("Imported"),
    Rung.UNKNOWN: _("Origin not stated"),
}
CLASS_NAMES: Mapping[str, Words] = {
    LocalClass.CERTIFIED: _("Domestic with TKDN certificate"),
    LocalClass.DOMESTIC: _("Domestic without certificate"),
    LocalClass.IMPORT: _("Imported"),
    LocalClass.UNKNOWN: _("Origin not stated"),
}
DOMESTIC_CLASSES = frozenset({LocalClass.CERTIFIED, LocalClass.DOMESTIC})
DOMESTIC_RUNGS = tuple(str(one) for one, found in CLASSES.items() if found in DOMESTIC_CLASSES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """What a product is on a day. Shares are hundredths of a percent; those of a certificate are 0 without one."""

    rung: str
    tkdn: int = 0
    bmp: int = 0
    certificate: str = ""
    kind: str = ""
    expires_on: str = ""
    policy_id: str = ""
    high: int = 0
    least: int = 0
    market: bool = False
    """Whether its category has a product on sale that reaches the high mark."""

    @property
    def local_class(self) -> LocalClass:
        """Return what a report counts it as."""
        return CLASSES[Rung(self.rung)]

    @property
    def domestic(self) -> bool:
        """Tell whether it counts as a domestic product."""
        return self.local_class in DOMESTIC_CLASSES

    @property
    def wants_reason(self) -> bool:
        """Tell whether an office that buys it says why: it is imported, or its category has a market and it is below (F9)."""
        return self.rung == Rung.IMPORT or (self.market and self.tkdn < self.least)

    def frozen(self) -> dict[str, Any]:
        """Return it as lines of orders keep it, in plain JSON."""
        return asdict(self)


def thawed(kept: Mapping[str, Any], *, stated: bool = False) -> Local:
    """Return what a line kept; of one from before lines kept anything, whether its product was ``stated`` to be domestic."""
    return Local(**kept) if kept else Local(rung=Rung.DOMESTIC if stated else Rung.UNKNOWN)


def in_force(certificate: Any, day: Any) -> ColumnElement[bool]:  # noqa: ANN401 - an alias of Certificate, a bind or column
    """Return the condition that a certificate counts on a day: checked by then, through its last day, not revoked before."""
    checked_on = func.date(func.timezone("Asia/Jakarta", certificate.checked_at))
    return and_(
        certificate.state.in_([str(CertificateState.CHECKED), str(CertificateState.REVOKED)]),
        certificate.issued_on <= day,
        certificate.expires_on >= day,
        checked_on <= day,
        or_(certificate.revoked_on.is_(None), certificate.revoked_on > day),
    )


def covers(covering: Any, day: Any) -> ColumnElement[bool]:  # noqa: ANN401 - as above
    """Return the condition that a covering counts on a day."""
    return and_(covering.since <= day, or_(covering.until.is_(None), covering.until >= day))


DAY = bindparam("day", type_=Date)
_held, _over = aliased(Certificate), aliased(Covering)
_best = (
    select(_held.number, _held.kind, _held.tkdn, _held.bmp, _held.expires_on)
    .join(_over, _over.certificate_id == _held.id)
    .where(_over.product_id == GOODS.c.id, covers(_over, DAY), in_force(_held, DAY))
    .order_by(_held.tkdn.desc(), _held.bmp.desc(), _held.number)
    .limit(1)
    .lateral("best")
)
_said = (
    select(Statement.made_in)
    .where(Statement.product_id == GOODS.c.id, Statement.from_day <= DAY)
    .order_by(Statement.from_day.desc(), Statement.seq.desc())
    .limit(1)
    .lateral("said")
)
_policy = (
    select(Policy.id, Policy.high, Policy.least, Policy.bmp_counts)
    .where(Policy.valid_from <= DAY, or_(Policy.valid_to.is_(None), Policy.valid_to >= DAY))
    .subquery("policy")
)
_other, _cover, _goods = aliased(Certificate), aliased(Covering), GOODS.alias("others")
_market = exists().where(
    _cover.category_id == GOODS.c.category_id,
    _cover.certificate_id == _other.id,
    _goods.c.id == _cover.product_id,
    _goods.c.on_show,
    covers(_cover, DAY),
    in_force(_other, DAY),
    _other.tkdn + case((_policy.c.bmp_counts, _other.bmp), else_=0) >= _policy.c.high,
)
_CLASSIFY = (
    select(
        GOODS.c.id,
        _said.c.made_in,
        _best.c.number,
        _best.c.kind,
        _best.c.tkdn,
        _best.c.bmp,
        _best.c.expires_on,
        _policy.c.id.label("policy_id"),
        _policy.c.high,
        _policy.c.least,
        _market.label("market"),
    )
    .select_from(GOODS)
    .outerjoin(_best, true())
    .outerjoin(_said, true())
    .outerjoin(_policy, true())
    .where(GOODS.c.id == any_(bindparam("products", type_=ARRAY(Uuid))))
)


def classify(product_ids: Sequence[UUID], day: date | None = None) -> dict[UUID, Local]:
    """Return what products are on a day, today if none is named; one statement however many they are.

    What is not known at all stands on the lowest rung.
    """
    if not product_ids:
        return {}
    found = rows(_CLASSIFY, {"products": list(set(product_ids)), "day": day or clock.today()})
    known = {row.id: _local(row) for row in found}
    return {one: known.get(one) or Local(rung=Rung.UNKNOWN) for one in product_ids}


def rung(product_id: UUID, day: date | None = None) -> Local:
    """Return what one product is on a day."""
    return classify([product_id], day)[product_id]


def rung_name(key: str) -> Words:
    """Return what a rung is called."""
    return NAMES[key]


def _local(row: Any) -> Local:  # noqa: ANN401 - a row of the statement above
    least, high = row.least or 0, row.high or 0
    return Local(
        rung=_rung(row, least),
        tkdn=row.tkdn or 0,
        bmp=row.bmp or 0,
        certificate=row.number or "",
        kind=row.kind or "",
        expires_on=row.expires_on.isoformat() if row.expires_on else "",
        policy_id=str(row.policy_id or ""),
        high=high,
        least=least,
        market=bool(row.market),
    )


def _rung(row: Any, least: int) -> Rung:  # noqa: ANN401 - as above
    if row.number is not None:
        if row.tkdn < least:
            return Rung.LOW
        return Rung.PREFERRED if row.market else Rung.CERTIFIED
    return {MadeIn.INDONESIA: Rung.DOMESTIC, MadeIn.ABROAD: Rung.IMPORT}.get(row.made_in, Rung.UNKNOWN)
