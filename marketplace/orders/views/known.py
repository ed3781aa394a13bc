"""What is known of who buys: what they typed before, their address book, their last order, their account."""

from dataclasses import dataclass
from uuid import UUID

from marketplace.accounts import queries as accounts
from marketplace.kernel.forms import Form
from marketplace.kernel.routes import actor
from marketplace.orders import queries
from marketplace.orders.forms import ADDRESS, CheckoutIn, DraftIn

CONTACT = ("nama", "whatsapp")
LONGEST_STREET = 300


@dataclass(frozen=True, kw_only=True)
class Own:
    """The address book beside the checkout's form, of who is signed in."""

    folded: bool
    """All that the order needs stands there and is right: nothing is to be typed."""
    others: tuple[accounts.Address, ...]
    """Addresses of the book that do not stand in the form."""
    keeps: bool
    """The book is empty, so that this address may be kept in it."""


def filled(cart: queries.Cart) -> Form[CheckoutIn]:
    """Return the form with what its reader typed here before, and for the rest what is known of them."""
    typed = {name: text for name, text in cart.draft.items() if cart.brought or name not in ADDRESS}
    if typed.keys() >= {*CONTACT, "email", *(ADDRESS if cart.brought else ())}:
        return Form.blank(CheckoutIn, **typed)
    return Form.blank(CheckoutIn, **{**_known(brought=cart.brought), **typed})


def _known(*, brought: bool) -> dict[str, str | None]:
    who = actor()
    if not who.id:
        return {}
    last = queries.contact_of_last(who, brought=brought)
    main = next(iter(accounts.addresses(who.id)), None) if brought else None
    if main is not None and main.place is not None:
        return {**_written(main), "email": last.email if last else None}
    if last is not None:
        place = accounts.place(last.kelurahan_code) if brought else None
        return {
            "nama": last.name,
            "whatsapp": last.phone,
            "email": last.email,
            "alamat": last.address if place else None,
            "kelurahan": place.label if place else None,
        }
    contact = accounts.person_contacts([who.id]).get(who.id)
    if contact is None:
        return {}
    return {"nama": contact.name, "whatsapp": contact.phone, "email": contact.email}


def _written(address: accounts.Address) -> dict[str, str | None]:
    """Return an address of the book as the checkout's fields hold it; a landmark stands behind the street if it fits."""
    whole = f"{address.street} ({address.landmark})" if address.landmark else address.street
    place = address.place
    return {
        "nama": address.recipient,
        "whatsapp": address.phone_shown,
        "alamat": whole if len(whole) <= LONGEST_STREET else address.street,
        "kelurahan": place.label if place else None,
    }


def take(form: Form[DraftIn], address_id: UUID) -> None:
    """Write one of the reader's own addresses into the form, beside what else was typed; raises NotFound for another's."""
    told = _written(accounts.address(address_id, by=actor()))
    form.typed = {**form.typed, **{name: [text] for name, text in told.items() if text}}


def own(cart: queries.Cart, form: Form[CheckoutIn] | Form[DraftIn]) -> Own | None:
    """Return what the checkout offers of its reader's address book; None to a guest."""
    who = actor()
    if not who.id:
        return None
    values = form.values
    # Where nothing can be brought to the address that stands there, another one is what helps.
    brought = cart.brought or (not cart.buyable and bool(values.get("kelurahan")))
    book = accounts.addresses(who.id) if brought else ()
    needed = (*CONTACT, *(ADDRESS if brought else ()))
    wrong = any(name in form.errors for name in (*CONTACT, *ADDRESS, "email"))
    return Own(
        folded=not wrong and all(values.get(name, "").strip() for name in needed),
        others=tuple(one for one in book if one.place and values.get("alamat") != _written(one)["alamat"]),
        keeps=brought and not book,
    )
