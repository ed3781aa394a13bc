"""What may come in with the papers of an order."""

from typing import Literal

from marketplace.kernel.forms import Input

Jenis = Literal[
    "invitation", "attendance", "notes", "purchase_proof", "payment_proof", "tax_slip", "tax_invoice", "photo", "other"
]


class AttachIn(Input):
    """A file for the bundle of an order, by what it is; the file itself comes beside."""

    jenis: Jenis
