"""What may come in to carts, checkout and orders."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from marketplace.accounts.queries import Place, find_kelurahan, normal_email, normal_phone
from marketplace.kernel import clock
from marketplace.kernel.errors import Invalid
from marketplace.kernel.forms import MESSAGES, Input, Line, RupiahIn, WholeIn, Within, fault
from marketplace.kernel.money import Rupiah
from marketplace.kernel.words import Words, _

MOST_OF_ONE = 9_999
MOST_ROWS = 50
"""How many lines of a cart its form holds: with six fields each, what one form may send."""
LONGEST_NOTE = 200
LONGEST_WAY = 80

QUANTITY = _("Quantity")
UNKNOWN_KELURAHAN = _("We could not find that kelurahan. Choose one from the list.")
SHORTEST_PHONE, LONGEST_PHONE, LONGEST_EMAIL = 10, 13, 254
BETWEEN_DIGITS = re.compile(r"[\s().+\u2010-\u2015-]")
DAY, SLOT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), re.compile(r"[0-9]{2}-[0-9]{2}")
Quantity = Annotated[WholeIn, Field(ge=1, le=MOST_OF_ONE)]


def _phone(value: str) -> str:
    found = normal_phone(value)
    if found is None:
        raise fault(_wrong_phone(value))
    return found


def _wrong_phone(value: str) -> Words:
    digits = BETWEEN_DIGITS.sub("", value)
    local = f"0{digits.removeprefix('62').removeprefix('0')}" if digits.startswith("62") else digits
    if not (local.isascii() and local.isdigit()):
        return _("Write the WhatsApp number in digits only, for example 081234567890.")
    if len(local) > LONGEST_PHONE:
        return _("That WhatsApp number is too long. Use 10 to 13 digits, for example 081234567890.")
    if len(local) < SHORTEST_PHONE:
        return _("That WhatsApp number is too short. Use 10 to 13 digits, for example 081234567890.")
    return _("A WhatsApp number begins with 08 or +628, for example 081234567890.")


def _email(value: str) -> str:
    found = normal_email(value)
    if found is None:
        raise fault(_("That is not an e-mail address. Write it like name@example.com."))
    return found


def kelurahan_meant(typed: str) -> Place | None:
    """Return the one kelurahan that somebody can only have meant, None when it is none or one of several."""
    found = find_kelurahan(typed)
    named = [place for place in found if typed.casefold() in (place.label.casefold(), place.kelurahan.casefold())]
    fitting = named or found
    return fitting[0] if len(fitting) == 1 else None


def _kelurahan(value: str) -> str:
    if kelurahan_meant(value) is None:
        raise fault(UNKNOWN_KELURAHAN)
    return value


def _way(value: str) -> str:
    # Pages of the version before, still open somewhere, name the shop's own delivery so.
    return "own" if value == "seller" else value


def _time(value: str) -> str:
    time_in(value)
    return value


def time_in(value: str) -> tuple[date, str]:
    """Return the day and the slot (or nothing) that a form names."""
    day, _space, slot = value.partition(" ")
    try:
        if DAY.fullmatch(day) and (not slot or SLOT.fullmatch(slot)):
            return date.fromisoformat(day), slot
    except ValueError:
        pass
    raise fault(_("Choose one of the days shown."))


@dataclass(frozen=True, slots=True)
class Seen:
    """How a buyer saw that the goods of a shop would come."""

    toko: UUID
    cara: str
    hari: date | None
    jam: str


def _seen(value: str) -> str:
    try:
        seen_in(value)
    except ValueError as unfit:
        raise fault(_("Choose one of the days shown.")) from unfit
    return value


def seen_in(value: str) -> Seen:
    """Return what a field ``antar`` says: shop, day, slot and way with spaces between; a day or slot that is none is ``-``."""
    shop, day, slot, way = value.split(" ", 3)
    if not (slot == "-" or SLOT.fullmatch(slot)) or not (day == "-" or DAY.fullmatch(day)):
        message = "no day, or no slot"
        raise ValueError(message)
    return Seen(UUID(shop), _way(way), None if day == "-" else date.fromisoformat(day), "" if slot == "-" else slot)


class AddIn(Input):
    """Put so many of a variant into the cart; ``beli`` goes on to the checkout at once."""

    labels: ClassVar[Mapping[str, Words]] = {"jumlah": QUANTITY, "varian": _("Variant")}
    ignored = frozenset({"kunci", "lanjut"})

    varian: UUID
    jumlah: Quantity = 1
    aksi: Literal["tambah", "beli"] = "tambah"


class QuantityIn(Input):
    """Another quantity of a line in the cart; zero takes it out."""

    labels: ClassVar[Mapping[str, Words]] = {"jumlah": QUANTITY}

    jumlah: Annotated[WholeIn, Field(ge=0, le=MOST_OF_ONE)]


class RowIn(Input):
    """A line of the cart; zero takes it out. One line of a shop also says how all that comes from there shall come."""

    varian: UUID
    jumlah: Annotated[WholeIn, Field(ge=0, le=MOST_OF_ONE)]
    pengantaran: Annotated[Line, StringConstraints(max_length=LONGEST_WAY), AfterValidator(_way)] | None = None
    hari: Annotated[Line, AfterValidator(_time)] | None = None
    """A day, with a slot of it where the shop has some: ``2026-11-28 09-12``."""
    catatan: Annotated[Line, StringConstraints(max_length=LONGEST_NOTE)] | None = None
    """A word to the shop."""
    tercatat: bool = False
    """Whether the row had the field for the note: then none means that it was taken back, else it says nothing."""


class CartIn(Input):
    """The cart as its page shows it, all lines in one form: whichever button is pressed, what was typed comes along."""

    labels: ClassVar[Mapping[str, Words]] = {
        "varian": _("Variant"),
        "jumlah": QUANTITY,
        "pengantaran": _("Delivery"),
        "hari": _("Day"),
        "catatan": _("Note to the shop"),
        "baris": _("Cart"),
    }

    baris: Annotated[list[RowIn], Field(max_length=MOST_ROWS)] = []  # noqa: RUF012 - pydantic copies defaults


class NothingIn(Input):
    """A press of a button that needs no more words."""


class CheckoutIn(Input):
    """All that an order needs; the total is only what the buyer saw. Without an address when nothing is brought."""

    labels: ClassVar[Mapping[str, Words]] = {
        "nama": _("Recipient name"),
        "whatsapp": _("WhatsApp number"),
        "kelurahan": _("Kelurahan (urban village)"),
        "alamat": _("Street address"),
        "email": _("E-mail"),
        "gateway": _("Payment"),
        "expected_total_idr": _("Total"),
        "tanpa": _("Without"),
        "antar": _("Delivery"),
        "simpan": _("Keep this address"),
    }
    ignored = frozenset({"lanjut", "aksi"})

    nama: Annotated[Line, StringConstraints(min_length=2, max_length=80)]
    whatsapp: Annotated[Line, AfterValidator(_phone)]
    kelurahan: Annotated[Line, AfterValidator(_kelurahan)] | None = None
    alamat: Annotated[str, StringConstraints(min_length=5, max_length=300)] | None = None
    email: Annotated[str, StringConstraints(max_length=LONGEST_EMAIL), AfterValidator(_email)] | None = None
    gateway: Line
    expected_total_idr: RupiahIn
    tanpa: Annotated[list[UUID], Field(max_length=100)] = []  # noqa: RUF012 - pydantic copies defaults
    antar: Annotated[
        list[Annotated[Line, StringConstraints(max_length=200), AfterValidator(_seen)]], Field(max_length=100)
    ] = []  # noqa: RUF012 - pydantic copies defaults
    """How each shop's goods will come, as the buyer saw it; see ``seen_in``. What is not told is as the cart says."""
    langganan: UUID | None = None
    """The standing order whose prepared lines are bought, in the place of the cart."""
    simpan: bool = False
    """Keep the address in the book of who is signed in and has none there."""
    kunci: str = ""


