"""The file of an order (berkas SPJ): what belongs to it by its method, what is there, and who owes what is missing (E12)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import select

from marketplace.documents import queries as documents
from marketplace.documents.slots import Paper
from marketplace.eorder.models import Attachment, Change, OrderState
from marketplace.eorder.models.acts import PP, PPK, PPTK, RECEIVER, SHOP, TREASURER
from marketplace.eorder.queries import paper_data as kinds
from marketplace.eorder.queries.beside import need_of, shipments
from marketplace.eorder.queries.fulfilment import Fulfilment, fulfilment, photo_owner
from marketplace.eorder.queries.methods import MethodView, method
from marketplace.eorder.queries.reading import OrderView
from marketplace.eorder.queries.taxes import payments_of, withheld_of
from marketplace.eorder.queries.templates import templates
from marketplace.eorder.queries.words import duty_name
from marketplace.kernel.db import rows
from marketplace.kernel.words import Words, _
from marketplace.media import queries as media
from marketplace.offices import queries as offices

WAY = tuple(OrderState)
"""The states in the order in which an order comes to them; the last three are ends beside the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """One sort of paper in the bundle: by whom it comes, and from which state on it should be there."""

    key: str
    slug: str
    """How its files are called."""
    label: Words
    duties: tuple[str, ...]
    since: OrderState
    paper: str = ""
    """The kind of paper that the program issues for it."""
    sent: bool = False
    """Whether people add files of it."""


def _sorts() -> tuple[Sort, ...]:
    s = OrderState
    return (
        Sort(key="invitation", slug="undangan", label=_("Invitation"), duties=(PPTK,), since=s.DRAFT, sent=True),
        Sort(key="attendance", slug="daftar-hadir", label=_("List of who was there"), duties=(PPTK,), since=s.ARRIVED,
             sent=True),
        Sort(key="notes", slug="notulen", label=_("Notes of the meeting"), duties=(PPTK,), since=s.ARRIVED, sent=True),
        Sort(key="negotiation", slug="ba-negosiasi", label=_("Negotiation minutes"), duties=(PP,), since=s.PENDING_APPROVAL,
             paper=kinds.NEGOTIATION),
        Sort(key="letter", slug="surat-pesanan", label=_("Purchase letter"), duties=(PPK,), since=s.PENDING_APPROVAL,
             paper=kinds.LETTER),
        Sort(key="change", slug="adendum", label=_("Addendum"), duties=(PPK,), since=s.CLOSED, paper=kinds.CHANGE),
        Sort(key="delivery_note", slug="surat-jalan", label=_("Delivery note"), duties=(SHOP,), since=s.ACCEPTED,
             paper=kinds.NOTE),
        Sort(key="inspection", slug="ba-pemeriksaan", label=_("Inspection minutes"), duties=(PPK,), since=s.ARRIVED,
             paper=kinds.INSPECTION),
        Sort(key="minutes", slug="bast", label=_("Handover minutes"), duties=(PPK, SHOP), since=s.ARRIVED,
             paper=kinds.MINUTES),
        Sort(key="receipt", slug="kuitansi", label=_("Receipt"), duties=(TREASURER,), since=s.BAST_SIGNED,
             paper=kinds.RECEIPT),
        Sort(key="purchase_proof", slug="bukti-pembelian", label=_("Proof of purchase"), duties=(PPTK,),
             since=s.BAST_SIGNED, sent=True),
        Sort(key="payment_proof", slug="bukti-bayar", label=_("Proof of payment"), duties=(TREASURER,),
             since=s.BAST_SIGNED, sent=True),
        Sort(key="tax_slip", slug="bukti-pajak", label=_("Tax slips"), duties=(TREASURER,), since=s.PAID, sent=True),
        Sort(key="tax_invoice", slug="faktur-pajak", label=_("Tax invoice (Faktur Pajak)"), duties=(SHOP, PPTK),
             since=s.BAST_SIGNED, sent=True),
        Sort(key="photo", slug="foto", label=_("Photos"), duties=(RECEIVER,), since=s.SHIPPED, sent=True),
        Sort(key="other", slug="lain", label=_("Other files"), duties=(), since=s.CLOSED, sent=True),
    )  # fmt: skip


