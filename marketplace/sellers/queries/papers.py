"""What a shop has shown of itself, and what that comes to on a day: for its taxes, and for selling to offices."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from marketplace.kernel.access import Actor
from marketplace.kernel.db import rows, session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.words import Words, _
from marketplace.media import queries as media
from marketplace.rules.queries import Taxpayer
from marketplace.sellers import policies
from marketplace.sellers.models import Paper, PaperKind, Seller

PAPERS: Mapping[str, Words] = {
    PaperKind.NIB: _("NIB (business number)"),
    PaperKind.IDENTITY: _("Identity card of the owner (KTP)"),
    PaperKind.DEED: _("Deed of a company or cooperative"),
    PaperKind.FINAL_TAX: _("Tax letter PP 55 (final income tax)"),
    PaperKind.EXEMPT: _("Tax exemption letter (PPh 22 or 23)"),
    PaperKind.STATEMENT: _("Statement of turnover up to Rp 500 million"),
    PaperKind.NO_VAT: _("Statement that the shop is no PKP"),
    PaperKind.HALAL: _("Halal certificate"),
    PaperKind.PIRT: _("PIRT number"),
}
USES: Mapping[str, Words] = {
    PaperKind.NIB: _("Offices buy only of shops with an NIB or an identity card that was checked."),
    PaperKind.IDENTITY: _(
        "Instead of an NIB. The NIK is the tax number of a person, so that no doubled tax is withheld."
    ),
    PaperKind.DEED: _("Tells that the shop is a company or cooperative, not a person."),
    PaperKind.FINAL_TAX: _("With it offices withhold half a percent instead of the usual rates, until its last day."),
    PaperKind.EXEMPT: _("With it offices withhold no PPh 22 or 23, until its last day."),
    PaperKind.STATEMENT: _("Of a person, for one year: offices withhold no PPh."),
    PaperKind.NO_VAT: _("Tells offices that there is no PPN in the prices."),
    PaperKind.HALAL: _("Needed once you showed one: food must not be sold with one that ran out."),
    PaperKind.PIRT: _("Needed once you showed one: food must not be sold with one that ran out."),
}
KNOWN_BY = (PaperKind.NIB, PaperKind.IDENTITY)
"""One of these a shop must have to sell to an office."""
RENEWED = (PaperKind.HALAL, PaperKind.PIRT)
"""What a shop once had and must not have let run out; the letters of the tax office may, and then the plain tax holds."""
MOST = 100


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper of a shop; ``verified_at`` is when an officer checked it, ``refused`` why one did not accept it."""

    id: UUID
    seller_id: UUID
    kind: str
    number: str
    valid_from: date | None
    valid_until: date | None
    added_at: datetime
    verified_at: datetime | None
    refused: str
    filed: bool

    @property
    def label(self) -> Words:
        """Return what it is called."""
        return PAPERS[self.kind]

    @property
    def verified(self) -> bool:
        """Tell whether an officer checked it and it holds."""
        return self.verified_at is not None

    def holds(self, day: date) -> bool:
        """Tell whether it counts on a day: through its last one."""
        begun = self.valid_from is None or self.valid_from <= day
        return self.verified and begun and (self.valid_until is None or day <= self.valid_until)


def papers(seller_id: UUID) -> tuple[PaperView, ...]:
    """Return all papers of a shop, the newest of each kind first; the caller has asked its policy."""
    wanted = select(Paper).where(Paper.seller_id == seller_id).order_by(Paper.kind, Paper.added_at.desc())
    return tuple(_paper(row) for row in session.execute(wanted).scalars())


def papers_to_check(actor: Actor) -> tuple[PaperView, ...]:
    """Return papers that wait for an officer, the oldest first, at most a hundred; none for who does not check."""
    if not policies.CHECK.admits(actor):
        return ()
    open_ = select(Paper).where(Paper.verified_at.is_(None), Paper.refused == "")
    return tuple(_paper(row) for row in session.execute(open_.order_by(Paper.added_at).limit(MOST)).scalars())


def papers_waiting(actor: Actor) -> int:
    """Count the papers that wait for an officer; none for who does not check."""
    if not policies.CHECK.admits(actor):
        return 0
    return session.scalar(select(func.count()).where(Paper.verified_at.is_(None), Paper.refused == "")) or 0