ADDRESS = ("kelurahan", "alamat")
LONGEST_DRAFT = 1_000
AsTyped = Annotated[str, StringConstraints(max_length=LONGEST_DRAFT)]
"""Right or wrong: only the order judges it."""


class DraftIn(Input):
    """What stands in the checkout as somebody goes back to the cart from there."""

    labels = CheckoutIn.labels
    ignored = CheckoutIn.ignored | {"kunci", "expected_total_idr", "tanpa", "antar", "langganan", "simpan"}

    nama: AsTyped = ""
    whatsapp: AsTyped = ""
    kelurahan: AsTyped = ""
    alamat: AsTyped = ""
    email: AsTyped = ""
    gateway: AsTyped = ""
    pilih: UUID | None = None
    """An address of the reader's book that shall stand in the form."""


def missing(name: str) -> Words:
    """Return what to say beside a field of the checkout that only some orders need, and that this one lacks."""
    return Words(MESSAGES["missing"].text, {"field": Within(CheckoutIn.labels[name].text)})


class PayAgainIn(Input):
    """A new payment for an order whose last one ended, or instead of the open one that ``ganti`` names."""

    labels: ClassVar[Mapping[str, Words]] = {"gateway": _("Payment")}
    ignored = frozenset({"lanjut", "aksi", "token"})

    gateway: Line
    ganti: UUID | None = None
    antar: Annotated[
        list[Annotated[Line, StringConstraints(max_length=200), AfterValidator(_seen)]], Field(max_length=100)
    ] = []  # noqa: RUF012 - pydantic copies defaults
    """The days that its writer agreed to in the place of those that are gone; see ``seen_in``."""
    kunci: str = ""


class OwnerIn(Input):
    """A press of a button on an order's page; ``token`` is that of the mailed link."""

    ignored = Input.ignored | {"token"}

    bagian: Annotated[WholeIn, Field(ge=1, le=100)] = 1


WEEKDAYS = 7
MOST_WEEKS = 12
FARTHEST = timedelta(days=180)
"""How far ahead a standing order may begin."""