SORTS = _sorts()
MEETING = ("invitation", "attendance", "notes")
"""What meals are accounted for with: that there was a meeting, and who was there."""
ONLY_IF_THERE = ("change", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of the bundle; ``name`` is how it is called there, without its ending. A ``sha256`` is what was stored."""

    id: UUID
    name: str
    label: str
    key: str | None
    """Where it is stored; None while its paper is being drawn."""
    sha256: str | None
    at: datetime
    paper: Paper | None = None
    photo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A row of the checklist: ``state`` is done, missing, or later when it is not its time yet."""

    sort: Sort
    state: str
    files: tuple[File, ...]
    owner: str
    """Who owes it, by duty and, where somebody holds it, by name."""
    note: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """All that belongs to an order's file, in order."""

    pieces: tuple[Piece, ...]

    @cached_property
    def files(self) -> tuple[File, ...]:
        """Return all files in order."""
        return tuple(file for piece in self.pieces for file in piece.files)

    @cached_property
    def missing(self) -> tuple[Piece, ...]:
        """Return what should be there and is not."""
        return tuple(one for one in self.pieces if one.state == "missing")

    @cached_property
    def done(self) -> int:
        """Return how many rows are there."""
        return sum(one.state == "done" for one in self.pieces)

    @cached_property
    def undrawn(self) -> tuple[File, ...]:
        """Return papers whose files are still being made."""
        return tuple(one for one in self.files if one.key is None)

    def file(self, file_id: UUID) -> File | None:
        """Return a file by its id."""
        return next((one for one in self.files if one.id == file_id), None)


@dataclass(slots=True)
class _Held:
    files: dict[str, list[File]] = field(default_factory=dict)
    lacking: dict[str, Words] = field(default_factory=dict)
    """Sorts of which something is there and something is not."""

    def add(self, sort: str, one: File) -> None:
        self.files.setdefault(sort, []).append(one)


def bundle(order: OrderView) -> Bundle:
    """Return the file of an order that the caller may see, by the rule of its own day."""
    all_of_it = fulfilment(order)
    held = _Held()
    _papers(order, all_of_it, held)
    _money(order, held)
    _photos(order, all_of_it, held)
    for row in rows(select(Attachment.__table__).where(Attachment.order_id == order.id).order_by(Attachment.id)):
        held.add(row.kind, _file(row.id, row.name, row.file_key, row.sha256, row.at))
    wanted = _wanted(order, method(order.method_id), held)
    if "purchase_proof" in wanted and "purchase_proof" not in held.files and "receipt" in held.files:
        held.lacking["purchase_proof"] = _("The receipt proves it.")
    state = {sort.key: _state(sort, order, held) for sort in SORTS if sort.key in wanted}
    owed = {duty for sort in SORTS if state.get(sort.key, "done") != "done" for duty in sort.duties}
    names = _names(order, owed)
    pieces: list[Piece] = []
    for sort in SORTS:
        if sort.key in wanted:
            files = _named(len(pieces) + 1, sort.slug, held.files.get(sort.key, ()))
            owner = " / ".join(names[duty] for duty in sort.duties if duty in names)
            pieces.append(
                Piece(sort=sort, state=state[sort.key], files=files, owner=owner, note=held.lacking.get(sort.key))
            )
    return Bundle(pieces=tuple(pieces))


def _wanted(order: OrderView, rule: MethodView | None, held: _Held) -> set[str]:
    """Return which sorts belong to an order: by its method, by what is bought, and whatever is there."""
    wanted = {"letter", "delivery_note", "inspection", "minutes", "payment_proof", "photo", "receipt", *held.files}
    told = rule.papers if rule else ()
    if "purchase_proof" in told:
        wanted |= {"purchase_proof"}
        wanted -= {"receipt"} - held.files.keys()
    if "negotiation" in told or order.agreed_id:
        wanted.add("negotiation")
    if templates()[need_of(order.need_id).template].meal:
        wanted.update(MEETING)
    if order.included_tax:
        wanted.add("tax_invoice")
    if held.lacking.keys() & {"tax_slip"}:
        wanted.add("tax_slip")
    return wanted


def _state(sort: Sort, order: OrderView, held: _Held) -> str:
    there = sort.key in held.files
    # What the receipt proves needs no second proof (Perpres 16/2018, article 28).
    if sort.key == "purchase_proof" and "receipt" in held.files:
        return "done"
    if (there and sort.key not in held.lacking) or sort.key in ONLY_IF_THERE:
        return "done"
    return "missing" if WAY.index(OrderState(order.state)) >= WAY.index(sort.since) else "later"


def _papers(order: OrderView, all_of_it: Fulfilment, held: _Held) -> None:
    """Add what the program issued for the order."""
    for sort, file in issued(order, all_of_it):
        held.add(sort.key, file)


def issued(order: OrderView, all_of_it: Fulfilment) -> tuple[tuple[Sort, File], ...]:
    """Return the papers issued for an order, its shipments, minutes, changes and payments, in the order of their issue."""
    changes = rows(select(Change.id).where(Change.order_id == order.id).order_by(Change.number))
    subjects = [order.id, *(one.id for one in shipments(order.id)), *(one.id for one in all_of_it.minutes)]
    subjects += [one.id for one in changes] + [one.id for one in payments_of(order.id)]
    if order.agreed_id:
        subjects.append(order.agreed_id)
    found = documents.papers([str(one) for one in subjects])
    by_kind = {sort.paper: sort for sort in SORTS if sort.paper}
    inside = sorted((one for many in found.values() for one in many), key=lambda one: (one.issued_at, one.id))
    return tuple(
        (by_kind[one.kind], _file(one.id, one.shown, one.file_key, one.file_sha256, one.issued_at, paper=one))
        for one in inside
        if one.kind in by_kind
    )


def _money(order: OrderView, held: _Held) -> None:
    """Add proofs of payments and slips of taxes; a number without its file is said."""
    payments = payments_of(order.id)
    for one in payments:
        if one.proof_key:
            told = _file(one.id, one.reference, one.proof_key, one.proof_sha256, one.at)
            held.add("payment_proof", told)
        else:
            held.lacking["payment_proof"] = _("The proof of payment %(number)s is missing.", number=one.shown)
    for tax in withheld_of([one.id for one in payments]):
        if tax.slip_key and tax.slip_at:
            told = _file(tax.id, tax.slip_number or "", tax.slip_key, tax.slip_sha256, tax.slip_at)
            held.add("tax_slip", told)
        elif tax.kept_idr and not tax.slip_number:
            held.lacking["tax_slip"] = _("A tax that was withheld has no slip yet.")


def _photos(order: OrderView, all_of_it: Fulfilment, held: _Held) -> None:
    pairs = [(one.photo_id, one.at) for one in all_of_it.shipments]
    for receipt in all_of_it.receipts:
        pairs += [(receipt.photo_id, receipt.at), *((line.photo_id, receipt.at) for line in receipt.lines)]
    wanted = {photo: at for photo, at in pairs if photo is not None}
    stored = media.private_keys(list(wanted), photo_owner(order.id))
    for photo, at in wanted.items():
        if photo in stored:
            held.add("photo", File(id=photo, name="", label="", key=stored[photo], sha256=None, at=at, photo=True))


def _file(
    file_id: UUID, label: str, key: str | None, sha256: str | None, at: datetime, *, paper: Paper | None = None
) -> File:
    return File(id=file_id, name="", label=label, key=key, sha256=sha256, at=at, paper=paper)


def _named(row: int, slug: str, files: Sequence[File]) -> tuple[File, ...]:
    """Return files as the bundle calls them: row of the checklist, sort, and their number, so that they lie in order."""
    found = []
    for at, one in enumerate(files, 1):
        number = one.label.replace("/", "-") if one.paper else f"{at:02d}"
        told = {name: getattr(one, name) for name in File.__dataclass_fields__}
        found.append(File(**{**told, "name": f"{row:02d}-{slug}-{number}"}))
    return tuple(found)


def _names(order: OrderView, duties: set[str]) -> Mapping[str, str]:
    """Return duties with who acts in them today."""
    found = {}
    for duty in duties:
        if duty == SHOP:
            found[duty] = order.seller_name
            continue
        acting = ", ".join(one.name for one in offices.acting(order.unit_code, duty))
        found[duty] = f"{duty_name(duty)}: {acting}" if acting else str(duty_name(duty))
    return found
