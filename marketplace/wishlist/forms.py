"""What may come in to the wishlist."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator, StringConstraints

from marketplace.accounts.queries import normal_email
from marketplace.kernel.forms import Input, Line, fault
from marketplace.kernel.words import Words, _


def _email(value: str) -> str:
    if not value:
        return ""
    if (normal := normal_email(value)) is None:
        raise fault(_("This is not an e-mail address. It looks like name@example.com."))
    return normal


Code = Annotated[Line, StringConstraints(max_length=20)]


class KeepIn(Input):
    """The code of a product to keep."""

    labels: ClassVar[Mapping[str, Words]] = {"produk": _("Product")}

    produk: Code


class AskIn(Input):
    """Which product to tell of, and whom; who is signed in with a confirmed address may leave it empty."""

    labels: ClassVar[Mapping[str, Words]] = {"produk": _("Product"), "email": _("E-mail")}

    produk: Code
    email: Annotated[str, StringConstraints(max_length=254), AfterValidator(_email)] = ""


class TokenIn(Input):
    """The token of a letter, and what to do: ``ya`` confirms, anything else ends the alert."""

    ignored = Input.ignored - {"aksi"}

    token: Line
    aksi: str = ""


class NothingIn(Input):
    """A press of a button."""