def _ahead(value: date) -> date:
    today = clock.today()
    if not today < value <= today + FARTHEST:
        raise fault(_("Choose a day from tomorrow on, at most half a year ahead."))
    return value


class RhythmIn(Input):
    """On which days something is wanted again; ``mulai`` is the first of them, or a day before it."""

    labels: ClassVar[Mapping[str, Words]] = {
        "nama": _("Name"),
        "hari": _("Weekdays"),
        "tiap": _("Every how many weeks"),
        "mulai": _("Next date"),
        "jumlah": QUANTITY,
        "varian": _("Variant"),
    }

    nama: Annotated[Line, StringConstraints(max_length=60)]
    hari: Annotated[list[Annotated[WholeIn, Field(ge=1, le=WEEKDAYS)]], Field(min_length=1, max_length=WEEKDAYS)]
    tiap: Annotated[WholeIn, Field(ge=1, le=MOST_WEEKS)] = 1
    mulai: Annotated[date, AfterValidator(_ahead)]


class StandingIn(RhythmIn):
    """A new standing order: of what was bought in an order, else of what is in the cart."""

    pesanan: Line | None = None


class StandingRowIn(Input):
    """A line of a standing order; zero takes it out."""

    varian: UUID
    jumlah: Annotated[WholeIn, Field(ge=0, le=MOST_OF_ONE)]


class StandingChangeIn(RhythmIn):
    """A standing order as it shall be from now on."""

    baris: Annotated[list[StandingRowIn], Field(max_length=MOST_ROWS)] = []  # noqa: RUF012 - pydantic copies defaults


class CancelIn(Input):
    """The buyer's press to call off: one part that is paid, or without ``bagian`` the whole unpaid order."""

    ignored = OwnerIn.ignored

    bagian: Annotated[WholeIn, Field(ge=1, le=100)] | None = None


class LookupIn(Input):
    """Code and last four digits of the number: enough for the masked state."""

    labels: ClassVar[Mapping[str, Words]] = {"kode": _("Order code"), "angka": _("Last 4 digits")}

    kode: Line
    angka: Annotated[Line, StringConstraints(min_length=4, max_length=4, pattern=r"^[0-9]{4}$")]


REASON, NOTE = _("Reason"), _("What happened")
LONGEST_NOTE = 300
Note = Annotated[str, StringConstraints(max_length=LONGEST_NOTE, pattern=r"^[^\r\n]*$")]


class AdvanceIn(Input):
    """How far the seller is with a part, and what shows that it was handed over; a photo comes beside it."""

    labels: ClassVar[Mapping[str, Words]] = {
        "resi": _("Tracking number"),
        "penerima": _("Who took it"),
        "ke": _("Step"),
    }

    ke: Literal["accepted", "ready", "shipped", "received"]
    resi: Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\r\n]*$")] = ""
    penerima: Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\r\n]*$")] = ""


class CollectIn(Input):
    """The money that a shop took as it handed a part over."""

    labels: ClassVar[Mapping[str, Words]] = {"diterima": _("Money you took")}

    diterima: RupiahIn


class ReasonIn(Input):
    """Why a shop calls a part off or could not hand it over; another reason than those offered is written out."""

    labels: ClassVar[Mapping[str, Words]] = {"alasan": REASON, "catatan": NOTE}

    alasan: str
    catatan: Note = ""

    @property
    def why(self) -> str:
        """Return how it stands in the history."""
        return f"{self.alasan}: {self.catatan}" if self.catatan else self.alasan


class DeclineIn(ReasonIn):
    """Why a shop calls a part off."""

    alasan: Literal["sold_out", "cannot_send", "closed", "other"]


class NotDeliveredIn(ReasonIn):
    """Why a shop could not hand a part over."""

    alasan: Literal["nobody", "address", "refused", "other"]


class PiecesIn(Input):
    """How many pieces of a line are paid back."""

    id: UUID
    jumlah: Annotated[WholeIn, Field(ge=0, le=MOST_OF_ONE)] = 0


class GiveBackIn(Input):
    """What of a part that was sent goes back to its buyer: pieces, or a sum off the price, and what of its delivery."""

    labels: ClassVar[Mapping[str, Words]] = {
        "barang": _("Pieces"),
        "uang": _("A sum off the price"),
        "ongkir": _("Of the delivery"),
        "alasan": REASON,
    }

    barang: Annotated[list[PiecesIn], Field(max_length=100)] = Field(default_factory=list)
    uang: RupiahIn = Rupiah(0)
    ongkir: RupiahIn = Rupiah(0)
    alasan: Annotated[Line, StringConstraints(min_length=4, max_length=LONGEST_NOTE)]
    kunci: str = ""


def complete_reason(data: ReasonIn) -> str:
    """Return a reason for the history; raises Invalid beside ``catatan`` when it says nothing."""
    if data.alasan == "other" and not data.catatan:
        raise Invalid({"catatan": _("Write in a few words what the reason is.")})
    return data.why