def paper_file(paper_id: UUID, actor: Actor) -> tuple[bytes, str]:
    """Return the file of a paper and its media type, to the shop's team and to officers.

    Raises NotFound for everybody else, and when there is none; StorageAway.
    """
    found = rows(select(Paper.seller_id, Paper.file_key).where(Paper.id == paper_id))
    if not found or found[0].file_key is None:
        raise NotFound
    seller_id = found[0].seller_id
    if not (policies.MANAGE.allows(actor, seller_id) or policies.CHECK.allows(actor, seller_id)):
        raise NotFound
    kept = media.kept_file(found[0].file_key)
    if kept is None:
        raise NotFound
    return kept


def taxpayer(seller_id: UUID, day: date) -> Taxpayer:
    """Return what a shop has shown of itself that its taxes depend on, as it holds on a day; only what was checked counts."""
    shop = session.get_one(Seller, seller_id)
    held = [one for one in papers(seller_id) if one.holds(day)]
    kinds = {one.kind for one in held}
    body = PaperKind.DEED in kinds
    return Taxpayer(
        body=body,
        # Since 2024 the NIK is the tax number of a person (PMK 112/2022 as amended by 136/2023).
        numbered=shop.npwp is not None or (PaperKind.IDENTITY in kinds and not body),
        vat_registered=shop.vat_registered,
        pbjt_payer=shop.pbjt_payer,
        final_until=_last(held, PaperKind.FINAL_TAX, day),
        statement_year=day.year if PaperKind.STATEMENT in kinds else None,
        exempt_until=_last(held, PaperKind.EXEMPT, day),
    )


def tax_papers_lacking(seller_id: UUID, day: date) -> tuple[Words, ...]:
    """Return what would lower the tax of a shop, or make it sure, and is not known on a day; none of it is a duty."""
    shop = taxpayer(seller_id, day)
    found: list[Words] = []
    if not shop.numbered:
        found.append(_("NPWP (tax number)"))
    if shop.final_until is None and shop.exempt_until is None and shop.statement_year is None:
        found.append(PAPERS[PaperKind.FINAL_TAX])
        if not shop.body:
            found.append(PAPERS[PaperKind.STATEMENT])
    return tuple(found)


def papers_lacking(seller_id: UUID, day: date) -> tuple[Words, ...]:
    """Return what a shop must renew or show before it sells to an office on a day; what ran out is named with its last day."""
    return papers_lacking_of([seller_id], day)[seller_id]


def papers_lacking_of(seller_ids: Collection[UUID], day: date) -> dict[UUID, tuple[Words, ...]]:
    """Return the same of several shops, in one statement."""
    known: dict[UUID, list[PaperView]] = {one: [] for one in seller_ids}
    wanted = select(Paper).where(Paper.seller_id.in_(known)).order_by(Paper.kind, Paper.added_at.desc())
    for row in session.execute(wanted).scalars() if known else ():
        known[row.seller_id].append(_paper(row))
    return {one: _lacking(held, day) for one, held in known.items()}


def _lacking(known: Collection[PaperView], day: date) -> tuple[Words, ...]:
    held = {one.kind for one in known if one.holds(day)}
    missing: list[Words] = []
    if not held & set(KNOWN_BY):
        ended = _ended(known, KNOWN_BY, day)
        missing += ended or [_("NIB or identity card, checked by an officer")]
    return (*missing, *_ended(known, [kind for kind in RENEWED if kind not in held], day))


def _ended(known: Collection[PaperView], kinds: Collection[str], day: date) -> list[Words]:
    over = {
        one.kind: one.valid_until
        for one in sorted(known, key=lambda one: one.valid_until or date.max)
        if one.verified and one.kind in kinds and one.valid_until and one.valid_until < day
    }
    return [_("%(paper)s (until %(day)s)", paper=PAPERS[kind], day=until) for kind, until in over.items()]


def _last(held: Collection[PaperView], kind: str, day: date) -> date | None:
    last = [one.valid_until or day.replace(month=12, day=31) for one in held if one.kind == kind]
    return max(last, default=None)


def _paper(row: Paper) -> PaperView:
    return PaperView(
        row.id,
        row.seller_id,
        row.kind,
        row.number,
        row.valid_from,
        row.valid_until,
        row.added_at,
        row.verified_at,
        row.refused,
        row.file_key is not None,
    )
